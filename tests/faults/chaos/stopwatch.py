"""How long each part of a chaos took."""

import asyncio


class Stopwatch:
    """Runs from its making; ``laps`` are in seconds."""

    def __init__(self) -> None:
        self._since = asyncio.get_running_loop().time()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """That part is over."""
        now = asyncio.get_running_loop().time()
        self.laps[name], self._since = now - self._since, now
