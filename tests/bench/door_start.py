"""From the start of a process to its first acknowledgement, and what it weighs then.

All run as in an installation without developers' tools (``door_lean``).
"""

import asyncio
import contextlib
import socket
import sys
import time
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from functools import partial

from tests.bench.bots import READY_WITHIN, bot_settings, new_bot
from tests.bench.door_lean import lean_environment
from tests.bench.processes import memory_of, processor_seconds
from tests.bench.slash import Typist, lines
from tests.bench.stage import SQLITE, Stage
from tests.bench.tables import Run, in_turns, ratios, spread, table
from tests.databases import opened

IMPORTS = "import slack_bolt.async_app, slack_bolt.adapter.socket_mode.aiohttp"
PEER = "importing async Bolt and Socket Mode"
OURS, EMPTY = "Switchboard, until its first acknowledgement", "the same, with its tables to make"
SETTLED = 2.0  # seconds; the memory is looked at after that
LOOK_AGAIN = 0.003


@dataclass(frozen=True)
class Start:
    """Until the goal of each. Other load lengthens the seconds, hardly the processor's time."""

    seconds: float
    processor: float
    mib: float


async def starts(stage: Stage, rounds: int) -> list[str]:
    """The table."""
    lean = lean_environment(stage.folder / "lean")
    contenders: dict[str, Run[Start]] = {
        PEER: partial(_importing, lean),
        OURS: partial(_starting, stage, lean, migrated=True),
        EMPTY: partial(_starting, stage, lean, migrated=False),
    }
    for name in (PEER, OURS) if rounds > 1 else ():
        await contenders[name]()  # now their files are in the machine's memory
    found = await in_turns(contenders, rounds)
    seconds = {name: [start.seconds for start in each] for name, each in found.items()}
    processor = {name: [start.processor for start in each] for name, each in found.items()}
    rows = [
        (
            name,
            spread([1000 * took for took in seconds[name]]),
            f"{spread(ratios(seconds[name], seconds[PEER]), 1)} ×",
            spread([1000 * used for used in processor[name]]),
            f"{spread(ratios(processor[name], processor[PEER]), 1)} ×",
            spread([start.mib for start in each]),
            "≤ 1.2 ×, ≤ 60 MiB" if name == OURS else "",
        )
        for name, each in found.items()
    ]
    columns = (
        "What", "ms", "of the imports", "processor ms", "of the imports", "MiB", "Goal",
    )  # fmt: skip
    return table("Start", columns, rows)


async def _importing(lean: dict[str, str]) -> Start:
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", f"{IMPORTS}; print(flush=True); input()",
        stdin=PIPE, stdout=PIPE, env=lean,
    )  # fmt: skip
    if process.stdout is not None:
        await process.stdout.readline()
    took, pid = time.perf_counter() - began, process.pid
    start = Start(took, processor_seconds(pid), memory_of(pid))
    await process.communicate(b"\n")
    return start


async def _starting(stage: Stage, lean: dict[str, str], *, migrated: bool) -> Start:
    url = await stage.databases.fresh(SQLITE)
    if migrated:
        async with opened(url):
            pass
    port = _free_port()
    bot = new_bot(stage, lean | bot_settings(stage, url), port=port)
    began = time.perf_counter()
    await bot.start()
    try:
        async with asyncio.timeout(READY_WITHIN):
            await _first_ack(stage, port)
        took, used = time.perf_counter() - began, processor_seconds(bot.pid)
        await asyncio.sleep(SETTLED)
        return Start(took, used, memory_of(bot.pid))
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
