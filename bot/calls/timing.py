"""When a call may begin: one moment, or a window with daily hours, on a named clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
LOOK_AHEAD_DAYS = 14  # a window that opens on no day of two weeks is taken as closed


@dataclass(frozen=True, slots=True)
class Instant:
    """One moment at which a call shall begin.

    ``start`` is aware, in the zone it was said in; ``zone`` is that zone's IANA name.
    """

    start: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Window:
    """Between when a call may begin.

    ``start`` is aware: the first moment. ``end`` is aware, or ``None`` for open-ended.
    ``daily_start`` and ``daily_end`` are wall-clock hours of each day in ``zone``, for windows over
    several days; ``None`` for a window within one day.
    """

    start: datetime
    end: datetime | None
    zone: str
    daily_start: time | None = None
    daily_end: time | None = None
    allow_on_weekends: bool = True


def next_start(window: Window, after: datetime) -> datetime | None:
    """The first moment at or after ``after`` (aware) at which the window is open, in UTC.

    ``None`` when it never opens again.
    """
    moment = max(window.start, after).astimezone(UTC)
    for opens, closes in _openings(window, moment):
        begin = max(moment, opens)
        if begin < closes and (window.end is None or begin < window.end):
            return begin
    return None


def open_until(window: Window, moment: datetime) -> datetime | None:
    """The first moment after ``moment`` (aware) at which the window is closed, in UTC.

    Days that are open around the clock run into each other, for as far as is looked ahead. ``None``
    when it is closed at ``moment`` itself.
    """
    end = moment = moment.astimezone(UTC)
    if moment < window.start:
        return None
    for opens, closes in _openings(window, moment):
        if opens > end:
            break
        end = max(end, closes)
    if window.end is not None:
        end = min(end, window.end.astimezone(UTC))
    return end if end > moment else None


def _openings(window: Window, moment: datetime) -> list[tuple[datetime, datetime]]:
    """Opening hours in UTC of the days from ``moment`` on; a DST change resizes one."""
    zone = ZoneInfo(window.zone)
    first = moment.astimezone(zone).date()
    days = [first + i * DAY for i in range(LOOK_AHEAD_DAYS + 1)]
    opens_at, closes_at = window.daily_start or time.min, window.daily_end
    hours = []
    for day in days:
        if day.weekday() >= 5 and not window.allow_on_weekends:
            continue
        opens = datetime.combine(day, opens_at, zone).astimezone(UTC)
        closes = (
            datetime.combine(day, closes_at, zone)
            if closes_at
            else datetime.combine(day + DAY, time.min, zone)
        )
        hours.append((opens, closes.astimezone(UTC)))
    return hours
