"""Moves a call by what its provider says of it; late or backward news moves nothing."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.calls.call import Attempt, Call
from bot.calls.ports import Calls, Clock
from bot.calls.provider import News
from bot.calls.retries import (
    AFTER_ALL,
    ANSWERED_AFTER_ALL,
    NO_TIME_LEFT,
    RETRYING,
    WHY_AGAIN,
    pause_before_next,
)
from bot.calls.states import ENDED_AT_PROVIDER, LIVE, State, may_move
from bot.decisions.judge import next_try

# How often a call is asked about, by its age: most news comes in the first minutes.
RHYTHM = (
    (timedelta(minutes=2), timedelta(seconds=2)),
    (timedelta(minutes=10), timedelta(seconds=5)),
    (timedelta(hours=1), timedelta(seconds=15)),
)
AT_LAST = timedelta(minutes=1)
LATE_FACTS = 6  # looks after the end for a summary that is still being written
BETWEEN_LATE_LOOKS = timedelta(seconds=10)
SPOKEN = frozenset({State.COMPLETED, State.VOICEMAIL})  # ends of which there is more to tell
SILENT_TOO_LONG = timedelta(hours=3)  # longer than any call; then a person is asked
TO_BE_TRIED_AGAIN = frozenset({State.SCHEDULED, State.HELD})  # after the try the news is about
NO_MORE_TIME = "no time was left for another try"
WE = "switchboard"


class Follower:
    """What all that is heard of a call has in common, whoever was asked or told us unasked."""

    def __init__(self, *, calls: Calls, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock

    async def apply(self, call: Call, attempt: Attempt, news: News, *, whole: bool = True) -> bool:
        """Let news move the call if it may; whether there is something new to show.

        ``whole`` says that the provider was asked for all it knows: what is missing is not there
        yet. From an outline, the end of a call is only a reason to ask for the whole.
        """
        now = self._clock.now()
        if call.state in ENDED_AT_PROVIDER and news.state in LIVE:
            # Older than what is known: not even its word is kept.
            checks = {"checks": checks_of(call, attempt)}
            await self._calls.note(attempt, checks, next_poll=self._next(call, attempt, news))
            return False
        facts = facts_of(news) | {"checks": checks_of(call, attempt)}
        if call.state in TO_BE_TRIED_AGAIN:
            return await self._of_the_last_try(call, attempt, news, facts)
        if self.silent_too_long(call, attempt) and news.state not in ENDED_AT_PROVIDER:
            return await self._give_up(call, attempt, facts)
        if news.state is None or news.state == call.state or not may_move(call.state, news.state):
            following = self._next(call, attempt, news)
            await self._calls.note(attempt, facts, next_poll=following)
            return call.state in ENDED_AT_PROVIDER and told_all(news)
        why, pause = "", pause_before_next(news.state, call)
        if pause is not None and may_move(call.state, State.SCHEDULED):
            due = next_try(call, now + pause)
            if due is not None:
                return await self._again(call, news.state, facts, due)
            why = NO_MORE_TIME
        moved = await self._calls.move(
            call,
            news.state,
            by=WE,
            now=now,
            what=news.state.value,
            why=why,
            reason_code=NO_TIME_LEFT if why else "",
            attempt=facts,
            next_poll=self._after_a_move(attempt, news, whole=whole),
        )
        return moved is not None

    async def later(self, call: Call, attempt: Attempt, why: str = "") -> bool:
        """Nothing could be learned: ask again, unless the call is over and was asked about enough.

        A call that has ended is asked about a few times more, for what was said in it; of one
        that nothing is heard of for hours, a person may know. Whether there is that to show.
        """
        if self.silent_too_long(call, attempt):
            return await self._give_up(call, attempt, {})
        now = self._clock.now()
        over = call.state in ENDED_AT_PROVIDER and attempt.checks >= LATE_FACTS
        await self._calls.note(
            attempt,
            {"checks": attempt.checks + 1, **({"detail": why} if why else {})},
            next_poll=None if over else now + rhythm(now - attempt.claimed_at),
        )
        return False

    def silent_too_long(self, call: Call, attempt: Attempt) -> bool:
        """Whether its provider says that it still goes on, and that can't be."""
        return call.state in LIVE and self._clock.now() - attempt.claimed_at > SILENT_TOO_LONG

    async def _give_up(self, call: Call, attempt: Attempt, facts: Mapping[str, Any]) -> bool:
        """Its provider took it and tells no end of it."""
        now = self._clock.now()
        moved = await self._calls.move(
            call,
            State.UNSURE,
            by=WE,
            now=now,
            what="no news",
            why="its provider took the call, but has told no end of it for hours",
            reason_code="no_news",
            attempt=facts,
            next_poll=now + AT_LAST,
        )
        return moved is not None

    async def _of_the_last_try(
        self, call: Call, attempt: Attempt, news: News, facts: Mapping[str, Any]
    ) -> bool:
        """First nobody had answered; if somebody had after all, a person decides about the next."""
        await self._calls.note(attempt, facts, next_poll=None)
        return _was_reached(call, news.state) and await self._ask_a_person(call)

    async def _ask_a_person(self, call: Call) -> bool:
        moved = await self._calls.move(
            call,
            State.HELD,
            by=WE,
            now=self._clock.now(),
            what=AFTER_ALL,
            why="its provider said that nobody answered, and then that somebody did",
            reason_code=ANSWERED_AFTER_ALL,
        )
        return moved is not None

    async def of_an_earlier_try(self, call: Call, attempt: Attempt, news: News) -> bool:
        """It belongs to that try; but who was reached by it is not called again by itself."""
        await self._calls.note(attempt, facts_of(news), next_poll=None)
        between = call.state in TO_BE_TRIED_AGAIN and call.reason_code == RETRYING
        return between and news.state is State.COMPLETED and await self._ask_a_person(call)

    async def _again(
        self, call: Call, ended: State, facts: Mapping[str, Any], due: datetime
    ) -> bool:
        """Nobody was reached, says the provider, and a try is left: the call waits once more."""
        moved = await self._calls.move(
            call,
            State.SCHEDULED,
            by=WE,
            now=self._clock.now(),
            what=ended.value,
            why=WHY_AGAIN[ended],
            reason_code=RETRYING,
            due=due,
            attempt=facts,
        )
        return moved is not None

    def _after_a_move(self, attempt: Attempt, news: News, *, whole: bool) -> datetime | None:
        """When to ask again about a call that news have just moved."""
        now = self._clock.now()
        if news.state in LIVE:
            return now + rhythm(now - attempt.claimed_at)
        if news.state in SPOKEN and not whole:
            return now
        if news.state is State.COMPLETED and not told_all(news):
            return now + BETWEEN_LATE_LOOKS
        return None

    def _next(self, call: Call, attempt: Attempt, news: News) -> datetime | None:
        now = self._clock.now()
        if call.state in LIVE:
            return now + rhythm(now - attempt.claimed_at)
        if told_all(news) or attempt.checks >= LATE_FACTS:
            return None
        return now + BETWEEN_LATE_LOOKS


