"""When a call that reached nobody is tried again: one budget per call, whatever the reasons."""

from collections.abc import Mapping
from datetime import timedelta

from bot.calls.call import Call
from bot.calls.states import State

# 30 and 120 minutes; from the third time on, four hours.
PAUSES = (timedelta(minutes=30), timedelta(minutes=120), timedelta(hours=4))
# Between two tries of one call, where its asker says how long.
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=24)
# The ends that are worth another try, as a call says them that waits for it.
WHY_AGAIN: Mapping[State, str] = {
    State.NO_ANSWER: "nobody answered",
    State.BUSY: "the line was busy",
    State.VOICEMAIL: "a voicemail answered",
}
RETRYING, STOPPED, NO_TIME_LEFT = "retrying", "stopped", "no_time_left"  # reason codes
ANSWERED_AFTER_ALL = "answered_after_all"  # the same, of a hold that asks a person
AFTER_ALL = "answered after all"  # in the history of a call: what came between


def retry_pauses(retries: int, every: int | None = None) -> list[timedelta]:
    """The pause before each of that many retries; ``every`` is in minutes."""
    return [pause_after(tries, every) for tries in range(1, retries + 1)]


def pause_after(tries: int, every: int | None = None) -> timedelta:
    """How long to wait when so many tries reached nobody; ``every`` is in minutes."""
    if every is None:
        return PAUSES[min(tries, len(PAUSES)) - 1]
    return min(max(timedelta(minutes=every), SHORTEST_PAUSE), LONGEST_PAUSE)


def pause_before_next(ended: State, call: Call) -> timedelta | None:
    """How long to wait before the next try; ``None`` when there is none.

    Each try counts that rang or may have rung, however it ended.
    """
    if call.attempts_used > call.request.retries or not worth_another_try(ended, call):
        return None
    return pause_after(call.attempts_used, call.request.retry_every)


def worth_another_try(ended: State, call: Call) -> bool:
    """Whether nobody was reached. Who was on the line can only have been a machine."""
    if ended is State.VOICEMAIL:
        return call.request.retry_voicemail
    return ended in WHY_AGAIN and call.state is not State.IN_PROGRESS
