"""The whole bot as a process between the far side's Slack and the far side's provider."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from bot.demo.bot_process import BotProcess
from bot.storage.ids import new_id
from tests.bench.processes import Failed
from tests.bench.stage import Stage

READY_WITHIN, WORKED_OFF_WITHIN = 60.0, 600.0  # seconds
SECRET = "bench-signing-secret"


def bot_settings(stage: Stage, url: str) -> dict[str, str]:
    """Only documented ones."""
    return {
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{stage.far.origin}/api/",
        "DATABASE_URL": url,
        "SWITCHBOARD_PROVIDERS__VOZAGENT__API_KEY": "bench",
        "SWITCHBOARD_PROVIDERS__VOZAGENT__BASE_URL": f"{stage.far.origin}/v1",
    }


def new_bot(
    stage: Stage, settings: dict[str, str], mode: str = "http", port: int = 0
) -> BotProcess:
    """Not yet started, with a folder of its own."""
    folder = stage.folder / f"bot-{new_id()}"
    folder.mkdir()
    return BotProcess(folder, settings, "--mode", mode, "--port", str(port))


@asynccontextmanager
async def running_bot(
    stage: Stage, settings: dict[str, str], mode: str = "http"
) -> AsyncIterator[tuple[BotProcess, int]]:
    """A bot that serves, and the port of its pages. Raises ``Failed`` when it does not come up."""
    bot = new_bot(stage, settings, mode)
    await bot.start()
    try:
        try:
            port = await bot.port(READY_WITHIN)
        except TimeoutError:
            raise Failed(bot.last_words()) from None
        yield bot, port
    finally:
        await bot.stop()


async def worked_off(port: int) -> None:
    """Return when nothing that was accepted waits any more. Raises ``TimeoutError``."""
    async with asyncio.timeout(WORKED_OFF_WITHIN), aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
                if (await answer.json())["inbox_waiting"] == 0:
                    return
            await asyncio.sleep(0.1)
