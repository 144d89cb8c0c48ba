"""Tells where the words of a name end: at a separator, a number or a time."""

import re
from dataclasses import dataclass
from datetime import date

from bot.understanding.when.marks import Kind, marks

_STOP = re.compile(
    r"[,;|\"()+\d]|\s(?:with|using|via|at|on|in|for|to|when|by|and|or|please|from|note)(?!\w)",
    re.IGNORECASE,
)
_LOOK_AHEAD = 120  # characters in which a name must end


@dataclass(frozen=True, slots=True)
class WordEnds:
    """Ends of names; ``today`` is the asker's date."""

    today: date

    def end_of_name(self, text: str, start: int) -> int:
        """The end of the unknown name that begins at ``start``; it may be called like a day."""
        end = _stop(text, start)
        for mark in marks(text[start : start + _LOOK_AHEAD], self.today):
            if mark.kind in {Kind.TIME, Kind.NUMBER} and mark.start > 0:
                return min(end, start + mark.start)
        return end

    def rest_of_name(self, text: str, end: int, *, capitals: bool) -> int:
        """The end of the words that go on with the name ending at ``end``; ``end`` if none do.

        ``capitals``: only words with a capital go on with it.
        """
        stop = _stop(text, end)
        rest = end
        for mark in marks(text[end : end + _LOOK_AHEAD], self.today):
            if mark.kind is not Kind.UNREAD or end + mark.end > stop:
                break
            if capitals and not text[end + mark.start].isupper():
                break
            rest = end + mark.end
        return rest


def _stop(text: str, start: int) -> int:
    stop = _STOP.search(text, start, start + _LOOK_AHEAD)
    return stop.start() if stop is not None else min(len(text), start + _LOOK_AHEAD)
