"""Which buttons stand under a call's live message: only those that do something now."""

from enum import StrEnum

from bot.calls.call import Call
from bot.calls.retries import ANSWERED_AFTER_ALL, RETRYING
from bot.calls.states import State
from bot.reports.unknown import window_over


class Action(StrEnum):
    """A button under a call's message; the value is also its action id in Slack."""

    NOW = "call_now"
    MOVE = "call_move"
    CANCEL = "call_cancel"
    STOP = "call_stop"  # the same between two tries
    CHECK = "call_check"
    RANG = "call_rang"
    NOT_RANG = "call_not_rang"
    MARK = "call_mark"
    AGAIN = "call_again"


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
    State.HANDED_OVER: (Action.MARK, Action.AGAIN),
}


def _was_tried(call: Call) -> bool:
    return call.attempts_used > 0 and call.reason_code != ANSWERED_AFTER_ALL


def _between_tries(call: Call) -> tuple[Action, ...]:
    if call.reason_code == RETRYING:
        return (Action.NOW, Action.STOP)
    return (Action.NOW, Action.MOVE, Action.STOP)


def actions(call: Call, *, can_be_asked: bool = True) -> tuple[Action, ...]:
    """The buttons that do something in the call's present state."""
    offered = ACTIONS.get(call.state, ())
    if offered is WAITING_ACTIONS and _was_tried(call):
        return _between_tries(call)
    if call.state == State.UNSURE and not can_be_asked:
        return tuple(each for each in offered if each is not Action.CHECK)
    if call.state == State.HANDED_OVER and not window_over(call):
        return (Action.MARK,)  # a second call could ring beside the first
    return offered
