"""Texts nobody would type, made of what somebody might: fragments of the language, and junk."""

import random
import unicodedata
from collections.abc import Callable

WORDS = tuple(
    word
    for line in (
        "tomorrow today tonight monday fri sat may april 10 3 9:30 3pm 2-4pm at by before after",
        "until in within next this last week weekend every or and to - , | ; ( ) + 2026-04-20",
        "22/04 03/04 31.12. 15h00 1730 noon midnight half past quarter a an two twenty minutes",
        "hours days couple of from now ago IST ET London time UTC+2 their my local with using Voz",
        "Priya agent: notes: note: name: John O'Brien 25:00 30 feb 99999999 year month 1/2 2.5 h m",
        "pm am eod lunch morning weekdays starting the on for but not 12th 9999-12-31 0001-01-01",
        "24 octobre 15h am 3. März um 15 Uhr mañana a las 15:00 demain à lunes lundi vrijdag 1er",
        "mai dans 3 jours en 2 horas Asia/Kolkata Europe/ GMT+0900 2026-12-01T15:00Z 1,194.09 $300",
        "€5 through & / . 李 İbrahim",
    )
    for word in line.split()
)
PHONES = (
    "+12125550123", "212-555-0123", "(212) 555-0123", "+44 20 7946 0958", "0044 7700 900123",
    "07700 900123", "+49 30 901820", "911", "112", "+1 900 234 5678", "+12125550123 x204",
    "+１２１２５５５０１２３", "٠٢٠ ٧٩٤٦ ٠٩٥٨", "555-0123", "1" * 40,
)  # fmt: skip
MARKUP = (
    "<tel:+12125550123|212-555-0123>", "<@U024BE7LH|john>", "<@U024BE7LH>", "<!here>", "<#C123|x>",
    "<https://example.com|link>", "<mailto:a@example.com|a>", "&amp;", "&lt;", "&gt;", "&#48;",
    "*bold*", "_it_", "~no~", "`code`", "```", "<tel:", "<@", "<", ">", "|>",
)  # fmt: skip
JUNK = (
    "\u200b", "\u202e", "\u00a0", "\ufeff", "\x00", "\t", "\n", "\u2028", "\ud800", "\u0345",
    "\u0300" * 5, "e\u0301", "🙂", "🧑‍🚀", "ﬁ", "½", "²", "Ⅷ", "１０", "१०", "𝟙𝟘", "’", "“", "–",
    "﷽", "İ", "ß",
)  # fmt: skip

Piece = Callable[[random.Random], str]


def text(chance: random.Random, length: int) -> str:
    """A text of that many characters at most; ``chance`` decides, so it can be repeated."""
    weights = chance.choice(((8, 2, 1, 1, 1), (3, 1, 1, 1, 1), (1, 0, 0, 0, 4), (1, 6, 1, 0, 0)))
    kinds = (_word, _phone, _markup, _junk, _any)
    pieces: list[str] = []
    size = 0
    while size < length:
        piece = chance.choices(kinds, weights)[0](chance)
        piece = piece * chance.randint(2, 50) if chance.random() < 0.01 else piece
        pieces.append(piece)
        size += len(piece) + 1
    return chance.choice((" ", " ", " ", "", ", ")).join(pieces)[:length]


def _word(chance: random.Random) -> str:
    word = chance.choice(WORDS)
    return word.upper() if chance.random() < 0.05 else word


def _phone(chance: random.Random) -> str:
    return chance.choice(PHONES)


def _markup(chance: random.Random) -> str:
    return chance.choice(MARKUP)


def _junk(chance: random.Random) -> str:
    return chance.choice(JUNK)


def _any(chance: random.Random) -> str:
    """A few characters of any block of Unicode, but none that is not assigned."""
    found = (chr(chance.randrange(0x2_0000)) for _ in range(chance.randint(1, 12)))
    return "".join(char for char in found if unicodedata.category(char) != "Cn")
