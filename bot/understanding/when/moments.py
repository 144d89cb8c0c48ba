"""Reads times counted from another: "in 20 minutes", "a week from Friday", "5 days ago"."""

from datetime import date

from bot.understanding.when.calendar_dates import calendar_date_at, day_of_month_at
from bot.understanding.when.clock_times import clock_at
from bot.understanding.when.items import DAY_MINUTES, Clock, Day, Form, Item, Length, Role
from bot.understanding.when.lengths import length_at
from bot.understanding.when.line import Line
from bot.understanding.when.weekdays import day_at
from bot.understanding.when.words import UNITS

_FROM = frozenset({"from", "after", "on"})
_NEARLY = frozenset(
    {"about", "around", "approximately", "approx", "roughly", "exactly", "just", "~", "another"}
)


def moment_at(line: Line, i: int, today: date) -> Item | None:
    """What is counted in lengths of time at ``i``."""
    return (
        _within(line, i)
        or _gone(line, i)
        or _after_opener(line, i, today)
        or _counted(line, i, today)
    )


def _within(line: Line, i: int) -> Item | None:
    """ "within 2 hours", "in the next 3 hours", "next hour", "over the next couple of days"."""
    j = line.past(
        i, {"in", "over", "during", "for", "the", "within", "inside", "sometime", "under", "of"}
    )
    opened = any(line.word(k) in {"within", "inside", "under"} for k in range(i, j))
    if line.word(j) in {"next", "coming"}:
        j, opened = j + 1, True
    elif line.word(j) == "less" and line.word(j + 1) == "than":
        j, opened = j + 2, True
    if not opened:
        return None
    found = length_at(line, j) or _one_unit(line, j)
    if found is None:
        return None
    if line.word(j) in {"day", "week", "month", "year"} and line.word(j - 1) in {"next", "coming"}:
        return None  # "next week", "next month" are days of the calendar
    return Item(Role.WITHIN, i, found[1], found[0])


def _one_unit(line: Line, j: int) -> tuple[Length, int] | None:
    """ "within the hour", "next hour"."""
    unit = UNITS.get(line.word(j))
    if unit in {"minute", "hour"} and len(line.word(j)) > 1:
        return Length(seconds=60 if unit == "minute" else 3600), j + 1
    if unit in {"day", "week", "month"} and line.word(j - 1) in {"a", "the"}:
        days = {"day": 1, "week": 7, "month": 0}[unit]
        return Length(days=days, months=unit == "month"), j + 1
    return None


def _gone(line: Line, i: int) -> Item | None:
    """Anything that is over: "yesterday", "2 hours ago", "last week", "last few minutes"."""
    word = line.word(i)
    if word in {"yesterday", "ago", "previously"} or (
        word == "earlier" and line.word(i - 1) != "or"
    ):
        return Item(Role.PAST, i, i + 1)
    j = line.past(i, {"the", "in", "over", "for"})
    if line.word(j) in {"last", "past", "previous"}:
        unit = line.word(j + 1) in {"night", "evening", "morning", "afternoon", "few", "couple"}
        if unit or UNITS.get(line.word(j + 1)) or length_at(line, j + 1) is not None:
            return Item(Role.PAST, i, j + 2)
    found = length_at(line, i)
    if found is not None and line.word(found[1]) in {"ago", "earlier", "prior"}:
        return Item(Role.PAST, i, found[1] + 1)
    return None


def _after_opener(line: Line, i: int, today: date) -> Item | None:
    """ "in 20 minutes", "after an hour", "+15 minutes", "for 2 hours"."""
    opener = line.word(i)
    if opener not in {"in", "after", "+", "for"}:
        return None
    j = line.past(i + 1, _NEARLY | {"the", "some"} if opener == "in" else _NEARLY)
    found = length_at(line, j)
    if found is None:
        return None
    length, j = found
    if opener == "for":
        return Item(Role.LASTING, i, j, length)
    based = _from_day(line, i, j, length, today)
    if based is not None:
        return based
    return _later(line, i, _past_tail(line, j), length, today)


