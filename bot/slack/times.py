"""Times as people read them: the reader's clock by Slack's date token, the other one in words."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.calls.call import Call, Request
from bot.calls.timing import Instant, Window
from bot.understanding.zones import zone_label

UNKNOWN = "Their time zone is unknown"
HALF_A_DAY = timedelta(hours=12)
MINE, THEIRS, BOTH = " (your time)", " (their time)", " (their time and yours)"


def token(at: datetime, style: str = "{date_short_pretty} at {time}") -> str:
    """``at`` on the reader's own clock; UTC in words where Slack cannot draw it."""
    there = at.astimezone(UTC)
    return f"<!date^{int(at.timestamp())}^{style}|{there:%a %-d %b %Y, %H:%M} UTC>"


def on_clock(at: datetime, zone: str) -> str:
    """``Sat 21 Nov 2026, 10:00 AM PST``."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%a %-d %b %Y, %-I:%M %p} {zone_label(zone, at)}"


def short_on_clock(at: datetime, zone: str) -> str:
    """``Sat 21 Nov, 10:00 AM PST``."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%a %-d %b, %-I:%M %p} {zone_label(zone, at)}"


def same_clock(at: datetime, one: str, other: str) -> bool:
    """Whether two zones show the same time at that moment."""
    return at.astimezone(ZoneInfo(one)).utcoffset() == at.astimezone(ZoneInfo(other)).utcoffset()


def when_lines(request: Request, now: datetime) -> list[str]:
    """The time of a request on both clocks, the one it was said in first."""
    when = request.when
    if when is None:
        return ["As soon as you confirm", *_both(request, now)]
    if isinstance(when, Instant):
        return _both(request, when.start)
    return _window_lines(request, when)


def _both(request: Request, at: datetime) -> list[str]:
    mine, zones = on_clock(at, request.asker_zone), request.callee_zones
    if not zones:
        return [f"{mine} (your time)", UNKNOWN]
    if _all_on_clock(at, zones, request.asker_zone):
        return [f"{mine} (their time and yours)"]
    lines = [_theirs(at, zones), f"{mine} (your time)"]
    return lines if request.zone_source == "recipient" else lines[::-1]


def _theirs(at: datetime, zones: Sequence[str]) -> str:
    west, east = _ends(at, zones)
    if same_clock(at, west, east):
        return f"{on_clock(at, west)} (their time)"
    return f"{_spread(at, zones)} (their time, {_which(zones)})"


def _spread(at: datetime, zones: Sequence[str]) -> str:
    """One moment in all the zones a number may be in: the westernmost to the easternmost clock."""
    west, east = _ends(at, zones)
    if same_clock(at, west, east):
        return short_on_clock(at, west)
    return f"{short_on_clock(at, west)} to {short_on_clock(at, east)}"


def _which(zones: Sequence[str]) -> str:
    return f"depending on which of {len(zones)} time zones they are in"


def _ends(at: datetime, zones: Sequence[str]) -> tuple[str, str]:
    order = sorted(zones, key=lambda zone: at.astimezone(ZoneInfo(zone)).replace(tzinfo=None))
    return order[0], order[-1]


def _all_on_clock(at: datetime, zones: Sequence[str], clock: str) -> bool:
    return all(same_clock(at, zone, clock) for zone in zones)


def _window_lines(request: Request, window: Window) -> list[str]:
    """The clock the window was said in first, then every other clock that matters."""
    at, zones = window.start, request.callee_zones
    mine = same_clock(at, request.asker_zone, window.zone)
    theirs = bool(zones) and _all_on_clock(at, zones, window.zone)
    whose = {(True, True): BOTH, (True, False): MINE, (False, True): THEIRS}.get((mine, theirs), "")
    lines = [between(window, window.zone) + whose]
    if not mine:
        shared = bool(zones) and not theirs and _all_on_clock(at, zones, request.asker_zone)
        lines.append(_elsewhere(window, request.asker_zone) + (BOTH if shared else MINE))
        theirs = theirs or shared
    if not zones:
        lines.append(UNKNOWN)
    elif not theirs and _all_on_clock(at, zones, zones[0]):
        lines.append(_elsewhere(window, zones[0]) + THEIRS)
    elif not theirs:
        lines.append(f"It begins {_spread(at, zones)} (their time, {_which(zones)})")
    return lines


