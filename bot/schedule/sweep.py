"""Gives up dials whose process is gone, and applies what webhooks told."""

from collections.abc import Callable

from bot.calls.news_box import Heard, NewsBox
from bot.calls.ports import Calls, Clock
from bot.calls.states import LIVE, State
from bot.schedule.follow import Follower, facts_of
from bot.schedule.settle import Settler

AT_ONCE = 50
REST = 0.5  # seconds


class Abandoned:
    """Dials that nobody will ever hear the answer of."""

    def __init__(self, *, calls: Calls, settler: Settler, changed: Callable[[], None]) -> None:
        self._calls = calls
        self._settler = settler
        self._changed = changed

    async def turn(self) -> float:
        """Put them in doubt."""
        found = await self._calls.abandoned(AT_ONCE)
        for call, attempt in found:
            await self._settler.abandon(call, attempt)
        if found:
            self._changed()
        return REST


class Unasked:
    """News that came by webhook. It only makes things faster: all of it could be asked for."""

    def __init__(
        self,
        *,
        box: NewsBox,
        calls: Calls,
        clock: Clock,
        follower: Follower,
        changed: Callable[[], None],
    ) -> None:
        self._box = box
        self._calls = calls
        self._clock = clock
        self._follower = follower
        self._changed = changed

    async def turn(self) -> float:
        """Apply what can be matched to a call by now."""
        found = await self._box.matched(AT_ONCE)
        for heard in found:
            if await self._apply(heard):
                self._changed()
            await self._box.done(heard.id, self._clock.now())
        return 0 if len(found) == AT_ONCE else REST

    async def _apply(self, heard: Heard) -> bool:
        call = await self._calls.get(heard.call.id)  # an earlier one of this turn may have moved it
        attempts = await self._calls.attempts(heard.call.id)
        attempt = next(each for each in attempts if each.id == heard.attempt.id)
        if call is None or attempt.id != attempts[-1].id:
            # An older try of the call: what it tells belongs to it and moves nothing.
            await self._calls.note(attempt, facts_of(heard.news), next_poll=None)
            return False
        if heard.news.state is None:
            if call.state in LIVE | {State.COMPLETED}:
                await self._calls.note(attempt, {}, next_poll=self._clock.now())
            return False
        return await self._follower.apply(call, attempt, heard.news)
