"""The base calling hours: 08:00 to 21:00 on the clock of the person called, in every zone."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.calls.timing import Instant, Window

OPENS, CLOSES = time(8), time(21)
_STEP = timedelta(minutes=15)  # zone offsets are multiples of it
_LOOK_AHEAD = timedelta(days=3)


def is_allowed(when: Instant | Window, zones: tuple[str, ...]) -> bool:
    """May a call begin then? A window is allowed if any moment of it is. No zones: nobody knows."""
    if not zones or not _ever_open(when.start, zones):
        return True
    if isinstance(when, Instant):
        return _open(when.start, zones)
    return any(_open(moment, zones) for moment in _moments(when))


def next_allowed(when: Instant | Window, zones: tuple[str, ...]) -> Instant | None:
    """The next moment from the start of ``when`` on at which a call may begin, in the same zone."""
    if not zones:
        return None
    moment = _next_quarter(when.start)
    last = moment + _LOOK_AHEAD
    while moment < last:
        if _open(moment, zones):
            return Instant(moment.astimezone(ZoneInfo(when.zone)), when.zone)
        moment += _STEP
    return None


def _open(moment: datetime, zones: tuple[str, ...]) -> bool:
    return all(OPENS <= moment.astimezone(ZoneInfo(zone)).time() < CLOSES for zone in zones)


def _ever_open(start: datetime, zones: tuple[str, ...]) -> bool:
    """Zones around the globe share no allowed hour (toll-free numbers): they tell nothing."""
    first = start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return any(_open(first + timedelta(hours=hour), zones) for hour in range(24))


def _moments(window: Window) -> list[datetime]:
    """Sample moments of the first days of a window, in steps no opening hour can slip through."""
    first = window.start.astimezone(UTC)
    last = (
        min(window.end.astimezone(UTC), first + _LOOK_AHEAD) if window.end else first + _LOOK_AHEAD
    )
    moments = [first]
    moment = _next_quarter(first)
    while moment < last:
        moments.append(moment)
        moment += _STEP
    return [moment for moment in moments if _in_daily_hours(moment, window)]


def _in_daily_hours(moment: datetime, window: Window) -> bool:
    if window.daily_start is None or window.daily_end is None:
        return True
    local = moment.astimezone(ZoneInfo(window.zone)).time()
    return window.daily_start <= local < window.daily_end


def _next_quarter(moment: datetime) -> datetime:
    """The first quarter of an hour at or after the moment, in UTC."""
    moment = moment.astimezone(UTC)
    rest = timedelta(
        minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond
    )
    return moment + (_STEP - rest if rest else timedelta())
