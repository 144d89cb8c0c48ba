"""Finds the numbers in a command, never mistaking a date, a clock time or an amount for one."""

import re
from dataclasses import dataclass, field, replace

from bot.understanding.phone_runs import FEWEST_DIGITS, numbers_in_run
from bot.understanding.phones import Phone, is_emergency
from bot.understanding.problems import Code, Problem

MOST_RUNS = 60  # runs of digits looked at in one command
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
_EXTENSION = re.compile(
    r"\s?(?:,?\s?(?:;\s?)?ext(?:ension|n)?\.?\s?[=:]?\s?|x\s?|#\s?)(\d{1,6})\b", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?<!\w)(?:(?:her|his|their|the|my|whose)\s)?(?:phone|number|mobile|cell|tel|telephone|mob|ph)"
    r"(?:\s(?:number|no))?\.?\s?(?:is\s?|[:=]\s?)?$",
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
    hidden = _DAY_BEHIND_NUMBER.sub(_hide_if_number_ends, text)
    return _TIMES.sub(lambda match: _HIDDEN * len(match[0]), hidden)


def _hide_if_number_ends(match: re.Match[str]) -> str:
    """ "+12125550123 5 May": the day belongs to the month unless the number needs it."""
    before = match.string[: match.start()]
    digits = re.sub(r"\D", "", before[-24:])
    return _HIDDEN * len(match[0]) if len(digits) >= FEWEST_DIGITS else match[0]


def _read_run(found: FoundPhones, text: str, run: re.Match[str], region: str) -> None:
    """Notes the numbers of one run of digits, or an emergency number that stands alone."""
    start, end = run.span()
    if not run[0].startswith("+") and len(re.sub(r"\D", "", run[0])) < FEWEST_DIGITS:
        _note_emergency(found, text, (start, end), region)
        return
    for read, begin, last in numbers_in_run(text, start, end, region):
        label = _LABEL.search(text[:begin], max(0, begin - 40))
        first = label.start() if label is not None else begin
        extension = _EXTENSION.match(text, last)
        if extension is None or isinstance(read, Problem):
            found.add(read, first, last)
        else:
            found.add(replace(read, extension=extension[1]), first, extension.end())


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
