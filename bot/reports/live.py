"""The headline of a call's live message: one for each state."""

from datetime import datetime

from bot.calls.call import Attempt, Call
from bot.calls.pauses import PAUSED
from bot.calls.retries import NO_TIME_LEFT, RETRYING, STOPPED, WHY_AGAIN
from bot.calls.states import State
from bot.calls.verdict import PASSING_HOLDS
from bot.reports.escaping import escape
from bot.reports.pauses import held_by_pause
from bot.reports.scene import Headline, Scene, sentence
from bot.reports.unknown import by_a_person, handed_over, said_by, unsure

AGAIN = {
    WHY_AGAIN[State.NO_ANSWER]: "No answer",
    WHY_AGAIN[State.BUSY]: "Line busy",
    WHY_AGAIN[State.VOICEMAIL]: "Voicemail",
}
SPOKEN = frozenset({State.COMPLETED, State.VOICEMAIL})  # what was said may be told a little later


def headline(call: Call, attempt: Attempt | None, scene: Scene) -> Headline:
    """The first line of a call as it stands."""
    if call.state == State.UNSURE:
        return unsure(call, attempt, scene)
    if call.state == State.HANDED_OVER:
        return handed_over(call, scene)
    if is_retrying(call):
        return _retrying(call, scene)
    if call.state == State.HELD:
        return _held(call, scene.whom)
    told = _told(call, attempt, scene)
    return said_by(call, told, scene) if by_a_person(call) else told


def _told(call: Call, attempt: Attempt | None, scene: Scene) -> Headline:
    """The states that need no more than their name."""
    agent, whom = escape(call.request.agent_name), scene.whom
    will, did = f"{agent} will call {whom}", f"{agent} called {whom}"
    once_more = " again" if _tried_before(call, attempt) else ""
    return {
        State.SCHEDULED: Headline("🗓️", "Scheduled", will + _again(call)),
        State.DIALLING: Headline(
            "📞", "Dialling", f"{agent} calls {whom}; it can't be stopped now"
        ),
        State.PLACED: Headline("📞", "Dialling", f"{scene.provider} is placing the call to {whom}"),
        State.RINGING: Headline("🔔", "Ringing", f"{agent} is calling {whom}"),
        State.IN_PROGRESS: Headline("🟢", "On the line", f"{agent} is talking to {whom}"),
        State.COMPLETED: Headline("✅", "Reached", did + _length(attempt)),
        State.VOICEMAIL: _not_reached(call, f"{did} and got a voicemail"),
        State.NO_ANSWER: _not_reached(call, f"{did}; nobody answered"),
        State.BUSY: _not_reached(call, f"{did}; the line was busy"),
        State.FAILED: Headline(
            "❌", f"Could not call{once_more}", f"{whom}: {_why_failed(call, attempt, scene)}"
        ),
        State.CANCELLED: Headline("🚫", "Cancelled", f"{whom} will not be called{once_more}"),
        State.EXPIRED: Headline("⌛", "Window passed", f"{whom} was {_why_expired(call)}"),
        State.AWAITING_APPROVAL: Headline("⏸️", "Waits for approval", will),
    }[call.state]


def is_retrying(call: Call) -> bool:
    """Whether a call waits because its last try reached nobody."""
    return call.state == State.SCHEDULED and call.reason_code == RETRYING


def _retrying(call: Call, scene: Scene) -> Headline:
    agent, due = escape(call.request.agent_name), f" {scene.due}" if scene.due else ""
    rest = f"{next_try(call)}{due} · {agent} will call {scene.whom}"
    return Headline("🔁", AGAIN.get(call.reason, "No answer"), rest)


def next_try(call: Call) -> str:
    """``try 2 of 3``."""
    following = call.attempts_used + 1
    return f"try {following} of {max(call.request.retries + 1, following)}"


def _again(call: Call) -> str:
    """Of a waiting call that was tried already."""
    return f" again, {next_try(call)}" if call.attempts_used else ""


def _not_reached(call: Call, tale: str) -> Headline:
    if call.reason_code == STOPPED:
        tale += f" · stopped by <@{call.changed_by}> {escape(call.reason)}"
    elif call.attempts_used > 1:
        tale += f" after {call.attempts_used} tries"
    if call.reason_code == NO_TIME_LEFT:
        tale += f" · {escape(call.reason)}"
    return Headline("📵", "Not reached", tale)


def _tried_before(call: Call, attempt: Attempt | None) -> bool:
    """Whether it rang, or may have, in a try before the one that came to nothing."""
    rang = attempt is not None and call.state == State.FAILED and attempt.answer != "not_placed"
    return call.attempts_used > (1 if rang else 0)


def _why_expired(call: Call) -> str:
    if call.attempts_used:
        tries = "1 try" if call.attempts_used == 1 else f"{call.attempts_used} tries"
        return f"not reached in {tries}, and no time was left for another"
    return f"not called: {escape(call.reason) or 'its window passed before it was dialled'}"


def _why_failed(call: Call, attempt: Attempt | None, scene: Scene) -> str:
    if call.reason:
        return escape(call.reason)
    word = escape(attempt.raw_status) if attempt else ""
    return f"{scene.provider} reports “{word}”" if word else f"{scene.provider} gave no reason"


def _held(call: Call, whom: str) -> Headline:
    will, reason = f"{escape(call.request.agent_name)} will call {whom}", escape(call.reason)
    if call.reason_code == "outside_hours":
        return Headline("✋", "Held: outside their calling hours", f"{will} · {reason}")
    if call.reason_code == "window_closed":
        return Headline("✋", "Held: waits for its window", will)
    if call.reason_code == "too_early":
        return Headline("✋", "Held: waits for its time", will)
    if call.reason_code == PAUSED:
        return held_by_pause(call, will)
    if call.reason_code in PASSING_HOLDS:
        return Headline("✋", "Held: will try again", f"{will} · {reason}")
    word = "Held: this call is late" if call.reason_code == "late" else "Held: it needs you"
    how = "Call now, move it or cancel it."
    return Headline("✋", word, f"{will} · {sentence(reason)} {how}" if reason else will)


def _length(attempt: Attempt | None) -> str:
    if attempt is None or attempt.seconds is None:
        return ""
    return f" · {spoken_length(attempt.seconds)}"


def spoken_length(seconds: float) -> str:
    """``134`` → ``2 min 14 s``."""
    minutes, rest = divmod(max(round(seconds), 0), 60)
    if minutes == 0:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def result_due(call: Call, attempt: Attempt | None) -> bool:
    """Whether all that will be known of a call is known, so that its result can be posted."""
    if attempt is None or call.state not in SPOKEN or by_a_person(call):
        return True
    return bool(attempt.summary or attempt.transcript) or attempt.next_poll is None


def since(attempt: Attempt | None) -> datetime | None:
    """When the conversation began, aware UTC."""
    return attempt.started_at if attempt else None
