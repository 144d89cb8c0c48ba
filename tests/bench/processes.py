"""Processes of a benchmark: each contender runs alone in its own, so that none pays for another."""

import asyncio
import json
import os
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.demo.bot_process import BotProcess

ROOT = Path(__file__).parents[2]
STOP_WITHIN = 10.0  # seconds
TICKS = os.sysconf("SC_CLK_TCK")
Order = Mapping[str, object]


class Failed(Exception):
    """A process of the benchmark ended badly; the text is the end of what it said."""


async def once(module: str, order: Order, python: str = sys.executable) -> dict[str, Any]:
    """Run a module to its end and read its findings, the last line it prints. Raises ``Failed``."""
    with tempfile.TemporaryFile() as log:  # where a service writes its log, too
        process = await _start(module, order, python, stderr=log.fileno())
        said, _ = await process.communicate()
        log.seek(0)
        complained = log.read()[-2000:].decode(errors="replace")
    if process.returncode != 0 or not said.strip():
        raise Failed(f"{module}: {complained}")
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


@asynccontextmanager
async def serving(module: str, order: Order) -> AsyncIterator[dict[str, Any]]:
    """A module that serves until it is ended: its ``port``, once it is ready, and its ``pid``."""
    process = await _start(module, order, sys.executable, stderr=None)
    try:
        if process.stdout is None:
            raise Failed(module)
        ready: dict[str, Any] = json.loads(await process.stdout.readline() or b"{}")
        if "port" not in ready:
            raise Failed(f"{module} did not come up")
        yield {**ready, "pid": process.pid}
    finally:
        await end(process)


async def end(process: Process) -> None:
    """Ask it to end; a deaf one is killed."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_WITHIN)
    except TimeoutError:
        process.kill()
        await process.wait()


async def _start(module: str, order: Order, python: str, stderr: int | None) -> Process:
    return await asyncio.create_subprocess_exec(
        python,
        "-m",
        module,
        json.dumps(order),
        cwd=ROOT,
        env={**BotProcess.environment(), "PYTHONWARNINGS": "ignore"},
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=stderr,
    )


def memory_of(pid: int | str = "self") -> float:
    """MiB that a process has in memory just now (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise Failed(f"process {pid} is gone")


def processor_seconds(pid: int) -> float:
    """What a process has used so far, all its threads together (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
