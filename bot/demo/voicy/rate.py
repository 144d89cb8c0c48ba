"""Sixty requests a minute: who has asked how often, by the stand-in's own clock."""

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Quota:
    """``requests`` are all that came, ``granted`` those of this minute that were let in."""

    requests: list[datetime] = field(default_factory=list)
    granted: list[datetime] = field(default_factory=list)

    def let_in(self, now: datetime, per_minute: int | None) -> bool:
        """Whether one more request may pass; a window of a minute slides along with the clock."""
        self.granted = self._recent(now)
        if per_minute is not None and len(self.granted) >= per_minute:
            return False
        self.granted.append(now)
        return True

    def wait(self, now: datetime) -> int:
        """Whole seconds until the oldest request of this minute no longer counts."""
        oldest = min(self._recent(now), default=now)
        return max(1, math.ceil((oldest + MINUTE - now).total_seconds()))

    def headers(self, now: datetime, per_minute: int | None) -> dict[str, str]:
        """What every answer says of the limit; with ``Date``, since the clock may be another."""
        if per_minute is None:
            return {}
        left = max(0, per_minute - len(self._recent(now)))
        reset = math.ceil(now.timestamp()) + self.wait(now)
        return {
            "Date": format_datetime(now.astimezone(UTC), usegmt=True),
            "X-RateLimit-Limit": str(per_minute),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": str(reset),
        }

    def most_in_a_minute(self) -> int:
        """The most requests that ever came within a minute, wherever it began."""
        times, most, first = sorted(self.requests), 0, 0
        for last, moment in enumerate(times):
            while moment - times[first] >= MINUTE:
                first += 1
            most = max(most, last - first + 1)
        return most

    def _recent(self, now: datetime) -> list[datetime]:
        return [moment for moment in self.granted if now - moment < MINUTE]
