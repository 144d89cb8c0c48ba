"""The date libraries beside which our language is measured, each behind a generous adapter.

dateparser is the library the product knows words of other languages from. The two others come with
the extra `bench`: parsedatetime, small and very widely used, and recognizers-text-date-time, the
most thorough general one for Python. (timefhuman and ctparse are younger, but hold python-dateutil
below 3 and so would hold back what the product itself runs on; arrow reads no phrases.)
"""

import importlib
import re
import warnings
from datetime import datetime, time, timedelta
from typing import Any

from tests.bench.date_readings import Library, Seen

_RANGE = re.compile(
    r"(?:\b(?:between|from)\s+)?(?<![\d/-])(?P<first>\d{1,2}(?:[:.]\d\d)?(?:\s?[ap]m)?|noon)"
    r"\s*(?:-|\bto\b|\buntil\b|\btill\b|\band\b)\s*(?P<last>\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]m)?)(?![\d/-])",
    re.IGNORECASE,
)
_HALF = re.compile(r"[ap]m$", re.IGNORECASE)
_AMBIGUOUS_HOUR = re.compile(
    r"(?:\bat\s+|^)(?:[1-8])(?::\d\d)?(?:\s*o'?clock)?$|\bhalf past\b", re.IGNORECASE
)
_CLOCK = re.compile(
    r"\d\s?[ap]\.?m|\d:\d\d|\bnoon\b|\bmidnight\b|\bhours?\b|\bmin|\bnow\b", re.IGNORECASE
)


def dateparser_library() -> Library:
    """dateparser by its only recipe that is right everywhere: naive base, UTC, English."""
    data_parser = importlib.import_module("dateparser.date").DateDataParser
    search = importlib.import_module("dateparser.search").search_dates

    def settings(now: datetime) -> dict[str, Any]:
        return {"RELATIVE_BASE": now, "TIMEZONE": "UTC", "PREFER_DATES_FROM": "future"}

    def one(text: str, now: datetime) -> Seen | None:
        parser = data_parser(languages=["en"], settings=settings(now))
        found = parser.get_date_data(text)
        if found.date_obj is None or found.period not in {"day", "week", "time"}:
            return None
        at = found.date_obj.replace(tzinfo=None)
        dateless = at.time() in {now.time(), time()} and not _CLOCK.search(text)
        return Seen(at, whole_day=dateless)

    def read(text: str, now: datetime) -> list[Seen]:
        if _AMBIGUOUS_HOUR.search(text):
            return _both_halves(one(text, now))
        span = _span(one, text, now)
        if span is not None:
            return [span]
        whole = one(text, now)
        if whole is not None:
            return [whole]
        hits = search(text, languages=["en"], settings=settings(now)) or []
        return [Seen(at.replace(tzinfo=None), whole_day=not _CLOCK.search(hit)) for hit, at in hits]

    return read


def parsedatetime_library() -> Library:
    """parsedatetime with its context style, which tells a date from a time."""
    module = importlib.import_module("parsedatetime")
    calendar = module.Calendar(version=module.VERSION_CONTEXT_STYLE)

    def one(text: str, now: datetime) -> Seen | None:
        found, context = calendar.parseDT(text, sourceTime=now)
        if not (context.hasDate or context.hasTime):
            return None
        return Seen(found, whole_day=not context.hasTime)

    def read(text: str, now: datetime) -> list[Seen]:
        if _AMBIGUOUS_HOUR.search(text):
            return _both_halves(one(text, now))
        span = _span(one, text, now)
        whole = span or one(text, now)
        return [whole] if whole is not None else []

    return read


def recognizers_library() -> Library:
    """Microsoft's recognizers, which list the readings they see; those to come are kept."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own source, when it is compiled
        module = importlib.import_module("recognizers_date_time")
    model = module.DateTimeRecognizer("en-us").get_datetime_model()

    def read(text: str, now: datetime) -> list[Seen]:
        found = model.parse(text, now)
        values = [value for hit in found for value in (hit.resolution or {}).get("values", ())]
        seen = [each for value in values if (each := _resolved(value, now)) is not None]
        coming = [each for each in seen if (each.end or each.start) >= now - timedelta(minutes=1)]
        dates = [each for each in coming if each.whole_day]
        return coming[:1] if dates and len(dates) == len(coming) and len(found) == 1 else coming

    return read


def _resolved(value: dict[str, str], now: datetime) -> Seen | None:
    """One reading of the recognizers as moments."""
    kind = value.get("type", "")
    bare_limit = "Mod" in value and "start" not in value and "end" not in value
    if kind in {"duration", "set"} or bare_limit:
        return None
    first = _moment(value.get("value") or value.get("start"), now)
    last = _moment(value.get("end"), now)
    if kind == "daterange" and last is not None:
        inclusive = value.get("timex", "").startswith("(")
        return Seen(first or now, last - timedelta(days=not inclusive), whole_day=True)
    start = first or (now if last is not None else None)
    return Seen(start, last, whole_day=kind == "date") if start is not None else None


def _moment(text: str | None, now: datetime) -> datetime | None:
    """ "2026-04-16 10:00:00", "2026-04-16", or "10:00:00" at its next occurrence."""
    if text is None or not re.match(r"\d", text):
        return None
    if len(text) > 8:
        return datetime.fromisoformat(text)
    try:
        clock = datetime.combine(now.date(), time.fromisoformat(text))
    except ValueError:  # it reads "25:30" as an hour
        return None
    return clock if clock > now else clock + timedelta(days=1)


def _both_halves(seen: Seen | None) -> list[Seen]:
    """ "at 3" for a library that does not know it is two times."""
    return [] if seen is None else [seen, Seen(seen.start + timedelta(hours=12))]


def _span(one: Any, text: str, now: datetime) -> Seen | None:
    """ "tomorrow 2-4pm" for a library that knows moments only: both ends read by themselves."""
    found = _RANGE.search(text)
    half = found and _HALF.search(found["last"])
    if found is None or not (half or ":" in found[0]):
        return None
    day = f"{text[: found.start()]} {text[found.end() :]}".strip()
    first = found["first"] + (half[0] if half and not _HALF.search(found["first"]) else "")
    ends = [one(f"{day} {clock}".strip(), now) for clock in (first, found["last"])]
    if None in ends or any(end.whole_day for end in ends):
        return None
    last = datetime.combine(ends[0].start.date(), ends[1].start.time())
    return Seen(ends[0].start, last) if last > ends[0].start else None
