"""From the start of a process to its first acknowledgement, and what it weighs then."""

import asyncio
import contextlib
import socket
import sys
import time
from asyncio.subprocess import PIPE
from functools import partial

from bot.demo.bot_process import BotProcess
from tests.bench.bots import READY_WITHIN, bot_settings, new_bot
from tests.bench.processes import memory_of
from tests.bench.slash import Typist, lines
from tests.bench.stage import SQLITE, Stage
from tests.bench.tables import Run, in_turns, ratios, spread, table
from tests.databases import opened

IMPORTS = "import slack_bolt.async_app, slack_bolt.adapter.socket_mode.aiohttp"
PEER = "importing async Bolt and Socket Mode"
OURS, EMPTY = "Switchboard, until its first acknowledgement", "the same, with its tables to make"
SETTLED = 1.0  # seconds; the memory is looked at after that
LOOK_AGAIN = 0.003


async def starts(stage: Stage, rounds: int) -> list[str]:
    """The table."""
    contenders: dict[str, Run[tuple[float, float]]] = {
        PEER: _importing,
        OURS: partial(_starting, stage, migrated=True),
        EMPTY: partial(_starting, stage, migrated=False),
    }
    for name in (PEER, OURS):
        await contenders[name]()  # now their files are in the machine's memory
    found = await in_turns(contenders, rounds)
    seconds = {name: [took for took, _ in each] for name, each in found.items()}
    rows = [
        (
            name,
            spread([1000 * took for took in seconds[name]]),
            f"{spread(ratios(seconds[name], seconds[PEER]), 2)} ×",
            spread([mib for _, mib in each]),
            "≤ 1.2 ×, ≤ 60 MiB" if name == OURS else "",
        )
        for name, each in found.items()
    ]
    columns = ("What", "ms", "of the imports", "MiB", "Goal")
    return table("Start", columns, rows)


async def _importing() -> tuple[float, float]:
    """Seconds, and MiB."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", f"{IMPORTS}; print(flush=True); input()",
        stdin=PIPE, stdout=PIPE, env=BotProcess.environment(),
    )  # fmt: skip
    if process.stdout is not None:
        await process.stdout.readline()
    found = time.perf_counter() - began, memory_of(process.pid)
    await process.communicate(b"\n")
    return found


async def _starting(stage: Stage, *, migrated: bool) -> tuple[float, float]:
    """Seconds, and MiB."""
    url = await stage.databases.fresh(SQLITE)
    if migrated:
        async with opened(url):
            pass
    port = _free_port()
    bot = new_bot(stage, bot_settings(stage, url), port=port)
    began = time.perf_counter()
    await bot.start()
    try:
        async with asyncio.timeout(READY_WITHIN):
            await _first_ack(stage, port)
        took = time.perf_counter() - began
        await asyncio.sleep(SETTLED)
        return took, memory_of(bot.pid)
    finally:
        await bot.stop()


async def _first_ack(stage: Stage, port: int) -> None:
    typist = Typist(f"{stage.far.origin}/answer")
    while True:
        with contextlib.suppress(OSError):
            async with lines(port, 1) as (line,):
                await line.post(typist.next()[1])
                return
        await asyncio.sleep(LOOK_AGAIN)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