def _elsewhere(window: Window, zone: str) -> str:
    """The same window on another clock; its days were said already."""
    if window.daily_start or window.daily_end:
        return f"Between {_daily(window, zone, ' and ')} {zone_label(zone, window.start)}"
    return between(window, zone)


def between(window: Window, zone: str) -> str:
    """A window in words, on one clock."""
    start, end = window.start.astimezone(ZoneInfo(zone)), window.end
    label = zone_label(zone, window.start)
    if window.daily_start or window.daily_end:
        until = f" to {end.astimezone(ZoneInfo(zone)):%a %-d %b %Y}" if end else ""
        days = f"{_days(window)} from {start:%a %-d %b %Y}{until}"
        return f"Between {_daily(window, zone, ' and ')} {label}, {days}"
    if end is None:
        return f"From {start:%a %-d %b %Y, %-I:%M %p} {label} on{_weekdays_only(window)}"
    last, last_label = end.astimezone(ZoneInfo(zone)), zone_label(zone, end)
    if last.date() == start.date():
        return f"Between {start:%-I:%M %p} and {last:%-I:%M %p} {label} on {start:%a %-d %b %Y}"
    first = f"{start:%a %-d %b, %-I:%M %p}" + (f" {label}" if label != last_label else "")
    return (
        f"Between {first} and {last:%a %-d %b %Y, %-I:%M %p} {last_label}{_weekdays_only(window)}"
    )


def _daily(window: Window, zone: str, joint: str) -> str:
    """The daily hours of a window on another clock, as they fall on its first day."""
    home, day = ZoneInfo(window.zone), window.start.astimezone(ZoneInfo(window.zone)).date()
    hours = (window.daily_start or time.min, window.daily_end or time.min)
    there = [datetime.combine(day, each, home).astimezone(ZoneInfo(zone)) for each in hours]
    return joint.join(f"{each:%-I:%M %p}" for each in there)


def _days(window: Window) -> str:
    return "every day" if window.allow_on_weekends else "Monday to Friday"


def _weekdays_only(window: Window) -> str:
    return "" if window.allow_on_weekends else ", Monday to Friday"


def due_words(call: Call) -> str:
    """When a waiting call will be dialled: the reader's clock, and the called person's in words."""
    zones = call.request.callee_zones
    return f"{token(call.due)} · {_spread(call.due, zones)} for them" if zones else token(call.due)


def span_words(start: datetime, end: datetime) -> str:
    """``today at 10:00 AM and 11:00 AM``, for "between", on the reader's own clock."""
    short = end - start < HALF_A_DAY
    return f"{token(start)} and {token(end, '{time}') if short else token(end)}"


def span_for_them(start: datetime, end: datetime, zones: Sequence[str]) -> str:
    """The same on the clock of the person called; empty when that is unknown."""
    if not zones:
        return ""
    if not _all_on_clock(start, zones, zones[0]):
        return f"It begins {_spread(start, zones)} for them"
    zone = ZoneInfo(zones[0])
    window = Window(start.astimezone(zone), end.astimezone(zone), zones[0])
    return f"{_short_window(window)} for them"


def choice_words(when: Instant | Window, asker_zone: str, callee_zone: str | None) -> str:
    """One reading on a button, at most 75 characters; what tells it from the others comes first."""
    if isinstance(when, Window):
        return _short_window(when)
    mine = short_on_clock(when.start, asker_zone)
    if callee_zone is None or same_clock(when.start, asker_zone, callee_zone):
        return mine
    local = when.start.astimezone(ZoneInfo(callee_zone))
    return f"{mine} = {local:%a %-I:%M %p} {zone_label(callee_zone, when.start)} there"


def _short_window(window: Window) -> str:
    zone = ZoneInfo(window.zone)
    start, label = window.start.astimezone(zone), zone_label(window.zone, window.start)
    last = window.end.astimezone(zone) if window.end else None
    if window.daily_start or window.daily_end:
        days = "" if window.allow_on_weekends else " Mon-Fri"
        until = f" - {last:%-d %b}" if last else " on"
        return f"{start:%-d %b}{until}{days}, {_daily(window, window.zone, ' - ')} {label}"
    if last is None:
        return f"From {start:%a %-d %b, %-I:%M %p} {label} on"
    if last.date() == start.date():
        return f"{start:%a %-d %b, %-I:%M %p} - {last:%-I:%M %p} {label}"
    return f"{start:%a %-d %b, %-I:%M %p} - {last:%a %-d %b, %-I:%M %p} {label}"
