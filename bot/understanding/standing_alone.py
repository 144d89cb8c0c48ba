"""Finds an assistant named without "with": in a field of its own, or beside nothing but a time."""

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

from bot.understanding.catalogue import Catalogue, Mention
from bot.understanding.when.marks import Kind, marks

_SEPARATORS = re.compile(r"[|,;]")
_MOST_FIELDS = 40


def standing_alone(
    text: str, catalogue: Catalogue, today: date, *, names: bool, providers: bool
) -> list[Mention]:
    """An assistant or provider that fills a field, or stands there beside nothing but a time.

    ``names`` and ``providers`` are what is looked for; both in fields of their own ("Voz, Vozzo")
    are two mentions.
    """
    fields = _fields(text)[:_MOST_FIELDS]
    whole = [_in_field(text, field, catalogue, today, exact=True) for field in fields]
    alone = [mention for mention in whole if mention is not None]
    if not any(mention.named for mention in alone):
        timed = (_in_field(text, field, catalogue, today, exact=False) for field in fields)
        alone = [*alone, *(mention for mention in timed if mention is not None)]
    named = [mention for mention in alone if names and mention.named][:1]
    return named + [mention for mention in alone if providers and not mention.named][:1]


def _fields(text: str) -> list[tuple[int, int]]:
    borders = [-1, *(match.start() for match in _SEPARATORS.finditer(text)), len(text)]
    return [
        (left + 1, right) for left, right in pairwise(borders) if text[left + 1 : right].strip()
    ]


def _in_field(
    text: str, place: tuple[int, int], catalogue: Catalogue, today: date, *, exact: bool
) -> Mention | None:
    offset, end = place
    field = text[offset:end]
    for mention in catalogue.find_names(field):
        rest = field[: mention.start] + " " + field[mention.end :]
        alone = not rest.strip(" .\"'()")
        if alone or (not exact and _is_only_time(field, mention.start, mention.end, rest, today)):
            start, last = offset + mention.start, offset + mention.end
            return replace(mention, start=start, end=last)
    return None


def _is_only_time(field: str, start: int, end: int, rest: str, today: date) -> bool:
    """Is the name no word of the calendar, and all around it time?"""
    name = marks(field[start:end], today)
    if any(mark.kind is not Kind.UNREAD for mark in name):
        return False  # April, May, Sunday, Will: rather ask than take a date for an assistant
    return all(mark.kind is not Kind.UNREAD for mark in marks(rest, today))
