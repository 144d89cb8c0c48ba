"""Reads days said from today: today, tomorrow, weekdays with this and next, weeks and weekends."""

from datetime import date, timedelta

from bot.understanding.when.calendar_dates import nth_weekday_at
from bot.understanding.when.items import Day, Item, Role, Span
from bot.understanding.when.line import Line
from bot.understanding.when.tokens import Kind
from bot.understanding.when.words import (
    LONG_WEEKDAYS,
    MONTHS,
    PART_WORDS,
    WEEKDAY_PLURALS,
    WEEKDAYS,
    listed,
)

_DAY = timedelta(days=1)
_JOINERS = frozenset({"-", "to", "until", "through"})
_LEADS = listed(
    """on this next coming by until from and or - to before after between last of for starting
    first every each following / through thing morning afternoon evening am
    pm noon midnight"""
)
_FOLLOWERS = listed(
    """. , at from between by before after to until - and or @ am pm next week noon midnight of the
    in / first around about through morning afternoon evening night lunch"""
) | frozenset({"end of day", "business hours", "first thing", "onwards", *PART_WORDS})


def day_at(line: Line, i: int, today: date) -> Item | None:
    """The day or days said relative to ``today`` that begin at ``i``."""
    return (
        _near_day(line, i, today)
        or _week(line, i, today)
        or _weekend(line, i, today)
        or _weekdays(line, i, today)
        or _weekday(line, i, today)
    )


def _near_day(line: Line, i: int, today: date) -> Item | None:
    if line.word(i) == "today":
        return Item(Role.DAY, i, i + 1, Day((today,)))
    if line.word(i) == "tomorrow":
        week = line.word(i + 1) == "week"  # British: a week after tomorrow
        return Item(Role.DAY, i, i + 1 + week, Day((today + (8 if week else 1) * _DAY,)))
    j = line.past(i, {"the"})
    if line.word(j) == "day" and line.word(j + 1) == "after" and line.word(j + 2) == "tomorrow":
        return Item(Role.DAY, i, j + 3, Day((today + 2 * _DAY,)))
    if line.word(i) == "overmorrow":
        return Item(Role.DAY, i, i + 1, Day((today + 2 * _DAY,)))
    return None


# weekdays ----------------------------------------------------------------------------------------


def is_weekday_name(line: Line, i: int) -> bool:
    """A weekday, and for short names such as sat and sun, not the verb or the star."""
    name = line.word(i)
    if name not in WEEKDAYS:
        return False
    if name in LONG_WEEKDAYS:
        return True
    after, before = line.at(i + 1), line.at(i - 1)
    timely = {Kind.END, Kind.CLOCK, Kind.NUMBER, Kind.ORDINAL, Kind.DATE, Kind.STAMP, Kind.DOTTED}
    if line.word(i + 1) in _JOINERS | {"and", "or", "&", "/"}:
        return line.word(i + 2) in WEEKDAYS or line.at(i + 2).kind in timely
    if after.kind in timely or line.word(i + 1) in _FOLLOWERS:
        return True
    known = line.word(i + 1) in MONTHS or line.word(i + 1) in WEEKDAYS
    return known or line.word(i - 1) in _LEADS or before.kind in timely - {Kind.END}


def _weekday(line: Line, i: int, today: date) -> Item | None:
    nth = _nth(line, i, today)
    if nth is not None:
        return nth
    j = line.past(i, {"the"})
    lead = (
        line.word(j)
        if line.word(j) in {"this", "next", "coming", "last", "past", "previous"}
        else ""
    )
    if lead:
        j += 1
    if not is_weekday_name(line, j):
        return None
    weekday, j = WEEKDAYS[line.word(j)], j + 1
    if lead in {"last", "past", "previous"}:
        return Item(Role.PAST, i, j)
    return _tailed(line, i, j, weekday, lead, today)


def _nth(line: Line, i: int, today: date) -> Item | None:
    j = line.past(i, {"the"})
    ordinal = line.at(j).kind is Kind.ORDINAL or line.word(j) == "last"
    if ordinal and line.word(j + 1) in WEEKDAYS:
        found = nth_weekday_at(line, j, WEEKDAYS[line.word(j + 1)], j + 2, today)
        return Item(found.role, i, found.end, found.value) if found is not None else None
    return None


def _tailed(line: Line, i: int, j: int, weekday: int, lead: str, today: date) -> Item:
    """The weekday with what follows it: "week", "after next", "[of] next week", "this week"."""
    if line.word(j) == "." and line.at(j).glued:
        j += 1
    if line.word(j) == "week" and not lead:
        return Item(Role.DAY, i, j + 1, Day((_coming(weekday, today) + 7 * _DAY,)))
    if line.word(j) == "after" and line.word(j + 1) == "next":
        return Item(Role.VAGUE, i, j + 2)
    k = line.past(j, {",", "of", "in", "the"})
    if line.word(k) in {"next", "this", "coming"} and line.word(k + 1) == "week" and not lead:
        ahead = 0 if line.word(k) == "this" else 7
        day = today + (weekday - today.weekday() + ahead) * _DAY
        return Item(Role.DAY, i, k + 2, Day((day,)))
    return Item(Role.DAY, i, j, _said_weekday(weekday, lead, today))


