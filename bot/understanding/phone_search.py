"""Finds the numbers in a command, never mistaking a date, a clock time or an amount for one."""

import re
from dataclasses import dataclass, field, replace

from bot.understanding.phones import Phone, classified, is_emergency
from bot.understanding.problems import Code, Problem

MOST_RUNS = 60  # runs of digits looked at in one command
_FEWEST_DIGITS = 7
_MOST_DIGITS = 17  # 15 of E.164 and a prefix of two
_HIDDEN = "\x00"

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_CLOCK = r"\d{1,2}(?:[:.h]\d\d)?"
_TIMES = re.compile(
    rf"""
    (?<!\d)(?:19|20)\d\d([-/.])(?:1[0-2]|0?[1-9])\1{_DAY}(?:[t\s]\s?\d\d:\d\d(?::\d\d)?(?:\.\d{{1,6}})?(?:z|\s?[+-]\d\d:?\d\d(?!\d))?)?(?!\d)
  | (?<!\d)(?:19|20)\d{{6}}t\d{{4}}(?:\d\d)?(?:z|[+-]\d\d:?\d\d)?(?!\d)
  | (?<![\d+])(?<!\d[-/.]){_DAY}([-/.]){_DAY}\2(?:(?:19|20)\d\d|\d\d)(?![-/.]?\d)
  | (?<![\d+])(?<!\d[-/.]){_DAY}/{_DAY}(?![-/.]?\d)
  | (?<![\d+]){_CLOCK}\s?-\s?{_CLOCK}\s?[ap]\.?m\b
  | (?<![\d+])\d{{1,2}}:\d\d(?::\d\d)?(?!\d)
  | (?<![\d+])(?:1[0-2]|0?[1-9])(?:[.]?[0-5]\d)?\s?[ap]\.?\s?m\b
  | (?<![\d+])\d{{1,4}}(?:[ap]|h\d\d|h|m|d|hrs?|mins?|st|nd|rd|th)\b
  | (?<![\d+])\d{{1,3}}\s(?:min|mins|minutes?|hours?|hrs?|days?|weeks?|months?|o'?clock)\b
  | (?<![\d+])(?<!\d[-/.(\s]){_DAY}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}\b(?:,?\s(?:19|20)\d\d(?!\d))?
  | \b{_MONTH}\.?\s{_DAY}(?:st|nd|rd|th)?(?!\d)(?:,?\s(?:19|20)\d\d(?!\d))?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_DAY_BEHIND_NUMBER = re.compile(
    rf"(?<=\d\s){_DAY}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}\b(?:,?\s(?:19|20)\d\d(?!\d))?",
    re.IGNORECASE,
)
_RUN = re.compile(r"(?:\+[\s(]{0,2})?\(?\d(?:[ ().\-/]{0,4}\d)*")
_GROUP = re.compile(r"\d+")
_EXTENSION = re.compile(
    r"\s?(?:,?\s?(?:;\s?)?ext(?:ension|n)?\.?\s?[=:]?\s?|x\s?|#\s?)(\d{1,6})\b", re.IGNORECASE
)
_DATE_WORD = re.compile(
    r"\s(?:today|tomorrow|tonight|mon|tue|wed|thu|fri|sat|sun|o'?clock|this\b|next\b|in the\b|on\b"
    r")",
    re.IGNORECASE,
)
_BEFORE_TIME = re.compile(
    r"(?:\b(?:at|by|on|before|after|until|from|between|and|to|in|within|next|room|ext|suite)|[:@$#-])\s?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the text."""

    start: int
    end: int


@dataclass(slots=True)
class FoundPhones:
    """The numbers in order of appearance, the first problem, and every span they took."""

    phones: list[Phone] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    problem: Problem | None = None

    def add(self, read: Phone | Problem, start: int, end: int) -> None:
        """Keeps a number once, however often it was written."""
        self.places.append(Place(start, end))
        if isinstance(read, Problem):
            self.problem = _graver(self.problem, read)
        elif read.e164 not in [phone.e164 for phone in self.phones]:
            self.phones.append(read)


def _graver(first: Problem | None, second: Problem) -> Problem:
    """A refusal outweighs a typing error."""
    if first is None or (
        second.code is Code.REFUSED_PHONE and first.code is not Code.REFUSED_PHONE
    ):
        return second
    return first


def find_phones(text: str, region: str) -> FoundPhones:
    """All numbers of a cleaned command; ``region`` is where local formats belong."""
    hidden = _without_times(text)
    found = FoundPhones()
    for count, match in enumerate(_RUN.finditer(hidden)):
        if count >= MOST_RUNS:
            found.problem = Problem(Code.TOO_LONG, detail="too_many_numbers")
            break
        _read_run(found, text, match, region)
    if not found.phones and found.problem is None:
        found.problem = _short_number(text, hidden, region) or Problem(Code.NO_PHONE)
    return found


def _without_times(text: str) -> str:
    """The text with dates and clock times hidden, every position kept."""
    hidden = _TIMES.sub(lambda match: _HIDDEN * len(match[0]), text)
    return _DAY_BEHIND_NUMBER.sub(_hide_if_number_ends, hidden)


def _hide_if_number_ends(match: re.Match[str]) -> str:
    """ "+12125550123 5 May": the day belongs to the month unless the number needs it."""
    before = match.string[: match.start()]
    digits = re.sub(r"\D", "", before[-24:])
    return _HIDDEN * len(match[0]) if len(digits) >= _FEWEST_DIGITS else match[0]


def _read_run(found: FoundPhones, text: str, run: re.Match[str], region: str) -> None:
    """Reads one run of digits as one number, or as several written one after the other."""
    start, end = run.span()
    plus = run[0].startswith("+")
    while start < end:
        groups = [match.span() for match in _GROUP.finditer(text, start, end)]
        digits = sum(last - first for first, last in groups)
        if digits < _FEWEST_DIGITS and not plus:
            _note_emergency(found, text, (start, end), region)
            return
        read, first, last = _best(text, start, groups, region, plus=plus)
        if isinstance(read, Phone) and _end_is_unclear(text, (first, last), groups, region):
            read = Problem(Code.INVALID_PHONE, found=text[first:last], detail="unclear_end")
        extension = _EXTENSION.match(text, last)
        if extension is not None and isinstance(read, Phone):
            read, last = replace(read, extension=extension[1]), extension.end()
        found.add(read, first, last)
        start, plus = max(last, start + 1), False


def _best(
    text: str, start: int, groups: list[tuple[int, int]], region: str, *, plus: bool
) -> tuple[Phone | Problem, int, int]:
    """The longest valid number of whole groups, the earliest first; else a possible one."""
    possible: tuple[Phone | Problem, int, int] | None = None
    refused: tuple[Phone | Problem, int, int] | None = None
    for begin in range(1 if plus else len(groups)):
        first = start if begin == 0 else groups[begin][0]
        for last in _ends(groups[begin:]):
            read = classified(text[first:last][: 4 * _MOST_DIGITS], region)
            if isinstance(read, Phone) and read.valid:
                return read, first, last
            if isinstance(read, Phone):
                possible = possible or (read, first, last)
            elif read.code is Code.REFUSED_PHONE and last - first > 6:
                refused = refused or (read, first, last)
        if refused is not None or begin >= 2:  # two stray numbers before it, not more
            break
    whole = classified(text[start : groups[-1][1]][: 4 * _MOST_DIGITS], region)
    if isinstance(whole, Phone):
        whole = Problem(
            Code.INVALID_PHONE, found=text[start : groups[-1][1]][:80], detail="too_long"
        )
    return refused or possible or (whole, start, groups[-1][1])


def _ends(groups: list[tuple[int, int]]) -> list[int]:
    """Ends of the prefixes of groups that have 7 to 17 digits, longest first."""
    ends: list[int] = []
    digits = 0
    for first, last in groups:
        digits += last - first
        if digits > _MOST_DIGITS:
            break
        if digits >= _FEWEST_DIGITS:
            ends.append(last)
    return ends[::-1] or [groups[0][1]]


def _end_is_unclear(
    text: str, place: tuple[int, int], groups: list[tuple[int, int]], region: str
) -> bool:
    """ "+49 30 123456 10 tomorrow": is the 10 of the number or of the clock?"""
    first, last = place
    tail = next((group for group in groups if group[1] == last), None)
    if tail is None or tail[0] == first or not _DATE_WORD.match(text, last):
        return False
    digits = text[tail[0] : last]
    if len(digits) > 2 or int(digits) > 23 or _TIMES.search(text, last):
        return False
    shorter = classified(text[first : tail[0]].rstrip(" -./("), region)
    return isinstance(shorter, Phone) and shorter.valid


# short numbers -----------------------------------------------------------------------------------


def _note_emergency(found: FoundPhones, text: str, place: tuple[int, int], region: str) -> None:
    """ "911, +1 212 555 0123": refused even beside a good number, unless it is part of a time."""
    start, end = place
    typed = text[start:end]
    alone = (
        not text[:start].strip() or text[:start].rstrip()[-1:] in ",|;" or _is_called(text[:start])
    )
    if alone and is_emergency(typed, region) and not _BEFORE_TIME.search(text[:start]):
        found.add(Problem(Code.REFUSED_PHONE, found=typed, detail="emergency"), start, end)


_CALLED = re.compile(r"\b(?:call|dial|ring|phone|number|and)\s?:?\s?$", re.IGNORECASE)


def _is_called(before: str) -> bool:
    return _CALLED.search(before[-20:]) is not None


def _short_number(text: str, hidden: str, region: str) -> Problem | None:
    """Digits that were meant as a number but are too few."""
    for count, match in enumerate(_RUN.finditer(hidden)):
        if count >= MOST_RUNS:
            break
        before = text[max(0, match.start() - 20) : match.start()]
        digits = len(re.sub(r"\D", "", match[0]))
        if is_emergency(match[0], region) and not _BEFORE_TIME.search(before):
            return Problem(Code.REFUSED_PHONE, found=match[0], detail="emergency")
        leading = not text[: match.start()].strip() or _is_called(before)
        if digits >= 5 or (leading and digits >= 3):
            return Problem(Code.INVALID_PHONE, found=match[0], detail="too_short")
    return None
