"""A loop that can be nudged, never dies of one bad turn, and stops when asked."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.calls.tasks import is_wanted_to_end

log = structlog.get_logger(__name__)

AFTER_A_FAILURE = 1.0  # seconds; a database that is away is asked again soon


class Loop:
    """Runs ``turn`` again and again; a turn returns how many seconds it can wait."""

    def __init__(self, name: str, turn: Callable[[], Awaitable[float]]) -> None:
        self.name = name
        self._turn = turn
        self._nudged = asyncio.Event()
        self._stopping = False

    def nudge(self) -> None:
        """There is something to do now."""
        self._nudged.set()

    def stop(self) -> None:
        """Finish the present turn and return from ``run``."""
        self._stopping = True
        self._nudged.set()

    async def run(self) -> None:
        """Turn until ``stop``. A failed turn is logged and tried again; nothing is lost by it."""
        while not self._stopping:
            self._nudged.clear()
            try:
                wait = await self._turn()
            except (Exception, asyncio.CancelledError):
                if is_wanted_to_end():
                    raise
                log.exception("turn_failed", loop=self.name)
                wait = AFTER_A_FAILURE
            if wait > 0:
                await self._rest(wait)

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._nudged.wait(), seconds)
        except TimeoutError:
            return
