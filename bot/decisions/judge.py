"""Asks every rule about a call that is due; the strictest answer wins."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.calls.base_hours import next_open
from bot.calls.call import Call
from bot.calls.timing import LOOK_AHEAD_DAYS, Instant, next_start
from bot.calls.verdict import ALLOWED, Answer, Verdict
from bot.decisions.calling_hours import calling_hours

TOLERANCE = timedelta(hours=1)  # a call to a moment goes out by itself for that long
PASSED = Verdict(Answer.EXPIRE, "window_passed", "its window passed before it was dialled")
NEVER = Verdict(
    Answer.EXPIRE, "window_passed", "the rest of its window is outside their calling hours"
)


def judge_due(call: Call, now: datetime, at: datetime | None = None) -> Verdict:
    """May this call be dialled now? Its own time first, then the hours of the person called.

    ``at`` (aware) is when its phone would ring, where that is not now. A call is never moved past
    the end of the window its asker gave; one that fits nowhere expires. One to a given moment that
    is long past waits for a person: who asked for ten o'clock may not want it at three.
    """
    if call.window is None and now - call.due > TOLERANCE:
        return Verdict(Answer.HOLD, "late", f"this is {_spoken(now - call.due)} late")
    now = at or now
    verdict = _own_time(call, now)
    if verdict.answer is Answer.ALLOW:
        verdict = calling_hours(now, call.request.callee_zones)
    if verdict.answer is not Answer.MOVE or verdict.next_start is None:
        return verdict
    start = first_allowed(call, verdict.next_start)
    return NEVER if start is None else replace(verdict, next_start=start)


def _own_time(call: Call, now: datetime) -> Verdict:
    when = call.request.when
    if isinstance(when, Instant) and when.start > now:
        return Verdict(Answer.MOVE, "too_early", "its time has not come", next_start=when.start)
    if call.window is None:
        return ALLOWED
    opens = next_start(call.window, now)
    if opens is None:
        return PASSED
    if opens > now:
        return Verdict(Answer.MOVE, "window_closed", "its own window is closed", next_start=opens)
    return ALLOWED


def _spoken(late: timedelta) -> str:
    """In whole hours, or days."""
    hours = round(late / timedelta(hours=1))
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"


def first_allowed(call: Call, moment: datetime) -> datetime | None:
    """The first moment from then on inside its window and the hours of the person called.

    In UTC; ``None`` when they never meet.
    """
    for _ in range(LOOK_AHEAD_DAYS):
        opens = next_start(call.window, moment) if call.window else moment
        if opens is None:
            return None
        # Zones whose hours never meet tell nothing: then the window alone counts.
        moment = next_open(opens, call.request.callee_zones) or opens
        if moment == opens:
            return opens
    return None


def next_try(call: Call, moment: datetime) -> datetime | None:
    """The same for a moment that nobody chose.

    Where the zones of the person called tell nothing, it is inside the hours of the asker's clock.
    """
    zones = call.request.callee_zones
    if not zones or next_open(moment, zones) is None:
        call = replace(call, request=replace(call.request, callee_zones=(call.request.asker_zone,)))
    return first_allowed(call, moment)