def _was_reached(call: Call, told: State | None) -> bool:
    """Whether news of the last try says that somebody took the call, after it said nobody did."""
    if told is State.VOICEMAIL:
        return not call.request.retry_voicemail
    if told is State.IN_PROGRESS:  # late word of the machine that took it, or of a person
        return call.reason != WHY_AGAIN[State.VOICEMAIL]
    return told is State.COMPLETED


def facts_of(news: News) -> dict[str, Any]:
    """What of the news belongs in the attempt; what it does not say stays as it was."""
    names = (
        "started_at", "ended_at", "seconds", "summary", "transcript", "recording_url",
        "cost_micros",
    )  # fmt: skip
    facts = {name: value for name in names if (value := getattr(news, name)) is not None}
    if news.cost_micros is not None:
        facts["currency"] = news.currency
    if news.variables:
        facts["variables"] = dict(news.variables)
    # It could be asked: what kept us from that, if anything did, is over.
    return facts | {"raw_status": news.raw_status, "detail": ""}


def checks_of(call: Call, attempt: Attempt) -> int:
    """Looks for late facts are counted from the end of the call."""
    return attempt.checks + 1 if call.state in ENDED_AT_PROVIDER else 0


def told_all(news: News) -> bool:
    """Whether the end of a call came with what was said in it."""
    return bool(news.summary or news.transcript)


def rhythm(age: timedelta) -> timedelta:
    """How long to wait before the next look at a call of that age."""
    return next((pause for limit, pause in RHYTHM if age < limit), AT_LAST)
