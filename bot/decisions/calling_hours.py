"""Nobody is rung outside 8:00-21:00 on their own clock, in every zone they may be in.

Source: product rule ``base-hours``; the dated rules of countries and states narrow it further.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.calls.base_hours import is_open, next_open
from bot.calls.verdict import ALLOWED, Answer, Verdict

RULE = "base-hours"


def calling_hours(at: datetime, zones: Sequence[str]) -> Verdict:
    """Whether a phone may ring at ``at`` (aware) for somebody in any of ``zones`` (IANA).

    No zone known, or zones so far apart that their hours never meet (toll-free numbers): the zones
    tell nothing, and the asker's own choice of the hour stands.
    """
    following = next_open(at, zones)
    if following is None or is_open(at, zones):
        return ALLOWED
    closed = next(zone for zone in zones if not is_open(at, [zone]))
    local = at.astimezone(ZoneInfo(closed))
    return Verdict(
        Answer.MOVE,
        code="outside_hours",
        rule=RULE,
        why=f"it would be {local:%-I:%M %p} for them; calls are allowed 8 AM - 9 PM",
        next_start=following,
    )
