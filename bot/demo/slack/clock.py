"""A clock that tests and the demo can move: real time plus an offset."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def real_time() -> float:
    """Seconds since 1970 by the machine's clock: the one place where real time comes in."""
    return datetime.now(UTC).timestamp()


class MovableClock:
    """Calling it gives an aware UTC datetime; signatures and triggers keep to real time."""

    def __init__(self, real: Callable[[], float] = real_time) -> None:
        self.real = real
        self.offset = timedelta(0)
        self.on_change: list[Callable[[timedelta], None]] = []

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.real(), UTC) + self.offset

    def now(self) -> datetime:
        """The same as calling it, for those who want a clock with ``now()``."""
        return self()

    def epoch(self) -> float:
        """The moved time in seconds since 1970."""
        return self().timestamp()

    def advance(self, seconds: float) -> None:
        """Move forward (or back, if negative) by that many seconds."""
        self._set(self.offset + timedelta(seconds=seconds))

    def move_to(self, moment: datetime) -> None:
        """Make it now; raises ``ValueError`` for a datetime without a zone."""
        if moment.tzinfo is None:
            raise ValueError("the clock can only move to a datetime with a zone")
        self._set(moment - datetime.fromtimestamp(self.real(), UTC))

    def _set(self, offset: timedelta) -> None:
        self.offset = offset
        for tell in list(self.on_change):
            tell(offset)
