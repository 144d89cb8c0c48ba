"""The clocks: the machine's own, and one that a rehearsal can move."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path


class MachineClock:
    """``calls.ports.Clock`` by the machine."""

    def now(self) -> datetime:
        """The present moment, aware UTC."""
        return datetime.now(UTC)


class RehearsalClock:
    """Runs ahead of the machine by the seconds written in a file; for demos and rehearsals."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        """The rehearsed moment, aware UTC; an unreadable file means no lead."""
        try:
            ahead = float(self._file.read_text(encoding="ascii").strip() or 0)
        except (OSError, ValueError):
            ahead = 0.0
        return datetime.now(UTC) + timedelta(seconds=ahead)


def boot_seconds() -> float:
    """Seconds that go on counting while the process, or the machine, sleeps."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()
