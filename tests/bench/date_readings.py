"""What any date library gets for free: zones, day parts, ranges and questions by our conventions.

A library says which moments or spans it sees; here they become an answer of the corpora. The help
is meant to be generous: words like "every" and "or" are asked about for it, zone words are taken
off and applied, a stated past is never scheduled, and a date without a time gets its hours.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.understanding.zones import zone_named

Answer = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """One reading, naive in the zone of the line: a moment, a span, or (``whole_day``) days."""

    start: datetime
    end: datetime | None = None
    whole_day: bool = False


Library = Callable[[str, datetime], list[Seen]]

PARTS = {
    "first thing": (9, 10), "end of day": (17, 18), "eod": (17, 18), "cob": (17, 18),
    "morning": (9, 12), "afternoon": (12, 17), "evening": (17, 20), "tonight": (18, 21),
    "night": (18, 21), "lunch": (12, 13), "business hours": (9, 18),
}  # fmt: skip
_PART = re.compile(rf"\b({'|'.join(PARTS)})(?:time)?\b", re.IGNORECASE)
_ASK = re.compile(
    r"\b(?:every|each|daily|weekly|or|later|soon|whenever|eventually|mondays|tuesdays|wednesdays|"
    r"thursdays|fridays|saturdays|sundays|next month|a while)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(by|before|until|till|after)\s+(?:\d|noon)|\b(or later|onwards)\b", re.IGNORECASE
)
_CLOCK = re.compile(
    r"\d\s?(?:[ap]\.?m\b|:\d\d|o'?clock|hrs?\b)|\bnoon\b|\bhalf past\b"
    r"|\bat \d|\d in the |\b\d\d? tomorrow",
    re.IGNORECASE,
)
_HALF_DAY = re.compile(r"(?<=day|row)\s+([ap]m)$", re.IGNORECASE)
_NOISE = re.compile(
    r"^(?:i(?:'ll| will)(?: be| go)?(?: back| out| leave)?|let's meet|meeting|the)\s+(?=\S)",
    re.IGNORECASE,
)


def answer(library: Library, text: str, now: datetime, zone: str) -> Answer:
    """What the library makes of the text, in the shape of the corpora."""
    stamp = _iso(text)
    if stamp is not None:
        return {"kind": "instant", "start": stamp} if stamp > now.isoformat() else {"kind": "none"}
    text, zone = _without_zone(_NOISE.sub("", text), zone)
    naive = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if _ASK.search(text):
        return {"kind": "ambiguous"}
    text = _HALF_DAY.sub(lambda half: " morning" if half[1][0] in "aA" else " afternoon", text)
    part = None if _CLOCK.search(text) else _PART.search(text)
    bare = _PART.sub("", text).strip() if part else text
    seen = [each for each in library(bare, naive) if _last(each) >= naive - timedelta(minutes=1)]
    if part:
        day = seen[0].start if seen else naive
        seen = [_of_part(day, PARTS[part[1].lower()])] if seen or not bare.strip("athis ") else []
    seen = _in_business_hours(seen)
    if not seen:
        return {"kind": "none"}
    if len({each.start for each in seen}) > 1:
        return {"kind": "ambiguous"}
    return _shaped(_opened(seen[0], text, naive), naive, zone)


def _iso(text: str) -> str | None:
    """A machine's moment with its offset needs no library."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment.isoformat() if moment.tzinfo is not None else None


def _in_business_hours(seen: list[Seen]) -> list[Seen]:
    """Of 9:00 and 21:00, or 12:00 and 0:00, our conventions take the one in business hours."""
    if len(seen) == 2 and {each.start.hour % 12 for each in seen} <= {0, 9, 10, 11}:
        return [each for each in seen if 9 <= each.start.hour < 18] or seen
    return seen


def _without_zone(text: str, zone: str) -> tuple[str, str]:
    """The text without a zone named at its end, and that zone."""
    words = text.split()
    for size in range(min(4, len(words) - 1), 0, -1):
        named = zone_named(" ".join(words[-size:]).strip("()"))
        if named is not None and words[-size][0].isalpha():
            return " ".join(words[:-size]), named
    return text, zone


def _last(seen: Seen) -> datetime:
    if seen.whole_day:
        return datetime.combine((seen.end or seen.start).date(), time(18))
    return seen.end or seen.start


def _of_part(day: datetime, hours: tuple[int, int]) -> Seen:
    first, last = (datetime.combine(day.date(), time(hour)) for hour in hours)
    return Seen(first, last)


def _opened(seen: Seen, text: str, now: datetime) -> Seen:
    """ "by 3pm" ends there, "after 3pm" begins there."""
    found = _OPEN.search(text)
    if found is None or seen.end is not None or seen.whole_day:
        return seen
    if (found[1] or "").lower() in {"by", "before", "until", "till"}:
        today = seen.start.date() == now.date()
        opens = now if today else datetime.combine(seen.start.date(), time(9))
        return Seen(opens, seen.start)
    return Seen(seen.start, datetime.combine(seen.start.date(), time(18)))


def _shaped(seen: Seen, now: datetime, zone: str) -> Answer:
    if seen.end is None and not seen.whole_day:
        return {"kind": "instant", "start": _stamp(seen.start, zone)}
    if not seen.whole_day:
        start, end = max(seen.start, now), seen.end or seen.start
        return {"kind": "window", "start": _stamp(start, zone), "end": _stamp(end, zone)}
    start = max(datetime.combine(seen.start.date(), time(9)), now)
    answer = {"kind": "window", "start": _stamp(start, zone), "end": _stamp(_last(seen), zone)}
    if seen.end is None or seen.end.date() == seen.start.date():
        return answer
    weekend = seen.start.weekday() == 5
    hours = {"daily_start": "09:00", "daily_end": "18:00", "allow_on_weekends": weekend}
    return answer | hours


def _stamp(moment: datetime, zone: str) -> str:
    return moment.replace(tzinfo=ZoneInfo(zone)).isoformat()
