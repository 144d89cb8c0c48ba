"""Goes through a line once and names everything in it: each token belongs to exactly one item."""

import re
from collections.abc import Callable
from datetime import date, datetime

from bot.understanding.when import words
from bot.understanding.when.calendar_dates import calendar_date_at, day_of_month_at
from bot.understanding.when.clock_times import AT_WORDS, clock_at
from bot.understanding.when.items import Day, Item, Part, Role, Stamp
from bot.understanding.when.line import Line
from bot.understanding.when.moments import moment_at
from bot.understanding.when.ranges import range_at
from bot.understanding.when.tokens import Kind
from bot.understanding.when.weekdays import day_at, is_recurring_weekday, part_name

Matcher = Callable[[Line, int, date], Item | None]

TIMELY = frozenset(
    {
        Role.DAY,
        Role.SPAN,
        Role.CLOCK,
        Role.RANGE,
        Role.PART,
        Role.LATER,
        Role.WITHIN,
        Role.NOW,
        Role.SAME_TIME,
        Role.VAGUE,
        Role.RECURRING,
        Role.PAST,
    }
)
_WORD_ROLES = {
    **dict.fromkeys(words.NEGATIONS, Role.NOT),
    **dict.fromkeys(words.NOW_WORDS, Role.NOW),
    "same time": Role.SAME_TIME,
    "since": Role.PAST,
}
SOFT = "soft"  # value of fillers that are vague when nothing else is said
_JOINING = {
    "between": Role.FILLER,
    **dict.fromkeys(words.BEFORE_WORDS, Role.BEFORE),
    **dict.fromkeys(words.AFTER_WORDS, Role.AFTER),
    "onwards": Role.ONWARDS,
    "to": Role.TO,
    "-": Role.TO,
    "through": Role.TO,
    "and": Role.AND,
    "&": Role.AND,
    "or": Role.OR,
    "/": Role.OR,
}


def scan(line: Line, today: date) -> list[Item]:
    """Every item of the line in order, bare numbers settled by their neighbours."""
    items: list[Item] = []
    i = 0
    while i < len(line):
        item = _item_at(line, i, today)
        items.append(item)
        i = max(item.end, i + 1)
    return _settled(items, line)


def _item_at(line: Line, i: int, today: date) -> Item:
    for matcher in _MATCHERS:
        found = matcher(line, i, today)
        if found is not None:
            return found
    if line.at(i).kind not in {Kind.WORD, Kind.MARK}:
        return Item(Role.UNREAD if line.at(i).text == "one" else Role.NUMBER, i, i + 1)
    return Item(Role.FILLER if line.word(i) in words.FILLERS else _other(line, i), i, i + 1)


def _other(line: Line, i: int) -> Role:
    return Role.FILLER if line.at(i).kind is Kind.MARK else Role.UNREAD


# matchers ----------------------------------------------------------------------------------------

_STAMP = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)t(\d\d):?(\d\d)(?::?(\d\d))?[\d.]*?\s?(z|[+-]\d\d:?\d\d)?$"
)


def _stamp(line: Line, i: int, _today: date) -> Item | None:
    """A machine's moment; without an offset it is a day and a clock time of the reader's zone."""
    if line.at(i).kind is not Kind.STAMP:
        return None
    match = _STAMP.match(line.at(i).text)
    if match is None:
        return Item(Role.DAY, i, i + 1, Day(()))
    offset = {"z": "+00:00", None: ""}.get(match[7], match[7])
    text = f"{match[1]}-{match[2]}-{match[3]}T{match[4]}:{match[5]}:{match[6] or '00'}{offset}"
    try:
        return Item(Role.NOW, i, i + 1, Stamp(datetime.fromisoformat(text)))
    except ValueError:
        return Item(Role.DAY, i, i + 1, Day(()))


def _recurring(line: Line, i: int, _today: date) -> Item | None:
    word, after = line.word(i), line.word(i + 1)
    if is_recurring_weekday(line, i):
        return Item(Role.RECURRING, i, i + 1)
    if word in {"every", "each"}:
        timely = after in words.UNITS or after in words.WEEKDAYS or after in words.MONTHS
        other = after in {"other", "second", "third", "single"} or after in words.PART_WORDS
        number = line.at(i + 1).kind in {Kind.NUMBER, Kind.ORDINAL}
        return Item(Role.RECURRING, i, i + 2) if timely or other or number else None
    if word in {"once", "twice"} and after in {"a", "per", "every", "each"}:
        return Item(Role.RECURRING, i, i + 2)
    if word.endswith("s") and word[:-1] in words.PART_WORDS and word not in words.PART_WORDS:
        return Item(Role.PART, i, i + 1, Part(words.PART_WORDS[word[:-1]], plural=True))
    return Item(Role.RECURRING, i, i + 1) if word in words.EVERY_WORDS - {"every", "each"} else None


def _part(line: Line, i: int, _today: date) -> Item | None:
    word = line.word(i)
    if word == "tonight":
        return Item(Role.PART, i, i + 1, Part("night", today=True))
    if word == "rest of day":
        return Item(Role.PART, i, i + 1, Part("business hours", today=True))
    if word in {"am", "pm"}:
        return Item(
            Role.PART, i, i + 1, Part("morning" if word == "am" else "afternoon", half=True)
        )
    j = line.past(i, {"this"})
    name = part_name(line, j)
    if not name:
        return _shaded_part(line, i)
    return Item(Role.PART, i, j + 1, Part(name, today=j > i))


