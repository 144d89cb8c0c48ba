"""Turns a date and a minute into a moment; notices times that do not exist or occur twice."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.calls.timing import Instant
from bot.understanding.when.answers import Asked, no_time, unclear
from bot.understanding.when.items import DAY_MINUTES


def moment(day: date, minute: int, asked: Asked) -> datetime:
    """The aware moment of that clock time; from 24:00 on it is the next day.

    Raises ``Unread`` (ambiguous) when clocks change: such a time is skipped, or comes twice.
    """
    local = _local(day, minute, asked)
    first, second = local.replace(fold=0), local.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    before, after = (moved.astimezone(UTC).astimezone(local.tzinfo) for moved in (first, second))
    reason = "overlap" if before.replace(tzinfo=None) == local.replace(tzinfo=None) else "gap"
    both = sorted((before, after), key=lambda found: found.astimezone(UTC))
    raise unclear(reason, tuple(Instant(found, asked.zone) for found in both if found >= asked.now))


def moment_or_later(day: date, minute: int, asked: Asked) -> datetime:
    """The same for borders of windows nobody said aloud: a skipped time moves on, never asks."""
    return _local(day, minute, asked).astimezone(UTC).astimezone(ZoneInfo(asked.zone))


def _local(day: date, minute: int, asked: Asked) -> datetime:
    try:
        day += timedelta(days=minute // DAY_MINUTES)
    except OverflowError:
        raise no_time("invalid") from None
    minute %= DAY_MINUTES
    return datetime.combine(day, time(minute // 60, minute % 60), ZoneInfo(asked.zone))
