"""How a process tells the others that there is something to do now.

It only makes them quicker: who hears nothing looks by itself within a second or two.
"""

from enum import StrEnum
from typing import Protocol


class Ring(StrEnum):
    """What the others should look at."""

    CALLS = "calls"  # one may be dialled that could not a moment ago
    NEWS = "news"  # a provider told us of a call
    INBOX = "inbox"  # a delivery was left for somebody else to work off


class Bell(Protocol):
    """Rung after what it is about was committed."""

    def ring(self, what: Ring) -> None:
        """Returns at once and never fails."""


class NoBell:
    """For a process that is alone."""

    def ring(self, what: Ring) -> None:
        """Nobody is there."""
