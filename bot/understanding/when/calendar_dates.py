"""Reads dates of the calendar: "24 October", "May 5th 2027", "22/04", "2026-12-01", "the 15th"."""

from datetime import date

from bot.understanding.when.items import Day, Item, Role, Span, months_later
from bot.understanding.when.line import Line
from bot.understanding.when.tokens import Kind
from bot.understanding.when.words import MERIDIEMS, MONTHS, PART_WORDS, UNITS

_JOINERS = frozenset({"-", "to", "until", "through"})
_LEAP_YEARS_APART = 8  # 29 February may be eight years away
_IMPOSSIBLE = Day(dates=())


def made(year: int, month: int, day: int) -> date | None:
    """The date, or None when there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def coming(month: int, day: int, today: date) -> date | None:
    """The next such date, today included."""
    years = range(today.year, min(today.year + _LEAP_YEARS_APART, 9998) + 1)
    dates = (made(year, month, day) for year in years)
    return next((found for found in dates if found is not None and found >= today), None)


def calendar_date_at(line: Line, i: int, today: date) -> Item | None:
    """The calendar date, or range of dates, that begins at ``i``."""
    if line.at(i).kind is Kind.DATE:
        return _numeric(line, i, today)
    if line.at(i).kind is Kind.DOTTED:
        return _dotted(line, i, today)
    return _month_first(line, i, today) or _day_first(line, i, today)


# numeric dates -----------------------------------------------------------------------------------


def _numeric(line: Line, i: int, today: date) -> Item | None:
    text = line.at(i).text
    if text == "24/7":
        return Item(Role.VAGUE, i, i + 1)
    if UNITS.get(line.word(i + 1)) and len(text) == 3:  # "1/2 hour"
        return None
    separator = next(char for char in text if not char.isdigit())
    numbers = [int(part) for part in text.split(separator)]
    if len(text.split(separator)[0]) == 4:
        return Item(Role.DAY, i, i + 1, _day_of(made(*numbers)))
    if separator == "." and len(text.split(separator)[-1]) == 2 and not _near(numbers[-1], today):
        return None  # a version number, not a date
    return Item(Role.DAY, i, i + 1, _either_order(numbers, today))


def _dotted(line: Line, i: int, today: date) -> Item | None:
    """ "22.05. 10:00" and "25.12": day before month, where no clock time can be meant."""
    day, month = map(int, line.at(i).text.split("."))
    behind = line.word(i + 1) == "." and line.at(i + 1).glued
    dated = behind and line.at(i + 2).kind in {Kind.CLOCK, Kind.NUMBER}
    if not dated and (day <= 23 or UNITS.get(line.word(i + 1))):
        return None
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    return Item(Role.DAY, i, i + 1 + behind, _day_of(coming(month, day, today)), weak=not dated)


def _near(short_year: int, today: date) -> bool:
    return abs(2000 + short_year - today.year) <= 2


def _either_order(numbers: list[int], today: date) -> Day:
    first, second = numbers[:2]
    orders = {"dm": (second, first), "md": (first, second)}  # (month, day)
    read = {name: _numeric_date(*order, numbers[2:], today) for name, order in orders.items()}
    found = sorted((date_, name) for name, date_ in read.items() if date_ is not None)
    if len(found) == 2 and found[0][0] == found[1][0]:  # 5/5
        found = found[:1]
    dates, names = tuple(date_ for date_, _ in found), tuple(name for _, name in found)
    return Day(dates, doubt="day_month" if len(dates) > 1 else "", orders=names)


def _numeric_date(month: int, day: int, year: list[int], today: date) -> date | None:
    if not year:
        return coming(month, day, today)
    return made(year[0] if year[0] > 99 else 2000 + year[0], month, day)


def _day_of(day: date | None) -> Day:
    return Day((day,)) if day is not None else _IMPOSSIBLE


# dates with the name of a month ------------------------------------------------------------------


def _month_first(line: Line, i: int, today: date) -> Item | None:
    month = MONTHS.get(line.word(i), 0)
    if not month:
        return None
    j = line.past(i + 1, {".", ",", "the", "on", "-"})
    day = _day_number(line, j)
    if not day:
        return None
    last, k = _last_day(line, j + 1, day)
    return _finished(line, i, k, (month, day, last), today)


def _day_first(line: Line, i: int, today: date) -> Item | None:
    j = i + 1 if line.word(i) == "the" else i
    day = _day_number(line, j)
    if not day:
        return None
    last, k = _last_day(line, j + 1, day)
    k = line.past(k, {".", ",", "of", "the", "day", "-"})
    month = MONTHS.get(line.word(k), 0)
    if not month:
        return None
    return _finished(line, i, k + 1, (month, day, last), today)


def _day_number(line: Line, j: int) -> int:
    """A number that may be a day of a month, however large ("45 May" is impossible), or 0."""
    token = line.at(j)
    if token.kind is Kind.ORDINAL:
        return token.value
    if token.kind is not Kind.NUMBER or not 1 <= token.value <= 99:
        return 0
    follower = line.word(j + 1)
    taken = follower in MERIDIEMS or follower in {
        "o'clock",
        "minutes",
        "hours",
        "min",
        "mins",
        "hrs",
    }
    return 0 if taken or (line.at(j + 1).glued and UNITS.get(follower)) else token.value


def _last_day(line: Line, j: int, first: int) -> tuple[int, int]:
    """The last day of "13 to 15 July" or "July 13-15" and the index behind; 0: no range."""
    if line.word(j) not in _JOINERS and line.word(j) != "and":
        return 0, j
    k = line.past(j + 1, {"the"})
    last = _day_number(line, k)
    if not first < last <= 31:
        return 0, j
    if line.word(j) == "and" and line.at(k).kind is not Kind.ORDINAL:
        return 0, j
    return last, k + 1


def _finished(line: Line, i: int, j: int, said: tuple[int, int, int], today: date) -> Item:
    """The item for month, day and last day, with the year that may follow."""
    month, day, last = said
    year, j, doubt = _year(line, j, today)
    first = made(year, month, day) if year else coming(month, day, today)
    if first is None:
        return Item(Role.DAY, i, j, _IMPOSSIBLE)
    if not last:
        return Item(Role.DAY, i, j, Day((first,), doubt=doubt))
    end = made(first.year, month, last)
    if end is None:
        return Item(Role.DAY, i, j, _IMPOSSIBLE)
    ongoing = not year and made(today.year, month, day) != first and _runs(today, month, last)
    return Item(Role.SPAN, i, j, Span(first, end, doubt="ongoing" if ongoing else doubt))


def _runs(today: date, month: int, last: int) -> bool:
    end = made(today.year, month, last)
    return end is not None and today.month == month and today <= end


def _year(line: Line, j: int, today: date) -> tuple[int, int, str]:
    """The year at ``j``, the index behind, and a doubt when it may be a clock time; 0: none."""
    k = line.past(j, {",", "of", ".", "in", "-"})
    if line.word(k) in {"next", "this"} and line.word(k + 1) == "year":
        return today.year + (line.word(k) == "next"), k + 2, ""
    if line.word(k + 1) in MERIDIEMS | {"hrs", "h", "o'clock", "hours", ":"}:
        return 0, j, ""
    value, token = line.number(k), line.at(k)
    if token.spelled:  # "twenty twenty seven"
        short = line.number(k + 1) if value == 20 else -1
        return (2000 + short, k + 2, "") if 24 <= short <= 99 else (0, j, "")
    if len(token.text) == 4 and 1900 <= value <= 2199:
        doubtful = value > today.year + 3 and value % 100 < 60
        return value, k + 1, "year_or_clock" if doubtful else ""
    if len(token.text) == 2 and 24 <= value <= 59 and 2000 + value <= today.year + 10:
        return 2000 + value, k + 1, ""
    return 0, j, ""


# days of a month without its name ----------------------------------------------------------------


def day_of_month_at(line: Line, i: int, today: date) -> Item | None:
    """ "the 15th", "on 7th", "20th of next month", "on 15"."""
    j = line.past(i, {"on"})
    j = line.past(j, {"the"})
    token = line.at(j)
    if line.word(line.past(j + 1, {"of", "the", ".", ","})) in MONTHS:
        return None  # "on 9 September" begins at the 9
    if token.kind is Kind.ORDINAL and 1 <= token.value <= 99:
        known = not token.spelled or (j > i and _ends_a_date(line, j + 1))
        return _nth_day(line, i, j, today) if known else None
    if j > i and token.kind is Kind.NUMBER and 1 <= token.value <= 31 and not token.spelled:
        if line.word(j + 1) in MERIDIEMS | {"o'clock", "-", "to", "/"} or UNITS.get(
            line.word(j + 1)
        ):
            return None
        return Item(Role.DAY, i, j + 1, _next_nth(token.value, today), weak=True)
    return None


def _ends_a_date(line: Line, j: int) -> bool:
    """ "the first at noon" is a day, "the first call" is not."""
    timely = {"at", "from", "between", "by", "before", "after", "until", "to", "of", "and", "noon"}
    return line.at(j).kind is not Kind.WORD or line.word(j) in timely | set(PART_WORDS)


def _nth_day(line: Line, i: int, j: int, today: date) -> Item | None:
    nth, spelled = line.at(j).value, line.at(j).spelled
    month, k = _month_said(line, j + 1, today)
    if month is not None:
        return Item(Role.DAY, i, k, _day_of(made(month.year, month.month, nth)))
    if line.word(line.past(j + 1, {"of"})) in {"every", "each"}:
        return Item(Role.RECURRING, i, k + 1)
    return Item(Role.DAY, i, j + 1, _next_nth(nth, today), weak=spelled)


def _next_nth(nth: int, today: date) -> Day:
    months = (months_later(today.replace(day=1), ahead) for ahead in range(13))
    dates = (made(month.year, month.month, nth) for month in months)
    return _day_of(next((day for day in dates if day is not None and day >= today), None))


def _month_said(line: Line, j: int, today: date) -> tuple[date | None, int]:
    """The first day of the month in "of next month", "this month", "of the month"."""
    k = line.past(j, {"of", "in"})
    k = line.past(k, {"the"})
    which = line.word(k)
    if which in {"next", "this", "coming", "current"} and line.word(k + 1) in {"month", "mo"}:
        ahead = 1 if which in {"next", "coming"} else 0
        return months_later(today.replace(day=1), ahead), k + 2
    return None, j


def nth_weekday_at(line: Line, i: int, weekday: int, j: int, today: date) -> Item | None:
    """ "first Tuesday of October", "last Friday of next month": ``j`` is behind the weekday."""
    token = line.at(i)
    nth = -1 if token.text == "last" else token.value
    if nth > 5:
        return None
    said, k = _month_said(line, j, today)
    if said is None:
        return _nth_weekday_of_named_month(line, (i, j), (nth, weekday), today)
    return Item(Role.DAY, i, k, _day_of(_nth_weekday(said, nth, weekday)))


def _nth_weekday_of_named_month(
    line: Line, place: tuple[int, int], said: tuple[int, int], today: date
) -> Item | None:
    i, j = place
    k = line.past(j, {"of", "in"})
    month = MONTHS.get(line.word(k), 0)
    if not month or k == j:
        return None
    year, after, _ = _year(line, k + 1, today)
    if year:
        return Item(Role.DAY, i, after, _day_of(_nth_weekday(date(year, month, 1), *said)))
    years = (date(today.year + ahead, month, 1) for ahead in range(2))
    dates = (_nth_weekday(first, *said) for first in years)
    return Item(Role.DAY, i, k + 1, _day_of(next((d for d in dates if d and d >= today), None)))


def _nth_weekday(first: date, nth: int, weekday: int) -> date | None:
    """The nth such weekday of the month that begins on ``first``; -1 is the last."""
    days = [made(first.year, first.month, day) for day in range(1, 32)]
    fitting = [day for day in days if day is not None and day.weekday() == weekday]
    if nth == -1:
        return fitting[-1]
    return fitting[nth - 1] if 1 <= nth <= len(fitting) else None
