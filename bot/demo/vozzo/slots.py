"""When the stand-in rings: in a slot of each day from a date on, as the request has no end date."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """``zone`` is an IANA name; both times are of the same day on its clock.

    What the real one does with a slot that is over already is not documented. Here the next day's
    is taken, which is the worst that could happen: a mistake in a date shows as a late call.
    """

    zone: str
    first_day: date
    start: time
    end: time
    weekends: bool

    def opens(self, now: datetime) -> datetime:
        """The first moment from ``now`` (aware) on at which it rings, in UTC."""
        clock = ZoneInfo(self.zone)
        day = max(self.first_day, now.astimezone(clock).date())
        while self._is_over(day, clock, now):
            day += DAY
        return max(datetime.combine(day, self.start, clock), now).astimezone(UTC)

    def _is_over(self, day: date, clock: ZoneInfo, now: datetime) -> bool:
        if day.weekday() >= 5 and not self.weekends:
            return True
        return datetime.combine(day, self.end, clock).astimezone(UTC) <= now
