"""The base calling hours, 8:00-21:00 on every clock the person called may have.

Source: product rule ``base-hours``. Understanding advises by it, decisions enforce it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

OPENS, CLOSES = time(8), time(21)
STEP = timedelta(minutes=15)  # zones differ by multiples of a quarter of an hour
LOOK_AHEAD = timedelta(days=3)
A_DAY_AND_A_DST_CHANGE = timedelta(hours=26)  # what is ever open is open within this


def is_open(at: datetime, zones: Sequence[str]) -> bool:
    """Whether it is inside the hours in all of the zones (IANA) at ``at`` (aware)."""
    return all(OPENS <= at.astimezone(ZoneInfo(zone)).time() < CLOSES for zone in zones)


def next_open(after: datetime, zones: Sequence[str]) -> datetime | None:
    """The first open moment from ``after`` on, in UTC: that one, or a full quarter of an hour.

    ``None`` when the hours of the zones never meet; they are too far apart (toll-free numbers).
    """
    moment = after.astimezone(UTC)
    if is_open(moment, zones):
        return moment
    quarter = next_quarter(moment)
    steps = (quarter + step * STEP for step in range(A_DAY_AND_A_DST_CHANGE // STEP + 1))
    return next((candidate for candidate in steps if is_open(candidate, zones)), None)


def closing(after: datetime, zones: Sequence[str]) -> datetime | None:
    """When the hours that are open at ``after`` (aware) end, in UTC; zones shift by quarters.

    ``None`` where they are not open, or zones are not known and so set no end.
    """
    if not zones or not is_open(after, zones):
        return None
    quarter = next_quarter(after + timedelta(microseconds=1))
    steps = (quarter + step * STEP for step in range(A_DAY_AND_A_DST_CHANGE // STEP + 1))
    return next((moment for moment in steps if not is_open(moment, zones)), None)


def next_quarter(moment: datetime) -> datetime:
    """The first quarter of an hour at or after the moment, in UTC."""
    moment = moment.astimezone(UTC)
    rest = timedelta(
        minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond
    )
    return moment + (STEP - rest if rest else timedelta())
