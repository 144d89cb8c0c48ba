"""Asks every rule about a call that is due; the strictest answer wins."""

from datetime import datetime

from bot.calls.call import Call
from bot.calls.timing import next_start
from bot.calls.verdict import ALLOWED, Answer, Verdict
from bot.decisions.calling_hours import calling_hours


def judge_due(call: Call, now: datetime) -> Verdict:
    """May this call be dialled now? Its own window first, then the hours of the person called."""
    if call.window is not None:
        opens = next_start(call.window, now)
        if opens is None:
            return Verdict(
                Answer.EXPIRE, "window_passed", "its window passed before it was dialled"
            )
        if opens > now:
            return Verdict(
                Answer.MOVE, "outside_hours", "its own window is closed", next_start=opens
            )
    verdict = calling_hours(now, call.request.callee_zones)
    if verdict.answer is Answer.ALLOW:
        return ALLOWED
    return _inside_window(call, verdict)


def _inside_window(call: Call, verdict: Verdict) -> Verdict:
    """A call is never moved past the end of the window its asker gave."""
    if call.window is None or verdict.next_start is None:
        return verdict
    opens = next_start(call.window, verdict.next_start)
    if opens is None:
        return Verdict(
            Answer.EXPIRE, "window_passed", "the rest of its window is outside their calling hours"
        )
    return Verdict(verdict.answer, verdict.code, verdict.why, verdict.rule, opens)
