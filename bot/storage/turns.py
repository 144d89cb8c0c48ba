"""Whose turn it is to write: one at a time, those for whom somebody waits before all others."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """A lock with two queues. An urgent writer passes those who wait, never who writes already."""

    def __init__(self) -> None:
        self._taken = False
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def turn(self, patience: float | None = None, *, urgent: bool) -> AsyncIterator[None]:
        """Raises ``TimeoutError`` when it does not come within ``patience`` seconds."""
        async with asyncio.timeout(patience):
            await self._take(self._urgent if urgent else self._others)
        try:
            yield
        finally:
            self._pass_on()

    async def _take(self, queue: "deque[asyncio.Future[None]]") -> None:
        if not self._taken:
            self._taken = True
            return
        mine = asyncio.get_running_loop().create_future()
        queue.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._pass_on()  # it became ours in the moment we left
            raise

    def _pass_on(self) -> None:
        for queue in (self._urgent, self._others):
            while queue:
                following = queue.popleft()
                if not following.done():  # else whoever waited has gone
                    following.set_result(None)
                    return
        self._taken = False
