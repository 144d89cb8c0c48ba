"""Reads a run of digit groups as one number or several; what does not fit is asked about."""

import re
from collections.abc import Iterator

from bot.understanding.phones import Phone, classified
from bot.understanding.problems import Code, Problem

FEWEST_DIGITS = 7
_MOST_DIGITS = 17  # 15 of E.164 and a prefix of two
_MOST_TYPED = 4 * _MOST_DIGITS  # characters of one number with its separators
_HOUR_DIGITS = 2

Span = tuple[int, int]
Found = tuple[Phone | Problem, int, int]

_GROUP = re.compile(r"\d+")
_DATE_WORD = re.compile(
    r"\s(?:today|tomorrow|tonight|mon|tue|wed|thu|fri|sat|sun|o'?clock|(?:this|next|in the|on)\b)",
    re.IGNORECASE,
)
_TIME_BEFORE = re.compile(
    r"(?:today|tomorrow|tonight|day|mon|tue|wed|thu|fri|sat|sun|at|by|before|after|until|@)\s$",
    re.IGNORECASE,
)
_OTHER_CLOCK = re.compile(r"\d\s?[ap]\.?m\b|\d:\d\d|\bnoon\b|\bo'?clock\b", re.IGNORECASE)


def numbers_in_run(text: str, start: int, end: int, region: str) -> Iterator[Found]:
    """Every number from ``start`` to ``end`` with its place; a problem for what is none."""
    while True:
        read, first, last = _first_number(text, start, end, region)
        yield read, first, last
        if isinstance(read, Problem):
            return
        rest = _GROUP.search(text, last, end)
        if rest is None or _digits(text, last, end) < FEWEST_DIGITS:
            return
        start = rest.start()


def _first_number(text: str, start: int, end: int, region: str) -> Found:
    """The number the run begins with; an hour before it ("tomorrow 10 212-555-0123") is left."""
    groups = [match.span() for match in _GROUP.finditer(text, start, end)]
    found = _best(text, start, groups, region)
    if found is None and len(groups) > 1 and _is_hour_before(text, start, groups[0]):
        groups = groups[1:]
        found = _best(text, groups[0][0], groups, region)
    if found is None:
        whole = classified(text[start : groups[-1][1]][:_MOST_TYPED], region)
        return _as_problem(whole, text, start, groups[-1][1]), start, groups[-1][1]
    read, first, last = found
    if isinstance(read, Phone) and _is_end_unclear(text, (first, last), groups, region):
        return _as_problem(read, text, first, groups[-1][1]), first, groups[-1][1]
    return found


def _as_problem(read: Phone | Problem, text: str, start: int, end: int) -> Problem:
    """The problem itself, or that nobody can tell where the number ends."""
    if isinstance(read, Problem):
        return read
    return Problem(Code.INVALID_PHONE, found=text[start:end][:80], detail="unclear_end")


def _best(text: str, start: int, groups: list[Span], region: str) -> Found | None:
    """The longest valid number of whole groups; else a refused one, else a possible one."""
    possible: Found | None = None
    refused: Found | None = None
    for last in _ends(groups):
        read = classified(text[start:last][:_MOST_TYPED], region)
        if isinstance(read, Phone):
            if read.valid:
                return read, start, last
            possible = possible or (read, start, last)
        elif read.code is Code.REFUSED_PHONE:
            refused = refused or (read, start, last)
    return refused or possible


def _ends(groups: list[Span]) -> list[int]:
    """Ends of the first groups that together have 7 to 17 digits, longest first."""
    ends: list[int] = []
    digits = 0
    for first, last in groups:
        digits += last - first
        if digits > _MOST_DIGITS:
            break
        if digits >= FEWEST_DIGITS:
            ends.append(last)
    return ends[::-1] or [groups[0][1]]


# hours beside numbers ----------------------------------------------------------------------------


def _is_end_unclear(text: str, place: Span, groups: list[Span], region: str) -> bool:
    """Could a group inside be the hour, or a group outside belong to the number?"""
    last = place[1]
    outside = [group for group in groups if group[0] >= last]
    if not outside:
        return _may_hold_hour(text, place, groups, region)
    if sum(end - start for start, end in outside) >= FEWEST_DIGITS:
        return False  # the next number
    compact = groups[0][1] == last
    lone_hour = len(outside) == 1 and _is_hour(text, outside[0])
    return not (compact or (lone_hour and _DATE_WORD.match(text, outside[0][1])))


def _may_hold_hour(text: str, place: Span, groups: list[Span], region: str) -> bool:
    """ "+49 30 123456 10 tomorrow": is the 10 of the number or of the clock?"""
    first, last = place
    tail = groups[-1]
    if len(groups) < 2 or not _is_hour(text, tail) or not _DATE_WORD.match(text, last):
        return False
    if _OTHER_CLOCK.search(text, last) or _OTHER_CLOCK.search(text, 0, first):
        return False
    shorter = classified(text[first : tail[0]].rstrip(" -./("), region)
    return isinstance(shorter, Phone) and shorter.valid


def _is_hour(text: str, group: Span) -> bool:
    digits = text[group[0] : group[1]]
    return len(digits) <= _HOUR_DIGITS and int(digits) <= 24


def _is_hour_before(text: str, start: int, group: Span) -> bool:
    """Is the first group a clock time that stands before the number?"""
    digits = text[group[0] : group[1]]
    clock = _is_hour(text, group) or (len(digits) == 4 and int(digits[:2]) < 24)
    return clock and _TIME_BEFORE.search(text[max(0, start - 12) : start]) is not None


def _digits(text: str, start: int, end: int) -> int:
    return sum(len(match) for match in _GROUP.findall(text[start:end]))