def _past_tail(line: Line, j: int) -> int:
    """Behind "from now", "time", "later", "hence"."""
    if line.word(j) in {"from", "after"} and line.word(j + 1) in {"now", "today"}:
        return j + 2
    return line.past(j, {"time", "later", "hence"})


def _counted(line: Line, i: int, today: date) -> Item | None:
    """A length without an opener: "20 mins", "3 days from now", "a week on Tuesday"."""
    found = length_at(line, i)
    if found is None:
        return None
    length, j = found
    if _is_clock_with_h(line, i):
        return None
    based = _from_day(line, i, j, length, today) or _from_clock(line, i, j, length)
    if based is not None:
        return based
    if line.word(j) in {"past", "to", "until", "before", "after"} and clock_at(line, i) is not None:
        return None  # "20 minutes to 3"
    end = _past_tail(line, j)
    item = _later(line, i, end, length, today)
    if end > j:
        return item
    return Item(item.role, i, end, item.value, weak=True, shy=True)


def _is_clock_with_h(line: Line, i: int) -> bool:
    """ "15h00", "1400hrs", "at 9h" are clock times, "1h30" is a length."""
    return line.word(i + 1) in {"h", "hrs", "hr", "hours"} and clock_at(line, i) is not None


def _later(line: Line, i: int, j: int, length: Length, today: date) -> Item:
    """Whole days name a day; hours and minutes name a moment; "or two" asks."""
    if length.vague or _is_range_of_lengths(line, i, j):
        return Item(Role.VAGUE, i, j)
    if length.coarse:
        return Item(Role.DAY, i, j, _day_later(length, today, 1))
    return Item(Role.LATER, i, j, length)


def _is_range_of_lengths(line: Line, i: int, j: int) -> bool:
    """ "10-15 minutes", "an hour or two", "2 to 3 hours"."""
    if line.word(j) == "or" and (line.number(j + 1) >= 0 or length_at(line, j + 1) is not None):
        return True
    return line.word(i - 1) in {"-", "to", "or"} and line.number(i - 2) >= 0


def _day_later(length: Length, start: date, sign: int) -> Day:
    day = length.after(start, sign)
    return Day((day,)) if day is not None else Day(())


def _from_day(line: Line, i: int, j: int, length: Length, today: date) -> Item | None:
    """ "a week from Friday", "two days after the 5th", "2 days before Monday"."""
    if not length.coarse:
        return None
    joiner = line.word(j)
    k = j + 1 if joiner in _FROM | {"before"} else j
    if k == j and line.word(j) not in {"tomorrow", "today"}:
        return None
    day = (
        day_at(line, k, today)
        or calendar_date_at(line, k, today)
        or day_of_month_at(line, k, today)
    )
    if day is None or not isinstance(day.value, Day):
        return None
    if joiner == "on" and length.days % 7:  # "in 3 days on Friday" names the day twice
        return None
    if length.vague or not day.value.dates:
        return Item(Role.VAGUE, i, day.end)
    sign = -1 if joiner == "before" else 1
    dates = tuple(date_ for start in day.value.dates if (date_ := length.after(start, sign)))
    return Item(Role.DAY, i, day.end, Day(dates, doubt=day.value.doubt))


def _from_clock(line: Line, i: int, j: int, length: Length) -> Item | None:
    """ "an hour before noon", "30 minutes after 5pm"."""
    if length.coarse or line.word(j) not in {"before", "after", "past", "to", "until"}:
        return None
    found = clock_at(line, j + 1)
    if found is None or found[0].form not in {Form.MARKED, Form.H24} or found[0].minute < 0:
        return None
    sign = 1 if line.word(j) in {"after", "past"} else -1
    minute = found[0].minute + sign * int(length.seconds // 60)
    if not 0 <= minute < DAY_MINUTES:
        return Item(Role.VAGUE, i, found[1])
    return Item(Role.CLOCK, i, found[1], Clock(minute, Form.MARKED))