def _shaded_part(line: Line, i: int) -> Item | None:
    """ "late afternoon", "early next week", "end of the month": not defined, so not guessed."""
    if line.word(i) not in {"early", "late", "mid", "middle", "beginning", "end", "start"}:
        return None
    j = line.past(i + 1, {"of", "in", "the", "-", "next", "this"})
    timely = part_name(line, j) or line.word(j) in words.MONTHS or line.word(j) in words.UNITS
    days = {"tomorrow", "today", "weekend", "tonight", *words.WEEKDAYS, *words.PART_WORDS}
    known = line.word(j) in days or (line.word(i) in {"early", "late"} and line.word(i - 1) in days)
    return Item(Role.VAGUE, i, i + 1) if timely or known else None


def _range(line: Line, i: int, _today: date) -> Item | None:
    found = range_at(line, i)
    if found is None:
        return None
    times, j, weak = found
    if line.at(j - 1).kind is Kind.NUMBER and _is_month_alone(line, line.past(j, {"of"})):
        return None  # "from 13 to 15 July"
    return Item(Role.RANGE, i, j, times, weak=bool(weak))


def _is_month_alone(line: Line, i: int) -> bool:
    return line.word(i) in words.MONTHS and line.at(i + 1).kind not in {Kind.NUMBER, Kind.ORDINAL}


def _clock(line: Line, i: int, _today: date) -> Item | None:
    found = clock_at(line, i)
    if found is None:
        return None
    clock, j, weak = found
    return Item(Role.CLOCK, i, j, clock, weak=bool(weak), shy=weak == "shy")


def _word(line: Line, i: int, _today: date) -> Item | None:
    """The single words that mean something for times."""
    word = line.word(i)
    if word == "but":
        return _but(line, i)
    if word in words.MONTHS:
        return _lone_month(line, i)
    if word in words.WEEKDAYS:  # "sat", "sun" as other words: never read past in silence
        return Item(Role.MONTH, i, i + 1, weak=True)
    if word in words.SOFT_VAGUE:
        return Item(Role.FILLER, i, i + 1, SOFT)
    role = _WORD_ROLES.get(word) or (Role.NOT if word.endswith("n't") else None)
    if role is not None:
        return Item(role, i, i + 1)
    return _vague(line, i) or (Item(_JOINING[word], i, i + 1, word) if word in _JOINING else None)


def _but(line: Line, i: int) -> Item | None:
    """ "after 2 but before 4" goes on; "any day but Friday" excludes."""
    if line.word(i + 1) in words.BEFORE_WORDS | words.AFTER_WORDS:
        return Item(Role.FILLER, i, i + 1)
    excluding = line.word(i - 1) in {"anything", "anytime", "day", "days", "time", "all", "nothing"}
    return Item(Role.NOT, i, i + 1) if excluding else None


def _vague(line: Line, i: int) -> Item | None:
    word = line.word(i)
    if word in {"when", "once"} and line.word(i + 1) in words.PRONOUNS:
        return Item(Role.VAGUE, i, line.past(i + 2, words.FILLERS | words.BEING))
    if word in {"while", "bit", "moment", "sec", "jiffy", "tick"} and line.word(i - 1) in {
        "a",
        "little",
    }:
        return Item(Role.VAGUE, i, i + 1)
    if word in {"next", "the"} and line.word(i + 1) == "day" and word == "next":
        return Item(Role.VAGUE, i, i + 2)
    return Item(Role.VAGUE, i, i + 1) if word in words.VAGUE_WORDS else None


def _lone_month(line: Line, i: int) -> Item:
    """A month without a day is never a time; "may" and "march" are mostly verbs."""
    led = line.word(i - 1) in {
        "in",
        "of",
        "next",
        "last",
        "this",
        "during",
        "by",
        "until",
        "early",
        "late",
    }
    verb = line.word(i) in {"may", "march", "mar", "jan", "dec"}
    near = line.at(i + 1).kind in {Kind.NUMBER, Kind.CLOCK, Kind.ORDINAL, Kind.DATE}
    if led or near:
        return Item(Role.MONTH, i, i + 1)
    return Item(Role.UNREAD if verb else Role.MONTH, i, i + 1, weak=True)


_MATCHERS: tuple[Matcher, ...] = (
    _stamp,
    moment_at,
    calendar_date_at,
    day_at,
    _recurring,
    day_of_month_at,
    _range,
    _clock,
    _part,
    _word,
)


# bare numbers ------------------------------------------------------------------------------------


def _settled(items: list[Item], line: Line) -> list[Item]:
    """Numbers that only may be times become times or NUMBER, by their neighbours."""
    alone = not any(item.role in {Role.UNREAD, Role.NUMBER} for item in items)
    settled: list[Item] = []
    for k, item in enumerate(items):
        if (
            not item.weak
            or item.role in {Role.MONTH, Role.UNREAD}
            or _is_supported(items, k, line, alone=alone)
        ):
            settled.append(item)
        else:
            settled.append(Item(Role.NUMBER, item.start, item.end))
    return settled


def _is_supported(items: list[Item], k: int, line: Line, *, alone: bool) -> bool:
    item = items[k]
    if item.role is Role.LATER or (item.role is Role.DAY and item.shy):
        return alone
    if line.word(item.start - 1) in {"in", "within", "next", "another"} and item.role is Role.CLOCK:
        return False  # "in 15" what?
    follower = items[k + 1].role if k + 1 < len(items) else Role.FILLER
    if follower in {Role.UNREAD, Role.NUMBER}:
        return False
    if line.word(item.start - 1) in AT_WORDS or (alone and not item.shy):
        return True
    return _is_timely(items, k, -1) or (_is_timely(items, k, 1) and not item.shy)


def _is_timely(items: list[Item], k: int, step: int) -> bool:
    """Is the nearest item that is no filler surely about time?"""
    k += step
    while 0 <= k < len(items) and items[k].role in {Role.FILLER, Role.BEFORE, Role.AFTER}:
        k += step
    return 0 <= k < len(items) and items[k].role in TIMELY and not items[k].weak
