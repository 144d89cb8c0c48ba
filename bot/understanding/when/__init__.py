"""Reads a time as people say it: an instant, a window, a question, or nothing."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.calls.timing import Instant, Window
from bot.understanding.clean import MAX_PHRASE, plain, without_markup
from bot.understanding.other_languages import in_english
from bot.understanding.when.answers import Ambiguous, Asked, Candidates, Nothing, Unread, When
from bot.understanding.when.facts import facts_of
from bot.understanding.when.items import Item, Role, Stamp
from bot.understanding.when.line import Line, read_line
from bot.understanding.when.resolve import resolve
from bot.understanding.when.scan import TIMELY, scan
from bot.understanding.when.zone_words import iana_names, zone_words

__all__ = [
    "Ambiguous", "Heard", "Instant", "Nothing", "When", "Window", "hear", "offered", "read_when",
]  # fmt: skip


LAST_YEAR = 9_990


@dataclass(frozen=True, slots=True)
class Heard:
    """The answer, its zone (``named`` if the phrase named it), and the words left unread."""

    when: When
    zone: str
    named: bool = False
    unread: tuple[str, ...] = ()
    timely: bool = False  # did any word speak of time?


def read_when(text: str, now: datetime, zone: str) -> When:
    """What ``text`` says about a time; ``now`` is aware, ``zone`` the reader's IANA zone.

    Words that do not speak of time are passed over; every number must be used up. A time in another
    language is asked back with what it seems to say, even where English finds an hour in it.
    """
    heard = hear(text, now, zone)
    match heard.when:
        case Nothing(reason="not_a_time") | Ambiguous(candidates=()):
            return replace(heard.when, candidates=offered(text, now, zone) or ())
        case Instant() | Window() if heard.unread:
            offers = offered(text, now, zone)
            return heard.when if offers is None else Ambiguous("unread_words", offers)
    return heard.when


def offered(text: str, now: datetime, zone: str) -> Candidates | None:
    """What a time in another language seems to say, for buttons; None when it is in no other.

    Offered only when every word was read, and never what is past or impossible.
    """
    english = in_english(_cleaned(text))
    if english is None:
        return None
    heard = hear(english, now, zone)
    if heard.unread or isinstance(heard.when, Nothing):
        return ()
    return heard.when.candidates if isinstance(heard.when, Ambiguous) else (heard.when,)


def _cleaned(text: str) -> str:
    return plain(without_markup(text[: 4 * MAX_PHRASE]))


def hear(text: str, now: datetime, zone: str) -> Heard:
    """The same with the zone that was read and the words nobody understood."""
    phrase = _cleaned(text)
    if len(phrase) > MAX_PHRASE:
        return Heard(Nothing("too_long"), zone)
    phrase, iana, unknown = iana_names(phrase)
    found = zone_words(read_line(phrase))
    zones = tuple(dict.fromkeys((*iana, *found.zones)))
    unknown = unknown or found.unknown
    chosen = _one_zone(zones, now) if zones else zone
    asked = Asked(now.astimezone(ZoneInfo(chosen or zone)), chosen or zone)
    items = scan(found.line, asked.today)
    return Heard(
        _answer(items, asked, doubtful=unknown or chosen is None),
        asked.zone,
        named=bool(zones) or any(_has_offset(item) for item in items),
        unread=_unread(items, found.line),
        timely=any(item.role in TIMELY or item.role is Role.NUMBER for item in items),
    )


def _one_zone(zones: tuple[str, ...], now: datetime) -> str | None:
    """The zone, the last of several that show the same clock, or None when they differ."""
    offsets = {now.astimezone(ZoneInfo(zone)).utcoffset() for zone in zones}
    return zones[-1] if len(offsets) == 1 else None


def _answer(items: list[Item], asked: Asked, *, doubtful: bool) -> When:
    try:
        facts = facts_of(items)
        if doubtful:
            return Ambiguous("zone")
        found = resolve(facts, asked)
        return found if _is_usable(found) else Nothing("invalid")
    except Unread as unread:
        usable = tuple(each for each in unread.answer.candidates if _is_usable(each))
        return replace(unread.answer, candidates=usable)
    except OverflowError:  # beyond the calendar's last year
        return Nothing("invalid")


def _is_usable(when: Instant | Window) -> bool:
    """Does it leave room for zones and look-aheads before the calendar's last day?"""
    return max(when.start, getattr(when, "end", None) or when.start).year <= LAST_YEAR


def _has_offset(item: Item) -> bool:
    return isinstance(item.value, Stamp) and item.value.moment.tzinfo is not None


def _unread(items: list[Item], line: Line) -> tuple[str, ...]:
    return tuple(
        line.at(k).text
        for item in items
        if item.role is Role.UNREAD
        for k in range(item.start, item.end)
    )
