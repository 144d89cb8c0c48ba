"""Whom a line without a number may mean: words that can be a name in the workspace's own book."""

import re

from bot.understanding.catalogue import Catalogue
from bot.understanding.clean import MAX_TEXT, plain, without_markup
from bot.understanding.names import NAME_WORDS, Words, as_name, is_slip
from bot.understanding.phone_search import Place
from bot.understanding.reading import Who

_LONGEST_NAME = 80  # characters
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "sir"})
# Words of the grammar of times that are also names, where a sentence would begin with one.
_LEAD = r"(?:(?:please|pls|can|could|you|to|and|call|dial|ring|phone|schedule)\s)*"
_LIKE_TIME = re.compile(
    rf"(?i:(?:^|[|,;])\s*{_LEAD})"
    r"(Will|April|May|June|August|Dawn|Summer|Autumn|Easter|Winter|Eve|Jan)(?!['-]?\w)(?!\.?\s\d)"
)
_NEGATED = re.compile(r"(?<!\w)(?:not|never|don't|dont|except|without)(?!\w)", re.IGNORECASE)
_WORD_BEFORE = re.compile(r"(?<!\w)(\w+)\s$")
_CALL_WITH = re.compile(
    r"(?<!\w)(?:an?\s)?(?:(?:phone\s)?call|chat|talk|speak|meeting|appointment)\s(?:with|to)\s",
    re.IGNORECASE,
)


def call_with(text: str, catalogue: Catalogue) -> list[Place]:
    """ "a call with John": in a line without a number that names the person, not the assistant."""
    return [
        Place(found.start(), found.end())
        for found in _CALL_WITH.finditer(text)
        if catalogue.name_at(text, found.end()) is None
        and catalogue.provider_at(text, found.end()) is None
    ]


def who_is_meant(text: str, words: Words, mention: str | None, *, sure: bool) -> Who | None:
    """The words to look up, from a text in which all else was claimed."""
    sure = sure and not words.name_led_by_day and _NEGATED.search(text) is None
    if words.name and words.name != mention:
        return Who(words.name, sure)
    if len(words.unread) == 1:
        name = as_name(words.unread[0])
        return Who(name, sure and not is_slip(name)) if name else None
    like_time = _LIKE_TIME.search(text)
    if like_time is not None and not words.unread:
        return Who(like_time[1], sure=False)
    return Who(mention, sure=False) if mention and not words.unread else None


def who_in_field(text: str) -> Who | None:
    """The name in a field that holds a number or a name; None when it is no name."""
    name = as_name(plain(without_markup(text[:MAX_TEXT])))
    return Who(name, sure=True) if name and len(name) <= _LONGEST_NAME else None


def shortened(words: str) -> str:
    """The name without titles and what stands around it: "client Dr. May (Acme)" is "May"."""
    parts = words.split("(", maxsplit=1)[0].split() or [words]
    while len(parts) > 1 and (parts[0].islower() or parts[0].rstrip(".").lower() in _TITLES):
        parts = parts[1:]
    return " ".join(parts)


def without(words: str, text: str) -> str:
    """The text, cleaned, without those words."""
    text = plain(without_markup(text))
    for place in place_of(words, text):
        text = f"{text[: place.start]} {text[place.end :]}"
    return " ".join(text.split())


def place_of(words: str, text: str, name: str = "") -> list[Place]:
    """Where in a cleaned text the words stand; nowhere when they came from a mention.

    A word like "april" before them is theirs when the whole ``name`` of the person has it.
    """
    found = re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text)
    if found is None:
        return []
    before = _WORD_BEFORE.search(text, 0, found.start())
    theirs = before is not None and before[1].casefold() in NAME_WORDS & {*name.casefold().split()}
    return [Place(before.start() if before and theirs else found.start(), found.end())]
