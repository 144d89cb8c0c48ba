"""Whether a reading can be called by the base hours, and the next moment that can."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.calls.base_hours import LOOK_AHEAD, STEP, is_open, next_open, next_quarter
from bot.calls.timing import Instant, Window


def is_allowed(when: Instant | Window, zones: tuple[str, ...]) -> bool:
    """May a call begin then? A window is allowed if any moment of it is. No zones: nobody knows."""
    if is_open(when.start, zones):
        return True
    if next_open(when.start, zones) is None:
        return True  # zones around the globe (toll-free) share no hour: they tell nothing
    if isinstance(when, Instant):
        return False
    return any(is_open(moment, zones) for moment in _moments(when))


def next_allowed(when: Instant | Window, zones: tuple[str, ...]) -> Instant | None:
    """The next moment from the start of ``when`` on at which a call may begin, in the same zone."""
    moment = next_open(next_quarter(when.start), zones) if zones else None
    return Instant(moment.astimezone(ZoneInfo(when.zone)), when.zone) if moment else None


def _moments(window: Window) -> list[datetime]:
    """Sample moments of the first days of a window, in steps no opening hour can slip through."""
    first = window.start.astimezone(UTC)
    far = first + LOOK_AHEAD
    last = min(window.end.astimezone(UTC), far) if window.end else far
    moments = [first]
    moment = next_quarter(first)
    while moment < last:
        moments.append(moment)
        moment += STEP
    return [moment for moment in moments if _in_daily_hours(moment, window)]


def _in_daily_hours(moment: datetime, window: Window) -> bool:
    if window.daily_start is None or window.daily_end is None:
        return True
    local = moment.astimezone(ZoneInfo(window.zone)).time()
    return window.daily_start <= local < window.daily_end
