"""Times as people read them: the reader's clock by Slack's date token, the other one in words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.calls.call import Call, Request
from bot.calls.timing import Instant, Window
from bot.understanding.zones import zone_label


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
    mine = f"{on_clock(at, request.asker_zone)} (your time)"
    theirs = [f"{on_clock(at, zone)} (their time)" for zone in request.callee_zones]
    if not theirs:
        return [mine, "Their time zone is unknown"]
    if len(theirs) > 1:
        spread = sorted({zone_label(zone, at) for zone in request.callee_zones})
        return [mine, f"Their time zone is one of {len(theirs)}: {', '.join(spread[:6])}"]
    if same_clock(at, request.asker_zone, request.callee_zones[0]):
        return [f"{on_clock(at, request.asker_zone)} (their time and yours)"]
    lines = [theirs[0], mine]
    return lines if request.zone_source == "recipient" else lines[::-1]


def _window_lines(request: Request, window: Window) -> list[str]:
    lines = [f"Between {between(window, window.zone)}"]
    others = (request.asker_zone, *request.callee_zones[:1])
    for zone, whose in zip(others, ("your time", "their time"), strict=False):
        if not same_clock(window.start, zone, window.zone):
            lines.append(f"From {on_clock(window.start, zone)} ({whose})")
        else:
            lines[0] += f" ({whose})" if "(" not in lines[0] else ""
    return lines


def between(window: Window, zone: str) -> str:
    """A window in words, on one clock."""
    start = window.start.astimezone(ZoneInfo(zone))
    label = zone_label(zone, window.start)
    if window.daily_start and window.daily_end:
        hours = f"{window.daily_start:%-I:%M %p} and {window.daily_end:%-I:%M %p} {label}"
        days = "every day" if window.allow_on_weekends else "Monday to Friday"
        until = f" to {window.end.astimezone(ZoneInfo(zone)):%a %-d %b}" if window.end else ""
        return f"{hours}, {days} from {start:%a %-d %b %Y}{until}"
    if window.end is None:
        return f"{start:%a %-d %b %Y, %-I:%M %p} {label} and later"
    end = window.end.astimezone(ZoneInfo(zone))
    if end.date() == start.date():
        return f"{start:%-I:%M %p} and {end:%-I:%M %p} {label} on {start:%a %-d %b %Y}"
    return f"{start:%a %-d %b, %-I:%M %p} and {end:%a %-d %b, %-I:%M %p} {label}"


def due_words(call: Call) -> str:
    """When a waiting call will be dialled: the reader's clock, and the called person's in words."""
    zones = call.request.callee_zones
    theirs = f" · {short_on_clock(call.due, zones[0])} for them" if len(zones) == 1 else ""
    return f"{token(call.due)}{theirs}"


def choice_words(when: Instant | Window, asker_zone: str, callee_zone: str | None) -> str:
    """One reading on a button: weekday, date, time, zone, on both clocks."""
    if isinstance(when, Window):
        return between(when, when.zone)
    mine = short_on_clock(when.start, asker_zone)
    if callee_zone is None or same_clock(when.start, asker_zone, callee_zone):
        return mine
    local = when.start.astimezone(ZoneInfo(callee_zone))
    return f"{mine} = {local:%a %-I:%M %p} {zone_label(callee_zone, when.start)} there"
