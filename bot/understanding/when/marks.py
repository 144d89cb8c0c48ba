"""Shows which words of a text speak of time, so that names can be told from times."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.understanding.when.items import Item, Role
from bot.understanding.when.line import read_line
from bot.understanding.when.scan import SOFT, TIMELY, scan
from bot.understanding.when.zone_words import iana_names, zone_words


class Kind(StrEnum):
    """What a word is to the grammar of times."""

    TIME = "time"
    CALENDAR = "calendar"  # a month or weekday that is no date by itself, or a season
    FILLER = "filler"
    NUMBER = "number"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Mark:
    """The words from ``start`` to ``end`` of the text and what they are."""

    kind: Kind
    start: int
    end: int


def marks(text: str, today: date) -> list[Mark]:
    """Marks of a cleaned text in order; ``today`` is the asker's date."""
    blanked, _, _ = iana_names(text)
    zoned = zone_words(read_line(blanked))
    items = scan(zoned.line, today)
    found = [
        Mark(_kind(item), zoned.line.at(item.start).start, zoned.line.at(item.end - 1).end)
        for item in items
    ]
    found += [Mark(Kind.TIME, start, end) for start, end in zoned.taken]
    return sorted(found, key=lambda mark: mark.start)


def _kind(item: Item) -> Kind:
    if item.role in {Role.MONTH, Role.VAGUE} or item.value == SOFT:
        return Kind.CALENDAR
    if item.role in TIMELY:
        return Kind.TIME
    if item.role is Role.UNREAD:
        return Kind.UNREAD
    return Kind.NUMBER if item.role is Role.NUMBER else Kind.FILLER
