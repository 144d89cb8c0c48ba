"""Puts the days of other languages into English, so that a time can be offered, never taken.

dateparser is shown one word at a time ("octobre", "Montag", "mañana"), or one count ("en 3 días"),
and never a clock time, a bare number or a year: it reads "24 octobre 15h" as the year 2115. All
else stays with the grammar of `bot.understanding.when`, which must read the whole English phrase.
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache

from dateparser.date import DateDataParser  # type: ignore[import-untyped]  # ships no types

MAX_OTHER = 100  # characters; a longer text is no time but a letter
_LANGUAGES = ("es", "fr", "de", "it", "pt", "nl")
_BASE = datetime(2001, 1, 1, 12, 34, 56)  # noqa: DTZ001  # naive, so that no zone has a say in words
_SETTINGS = {"RELATIVE_BASE": _BASE, "TIMEZONE": "UTC", "PREFER_DATES_FROM": "future"}

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT_DAYS = frozenset({"hoy", "mai", "mei"})  # other words of three letters are English or names
_GIVEN_NAMES = frozenset({"domingo"})
_NOT_DAYS = frozenset({"jetzt", "ahora", "maintenant", "adesso", "agora"})  # now, not today
_LITTLE_WORDS = {
    **dict.fromkeys(["à", "a", "as", "às", "alle", "um", "om"], "at"),
    **dict.fromkeys(
        [
            "am",
            "le",
            "la",
            "el",
            "las",
            "il",
            "ore",
            "der",
            "den",
            "dem",
            "op",
            "de",
            "del",
            "do",
            "da",
            "di",
        ],
        "",
    ),
}

_COUNT = re.compile(
    r"(?<!\w)(?:dans|en|in|tra|fra|em|over)\s(?!0)\d{1,3}\s[^\W\d_]{3,10}(?!\w)", re.IGNORECASE
)
_CLOCK = re.compile(
    r"(?<![\w:.,/])(\d{1,2})(?:[:.](\d\d))?\s?(?:h|hs|uhr|uur|heures?|horas?)(?:\s?(\d\d))?(?![\w:])",
    re.IGNORECASE,
)
_FIRST = re.compile(r"(?<!\w)1(?:er|o|°)(?!\w)", re.IGNORECASE)  # "1er mai", "1º de maio"
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_DATED = re.compile(rf"\d\W{{1,3}}(?:{'|'.join(_MONTHS)})|(?:{'|'.join(_MONTHS)})\W{{1,3}}\d")


def in_english(text: str) -> str | None:
    """The cleaned phrase with its days in English; None when it names no day of those languages.

    Words that are no days stay as they are: whoever reads the answer must refuse them.
    """
    if len(text) > MAX_OTHER:
        return None
    counted = _COUNT.sub(lambda match: _day(match[0].lower()) or match[0], text)
    clocked = _CLOCK.sub(lambda match: f"{match[1]}:{match[2] or match[3] or '00'}", counted)
    days: list[str] = [] if counted == text else [counted]
    english = _WORD.sub(lambda match: _put(match, days), _FIRST.sub("1", clocked))
    english = " ".join(english.split())
    certain = any(day not in _MONTHS for day in days) or _DATED.search(english)
    return english if days and certain else None


def is_day(name: str) -> bool:
    """Is this one word, typed where a name may stand, a weekday or "tomorrow" elsewhere?"""
    word = name.casefold()
    return word not in _GIVEN_NAMES and (_day_word(word) or _MONTHS[0]) not in _MONTHS


def _put(match: re.Match[str], days: list[str]) -> str:
    word = match[0].lower()
    if word in _LITTLE_WORDS:
        return match[0] if _is_meridiem(match) else _LITTLE_WORDS[word]
    day = _day_word(word)
    if day is None:
        return match[0]
    days.append(day)
    return day


def _is_meridiem(match: re.Match[str]) -> bool:
    """ "10 am", "10 a.m.", and not "am Montag" or "2027 a las 15:00"."""
    numbered = match.string[: match.start()].rstrip()[-1:].isdigit()
    dotted = match.string[match.end() :][:1] == "."
    return numbered and (match[0].lower() == "am" or dotted)


def _day_word(word: str) -> str | None:
    if not (4 <= len(word) <= 20 or word in _SHORT_DAYS) or word in _NOT_DAYS:
        return None
    day = _day(word) if _WORD.fullmatch(word) else None
    return day if day != word else None  # "april" is English already


@lru_cache(maxsize=1024)
def _day(said: str) -> str | None:
    """The English for a month, a weekday, or a length of time from now."""
    found = DateDataParser(languages=_LANGUAGES, settings=_SETTINGS).get_date_data(said)
    moment: datetime | None = found.date_obj
    if moment is None:
        return None
    if found.period == "month":
        return _MONTHS[moment.month - 1]
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return _WEEKDAYS[moment.weekday()]
    return _from_now(moment - _BASE)


def _from_now(length: timedelta) -> str | None:
    minutes, odd = divmod(length, timedelta(minutes=1))
    if odd:
        return None
    if minutes % 1440:
        return f"in {minutes} minutes" if minutes > 0 else "yesterday"
    days = minutes // 1440
    near = {0: "today", 1: "tomorrow"}
    return "yesterday" if days < 0 else near.get(days, f"in {days} days")
