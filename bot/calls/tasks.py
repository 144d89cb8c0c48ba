"""Ends tasks in bounded time, so that none outlives what it works with."""

import asyncio
from collections.abc import Iterable

LAST_WORDS = 1.0  # seconds a cancelled task may take to give back what it holds


def is_wanted_to_end() -> bool:
    """Whether somebody cancelled the running task; else a ``CancelledError`` is a stray one.

    A library that cancels what it waits for may let its own cancel out.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def finish(tasks: Iterable[asyncio.Task[None]], seconds: float) -> int:
    """Wait that long for the tasks, then cancel the rest; how many had to be cancelled."""
    waiting = [task for task in tasks if not task.done()]
    if not waiting:
        return 0
    _, late = await asyncio.wait(waiting, timeout=seconds)
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late, timeout=LAST_WORDS)
    return len(late)
