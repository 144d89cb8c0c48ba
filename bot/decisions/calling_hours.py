"""Nobody is rung outside 8:00-21:00 on their own clock, in every zone they may be in.

Source: product rule ``base-hours``; the dated rules of countries and states narrow it further.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.calls.verdict import ALLOWED, Answer, Verdict

OPENS, CLOSES = time(8), time(21)
RULE = "base-hours"
STEP = timedelta(minutes=15)  # zones differ by multiples of a quarter of an hour
LOOK_AHEAD = timedelta(days=3)


def calling_hours(at: datetime, zones: Sequence[str]) -> Verdict:
    """Whether a phone may ring at ``at`` (aware) for somebody in any of ``zones`` (IANA).

    No zone known, or zones so far apart that their hours never meet (toll-free numbers): the zones
    tell nothing, and the asker's own choice of the hour stands.
    """
    if next_allowed(at, zones) is None:
        return ALLOWED
    closed = [zone for zone in zones if not _is_open(at, zone)]
    if not closed:
        return ALLOWED
    local = at.astimezone(ZoneInfo(closed[0]))
    return Verdict(
        Answer.MOVE,
        code="outside_hours",
        rule=RULE,
        why=f"it would be {local:%-I:%M %p} for them; calls are allowed 8 AM - 9 PM",
        next_start=next_allowed(at, zones),
    )


def next_allowed(after: datetime, zones: Sequence[str]) -> datetime | None:
    """The first allowed minute after ``after``, in UTC.

    ``None`` when the zones' hours never meet (they are too far apart).
    """
    moment = after.astimezone(UTC)
    if all(_is_open(moment, zone) for zone in zones):
        return moment
    quarter = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
    for step in range(1, LOOK_AHEAD // STEP + 1):
        candidate = quarter + step * STEP
        if all(_is_open(candidate, zone) for zone in zones):
            return candidate
    return None


def _is_open(at: datetime, zone: str) -> bool:
    return OPENS <= at.astimezone(ZoneInfo(zone)).time() < CLOSES
