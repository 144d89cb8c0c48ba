"""What each of the three answers to a dial means for the call."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.calls.call import Attempt, Call
from bot.calls.errors import Cause, MaybePlaced, NotPlaced
from bot.calls.pauses import PAUSED, Pause, held_why
from bot.calls.provider import CallProvider, Capabilities, Receipt
from bot.calls.states import State
from bot.calls.timing import Instant, Window

WE = "switchboard"
FIRST_LOOK = timedelta(seconds=2)  # news is asked for this soon after the provider took a call
PATIENCE = timedelta(
    minutes=30
)  # a call to a given minute is tried this long in a row, then a person decides
SHORTEST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=2)
ANEW_AFTER = timedelta(hours=2)  # longer than any pause between two tries in a row

HOLD_CODES = {
    Cause.UNREACHABLE: "provider_unreachable",
    Cause.TOO_LATE: "provider_unreachable",
    Cause.CREDENTIALS: "provider_credentials",
    Cause.BUSY_LINE: "provider_busy",
}

# The provider tells people to ask anew; here the call goes again by itself.
HELD_UP = "I was held up until its moment had passed, and sent nothing. No phone rang."


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call goes on after an answer. ``late_state`` is used when it was already *unsure*."""

    state: State
    late_state: State
    what: str
    attempt: dict[str, Any]
    why: str = ""
    reason_code: str = ""
    due: datetime | None = None
    next_poll: datetime | None = None


def placed(receipt: Receipt, now: datetime, provider: CallProvider) -> Outcome:
    """The provider took the call; without an id we must find it before we know more."""
    facts: dict[str, Any] = {
        "answer": "placed",
        "provider_call_id": receipt.provider_call_id,
        "raw_status": receipt.raw_status,
    }
    if not provider.capabilities.can_read:
        return _handed_over(receipt, facts, now, provider)
    if receipt.provider_call_id is None:
        return Outcome(
            State.UNSURE,
            State.UNSURE,
            "accepted without an id",
            facts,
            why=f"{provider.label} took the call but gave no call id",
            reason_code="id_unknown",
            next_poll=now + FIRST_LOOK if provider.capabilities.can_find else None,
        )
    return Outcome(State.PLACED, State.PLACED, "placed", facts, next_poll=now + FIRST_LOOK)


def _handed_over(
    receipt: Receipt, facts: dict[str, Any], now: datetime, provider: CallProvider
) -> Outcome:
    """It calls when it will, and tells nobody how it went."""
    until = receipt.until or now
    return Outcome(
        State.HANDED_OVER,
        State.HANDED_OVER,
        "handed over",
        {**facts, "until": until},
        why=f"{provider.label} reports no outcome",
        next_poll=until,
    )


def under_no_id(outcome: Outcome) -> Outcome:
    """The provider took the call, but under an id that another call of ours has.

    If it was found under one of its own by then, it keeps that.
    """
    return replace(
        outcome,
        state=State.UNSURE,
        late_state=State.UNSURE,
        what="accepted under another call's id",
        attempt={key: fact for key, fact in outcome.attempt.items() if key != "provider_call_id"},
        why="its provider took the call, but under the id of another one",
        reason_code="id_unknown",
    )


def maybe_placed(error: MaybePlaced, now: datetime, can: Capabilities) -> Outcome:
    """Nobody knows: only looking is allowed from here."""
    return Outcome(
        State.UNSURE,
        State.UNSURE,
        "no clear answer",
        {"answer": "maybe", "detail": str(error)},
        why=error.for_user,
        reason_code="no_clear_answer",
        next_poll=now + FIRST_LOOK if can.can_find else None,
    )


def not_placed(call: Call, error: NotPlaced, now: datetime, since: datetime) -> Outcome:
    """Certain that no phone rang: it goes again by itself, or fails for good.

    ``since`` is when the tries in a row began that ended like this.
    """
    facts = {"answer": "not_placed", "detail": str(error)}
    if error.cause is Cause.REFUSED:
        return Outcome(
            State.FAILED, State.FAILED, "refused", facts, why=error.for_user, reason_code="refused"
        )
    waited = now - since
    code, due = HOLD_CODES[error.cause], now + pause(waited, error.wait)
    why = HELD_UP if error.cause is Cause.TOO_LATE else error.for_user
    when = call.request.when
    to_come = isinstance(when, Instant) and when.start > now  # given to its provider ahead
    if waited > PATIENCE and not isinstance(when, Window) and not to_come:
        code, due = "late", now
    return Outcome(State.HELD, State.HELD, "not placed", facts, why=why, reason_code=code, due=due)


def paused(call: Call, error: NotPlaced, by: Pause) -> Outcome:
    """Somebody paused it between its claim and the first byte; certain that nothing was sent.

    A call of a campaign goes back to where the others of it wait.
    """
    facts = {"answer": "not_placed", "detail": str(error)}
    back = Outcome(State.HELD, State.HELD, "paused", facts, why=held_why(by), reason_code=PAUSED)
    if call.campaign is None:
        return back
    return replace(back, state=State.SCHEDULED, why="", reason_code="")


def trying_since(attempts: Sequence[Attempt]) -> datetime:
    """When the first of the tries in a row began that could not be placed, up to the last one."""
    since = attempts[-1].claimed_at
    for before in reversed(attempts[:-1]):
        if before.answer != "not_placed" or since - before.claimed_at > ANEW_AFTER:
            break  # held overnight, it begins anew in the morning
        since = before.claimed_at
    return since


def pause(waited: timedelta, asked_for: timedelta | None) -> timedelta:
    """Half as long again as it has waited already, within bounds; never less than asked for."""
    own = min(max(waited / 2, SHORTEST_PAUSE), LONGEST_PAUSE)
    return max(own, asked_for or SHORTEST_PAUSE)
