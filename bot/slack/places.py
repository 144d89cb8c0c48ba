"""Keeps work from crowding out acknowledgements: a few places, given back by whoever takes long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

PLACES = 4
LONG = 0.25  # seconds; who takes longer waits for Slack and no longer keeps this process busy


class Places:
    """For the busy first moments of each piece of work; they begin in the order they came."""

    def __init__(self, many: int = PLACES) -> None:
        self._free = asyncio.Semaphore(many)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait for one, and hold it until the end, or for ``LONG``."""
        await self._free.acquire()
        held = _Held(self._free)
        timer = asyncio.get_running_loop().call_later(LONG, held.give_back)
        try:
            yield
        finally:
            timer.cancel()
            held.give_back()


class _Held:
    """One place; it can be given back only once."""

    def __init__(self, free: asyncio.Semaphore) -> None:
        self._free: asyncio.Semaphore | None = free

    def give_back(self) -> None:
        """Let the next one begin."""
        if self._free is not None:
            self._free.release()
            self._free = None
