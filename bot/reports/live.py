"""The live message of a call: one headline per state, and the actions that are valid now."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.calls.call import Attempt, Call
from bot.calls.states import State
from bot.calls.verdict import PASSING_HOLDS
from bot.reports.escaping import escape


class Action(StrEnum):
    """A button under a call's message; the value is also its action id in Slack."""

    NOW = "call_now"
    MOVE = "call_move"
    CANCEL = "call_cancel"
    CHECK = "call_check"
    RANG = "call_rang"
    NOT_RANG = "call_not_rang"
    AGAIN = "call_again"


@dataclass(frozen=True, slots=True)
class Headline:
    """``icon`` is decoration only: ``word`` and ``rest`` say the same to a screen reader."""

    icon: str
    word: str
    rest: str


WAITING_ACTIONS = (Action.NOW, Action.MOVE, Action.CANCEL)
ACTIONS: dict[State, tuple[Action, ...]] = {
    State.SCHEDULED: WAITING_ACTIONS,
    State.HELD: WAITING_ACTIONS,
    State.UNSURE: (Action.CHECK, Action.RANG, Action.NOT_RANG),
    State.VOICEMAIL: (Action.AGAIN,),
    State.NO_ANSWER: (Action.AGAIN,),
    State.BUSY: (Action.AGAIN,),
    State.FAILED: (Action.AGAIN,),
    State.EXPIRED: (Action.AGAIN,),
    State.CANCELLED: (Action.AGAIN,),
    State.COMPLETED: (Action.AGAIN,),
    State.HANDED_OVER: (Action.AGAIN,),
}


def actions(call: Call) -> tuple[Action, ...]:
    """The buttons that do something in the call's present state."""
    return ACTIONS.get(call.state, ())


def headline(call: Call, attempt: Attempt | None, whom: str, provider: str) -> Headline:
    """The first line: ``whom`` is the masked number with a name, already escaped."""
    agent = escape(call.request.agent_name)
    will, did = f"{agent} will call {whom}", f"{agent} called {whom}"
    present = {
        State.SCHEDULED: Headline("🗓️", "Scheduled", will),
        State.DIALLING: Headline(
            "📞", "Dialling", f"{agent} calls {whom}; it can't be stopped now"
        ),
        State.PLACED: Headline("📞", "Dialling", f"{provider} is placing the call to {whom}"),
        State.RINGING: Headline("🔔", "Ringing", f"{agent} is calling {whom}"),
        State.IN_PROGRESS: Headline("🟢", "On the line", f"{agent} is talking to {whom}"),
        State.COMPLETED: Headline("✅", "Reached", did + _length(attempt)),
        State.VOICEMAIL: Headline("📵", "Not reached", f"{did} and got a voicemail"),
        State.NO_ANSWER: Headline("📵", "Not reached", f"{did}; nobody answered{_tries(call)}"),
        State.BUSY: Headline("📵", "Not reached", f"{did}; the line was busy{_tries(call)}"),
        State.FAILED: Headline("❌", "Could not call", f"{whom}: {_why_failed(call, attempt)}"),
        State.CANCELLED: Headline("🚫", "Cancelled", f"{whom} will not be called"),
        State.EXPIRED: Headline(
            "⌛", "Window passed", f"{whom} was not called: {_why_expired(call)}"
        ),
        State.HANDED_OVER: Headline(
            "📤", f"Handed to {provider}", f"it calls {whom} by itself and reports no outcome"
        ),
        State.AWAITING_APPROVAL: Headline("⏸️", "Waits for approval", will),
    }
    if call.state == State.SCHEDULED and call.reason_code == "retrying":
        return _retrying(call, whom)
    if call.state == State.HELD:
        return _held(call, will)
    if call.state == State.UNSURE:
        return _unsure(call, whom, provider)
    if call.state == State.COMPLETED and call.reason_code == "said_it_rang":
        return Headline("✅", "Rang", f"{did}, says <@{call.changed_by}>")
    return present[call.state]


def _retrying(call: Call, whom: str) -> Headline:
    word = "Line busy" if call.reason == "the line was busy" else "No answer"
    tries = f"try {call.attempts_used + 1} of {call.request.retries + 1}"
    return Headline(
        "🔁", word, f"{escape(call.request.agent_name)} will call {whom} again, {tries}"
    )


def _tries(call: Call) -> str:
    return f" after {call.attempts_used} tries" if call.attempts_used > 1 else ""


def _why_expired(call: Call) -> str:
    return escape(call.reason) or "its window passed before it was dialled"


def _why_failed(call: Call, attempt: Attempt | None) -> str:
    if call.reason_code == "said_it_did_not":
        return f"it did not ring, says <@{call.changed_by}>"
    return escape(call.reason) or _failure(attempt)


def _held(call: Call, will: str) -> Headline:
    reason = escape(call.reason)
    if call.reason_code == "outside_hours":
        return Headline("✋", "Held: outside their calling hours", f"{will} · {reason}")
    if call.reason_code == "window_closed":
        return Headline("✋", "Held: waits for its window", will)
    if call.reason_code == "late":
        how = "Call now, move it or cancel it."
        return Headline("✋", "Held: this call is late", f"{will} · {_sentence(reason)} {how}")
    if call.reason_code in PASSING_HOLDS:
        return Headline("✋", "Held: will try again", f"{will} · {reason}")
    return Headline("✋", "Held", f"{will} · {reason}" if reason else will)


def _unsure(call: Call, whom: str, provider: str) -> Headline:
    reason = escape(call.reason)
    asked = f"I asked {provider} and" if call.reason_code == "process_stopped" else "I"
    promise = f"{asked} will not dial again until I know."
    said = [_sentence(reason)] + [promise] * ("dial again until I know" not in reason)
    return Headline("❓", "Not sure it rang", f"{whom} · {' '.join(filter(None, said))}")


def _sentence(words: str) -> str:
    """Somebody's words with an end; nothing stays nothing."""
    return f"{words.rstrip(' .')}." if words.strip(" .") else ""


def _length(attempt: Attempt | None) -> str:
    if attempt is None or attempt.seconds is None:
        return ""
    return f" · {spoken_length(attempt.seconds)}"


def _failure(attempt: Attempt | None) -> str:
    word = escape(attempt.raw_status) if attempt else ""
    return f"the provider reports “{word}”" if word else "the provider gave no reason"


def spoken_length(seconds: float) -> str:
    """``134`` → ``2 min 14 s``."""
    minutes, rest = divmod(max(round(seconds), 0), 60)
    if minutes == 0:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def result_due(call: Call, attempt: Attempt | None) -> bool:
    """Whether all that will be known of a call is known, so that its result can be posted."""
    if attempt is None or call.state != State.COMPLETED:
        return True
    return bool(attempt.summary or attempt.transcript) or attempt.next_poll is None


def since(attempt: Attempt | None) -> datetime | None:
    """When the conversation began, aware UTC."""
    return attempt.started_at if attempt else None
