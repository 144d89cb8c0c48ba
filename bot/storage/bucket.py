"""A bucket of requests: some at once, then refilled so slowly that no minute holds too many."""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

# Seconds. The refill of a minute is spread over a little more than one: between leave and arrival a
# request may be on its way for that long, and at the provider no minute may hold too many either.
MINUTE, ON_ITS_WAY = 60.0, 2.0
SET_BACK = timedelta(minutes=1)  # clocks of two machines differ by less than that
HAIR = 1e-9  # what adding up fractions may lose


@dataclass(frozen=True, slots=True)
class Bucket:
    """``level`` requests may be made at ``at`` (aware UTC); it never holds more than ``size``."""

    level: float
    at: datetime
    size: int
    per_second: float

    @property
    def whole(self) -> int:
        """How many requests may be made at once; never below zero."""
        return max(math.floor(self.level + HAIR), 0)

    def less(self, requests: int) -> "Bucket":
        """After that many requests."""
        return replace(self, level=self.level - requests)

    def wait_for(self, requests: int) -> timedelta:
        """Until it holds that many, or is full; rounded up to milliseconds."""
        missing = min(requests, self.size) - self.level
        if missing <= HAIR:
            return timedelta(0)
        return timedelta(milliseconds=math.ceil(missing / self.per_second * 1000))


def bucket(level: float | None, at: datetime | None, per_minute: int, now: datetime) -> Bucket:
    """The bucket as it is now, from what was kept of it; it begins full.

    A sixth of a minute's requests may be made at once and the rest is spread over the minute, so
    that a full bucket and a minute's refill together are ``per_minute``. A clock that is behind
    the one that wrote last refills nothing; one that was set back starts from where it is.
    """
    size = max(per_minute // 6, 1)
    per_second = max(per_minute - size, 1) / (MINUTE + ON_ITS_WAY)
    if level is None or at is None:
        return Bucket(size, now, size, per_second)
    refill = max((now - at).total_seconds(), 0) * per_second
    since = now if now < at - SET_BACK else max(at, now)
    return Bucket(min(level + refill, size), since, size, per_second)
