"""A database that goes away while a bot starts: one sentence, and the exit code for it."""

import asyncio
from pathlib import Path

import asyncpg

from tests.databases import fresh_url
from tests.faults.chaos.worker import NOT_STARTED
from tests.faults.ward import WITHIN, opened_ward


async def test_a_database_that_goes_away_during_the_start_is_told_in_one_sentence(
    tmp_path: Path, postgresql: str
) -> None:
    async with (
        fresh_url("postgresql", tmp_path, postgresql) as url,
        opened_ward(tmp_path, url, workers=1) as ward,
    ):
        ward.slack.faults("auth.test", [{"kind": "delay", "seconds": 2.0}])
        ward.add_bot()
        await ward.slack.until(lambda slack: slack.requests("auth.test"), WITHIN)
        await _shut(postgresql, url)
        (bot,) = ward.workers
        async with asyncio.timeout(WITHIN):
            while not bot.deaths:
                await asyncio.sleep(0.05)
        assert bot.deaths[0].code == NOT_STARTED, bot.last_words()
        assert "Nothing was started." in bot.log()
        assert "Traceback" not in bot.log()


async def _shut(server: str, url: str) -> None:
    """Nobody can connect to that database any more, and who was connected is cut off."""
    name = url.rsplit("/t_", 1)[1].split("?", maxsplit=1)[0]
    connection = await asyncpg.connect(server)
    await connection.execute(f"ALTER DATABASE t_{name} ALLOW_CONNECTIONS false")
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", f"t_{name}"
    )
    await connection.close()
