"""The states of a call, and which state may follow which."""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a call stands. One word, one meaning; a provider's words never get here."""

    AWAITING_APPROVAL = "awaiting_approval"  # part of a list that somebody else must approve
    SCHEDULED = "scheduled"  # waits for its minute
    HELD = "held"  # a rule or a missing fact keeps it back; the reason stands beside it
    DIALLING = "dialling"  # one process owns it and may send, once
    PLACED = "placed"  # the provider has it; no news of a ring yet
    RINGING = "ringing"
    IN_PROGRESS = "in_progress"  # somebody, or a machine, is on the line
    UNSURE = "unsure"  # we do not know whether the phone rang; never redialled by itself
    COMPLETED = "completed"
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"  # certain: this call did not and will not reach anybody
    CANCELLED = "cancelled"  # by a person, before the dial
    EXPIRED = "expired"  # its window passed before it could be dialled
    HANDED_OVER = "handed_over"  # at a provider that reports nothing back


S = State
WAITING = frozenset({S.AWAITING_APPROVAL, S.SCHEDULED, S.HELD})
LIVE = frozenset({S.PLACED, S.RINGING, S.IN_PROGRESS})
ENDED_AT_PROVIDER = frozenset({S.COMPLETED, S.VOICEMAIL, S.NO_ANSWER, S.BUSY, S.FAILED})
TERMINAL = ENDED_AT_PROVIDER | {S.CANCELLED, S.EXPIRED, S.HANDED_OVER}
OPEN = frozenset(State) - TERMINAL

# Between two tries a person may stop it: then it ends as its last try did.
NOT_REACHED = frozenset({S.NO_ANSWER, S.BUSY, S.VOICEMAIL})

# A provider may report late and skip steps (ringing is often missed between two polls), so each
# live state may go to any later one. Nothing leaves a terminal state.
MOVES: Mapping[State, frozenset[State]] = {
    S.AWAITING_APPROVAL: frozenset({S.SCHEDULED, S.CANCELLED, S.EXPIRED}),
    S.SCHEDULED: frozenset({S.HELD, S.DIALLING, S.CANCELLED, S.EXPIRED}) | NOT_REACHED,
    S.HELD: frozenset({S.SCHEDULED, S.CANCELLED, S.EXPIRED}) | NOT_REACHED,
    S.DIALLING: frozenset({S.PLACED, S.SCHEDULED, S.HELD, S.UNSURE, S.FAILED, S.HANDED_OVER}),
    # Back to held only with proof that not one byte was sent.
    S.UNSURE: LIVE | ENDED_AT_PROVIDER | {S.HELD, S.HANDED_OVER},
    # Back to scheduled: the provider says that nobody answered, and a retry is left.
    # To unsure: its provider has not told of it for longer than any call lasts.
    S.PLACED: frozenset({S.RINGING, S.IN_PROGRESS, S.HANDED_OVER, S.SCHEDULED, S.UNSURE})
    | ENDED_AT_PROVIDER,
    S.RINGING: frozenset({S.IN_PROGRESS, S.SCHEDULED, S.UNSURE}) | ENDED_AT_PROVIDER,
    # Somebody was spoken to: never redialled by itself, unless it was a machine, says the provider.
    S.IN_PROGRESS: frozenset({S.SCHEDULED, S.UNSURE}) | ENDED_AT_PROVIDER,
    **{state: frozenset() for state in TERMINAL},
    # Its provider reports nothing: a person may say how it went.
    S.HANDED_OVER: ENDED_AT_PROVIDER,
}


def may_move(before: State, after: State) -> bool:
    """Whether a call may go from one state to the other."""
    return after in MOVES[before]
