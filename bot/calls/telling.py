"""Which of several processes tells on-call staff something, and how soon it may try again."""

from typing import Protocol


class Turns(Protocol):
    """One process at a time tries to tell a piece of news, and less often the longer it fails."""

    async def take(self, about: str) -> bool:
        """Whether this process may try now; ``False`` soon after a try of its own or another's."""

    async def done(self, about: str) -> None:
        """It was told."""


class NoTurns:
    """For a process that is alone and may try whenever it likes."""

    async def take(self, about: str) -> bool:
        """Nobody else is there."""
        return True

    async def done(self, about: str) -> None:
        """Nothing to remember."""
