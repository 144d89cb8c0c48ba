"""When a call that nobody answered is tried again: one budget per call, whatever the reasons."""

from datetime import timedelta

from bot.calls.states import State

# 30 and 120 minutes; from the third time on, four hours.
PAUSES = (timedelta(minutes=30), timedelta(minutes=120), timedelta(hours=4))
WORTH_ANOTHER_TRY = frozenset({State.NO_ANSWER, State.BUSY})  # a voicemail was reached: no


def retry_pauses(retries: int) -> list[timedelta]:
    """The pause before each of that many retries."""
    return [PAUSES[min(n, len(PAUSES) - 1)] for n in range(retries)]


def pause_before_next(ended: State, attempts_used: int, retries: int) -> timedelta | None:
    """How long to wait before the next try; ``None`` when there is none."""
    if ended not in WORTH_ANOTHER_TRY or attempts_used > retries:
        return None
    return PAUSES[min(attempts_used, len(PAUSES)) - 1]
