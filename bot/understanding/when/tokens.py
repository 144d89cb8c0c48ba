"""Cuts a phrase into tokens: words, numbers, clock times, dates and marks; in linear time."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.understanding.when import words


class Kind(StrEnum):
    """What a token is by its form alone."""

    STAMP = "stamp"  # 2026-12-01T15:00+05:30
    DATE = "date"  # 2026-12-01, 22/04, 08/29/06, 16.11.2026
    CLOCK = "clock"  # 10:30, 11:00:00
    DOTTED = "dotted"  # 3.30, 15.45, 2.5: a clock time, a date or a decimal
    AMOUNT = "amount"  # $300, 20%, 30k: a number that is never a time
    NUMBER = "number"
    ORDINAL = "ordinal"  # 15th, first
    WORD = "word"
    MARK = "mark"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the phrase; ``text`` in lower case, ``value`` of numbers and ordinals."""

    kind: Kind
    text: str
    start: int
    end: int
    value: int = -1
    spelled: bool = False  # was a word: "ten"
    glued: bool = False  # no space before it
    upper: bool = False  # was typed in capitals


END = Token(Kind.END, "", 0, 0)

_SHAPES = re.compile(
    r"""
    (?P<stamp>(?<!\d)\d{4}-?\d\d-?\d\dt\d\d:?\d\d(?::?\d\d(?:\.\d{1,9})?)?\s?(?:z\b|[+-]\d\d:?\d\d)?)
  | (?P<amount>[$€£₹¥#]\s?\d[\d,.]{0,20}\w{0,20} | \d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)
              | \d+(?:\.\d+)?\s?% | \d+(?:\.\d+){3,})
  | (?P<date>(?<!\d)(?:\d{4}(?P<y>[-/.])\d{1,2}(?P=y)\d{1,2}
             | \d{1,2}(?P<d>[-/.])\d{1,2}(?P=d)(?:\d{4}|\d\d)
             | \d{1,2}/\d{1,2})(?![\d/]))
  | (?P<clock>(?<!\d)\d{1,2}:\d\d(?::\d\d(?:\.\d{1,6})?)?(?!\d))
  | (?P<dotted>(?<!\d)\d{1,2}\.\d{1,2}(?!\d))
  | (?P<number>\d+)
  | (?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)
  | (?P<mark>[^\s\w"'()\[\]{}<>*_`])
    """,
    re.VERBOSE,
)
_GLUED_WORDS = (
    frozenset(words.UNITS)
    | words.MERIDIEMS
    | {"st", "nd", "rd", "th", "o'clock", "oclock", "ish", "z", "utc", "gmt"}
)
_ORDINAL_ENDS = frozenset({"st", "nd", "rd", "th"})


def cut(text: str) -> list[Token]:
    """Tokens of a cleaned phrase, quotes and brackets left out."""
    found: list[Token] = []
    # the only capital whose small form is longer (İbrahim): it would shift every place behind it
    lowered = text.replace("\u0130", "i").lower()
    for match in _SHAPES.finditer(lowered):
        kind = Kind(match.lastgroup or "mark")
        found.append(_token(kind, match, text, found))
    return _joined(found)


def _token(kind: Kind, match: re.Match[str], text: str, before: list[Token]) -> Token:
    glued = bool(before) and before[-1].end == match.start()
    value = int(match[0]) if kind is Kind.NUMBER and len(match[0]) <= 4 else -1
    if kind is Kind.NUMBER and value < 0:
        kind = Kind.AMOUNT
    return Token(
        kind,
        match[0],
        match.start(),
        match.end(),
        value=value,
        glued=glued,
        upper=text[match.start() : match.end()].isupper(),
    )


def _joined(tokens: list[Token]) -> list[Token]:
    """Ordinals in one token; numbers glued to unknown letters ("30k", "v2") become amounts."""
    read: list[Token] = []
    for token in tokens:
        last = read[-1] if read else END
        if token.glued and token.kind is Kind.WORD and last.kind in _NUMERIC:
            read[-1:] = _number_and_word(last, token)
        elif token.glued and token.kind is Kind.NUMBER and last.kind is Kind.WORD:
            read[-1:] = _word_and_number(read, token)
        else:
            read.append(token)
    return read


_NUMERIC = frozenset({Kind.NUMBER, Kind.DOTTED, Kind.CLOCK, Kind.DATE, Kind.AMOUNT})


def _number_and_word(number: Token, word: Token) -> list[Token]:
    if word.text in _ORDINAL_ENDS and number.kind is Kind.NUMBER:
        return [replace(number, kind=Kind.ORDINAL, end=word.end)]
    if (number.text + word.text) in words.SPELLINGS:
        return [replace(word, text=number.text + word.text, start=number.start, glued=False)]
    if word.text in _GLUED_WORDS or "." in word.text:
        return [number, word]
    return [replace(number, kind=Kind.AMOUNT, text=number.text + word.text, end=word.end)]


def _word_and_number(read: list[Token], number: Token) -> list[Token]:
    """ "1h30" keeps its parts; "abc2000" and "q3" are amounts."""
    word = read[-1]
    if len(read) > 1 and word.glued and read[-2].kind is Kind.NUMBER and word.text in words.UNITS:
        return [word, number]
    if word.text in _STICKING_WORDS:
        return [word, number]
    return [replace(word, kind=Kind.AMOUNT, text=word.text + number.text, end=number.end)]


# "aug25", "at3pm", "utc2" are typed without a space
_STICKING_WORDS = (
    frozenset(words.MONTHS) | frozenset(words.WEEKDAYS) | {"at", "utc", "gmt", "am", "pm"}
)
