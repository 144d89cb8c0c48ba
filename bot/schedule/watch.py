"""Asks providers about calls that are under way, and about those nobody is sure of."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.calls.call import Attempt, Call
from bot.calls.errors import ProviderError, StoreAway
from bot.calls.ports import Calls, Clock
from bot.calls.provider import CallProvider, News
from bot.calls.retries import pause_before_next
from bot.calls.states import ENDED_AT_PROVIDER, LIVE, State, may_move
from bot.schedule.settle import Settler

log = structlog.get_logger(__name__)

AT_ONCE = 10  # as many as a provider's client has connections
LONGEST_REST = 1.0  # seconds
# How often a call is asked about, by its age: most news comes in the first minutes.
RHYTHM = (
    (timedelta(minutes=2), timedelta(seconds=2)),
    (timedelta(minutes=10), timedelta(seconds=5)),
    (timedelta(hours=1), timedelta(seconds=15)),
)
AT_LAST = timedelta(minutes=1)
LATE_FACTS = 6  # looks after the end for a summary that is still being written
BETWEEN_LATE_LOOKS = timedelta(seconds=10)
WE = "switchboard"


class Watcher:
    """Moves live calls by what their provider says; late or backward news moves nothing."""

    def __init__(
        self,
        *,
        calls: Calls,
        providers: Mapping[str, CallProvider],
        clock: Clock,
        settler: Settler,
        changed: Callable[[], None],
    ) -> None:
        self._calls = calls
        self._providers = providers
        self._clock = clock
        self._settler = settler
        self._changed = changed

    async def turn(self) -> float:
        """Give up abandoned dials, then ask about what is due to be asked about."""
        for call, attempt in await self._calls.abandoned(AT_ONCE):
            await self._settler.abandon(call, attempt)
            self._changed()
        pairs = await self._calls.to_poll(self._clock.now(), AT_ONCE)
        await asyncio.gather(*(self._look_apart(call, attempt) for call, attempt in pairs))
        return 0 if len(pairs) == AT_ONCE else LONGEST_REST / 2

    async def _look_apart(self, call: Call, attempt: Attempt) -> None:
        """One call that cannot be read, for whatever reason, hides no other."""
        try:
            await self._look(call, attempt)
        except StoreAway:
            raise
        except Exception:
            log.exception("look_failed", call_id=call.id)
            await self._later(call, attempt)

    async def _look(self, call: Call, attempt: Attempt) -> None:
        provider = self._providers.get(attempt.provider)
        if provider is None:
            await self._later(call, attempt)
            return
        try:
            if call.state == State.UNSURE:
                moved = await self._settler.look(call, attempt, provider)
            else:
                moved = await self._read(call, attempt, provider)
        except ProviderError as error:
            log.warning("provider_not_readable", call_id=call.id, detail=str(error))
            await self._later(call, attempt)
            return
        if moved:
            self._changed()

    async def _read(self, call: Call, attempt: Attempt, provider: CallProvider) -> bool:
        if attempt.provider_call_id is None:
            await self._calls.note(attempt, {}, next_poll=None)
            return False
        news = await provider.read(attempt.provider_call_id)
        if news is None:
            await self._later(call, attempt)
            return False
        return await self.apply(call, attempt, news)

    async def apply(self, call: Call, attempt: Attempt, news: News) -> bool:
        """Let news move the call if it may; whether it did."""
        now = self._clock.now()
        facts = facts_of(news) | {"checks": checks_of(call, attempt)}
        if news.state is None or news.state == call.state or not may_move(call.state, news.state):
            await self._calls.note(attempt, facts, next_poll=self._next(call, attempt, news))
            return call.state in ENDED_AT_PROVIDER and bool(news.summary or news.transcript)
        pause = pause_before_next(news.state, call.attempts_used, call.request.retries)
        if pause is not None and may_move(call.state, State.SCHEDULED):
            return await self._again(call, news.state, facts, now + pause)
        following = None
        if news.state not in ENDED_AT_PROVIDER:
            following = now + rhythm(now - attempt.claimed_at)
        elif news.state == State.COMPLETED and not told_all(news):
            following = now + BETWEEN_LATE_LOOKS
        moved = await self._calls.move(
            call,
            news.state,
            by=WE,
            now=now,
            what=news.state.value,
            attempt=facts,
            next_poll=following,
        )
        return moved is not None

    async def _again(self, call: Call, ended: State, facts: dict[str, Any], due: datetime) -> bool:
        """Nobody answered, says the provider, and the call has a try left: it waits once more."""
        moved = await self._calls.move(
            call,
            State.SCHEDULED,
            by=WE,
            now=self._clock.now(),
            what=ended.value,
            why="the line was busy" if ended is State.BUSY else "nobody answered",
            reason_code="retrying",
            due=due,
            attempt=facts,
        )
        return moved is not None

    def _next(self, call: Call, attempt: Attempt, news: News) -> datetime | None:
        now = self._clock.now()
        if call.state in LIVE:
            return now + rhythm(now - attempt.claimed_at)
        if told_all(news) or attempt.checks >= LATE_FACTS:
            return None
        return now + BETWEEN_LATE_LOOKS

    async def _later(self, call: Call, attempt: Attempt) -> None:
        now = self._clock.now()
        over = call.state in ENDED_AT_PROVIDER and attempt.checks >= LATE_FACTS
        await self._calls.note(
            attempt,
            {"checks": attempt.checks + 1},
            next_poll=None if over else now + rhythm(now - attempt.claimed_at),
        )


def facts_of(news: News) -> dict[str, Any]:
    """What of the news belongs in the attempt; what it does not say stays as it was."""
    names = (
        "started_at", "ended_at", "seconds", "summary", "transcript", "recording_url",
        "cost_micros",
    )  # fmt: skip
    facts = {name: value for name in names if (value := getattr(news, name)) is not None}
    if news.cost_micros is not None:
        facts["currency"] = news.currency
    return facts | {"raw_status": news.raw_status}


def checks_of(call: Call, attempt: Attempt) -> int:
    """Looks for late facts are counted from the end of the call."""
    return attempt.checks + 1 if call.state in ENDED_AT_PROVIDER else 0


def told_all(news: News) -> bool:
    """Whether the end of a call came with what was said in it."""
    return bool(news.summary or news.transcript)


def rhythm(age: timedelta) -> timedelta:
    """How long to wait before the next look at a call of that age."""
    return next((pause for limit, pause in RHYTHM if age < limit), AT_LAST)
