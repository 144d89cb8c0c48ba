"""Clears up doubtful calls: by reading only, never by dialling."""

from datetime import datetime, timedelta

import structlog

from bot.calls.call import Attempt, Call
from bot.calls.looks import COULD_BE, NO_END, NOT_SEEN, gave_up
from bot.calls.ports import Calls, Clock
from bot.calls.provider import CallProvider, News
from bot.calls.states import ENDED_AT_PROVIDER, State
from bot.schedule.follow import facts_of
from bot.schedule.orders import order_of, watched_of
from bot.schedule.outcome import FIRST_LOOK, WE

log = structlog.get_logger(__name__)

BEFORE = timedelta(minutes=2)  # the provider's clock may be behind ours
AFTER = timedelta(minutes=5)  # and the last byte may have left this late after the claim
PAUSES = (timedelta(seconds=10), timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=5))
STOP_LOOKING_AFTER = timedelta(hours=24)


class Settler:
    """Finds a doubtful call at its provider. *Not seen* is never taken for *not placed*."""

    def __init__(self, *, calls: Calls, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock

    async def abandon(self, call: Call, attempt: Attempt) -> None:
        """The process that dialled is gone: it may have sent, so the call is in doubt."""
        now = self._clock.now()
        log.warning("dial_abandoned", call_id=call.id, attempt=attempt.n, worker=attempt.claimed_by)
        await self._calls.move(
            call,
            State.UNSURE,
            by=WE,
            now=now,
            what="abandoned",
            why="my process stopped between dialling and the answer",
            reason_code="process_stopped",
            attempt={"answer": "maybe", "detail": "lease ran out"},
            next_poll=now + FIRST_LOOK,
        )

    async def window_over(self, call: Call, attempt: Attempt) -> bool:
        """A handed-over call may ring no more: from here only a person can say how it went."""
        moved = await self._calls.move(
            call,
            State.HANDED_OVER,
            by=WE,
            now=self._clock.now(),
            what="window over",
            why=call.reason,
            reason_code="window_over",
        )
        return moved is not None

    async def look(self, call: Call, attempt: Attempt, provider: CallProvider) -> bool:
        """Ask the provider whether it has this call; whether there is something new to show."""
        if attempt.provider_call_id is not None:
            return await self._look_again(call, attempt, provider)
        if not provider.capabilities.can_find:
            await self._calls.note(attempt, {}, next_poll=None)
            return False
        seen = await provider.find(
            order_of(call, attempt),
            since=attempt.claimed_at - BEFORE,
            until=attempt.claimed_at + AFTER,
        )
        ours = await self._unclaimed(attempt.provider, seen)
        rivals = 0
        if ours:
            own_ids = provider.capabilities.own_ids
            rivals = await self._calls.rivals(
                call, attempt, within=BEFORE + AFTER, with_id=not own_ids
            )
        # As many records as calls in doubt: all of them rang, and which is whose tells nobody.
        if ours and len(ours) == rivals + 1 and await self._found(call, ours[0]):
            return True
        return await self._again(call, attempt, _what_was_seen(len(ours), rivals))

    async def failed(self, call: Call, attempt: Attempt, why: str) -> bool:
        """The provider could not be asked; whether there is something new to show."""
        return await self._again(call, attempt, why)

    async def _look_again(self, call: Call, attempt: Attempt, provider: CallProvider) -> bool:
        """A call its provider has told no end of: only an end is news."""
        news = await provider.read(watched_of(call, attempt))
        if news is None or news.state not in ENDED_AT_PROVIDER:
            return await self._again(call, attempt, NO_END)
        moved = await self._calls.move(
            call,
            news.state,
            by=WE,
            now=self._clock.now(),
            what=news.state.value,
            attempt=facts_of(news) | {"checks": 0},
        )
        return moved is not None

    async def _unclaimed(self, provider: str, seen: tuple[News, ...]) -> list[News]:
        ids = [news.provider_call_id for news in seen if news.provider_call_id]
        taken = await self._calls.known_elsewhere(provider, ids) if ids else set()
        return [news for news in seen if news.provider_call_id not in taken]

    async def _found(self, call: Call, news: News) -> bool:
        now = self._clock.now()
        moved = await self._calls.move(
            call,
            State.PLACED,  # whatever became of it since is read next, with all that was said
            by=WE,
            now=now,
            what="found at the provider",
            attempt={
                "answer": "placed",
                "provider_call_id": news.provider_call_id,
                "raw_status": news.raw_status,
                "checks": 0,  # from here they count looks for what was said
            },
            next_poll=now,
        )
        return moved is not None

    async def _again(self, call: Call, attempt: Attempt, detail: str) -> bool:
        """Set the next look, or say that there is none; whether there is something new to show."""
        now = self._clock.now()
        facts = {"checks": attempt.checks + 1, "detail": detail}
        following = next_look(attempt, now)
        if following is not None:
            await self._calls.note(attempt, facts, next_poll=following)
            return False
        moved = await self._calls.move(
            call,
            State.UNSURE,
            by=WE,
            now=now,
            what=gave_up(detail),
            why=call.reason,
            reason_code=call.reason_code,
            attempt=facts,
        )
        return moved is not None


def _what_was_seen(matches: int, rivals: int) -> str:
    if matches and rivals:
        return f"{matches} records {COULD_BE} or {rivals} others in doubt"
    return f"{matches} records {COULD_BE}" if matches > 1 else NOT_SEEN


def next_look(attempt: Attempt, now: datetime) -> datetime | None:
    """When to ask again; ``None`` when only a person can still know."""
    if now - attempt.claimed_at > STOP_LOOKING_AFTER:
        return None
    return now + PAUSES[min(attempt.checks, len(PAUSES) - 1)]
