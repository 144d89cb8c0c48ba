"""Four processes share one lane of sixty a minute: measured where the requests arrive.

The clock runs six times as fast as the machine's, for the bots and the stand-in alike.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from bot.demo.voicy import DEMO_FROM, VoicyStandIn
from bot.storage.database import Database
from tests.databases import postgresql_database
from tests.faults.chaos.plan import Plan, book
from tests.faults.crew import Crew
from tests.story.world import FRIDAY

SPEED, TICK = 6.0, 0.01  # the clock's, and seconds of the machine between two of its readings
PER_MINUTE, CALLS = 60, 240
WATCHED = timedelta(minutes=2.5)  # at least
ENOUGH, WITHIN = 110, 90.0  # requests; seconds of the machine, which may be busy
WORKERS = tuple(f"worker {n}" for n in range(1, 5))


class Shared(Crew):
    """Workers at one Voicy account, which counts every dial and every question."""

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__(folder, url, WORKERS)
        self._since: float | None = None
        self.voicy = VoicyStandIn(clock=self.now)
        self.voicy.account.pace = 0.5
        self.voicy.account.live_cap = None

    def settings(self) -> dict[str, str]:
        """Only documented settings."""
        voicy = "SWITCHBOARD_PROVIDERS__VOICY"
        return super().settings() | {
            f"{voicy}__API_KEY": self.voicy.api_key,
            f"{voicy}__BASE_URL": self.voicy.base_url,
            f"{voicy}__FROM_NUMBER": DEMO_FROM,
            f"{voicy}__PER_MINUTE": str(PER_MINUTE),
            f"{voicy}__LIVE_CALLS": str(CALLS),
        }

    async def open(self) -> None:
        """Voicy first."""
        await self.voicy.start()
        await super().open()

    async def close(self) -> None:
        """Voicy last."""
        await super().close()
        await self.voicy.stop()

    def now(self) -> datetime:
        """Everybody's clock."""
        if self._since is None:
            return FRIDAY
        return FRIDAY + timedelta(seconds=(asyncio.get_running_loop().time() - self._since) * SPEED)

    @asynccontextmanager
    async def hurrying(self) -> AsyncIterator[None]:
        """The clock runs."""
        self._since = asyncio.get_running_loop().time()
        ticking = asyncio.create_task(self._tick())
        try:
            yield
        finally:
            ticking.cancel()
            with suppress(asyncio.CancelledError):
                await ticking

    async def watched(self) -> timedelta:
        """How long it took, by that clock, until enough was to be seen."""
        async with asyncio.timeout(WITHIN):
            while self.now() < FRIDAY + WATCHED or len(self.asked) < ENOUGH:
                await asyncio.sleep(TICK)
        return self.now() - FRIDAY

    @property
    def asked(self) -> list[datetime]:
        """When each request came, dial or question."""
        return self.voicy.account.quota.requests

    async def _tick(self) -> None:
        while True:
            self.slack.clock.move_to(self.now())
            await asyncio.sleep(TICK)


async def test_four_processes_never_ask_more_of_an_account_than_it_takes(
    tmp_path: Path, postgresql: str
) -> None:
    async with postgresql_database(postgresql) as url:
        crew, database = Shared(tmp_path, url), Database(url)
        try:
            await crew.open()
            numbers = [f"+1{area}55501{line:02d}" for area in (212, 213, 214) for line in range(80)]
            plans = [Plan(f"lane {n}", number, "voicy", "answered", after=1.0)
                     for n, number in enumerate(numbers)]  # fmt: skip
            await book(database, plans, FRIDAY)
            async with crew.hurrying():
                took = await crew.watched()
            busy = set(await crew.claimed_by())
        finally:
            await database.close()
            await crew.close()
    posts, fullest = crew.voicy.posts, crew.voicy.most_in_a_minute()
    print(
        f"{len(crew.asked)} requests in {took.total_seconds():.0f} s, {len(posts)} of them dials "
        f"by {len(busy)} processes; {fullest} in the fullest minute of {PER_MINUTE} allowed"
    )
    assert busy == set(WORKERS)
    assert fullest <= PER_MINUTE
    assert len({post.numbers[0] for post in posts}) == len(posts), "somebody was called twice"
