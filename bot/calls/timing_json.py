"""Instants and windows as small JSON, for rows and for the values of buttons."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.calls.timing import Instant, Window


def timing_to_json(when: Instant | Window | None) -> dict[str, Any] | None:
    """An instant or window as JSON; clock times as ``HH:MM``."""
    if when is None:
        return None
    facts: dict[str, Any] = {"start": when.start.isoformat(), "zone": when.zone}
    if isinstance(when, Window):
        facts |= {
            "end": when.end.isoformat() if when.end else None,
            "daily_start": f"{when.daily_start:%H:%M}" if when.daily_start else None,
            "daily_end": f"{when.daily_end:%H:%M}" if when.daily_end else None,
            "allow_on_weekends": when.allow_on_weekends,
        }
    return facts


def timing_from_json(facts: Mapping[str, Any] | None) -> Instant | Window | None:
    """The reverse of ``timing_to_json``."""
    if facts is None:
        return None
    zone = ZoneInfo(facts["zone"])
    start = datetime.fromisoformat(facts["start"]).astimezone(zone)
    if "allow_on_weekends" not in facts:
        return Instant(start, facts["zone"])
    end = facts["end"]
    return Window(
        start=start,
        end=datetime.fromisoformat(end).astimezone(zone) if end else None,
        zone=facts["zone"],
        daily_start=_clock_time(facts["daily_start"]),
        daily_end=_clock_time(facts["daily_end"]),
        allow_on_weekends=facts["allow_on_weekends"],
    )


def window_from_json(facts: Mapping[str, Any] | None) -> Window | None:
    """A window kept as JSON, or ``None``."""
    timing = timing_from_json(facts)
    return timing if isinstance(timing, Window) else None


def _clock_time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None
