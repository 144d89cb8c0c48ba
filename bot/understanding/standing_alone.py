"""Finds an assistant named without "with": in a field of its own, or beside nothing but a time."""

import re
from datetime import date
from itertools import pairwise

from bot.understanding.agents import Catalogue, Named, ambiguous_agents
from bot.understanding.phone_search import Place
from bot.understanding.when.marks import Kind, marks

_SEPARATORS = re.compile(r"[|,;]")
_MOST_FIELDS = 40


def agent_standing_alone(text: str, catalogue: Catalogue, today: date) -> Named:
    """An assistant or provider that fills a field, or stands there beside nothing but a time."""
    fields = _fields(text)
    for exact in (True, False):
        for start, end in fields[:_MOST_FIELDS]:
            found = _in_field(text[start:end], start, catalogue, today, exact=exact)
            if found is not None:
                return found
    return Named()


def _fields(text: str) -> list[tuple[int, int]]:
    borders = [-1, *(match.start() for match in _SEPARATORS.finditer(text)), len(text)]
    return [
        (left + 1, right) for left, right in pairwise(borders) if text[left + 1 : right].strip()
    ]


def _in_field(
    field: str, offset: int, catalogue: Catalogue, today: date, *, exact: bool
) -> Named | None:
    for mention in catalogue.find_names(field):
        rest = field[: mention.start] + " " + field[mention.end :]
        whole = not rest.strip(" .\"'()")
        if (
            whole
            if exact
            else (whole or _is_only_time(field, mention.start, mention.end, rest, today))
        ):
            place = Place(offset + mention.start, offset + mention.end)
            if len(mention.agents) == 1:
                return Named(mention.agents[0], places=(place,))
            return Named(problem=ambiguous_agents(mention.agents), places=(place,))
    return None


def _is_only_time(field: str, start: int, end: int, rest: str, today: date) -> bool:
    """Is the name no word of the calendar, and all around it time?"""
    name = marks(field[start:end], today)
    if any(mark.kind is not Kind.UNREAD for mark in name):
        return False  # April, May, Sunday, Will: rather ask than take a date for an assistant
    return all(mark.kind is not Kind.UNREAD for mark in marks(rest, today))
