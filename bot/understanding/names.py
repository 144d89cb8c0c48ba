"""Whom to ask for: the name beside the number, told apart from the words of the time."""

import re
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher

from bot.understanding.clean import MAX_PHRASE
from bot.understanding.when.marks import Kind, Mark, marks
from bot.understanding.when.words import listed

MOST_PIECES = 40
_MOSTNAME_WORDS = 6
_MENTION = re.compile(r"<@[UWB][A-Z0-9]{1,20}(?:\|([^<>|]{1,80}))?>")
_SEPARATORS = re.compile(r"[|,;]")
_NAME_LABEL = re.compile(
    r"\s*(?:name|contact|customer|lead|client|prospect)\s?[:=]\s?", re.IGNORECASE
)
_OTHER_LABEL = re.compile(
    r"\s*(?:when|time|date|at|schedule|phone|number|tel|mobile|cell|to|call)\s?[:=]\s?",
    re.IGNORECASE,
)
_NEVER_NAMES = listed(
    """about regarding re concerning because who which whose what where why how reason subject topic
    remind tell ask say says said discuss follow send text email message sms leave press urgent
    urgently important asap-ish like need needs wants want try retry attempt unless although though
    but into onto over under again number mobile cell tel telephone whatsapp every"""
)
# Words of the grammar that are also given names; in a field of their own they are names.
NAME_WORDS = listed(
    """will may april june august dawn summer autumn easter winter day best chance an so eve
    jan jun"""
)
_LEADING_VERBS = listed(
    """call dial ring phone please pls hi hey hello can could would you schedule book set up with
    for     to at on and the a let let's i me next this by from before after until in"""
)
_TRAILING = re.compile(
    r"[\s\-:=@(\[]*(?:\b(?:at|on|to|is|and|for)\b)?[\s\-:=@(\[]*$", re.IGNORECASE
)
_DAYS = (
    "tomorrow",
    "tonight",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
_SLIP_RATIO = 0.75  # "Frdy" is a slip of the keyboard, not a name


@dataclass(slots=True)
class Words:
    """The rest of a command sorted: the name, the pieces about time, and what nobody can read."""

    name: str | None = None
    times: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    name_led_by_day: bool = False  # "Sunday Okafor": a name, or a day and a name


def cut_mentions(text: str) -> tuple[str, str | None]:
    """The text with mentions masked at equal length, and the label of the first that has one."""
    labels = [match[1].strip() for match in _MENTION.finditer(text) if match[1]]
    return _MENTION.sub(lambda match: mask(len(match[0])), text), labels[0] if labels else None


def mask(length: int) -> str:
    """A separator of the given length, for what another stage has claimed."""
    return "|" + " " * (length - 2) + "|" if length > 1 else "|"


def sorted_words(text: str, today: date) -> Words:
    """The name and the time of a command from which all else has been masked."""
    words = Words()
    for count, raw in enumerate(_SEPARATORS.split(text)):
        piece = raw.strip().strip("\"'()[]<>").strip()
        if not piece:
            continue
        if count >= MOST_PIECES or len(piece) > MAX_PHRASE:
            words.unread.append(piece[:80])
            continue
        _sort(words, piece, today)
    return words


def _sort(words: Words, piece: str, today: date) -> None:
    label = _NAME_LABEL.match(piece)
    if label is not None and words.name is None:
        words.name = piece[label.end() :].strip(" \"'") or None
        return
    other = _OTHER_LABEL.match(piece)
    piece = piece[other.end() :] if other is not None else piece
    found = marks(piece, today)
    runs = _unread_runs(piece, found)
    if not runs:
        _sort_without_unread(words, piece, found)
        return
    chosen = _name_run(words, piece, found, runs)
    rest = piece
    for start, end in reversed(runs):
        if (start, end) != chosen:
            words.unread.append(piece[start:end])
        rest = f"{rest[:start]}, {rest[end:]}"
    if any(mark.kind is not Kind.FILLER for mark in marks(rest, today)):
        words.times.append(rest)


def _sort_without_unread(words: Words, piece: str, found: list[Mark]) -> None:
    """A piece of which the grammar of times knows every word: a time, or "April" in its field."""
    kinds = {mark.kind for mark in found}
    if not kinds & {Kind.TIME, Kind.NUMBER} and _is_own_name(piece) and words.name is None:
        words.name = piece
    elif kinds - {Kind.FILLER}:
        words.times.append(piece)


def _is_own_name(piece: str) -> bool:
    folded = piece.casefold().strip(".")
    return piece[:1].isupper() and folded in NAME_WORDS


# names between other words -----------------------------------------------------------------------


def _unread_runs(piece: str, found: list[Mark]) -> list[tuple[int, int]]:
    """Spans of words no time is made of, each with the capitals beside it that belong to it."""
    runs: list[tuple[int, int]] = []
    last = -1
    for k, mark in enumerate(found):
        if mark.kind is not Kind.UNREAD:
            continue
        bridged = last >= 0 and all(_bridges(piece, each) for each in found[last + 1 : k])
        if runs and bridged:
            runs[-1] = (runs[-1][0], mark.end)
        else:
            runs.append((_widened_left(piece, found, k), mark.end))
        last = k
        runs[-1] = (runs[-1][0], _widened_right(piece, found, k, runs[-1][1]))
    return runs


def _bridges(piece: str, mark: Mark) -> bool:
    """May the mark stand inside a name: "Al-Sayed", "Mrs. May Smith", "de la Cruz"?"""
    if mark.kind is Kind.CALENDAR:
        return piece[mark.start].isupper()
    text = piece[mark.start : mark.end]
    if mark.kind is not Kind.FILLER:
        return False
    return text in {".", "-", "'", "&"} or text.casefold() in {
        "the",
        "of",
        "an",
        "la",
        "a",
        "day",
        "will",
    }


def _widened_left(piece: str, found: list[Mark], k: int) -> int:
    """ "April Jones", "Will Smith", "A. Brown": capitals before the unread word belong to it."""
    start = found[k].start
    if not piece[start].isupper():
        return start
    for mark in reversed(found[:k]):
        text = piece[mark.start : mark.end]
        dotted = text in {".", "-"}
        led = mark.kind in {Kind.CALENDAR, Kind.FILLER} or _is_lone_day(mark, text)
        if not dotted and not (led and text[0].isupper() and text.casefold() not in _LEADING_VERBS):
            break
        if not dotted:
            start = mark.start
    return start


def _is_lone_day(mark: Mark, text: str) -> bool:
    """A weekday typed alone, as in "Sunday Okafor"."""
    return mark.kind is Kind.TIME and text.casefold() in _DAYS[2:]


def _widened_right(piece: str, found: list[Mark], k: int, end: int) -> int:
    """ "Theresa May", "Mr. Will": a capitalised calendar word behind a name belongs to it."""
    rest = found[k + 1 :]
    dotted = bool(rest) and piece[end : rest[0].end] == "."
    follower = next(iter(rest[dotted:]), None)
    if follower is None or not piece[found[k].start].isupper():
        return end
    text = piece[follower.start : follower.end]
    named = follower.kind in {Kind.CALENDAR, Kind.FILLER} and text.casefold() in NAME_WORDS
    beside = follower.start == end + dotted + 1
    return follower.end if named and text[0].isupper() and beside else end


def _name_run(
    words: Words, piece: str, found: list[Mark], runs: list[tuple[int, int]]
) -> tuple[int, int] | None:
    """The run that is the name, noted in ``words``; None when none can be."""
    if words.name is not None:
        return None
    timed = any(mark.kind in {Kind.TIME, Kind.NUMBER, Kind.CALENDAR} for mark in found)
    for start, end in runs:
        name = as_name(piece[start:end])
        if name is None or (timed and not name[0].isupper()):
            continue
        if timed and is_slip(name):
            continue
        words.name = name
        words.name_led_by_day = name.split(maxsplit=1)[0].casefold() in _DAYS[2:]
        return start, end
    return None


def as_name(words: str) -> str | None:
    """The words without what is no part of a name at their ends; None when they can be none."""
    name = _TRAILING.sub("", words).strip(" .\"'")
    return name if _is_like_a_name(name) else None


def _is_like_a_name(name: str) -> bool:
    parts = name.casefold().split()
    if not parts or len(parts) > _MOSTNAME_WORDS or any(char.isdigit() for char in name):
        return False
    return not _NEVER_NAMES.intersection(parts) and any(char.isalpha() for char in name)


def is_slip(name: str) -> bool:
    """Does the name look like a day with a slip of the keyboard in it?"""
    first = name.split(maxsplit=1)[0].casefold()[:20]
    if first in _DAYS[2:]:
        return False  # a day is no slip, but may be a name: "Friday Adeyemi"
    return any(SequenceMatcher(None, first, day).ratio() >= _SLIP_RATIO for day in _DAYS)
