"""What a person says of a doubtful call: it rang, or it did not."""

from collections.abc import Collection

from bot.calls.call import Call, CallId
from bot.calls.errors import NotAllowed, NotFound, TooLate
from bot.calls.ports import Calls, Clock
from bot.calls.states import State
from bot.decisions.roles import may_change


class Settling:
    """Closes calls about which no provider could tell us."""

    def __init__(self, *, calls: Calls, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock

    async def it_rang(self, call_id: CallId, by: str, helpers: Collection[str]) -> Call:
        """A person knows that the phone rang: the call is over, nothing is dialled again."""
        return await self._close(call_id, State.COMPLETED, by, helpers, "it rang", "said_it_rang")

    async def it_did_not(self, call_id: CallId, by: str, helpers: Collection[str]) -> Call:
        """A person knows that it did not ring: the call is over, and may be asked for anew."""
        return await self._close(
            call_id, State.FAILED, by, helpers, "it did not ring", "said_it_did_not"
        )

    async def check_now(self, call_id: CallId) -> Call:
        """Ask the provider at once; the watcher does the asking."""
        call = await self._unsure(call_id)
        for attempt in (await self._calls.attempts(call_id))[-1:]:
            await self._calls.note(attempt, {}, next_poll=self._clock.now())
        return call

    async def _close(
        self, call_id: CallId, to: State, by: str, helpers: Collection[str], said: str, code: str
    ) -> Call:
        call = await self._unsure(call_id)
        if not may_change(by, call, helpers):
            raise NotAllowed(
                f"Only <@{call.home.asker}>, a lead, on-call staff or an admin can say that. "
                "Nothing was changed."
            )
        done = await self._calls.move(
            call,
            to,
            by=by,
            now=self._clock.now(),
            what="settled",
            why=f"a person says {said}",
            reason_code=code,
        )
        if done is None:
            raise TooLate("News of this call arrived as you pressed. Look at its message.")
        return done

    async def _unsure(self, call_id: CallId) -> Call:
        call = await self._calls.get(call_id)
        if call is None:
            raise NotFound("I don't know that call. Nothing was changed.")
        if call.state != State.UNSURE:
            raise TooLate(f"{call.code} is no longer in doubt. Nothing was changed.")
        return call
