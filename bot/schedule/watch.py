"""Asks one provider about its calls that are under way, many at a time where it has a list."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from bot.calls.call import Attempt, Call
from bot.calls.errors import ProviderError, StoreAway, in_short
from bot.calls.ports import Calls, Clock
from bot.calls.provider import CallProvider, News
from bot.calls.states import ENDED_AT_PROVIDER, LIVE, State
from bot.schedule.follow import Follower, facts_of, rhythm
from bot.schedule.orders import watched_of

log = structlog.get_logger(__name__)

AT_ONCE = 10  # as many as a provider's client has connections
SINGLY = 3  # up to so many live calls are read one by one: each tells more than a list
REST = 0.5  # seconds
# Of a provider with a rate, lists take this share at most; the rest is for dials and summaries.
SHARE_OF_LISTS = 1 / 4
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
Pair = tuple[Call, Attempt]


class Watcher:
    """One per provider, so that a slow one keeps no other waiting."""

    def __init__(
        self,
        provider: CallProvider,
        *,
        calls: Calls,
        clock: Clock,
        follower: Follower,
        changed: Callable[[], None],
    ) -> None:
        self._provider = provider
        self._calls = calls
        self._clock = clock
        self._follower = follower
        self._changed = changed
        self._least = least_pause(provider.capabilities.per_minute)
        self._listed_at = EPOCH

    async def turn(self) -> float:
        """Ask about calls under way, then about what was said in those that are over."""
        most = max(AT_ONCE, self._provider.capabilities.reads_at_once)
        live, over = await self._due(LIVE, most), await self._due(ENDED_AT_PROVIDER, AT_ONCE)
        singly = live
        if self._provider.capabilities.reads_at_once > 1 and len(live) > self._most_singly:
            singly = await self._overview(live)
        await asyncio.gather(*(self._look_apart(*pair) for pair in singly[:AT_ONCE]))
        await asyncio.gather(*(self._look_apart(*pair) for pair in over))
        return 0 if len(over) == AT_ONCE or len(singly) > AT_ONCE else REST

    async def _due(self, states: Collection[State], most: int) -> Sequence[Pair]:
        name = self._provider.name
        return await self._calls.to_poll(self._clock.now(), most, name, states)

    @property
    def _most_singly(self) -> int:
        return SINGLY if self._provider.capabilities.per_minute is None else 1

    async def _overview(self, live: Sequence[Pair]) -> list[Pair]:
        """Move many calls by one list; those to be read by themselves, because it left them out.

        Lists are a fixed pause apart; who becomes due in between waits for the next one.
        """
        now = self._clock.now()
        if abs(now - self._listed_at) < self._least:
            return []
        self._listed_at = now
        live = [pair for pair in live if pair[1].provider_call_id is not None]
        told = await self._list(live)
        if told is None:
            # What the list does not tell, a call may still tell of itself.
            await self._put_off(live[AT_ONCE:])
            return list(live[:AT_ONCE])
        news = [(pair, told.get(pair[1].provider_call_id or "")) for pair in live]
        await self._note_unchanged((pair, said) for pair, said in news if said)
        for (call, attempt), said in news:
            if said is not None and self._matters(call, attempt, said):
                await self._apply(call, attempt, said)
        missing = [pair for pair, said in news if said is None]
        overdue = [pair for pair in missing if self._should_be_listed(pair[1])]
        await self._put_off([pair for pair in missing if pair not in overdue])
        return overdue

    async def _list(self, live: Sequence[Pair]) -> Mapping[str, News] | None:
        """``None`` when there is none to be had, for whatever reason."""
        try:
            return await self._provider.overview([watched_of(*pair) for pair in live])
        except StoreAway:
            raise
        except ProviderError as error:
            log.warning("provider_not_readable", provider=self._provider.name, detail=str(error))
        except Exception:
            log.exception("list_failed", provider=self._provider.name)
        return None

    async def _note_unchanged(self, news: Iterable[tuple[Pair, News]]) -> None:
        notes = [
            (attempt, facts_of(said), self._next_list(attempt))
            for (call, attempt), said in news
            if not self._matters(call, attempt, said)
        ]
        if notes:
            await self._calls.note_all(notes)

    async def _put_off(self, pairs: Sequence[Pair]) -> None:
        nothing: Mapping[str, Any] = {}
        if pairs:
            await self._calls.note_all([(one, nothing, self._next_list(one)) for _, one in pairs])

    def _matters(self, call: Call, attempt: Attempt, news: News) -> bool:
        changes = news.state is not None and news.state != call.state
        return changes or self._follower.silent_too_long(call, attempt)

    def _next_list(self, attempt: Attempt) -> datetime:
        """At times that calls share, so that one list serves them all."""
        now = self._clock.now()
        moment = now + max(rhythm(now - attempt.claimed_at), self._least)
        if not self._least:
            return moment
        return moment - (moment - EPOCH) % self._least

    def _should_be_listed(self, attempt: Attempt) -> bool:
        age = self._clock.now() - attempt.claimed_at
        return age > self._provider.capabilities.listing_lag

    async def _apply(self, call: Call, attempt: Attempt, news: News) -> None:
        if await self._follower.apply(call, attempt, news, whole=False):
            self._changed()

    async def _look_apart(self, call: Call, attempt: Attempt) -> None:
        """One call that cannot be read, for whatever reason, hides no other."""
        try:
            moved = await self._look(call, attempt)
        except StoreAway:
            raise
        except ProviderError as error:
            log.warning("provider_not_readable", call_id=call.id, detail=str(error))
            moved = await self._follower.later(call, attempt, in_short(error))
        except Exception:
            log.exception("look_failed", call_id=call.id)
            moved = await self._follower.later(call, attempt)
        if moved:
            self._changed()

    async def _look(self, call: Call, attempt: Attempt) -> bool:
        if attempt.provider_call_id is None:
            await self._calls.note(attempt, {}, next_poll=None)
            return False
        news = await self._provider.read(watched_of(call, attempt))
        if news is None:
            return await self._follower.later(call, attempt)
        return await self._follower.apply(call, attempt, news)


def least_pause(per_minute: int | None) -> timedelta:
    """Between two lists of one provider."""
    if per_minute is None:
        return timedelta(0)
    return timedelta(minutes=1) / max(per_minute * SHARE_OF_LISTS, 1)
