"""What nobody waits for: dials whose process is gone, doubtful calls, news unasked for."""

from collections.abc import Callable

import structlog

from bot.calls.call import Attempt, Call
from bot.calls.errors import ProviderError, StoreAway, in_short
from bot.calls.news_box import Heard, NewsBox
from bot.calls.ports import Calls, Clock
from bot.calls.provider import CallProvider
from bot.calls.states import LIVE, State
from bot.schedule.follow import Follower
from bot.schedule.settle import Settler

log = structlog.get_logger(__name__)

AT_ONCE = 50
FEW = 5
REST = 0.5  # seconds
NOT_ASKED = "the provider could not be asked"


class Abandoned:
    """Dials that nobody will hear the answer of, and calls handed over whose window is over."""

    def __init__(
        self, *, calls: Calls, clock: Clock, settler: Settler, changed: Callable[[], None]
    ) -> None:
        self._calls = calls
        self._clock = clock
        self._settler = settler
        self._changed = changed

    async def turn(self) -> float:
        """The ones are put in doubt; of the others a person is asked how they went."""
        found = await self._calls.abandoned(AT_ONCE)
        for call, attempt in found:
            await self._settler.abandon(call, attempt)
        now = self._clock.now()
        over = await self._calls.to_poll(now, AT_ONCE, states={State.HANDED_OVER})
        for call, attempt in over:
            await self._settler.window_over(call, attempt)
        if found or over:
            self._changed()
        return REST


class Doubts:
    """Looks for one provider's doubtful calls; long searches keep no call under way waiting."""

    def __init__(
        self,
        provider: CallProvider,
        *,
        calls: Calls,
        clock: Clock,
        settler: Settler,
        changed: Callable[[], None],
    ) -> None:
        self._provider = provider
        self._calls = calls
        self._clock = clock
        self._settler = settler
        self._changed = changed

    async def turn(self) -> float:
        """Ask about each that is due to be asked about, one after the other."""
        name, now = self._provider.name, self._clock.now()
        for call, attempt in await self._calls.to_poll(now, FEW, name, {State.UNSURE}):
            if await self._look(call, attempt):
                self._changed()
        return REST

    async def _look(self, call: Call, attempt: Attempt) -> bool:
        why = NOT_ASKED
        try:
            return await self._settler.look(call, attempt, self._provider)
        except StoreAway:
            raise
        except ProviderError as error:
            log.warning("provider_not_readable", call_id=call.id, detail=str(error))
            why = in_short(error)
        except Exception:
            log.exception("look_failed", call_id=call.id)
        return await self._settler.failed(call, attempt, why)


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
            if await self._applied(heard):
                self._changed()
            await self._box.done(heard.id, self._clock.now())
        return 0 if len(found) == AT_ONCE else REST

    async def _applied(self, heard: Heard) -> bool:
        """News that breaks something is dropped: all of it can be asked for."""
        try:
            return await self._apply(heard)
        except StoreAway:
            raise
        except Exception:
            log.exception("news_not_applied", news_id=heard.id)
            return False

    async def _apply(self, heard: Heard) -> bool:
        call = await self._calls.get(heard.call.id)  # an earlier one of this turn may have moved it
        attempts = await self._calls.attempts(heard.call.id)
        attempt = next(each for each in attempts if each.id == heard.attempt.id)
        if call is None or attempt.id != attempts[-1].id:
            stands = call or heard.call
            return await self._follower.of_an_earlier_try(stands, attempt, heard.news)
        if heard.news.state is None:
            if call.state in LIVE | {State.COMPLETED}:
                await self._calls.note(attempt, {}, next_poll=self._clock.now())
            return False
        return await self._follower.apply(call, attempt, heard.news)
