"""Reads a range of clock times ("2-4pm", "9 to 5", "between 2 and 4") and settles its am and pm."""

from bot.understanding.when.clock_times import clock_at
from bot.understanding.when.items import DAY_MINUTES, NOON, Clock, ClockRange, Form
from bot.understanding.when.line import Line
from bot.understanding.when.tokens import Kind

RangeFound = tuple[ClockRange, int, str]
Minutes = tuple[int, int]

_JOINERS = frozenset({"-", "to", "until", "through", "~"})
_EVENING = 18 * 60


def range_at(line: Line, i: int) -> RangeFound | None:
    """The range that begins at ``i``, with or without "from" or "between"."""
    opener = line.word(i) if line.word(i) in {"from", "between"} else ""
    begin = clock_at(line, i + 1 if opener else i)
    if begin is None or (begin[0].doubt == "range_or_clock" and not opener):
        return None
    if begin[0].doubt == "range_or_clock":  # "from ten to four"
        return _spelled_range(line, i + 1)
    start, j, first_weak = begin
    joiners = _JOINERS | {"and", "&"} if opener == "between" else _JOINERS
    if line.word(j) not in joiners:
        return None
    after = line.past(j + 1, {"at", "about", "around", "before"} if opener else {"at"})
    finish = clock_at(line, after)
    if finish is None or line.at(j + 1).kind is Kind.MARK:
        return None
    end, j, last_weak = finish
    strong = bool(opener) or not (first_weak and last_weak)
    return ClockRange(start, end), j, "" if strong else "weak"


def _spelled_range(line: Line, i: int) -> RangeFound | None:
    hours = line.number(i), line.number(i + 2)
    end = clock_at(line, i + 2)
    if hours[0] < 0 or end is None:
        return None
    return ClockRange(Clock(hours[0] * 60, Form.OPEN), end[0]), end[1], ""


def settled(times: ClockRange, half: str = "") -> tuple[Minutes, ...]:
    """Every reading of the range in minutes of the day; an end after midnight counts on.

    ``half`` is "am" or "pm" when a part of the day says so. No reading: it ends before it starts.
    """
    marker = half or _marker(times.end)
    together = _both_marked(times, marker)
    if together is not None:
        return (together,)
    found = ((start, _end_after(start, times.end)) for start in _starts(times))
    return tuple((start, end) for start, end in found if end is not None)


def has_open_start(times: ClockRange, half: str = "") -> bool:
    """Is it open whether the range starts in the morning or the afternoon: "half past 7 to 4pm"?"""
    if _both_marked(times, half or _marker(times.end)) is not None:
        return False
    return len(_starts(times)) > 1


def _marker(end: Clock) -> str:
    if end.form is not Form.MARKED:
        return ""
    return "pm" if end.minute >= NOON else "am"


def _both_marked(times: ClockRange, marker: str) -> Minutes | None:
    """One marker for both ends, if the end is then after the start: "2 to 4 pm"."""
    if times.start.form is not Form.OPEN or not marker:
        return None
    start = times.start.readings(marker)[0]
    end = times.end.readings(marker)[0]
    return (start, end) if start < end else None


def _starts(times: ClockRange) -> tuple[int, ...]:
    """The start on its own; beside an end after 12:59 it is on the 24-hour clock too: "8-17"."""
    if times.start.form is Form.OPEN and times.end.form is Form.H24 and times.end.minute >= 13 * 60:
        both = times.start.readings()
        return (times.start.minute,) if times.start.minute % 60 == 0 else both
    return times.start.readings()


def _end_after(start: int, end: Clock) -> int | None:
    """The first reading of the end that lies after the start."""
    readings = end.readings() if end.form is not Form.OPEN else _twice(end)
    later = [minute for minute in readings if minute > start]
    if later:
        return min(later)
    overnight = min(readings) + DAY_MINUTES
    return overnight if start >= _EVENING and overnight < start + NOON else None


def _twice(end: Clock) -> tuple[int, int]:
    morning = end.minute % NOON
    return morning, morning + NOON
