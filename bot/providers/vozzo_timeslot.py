"""From the moment a phone shall ring to the slot Vozzo is given: a date and two times of day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.calls.timing import DAY, Window, next_start, open_until

MINUTE = timedelta(minutes=1)
LEAST = timedelta(minutes=5)  # with less of its time left, a call is better given on the next day
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of one day on the provider's clock; ``zone`` is the provider's word for that clock.

    ``begins`` and ``until`` are the same two minutes in aware UTC.
    """

    zone: str
    day: date
    start: time
    end: time
    on_weekend: bool
    begins: datetime
    until: datetime


class NoRoom(Exception):
    """No slot at this moment. At ``goes_on`` (aware UTC) there may be one; ``None``: never."""

    def __init__(self, goes_on: datetime | None) -> None:
        super().__init__()
        self.goes_on = goes_on


def slot_of(
    begins: datetime,
    window: Window | None,
    zones: Mapping[str, str],
    minutes: int,
    latest: datetime | None = None,
) -> Slot:
    """The slot in which a phone may ring from ``begins`` (aware) on.

    It has ``minutes``, or what is left of the window's opening; it ends before the provider's
    midnight, which a slot cannot cross, and before ``latest`` (aware). ``zones`` are the
    provider's words by IANA name, at least one. Raises ``NoRoom``.
    """
    name = clock_for(window, zones)
    clock = ZoneInfo(name)
    start = _first_minute(begins, window)
    midnight = _midnight_after(start, clock)
    closes = _closing(start, window, min(midnight, latest or midnight))
    end = start + minutes * MINUTE if window is None else _whole_minute(closes)
    last = midnight if latest is None else min(midnight, _whole_minute(latest))
    end = _before_any_doubt(min(end, last - MINUTE), clock)
    if closes - max(start, begins) < LEAST:
        raise NoRoom(_from(closes, window))
    if end - start < LEAST - MINUTE or _comes_twice(start, clock):
        raise NoRoom(_from(min(start + QUARTER, closes), window))
    return _written(start, end, clock, zones[name])


def clock_for(window: Window | None, zones: Mapping[str, str]) -> str:
    """The zone (IANA) a slot is written in: the window's own if the provider has a word for it."""
    return window.zone if window is not None and window.zone in zones else next(iter(zones))


def _written(start: datetime, end: datetime, clock: ZoneInfo, word: str) -> Slot:
    local_start, local_end = start.astimezone(clock), end.astimezone(clock)
    return Slot(
        zone=word,
        day=local_start.date(),
        start=local_start.time(),
        end=local_end.time(),
        on_weekend=local_start.weekday() >= 5,
        begins=start,
        until=end,
    )


def _first_minute(begins: datetime, window: Window | None) -> datetime:
    """The minute ``begins`` lies in; the next one if the window was still closed as it began."""
    minute = _whole_minute(begins)
    if window is None or open_until(window, minute) is not None:
        return minute
    return minute + MINUTE


def _closing(start: datetime, window: Window | None, midnight: datetime) -> datetime:
    """When the time that may be used from ``start`` on is over; ``start`` itself when none may."""
    if window is None:
        return midnight
    return min(open_until(window, start) or start, midnight)


def _from(moment: datetime, window: Window | None) -> datetime | None:
    return moment if window is None else next_start(window, moment)


def _whole_minute(moment: datetime) -> datetime:
    """Offsets of zones are whole minutes, so this is a whole minute on every clock."""
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


def _midnight_after(moment: datetime, clock: ZoneInfo) -> datetime:
    tomorrow = moment.astimezone(clock).date() + DAY
    return datetime.combine(tomorrow, time.min, clock).astimezone(UTC)


def _before_any_doubt(end: datetime, clock: ZoneInfo) -> datetime:
    """Itself, or the last minute before a stretch of time that the clock shows twice."""
    while _comes_twice(end, clock):
        end -= MINUTE
    return end


def _comes_twice(moment: datetime, clock: ZoneInfo) -> bool:
    """Where clocks go back; who reads such a time may take it for the other one."""
    local = moment.astimezone(clock)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
