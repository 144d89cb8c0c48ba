"""Whose clock: zone words to IANA names, and short labels for people."""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers

from bot.understanding.zone_table import ABBREVIATIONS, HALF_HOURS, PLACES, REGIONS, RENAMED

_OFFSET = re.compile(r"(?:utc|gmt)?\s?([+-])\s?(\d{1,2})(?::?(\d\d))?$")
_TAIL = re.compile(
    r"(?: standard| daylight| summer| winter)?(?: local)?(?: time ?zone| time| tz)?$"
)
_AREAS = re.compile(
    r"(?:africa|america|antarctica|arctic|asia|atlantic|australia|canada|etc|europe|indian|pacific|us)/"
    r"[a-z_+\-0-9]{2,32}(?:/[a-z_]{2,32})?",
    re.IGNORECASE,
)


def zone_named(words: str) -> str | None:
    """The IANA name for "Berlin", "IST", "Eastern", "Pacific time", "UTC+2" or "Asia/Kolkata"."""
    said = " ".join(words.casefold().split())[:80]
    if _AREAS.fullmatch(said):
        return canonical(said)
    if said in ABBREVIATIONS:
        return ABBREVIATIONS[said]
    offset = _OFFSET.fullmatch(said)
    if offset is not None:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return zone_at_offset(minutes if offset[1] == "+" else -minutes)
    return _place(_TAIL.sub("", said, count=1) or said)


def _place(said: str) -> str | None:
    for table in (ABBREVIATIONS, REGIONS, PLACES):
        if said in table:
            return table[said]
    return None


def zone_at_offset(minutes: int) -> str | None:
    """A zone that is always that far from UTC; None when the database has none."""
    if minutes == 0:
        return "UTC"
    if minutes % 60:
        return HALF_HOURS.get(minutes)
    hours = minutes // 60
    return f"Etc/GMT{-hours:+d}" if -12 <= hours <= 14 else None


@lru_cache(maxsize=1024)
def canonical(name: str) -> str | None:
    """The present IANA name in its own spelling, None when there is no such zone."""
    spelled = RENAMED.get(name) or RENAMED.get(_spelled(name)) or _spelled(name)
    return spelled if is_zone(spelled) else None


def _spelled(name: str) -> str:
    """ "asia/ho_chi_minh" as the database writes it."""
    if name.casefold() in {"utc", "gmt", "etc/utc", "etc/gmt"}:
        return "UTC"
    parts = [_capitalised(part) for part in name.split("/")]
    return "/".join(parts)


def _capitalised(part: str) -> str:
    small = {"of", "au", "es"}
    if part.casefold().startswith("gmt") or part.casefold() == "us":
        return part.upper()
    pieces = re.split(r"([_-])", part.casefold())
    return "".join(piece if piece in small else piece.capitalize() for piece in pieces)


def is_zone(name: str) -> bool:
    """Is there such a zone in the database?"""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def zone_label(zone: str, at: datetime) -> str:
    """The short label people know: "PST", "IST", "GMT+4"; ``at`` is aware."""
    local = at.astimezone(ZoneInfo(zone))
    label = local.tzname() or ""
    if label.isalpha() and zone != "UTC" and not zone.startswith("Etc/"):
        return label
    return _offset_label(local.utcoffset() or timedelta())


def _offset_label(offset: timedelta) -> str:
    minutes = int(offset.total_seconds() // 60)
    if minutes == 0:
        return "UTC"
    sign = "+" if minutes > 0 else "-"
    hours, rest = divmod(abs(minutes), 60)
    return f"GMT{sign}{hours}" + (f":{rest:02}" if rest else "")


def country_label(e164: str) -> str:
    """The region of a number, "US" or "GB"; the country code when no single region has it."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return ""
    region = phonenumbers.region_code_for_number(number)
    if region in {None, "001", "ZZ"}:
        region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    return f"+{number.country_code}" if region in {None, "001", "ZZ"} else str(region)
