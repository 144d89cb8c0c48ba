"""Socket Mode: how soon the next socket is up after one was reset, or fell silent."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from bot.demo.slack import SlackStandIn
from bot.demo.slack.socket_mode import Connection
from bot.demo.slack.world import acme
from tests.bench.bots import bot_settings, running_bot
from tests.bench.processes import serving
from tests.bench.stage import SQLITE, Stage
from tests.bench.tables import spread, table
from tests.story.world import APP_TOKEN, BOT_TOKEN, SECRET

WITHIN = 60.0  # seconds
SETTLED = (1.0, 3.0)  # seconds for which a socket was up before it breaks
OURS, STOCK = "Switchboard", "stock Bolt"
GOALS = {(OURS, "reset"): "≤ 2", (OURS, "silence"): "≤ 5"}
Breaking = Callable[[SlackStandIn, Connection], None]
Running = Callable[[Stage, SlackStandIn], AbstractAsyncContextManager[None]]


def reset(slack: SlackStandIn, connection: Connection) -> None:
    """As a proxy does that is restarted."""
    slack.drop_sockets(hard=True)


def silence(slack: SlackStandIn, connection: Connection) -> None:
    """As a network does that has gone: nothing is read, so no ping is answered."""
    if connection.transport is not None:
        connection.transport.pause_reading()


@asynccontextmanager
async def ours(stage: Stage, slack: SlackStandIn) -> AsyncIterator[None]:
    """The bot in Socket Mode."""
    settings = bot_settings(stage, await stage.databases.fresh(SQLITE)) | {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_URL": slack.api_url,
    }
    async with running_bot(stage, settings, "socket"):
        yield


@asynccontextmanager
async def stock(stage: Stage, slack: SlackStandIn) -> AsyncIterator[None]:
    """Bolt with all that it presets."""
    order = {"api": slack.api_url, "bot_token": BOT_TOKEN, "app_token": APP_TOKEN}
    async with serving("tests.bench.stock_socket", order):
        yield


async def sockets(stage: Stage, rounds: int, seed: int, *, beside_stock: bool) -> list[str]:
    """The table. All of a round wait at the same time: nobody has anything to do meanwhile."""
    chance = random.Random(seed)
    apps: dict[str, Running] = {OURS: ours, **({STOCK: stock} if beside_stock else {})}
    contenders = [(name, breaking) for name in apps for breaking in (reset, silence)]
    found: list[list[float]] = []
    for _ in range(rounds):
        waits = (_until_next(stage, chance, apps[name], how) for name, how in contenders)
        found.append(await asyncio.gather(*waits))
    rows = [
        (f"{name}, after a {how.__name__}", spread(each, 1), GOALS.get((name, how.__name__), ""))
        for (name, how), each in zip(contenders, zip(*found, strict=True), strict=True)
    ]
    return table("Socket Mode: the next socket", ("Contender", "seconds", "Goal"), rows)


async def _until_next(
    stage: Stage, chance: random.Random, running: Running, breaking: Breaking
) -> float:
    slack = SlackStandIn(acme(), bot_token=BOT_TOKEN, app_token=APP_TOKEN, signing_secret=SECRET)
    await slack.start()
    try:
        async with running(stage, slack):
            await slack.app_connected(WITHIN)
            await asyncio.sleep(chance.uniform(*SETTLED))  # pings come at any moment of a break
            (old,) = slack.hub.usable()
            breaking(slack, old)
            began = time.perf_counter()
            await slack.until(lambda s: [c for c in s.hub.usable() if c is not old], WITHIN)
            return time.perf_counter() - began
    finally:
        await slack.stop()
