"""Ids that stay unique over a restart: an app remembers the ids of deliveries for days."""

import itertools
from typing import Final

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _base36(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text or "0"


class Ids:
    """Hands out ids; ``start`` is the real time at which this stand-in came up."""

    def __init__(self, start: float) -> None:
        self._run = _base36(int(start * 1000))
        self._count = itertools.count(1)
        self._last_ts = 0

    def next(self, prefix: str) -> str:
        return f"{prefix}{self._run}{_base36(next(self._count)).rjust(3, '0')}"

    def trigger(self) -> str:
        """Three parts with dots, like Slack's."""
        return f"{next(self._count)}.{self._run}.{self.next('t').lower()}"

    def ts(self, epoch: float) -> str:
        """A message timestamp: the given time, but always later than the last one handed out."""
        micros = max(int(epoch * 1_000_000), self._last_ts + 100)
        self._last_ts = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"
