"""Whose clock a time is meant on, the asker's or the called person's: "their time"."""

import re
from enum import StrEnum

from bot.understanding.when.words import LONG_WEEKDAYS


class Whose(StrEnum):
    """Whose clock the words name."""

    USER = "user"
    RECIPIENT = "recipient"
    EITHER = "either"  # "local time": nobody knows whose


_THEIRS = (
    r"their|theirs|his|her|its|(?:the\s)?(?:recipient|callee|customer|client|lead|prospect|contact|person|"
    r"other side|other end|receiver|called person)(?:'s|s')?"
)
_CLOCK = r"(?:own\s)?(?:local\s)?(?:time\s?zone|time|clock|tz|local|hours)"
_RECIPIENT = re.compile(
    rf"[(\[,]?\s?(?<!\w)(?:(?:in|on|by|at)\s)?(?:{_THEIRS})\s{_CLOCK}(?!\w)[)\]]?"
    r"|(?<!\w)local\s(?:time\s)?(?:for|to|at|where)\s(?:them|him|her|they\sare|he\sis|she\sis|"
    r"the\s(?:recipient|customer|client|lead|prospect))(?!\w)"
    r"|(?<!\w)(?:where\s(?:they|he|she)(?:\sare|\sis|'s|'re|\slives?)|on\stheir\s(?:end|side))(?!\w)"
    r"|(?:(?<=[ap]m\s)|(?<=day\s)|(?<=\d\s)|(?<=noon\s)|(?<=morning\s)|(?<=evening\s)|(?<=tomorrow\s)|"
    r"(?<=clock\s))for\s(?:them|him|her)(?!\w)",
    re.IGNORECASE,
)
_THEIR_PART = re.compile(
    r"(?<!\w)(?:their|his|her)\s(?=(?:local\s)?"
    r"(?:morning|afternoon|evening|lunch|night|tomorrow|today|next|monday|tuesday|wednesday|"
    r"thursday|friday|saturday|sunday|business hours|"
    r"office hours|working hours|end of day|eod)(?!\w))",
    re.IGNORECASE,
)
_USER = re.compile(
    rf"[(\[,]?\s?(?<!\w)(?:(?:in|on|by)\s)?(?:my|our|mine)\s{_CLOCK}(?!\w)[)\]]?"
    r"|(?<!\w)(?:time\s)?(?:for|where)\s(?:me|us|i\sam|i'm|we\sare)(?!\w)",
    re.IGNORECASE,
)
_EITHER = re.compile(
    r"[(\[]?(?<!\w)(?:in\s)?(?:the\s)?local\stime(?:\s?zone)?(?!\w)[)\]]?", re.IGNORECASE
)


def whose_time(text: str) -> tuple[str, Whose | None]:
    """The text without the words, and whose clock they name; EITHER too when both are named."""
    found: set[Whose] = set()
    for pattern, whose in (
        (_RECIPIENT, Whose.RECIPIENT),
        (_THEIR_PART, Whose.RECIPIENT),
        (_USER, Whose.USER),
    ):
        text, count = pattern.subn(" ", text)
        found |= {whose} if count else set()
    if not found:
        text, count = _EITHER.subn(_unless_place, text)
        found |= {Whose.EITHER} if _EITHER_MARK in text else set()
        text = text.replace(_EITHER_MARK, " ")
    if len(found) > 1:
        return text, Whose.EITHER
    return text, found.pop() if found else None


_EITHER_MARK = "\x01"


def _unless_place(match: re.Match[str]) -> str:
    """ "London local time" names its place; a bare "local time" does not."""
    before = match.string[: match.start()].rstrip()
    word = re.search(r"([a-z]+)$", before[-24:], re.IGNORECASE)
    bare = word is None or word[1].casefold() in {
        "am",
        "pm",
        "noon",
        "clock",
        "morning",
        "afternoon",
    }
    return _EITHER_MARK if bare or _is_timely(word) else match[0]


def _is_timely(word: re.Match[str] | None) -> bool:
    return word is not None and word[1].casefold() in _DAY_WORDS


_DAY_WORDS = LONG_WEEKDAYS | {"today", "tomorrow", "night", "tonight", "midnight", "eod", "lunch"}