def _coming(weekday: int, today: date) -> date:
    """The next such weekday after today."""
    return today + ((weekday - today.weekday() - 1) % 7 + 1) * _DAY


def _said_weekday(weekday: int, lead: str, today: date) -> Day:
    coming = _coming(weekday, today)
    ahead = weekday - today.weekday()
    if lead == "coming":
        return Day((coming,))
    if lead == "next":
        if ahead > 0:  # still to come this week: that one, or a week later
            return Day((coming, coming + 7 * _DAY), doubt="next_weekday")
        return Day((coming,))
    if ahead == 0:
        return Day((today, coming), doubt="today_weekday", weekday=weekday)
    if lead == "this" and ahead < 0:
        return Day((coming,), doubt="this_weekday")
    return Day((coming,), weekday=weekday)


# weeks -------------------------------------------------------------------------------------------


def _week(line: Line, i: int, today: date) -> Item | None:
    """ "next week", "this week", "rest of the week", and "next week Tuesday"."""
    j = line.past(i, {"the", "rest", "of", "remainder"})
    lead = line.word(j)
    if lead == "week" and line.word(i) == "rest":
        return Item(Role.SPAN, i, j + 1, _this_week(today))
    if lead not in {"next", "this", "coming"} or line.word(j + 1) != "week":
        return None
    k = line.past(j + 2, {",", "on", "-"})
    monday = today - today.weekday() * _DAY + (0 if lead == "this" else 7) * _DAY
    if line.word(k) in WEEKDAYS:
        first = WEEKDAYS[line.word(k)]
        if line.word(k + 1) in _JOINERS and line.word(k + 2) in WEEKDAYS:
            last = WEEKDAYS[line.word(k + 2)]
            return Item(Role.SPAN, i, k + 3, Span(monday + first * _DAY, monday + last * _DAY))
        return Item(Role.DAY, i, k + 1, Day((monday + first * _DAY,)))
    if lead == "this":
        return Item(Role.SPAN, i, j + 2, _this_week(today))
    return Item(Role.SPAN, i, j + 2, Span(monday, monday + 4 * _DAY, weekends=False))


def _this_week(today: date) -> Span:
    friday = today + (4 - today.weekday()) * _DAY
    return Span(today, friday, weekends=False, doubt="" if today <= friday else "vague")


def _weekend(line: Line, i: int, today: date) -> Item | None:
    j = line.past(i, {"the"})
    lead = line.word(j) if line.word(j) in {"this", "next", "coming", "last", "past"} else ""
    k = j + 1 if lead else j
    if line.word(k) != "weekend":
        return None
    if lead in {"last", "past"}:
        return Item(Role.PAST, i, k + 1)
    if line.word(k + 1) == "after":
        return Item(Role.VAGUE, i, k + 1)
    saturday = today - today.weekday() * _DAY + 5 * _DAY
    doubt = "next_weekday" if lead == "next" and today < saturday else ""
    if lead == "next" and today >= saturday:
        saturday += 7 * _DAY
    return Item(Role.SPAN, i, k + 1, Span(saturday, saturday + _DAY, weekends=True, doubt=doubt))


def _weekdays(line: Line, i: int, today: date) -> Item | None:
    """ "weekdays", "every weekday", "Mon-Fri" (open-ended) and "Monday to Wednesday" (once)."""
    j = line.past(i, {"every", "each", "all", "on", "during", "any"})
    if line.word(j) == "weekdays" or (line.word(j) == "weekday" and line.word(j - 1) != "on"):
        return Item(Role.SPAN, i, j + 1, Span(today, None, weekends=False))
    j = line.past(i, {"from", "between", "every", "each", "on"})
    first = WEEKDAYS.get(line.word(j))
    opener = line.word(j - 1) if j > i else ""
    joiners = _JOINERS | ({"and"} if opener == "between" else set())
    k = line.past(j + 1, {"."})
    last = WEEKDAYS.get(line.word(k + 1))
    if first is None or last is None or line.word(k) not in joiners:
        return None
    return Item(Role.SPAN, i, *_weekday_range(line, k + 2, (first, last), today))


def _weekday_range(line: Line, j: int, days: tuple[int, int], today: date) -> tuple[int, Span]:
    first, last = days
    k = line.past(j, {",", "of", "in"})
    if line.word(k) in {"next", "this"} and line.word(k + 1) == "week":
        ahead = 7 if line.word(k) == "next" else 0
        monday = today - today.weekday() * _DAY + ahead * _DAY
        return k + 2, Span(monday + first * _DAY, monday + last * _DAY)
    if days == (0, 4):
        return j, Span(today, None, weekends=False)
    begin = _coming(first, today)
    doubt = "today_weekday" if first == today.weekday() else ""
    return j, Span(begin, begin + (last - first) % 7 * _DAY, doubt=doubt)


def is_recurring_weekday(line: Line, i: int) -> bool:
    """ "Fridays", "on Mondays"."""
    return line.word(i) in WEEKDAY_PLURALS


def part_name(line: Line, i: int) -> str:
    """The part of the day named at ``i``, or the empty string."""
    word = line.word(i)
    return (
        word
        if word in {"end of day", "first thing", "business hours"}
        else PART_WORDS.get(word, "")
    )
