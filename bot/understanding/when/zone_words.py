"""Finds the zone words of a phrase ("IST", "Sydney time", "GMT+0900 (JST)") and takes them out."""

import re
from dataclasses import dataclass

from bot.understanding.when.line import Line
from bot.understanding.when.tokens import Kind
from bot.understanding.when.words import FILLERS, MONTHS, PART_WORDS, UNITS, WEEKDAYS
from bot.understanding.zone_table import ABBREVIATIONS, PLACES, REGIONS, WORDLIKE
from bot.understanding.zones import canonical, zone_at_offset

_IANA = re.compile(
    r"\b(?:africa|america|asia|atlantic|australia|canada|etc|europe|indian|pacific|us)/"
    r"[a-z_+\-0-9]{2,32}(?:/[a-z_]{2,32})?",
    re.IGNORECASE,
)
_LONGEST_NAME = 4  # words: "ho chi minh city"
_TAILS = frozenset({"standard", "daylight", "summer", "winter", "local"})
_TIME = frozenset({"time", "timezone", "tz", "times"})
_CLOCKLIKE = frozenset({"am", "pm", "o'clock", "noon", "midnight", "hrs", "h", "onwards"})
_DATELIKE = (
    frozenset({"today", "tomorrow", "weekdays", "weekday", "week", "tonight", "now", "lunch"})
    | frozenset(MONTHS)
    | frozenset(WEEKDAYS)
    | frozenset(PART_WORDS)
)
_NUMERIC = frozenset({Kind.NUMBER, Kind.CLOCK, Kind.DOTTED})


@dataclass(frozen=True, slots=True)
class ZoneWords:
    """The zones said, and the line without them."""

    zones: tuple[str, ...]
    line: Line
    taken: tuple[tuple[int, int], ...] = ()  # where in the text the zone words stood
    unknown: bool = False  # a zone was said that does not exist


def iana_names(text: str) -> tuple[str, tuple[str, ...], bool]:
    """The text with names like Asia/Kolkata blanked, those names, and whether one was unknown."""
    found = [canonical(name) for name in _IANA.findall(text)]
    zones = tuple(dict.fromkeys(zone for zone in found if zone is not None))
    return _IANA.sub(lambda match: " " * len(match[0]), text), zones, None in found


def zone_words(line: Line) -> ZoneWords:
    """Every zone said in the line; each needs a clock time or the word "time" beside it."""
    zones: list[str] = []
    kept = []
    taken: list[tuple[int, int]] = []
    unknown = False
    i = 0
    while i < len(line):
        zone, j = _zone_at(line, i)
        if j == i:
            kept.append(line.at(i))
            i += 1
            continue
        unknown = unknown or zone is None
        taken.append((line.at(i).start, line.at(j - 1).end))
        zones.extend([zone] if zone is not None else [])
        i = j
    return ZoneWords(tuple(dict.fromkeys(zones)), Line(tuple(kept)), tuple(taken), unknown)


def _zone_at(line: Line, i: int) -> tuple[str | None, int]:
    """The zone named at ``i`` and the index behind; the same index when none is named."""
    offset = _offset_at(line, i)
    if offset is not None:
        return offset
    begin = i + 1 if line.word(i) == "in" and _is_clock(line, i - 1) else i
    begin = line.past(begin, {"the", "us"}) if line.word(begin + 1) in REGIONS else begin
    if _is_unknown_zone(line, i):
        return None, _tail(line, i + 1)
    for size in range(_LONGEST_NAME, 0, -1):
        name = " ".join(line.word(begin + k) for k in range(size))
        zone = ABBREVIATIONS.get(name) or REGIONS.get(name) or PLACES.get(name)
        if zone is not None and _is_meant(line, (i, begin, begin + size), name):
            return zone, _tail(line, begin + size)
    return None, i


def _is_unknown_zone(line: Line, i: int) -> bool:
    """ "10am Gotham time", "10am XYZT": a zone nobody knows is asked about, not passed over."""
    word = line.word(i)
    known = any(word in table for table in (ABBREVIATIONS, PLACES, REGIONS, FILLERS, UNITS))
    if known or not _is_clock(line, i - 1) or not word.isalpha():
        return False
    slashed = line.word(i + 1) == "/" and line.at(i + 2).glued and line.word(i + 2).isalpha()
    if line.word(i + 1) in _TIME - {"times"} or (slashed and word not in _DATELIKE):
        return True
    return line.at(i).upper and 3 <= len(word) <= 5 and word.endswith("t")


def _offset_at(line: Line, i: int) -> tuple[str | None, int] | None:
    """ "UTC+2", "GMT+0900", "utc +5:30"."""
    if line.word(i) not in {"utc", "gmt"} or line.word(i + 1) not in {"+", "-"}:
        return None
    token = line.at(i + 2)
    if not token.glued or line.word(i + 3) in {"am", "pm"}:
        return None
    sign = 1 if line.word(i + 1) == "+" else -1
    if token.kind is Kind.CLOCK:
        hours, minutes = map(int, token.text.split(":")[:2])
    elif token.kind is Kind.NUMBER:
        hours, minutes = divmod(token.value, 100) if len(token.text) > 2 else (token.value, 0)
    else:
        return None
    return (
        (zone_at_offset(sign * (hours * 60 + minutes)), _tail(line, i + 3)) if hours <= 14 else None
    )


def _is_meant(line: Line, place: tuple[int, int, int], name: str) -> bool:
    """Is the name at that place a zone and no other word?"""
    start, begin, end = place
    if line.word(line.past(end, _TAILS)) in _TIME:
        return True
    clock = _is_clock(line, start - 1) or (
        begin == start and _is_clock(line, line.past(start, {"in"}) - 1)
    )
    if name in ABBREVIATIONS:
        capitals = all(line.at(k).upper for k in range(begin, end))
        near = clock or _is_date(line, start - 1) or _is_clock(line, end) or _is_date(line, end)
        return (
            (clock or near)
            if capitals
            else clock and (name not in WORDLIKE or name in {"est", "ist", "et", "pt", "ct"})
        )
    return clock or (_is_part(line, start - 1))


def _is_clock(line: Line, i: int) -> bool:
    return (
        line.at(i).kind in _NUMERIC or line.word(i) in _CLOCKLIKE or line.at(i).kind is Kind.STAMP
    )


def _is_date(line: Line, i: int) -> bool:
    return line.word(i) in _DATELIKE or line.at(i).kind in {Kind.DATE, Kind.ORDINAL}


def _is_part(line: Line, i: int) -> bool:
    return line.word(i) in PART_WORDS or line.word(i) in {"tonight", "end of day", "first thing"}


def _tail(line: Line, j: int) -> int:
    """Behind "standard time", "time zone", "local time"."""
    k = line.past(j, _TAILS)
    if line.word(k) in _TIME:
        return k + 2 if line.word(k + 1) == "zone" else k + 1
    return j
