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
_AT = ("à", "a", "as", "às", "alle", "um", "om")
_NOTHING = (
    "am", "le", "la", "el", "las", "il", "ore", "der", "den", "dem", "op", "de", "del",
    "do", "da", "di",
)  # fmt: skip
_LITTLE_WORDS = {**dict.fromkeys(_AT, "at"), **dict.fromkeys(_NOTHING, "")}

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


def days_in(name: str) -> list[str]:
    """Words, typed where a name may stand, that are a month, a weekday or "tomorrow" elsewhere."""
    words = [match[0] for match in _WORD.finditer(name[:MAX_OTHER])]
    return [word for word in words if word.lower() not in _GIVEN_NAMES and _day_word(word.lower())]


def _put(match: re.Match[str], days: list[str]) -> str:
    word = match[0].lower()
    if word in _LITTLE_WORDS:  # but "10 am", "10 a.m."
        numbered = match.string[: match.start()].rstrip()[-1:].isdigit()
        half = numbered and (word == "am" or match.string[match.end() :][:1] == ".")
        return match[0] if half else _LITTLE_WORDS[word]
    day = _day_word(word)
    days.extend([day] if day else [])
    return day or match[0]


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
    if found.period == "month" and " " not in said:
        return _MONTHS[moment.month - 1]
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return _WEEKDAYS[moment.weekday()]
    return _from_now(moment - _BASE)


def _from_now(length: timedelta) -> str | None:
    """Days, hours and minutes; months are longer or shorter than those of the year of the base."""
    if length < timedelta() or length % timedelta(minutes=1) or length > timedelta(days=27):
        return "yesterday" if length < timedelta() else None
    days, rest = divmod(length // timedelta(minutes=1), 1440)
    if rest:
        return f"in {days * 1440 + rest} minutes"
    return ("today", "tomorrow")[days] if days < 2 else f"in {days} days"
