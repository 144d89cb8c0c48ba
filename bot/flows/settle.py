"""What a person says of a call that no provider tells us about: in doubt, or handed over."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from bot.calls.call import Call, CallId
from bot.calls.errors import NotAllowed, NotFound, TooLate
from bot.calls.ports import Calls, Clock
from bot.calls.states import State
from bot.decisions.roles import may_change

TRIES = 3  # a compare-and-set lost to a neighbour is read again and tried again


class Said(StrEnum):
    """How a call went that was handed over, in a person's words."""

    ANSWERED = "answered"
    NOBODY = "nobody"
    VOICEMAIL = "voicemail"
    BUSY = "busy"
    NEVER_RANG = "never_rang"
    NO_IDEA = "no_idea"  # they were asked and do not know: the question stays open


ENDS: Mapping[Said, State] = {
    Said.ANSWERED: State.COMPLETED,
    Said.NOBODY: State.NO_ANSWER,
    Said.VOICEMAIL: State.VOICEMAIL,
    Said.BUSY: State.BUSY,
    Said.NEVER_RANG: State.FAILED,
}


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

    async def markable(self, call_id: CallId, by: str, helpers: Collection[str]) -> Call:
        """A call that was handed over and of which ``by`` may say how it went.

        Raises ``NotFound``, ``NotAllowed``, or ``TooLate`` once somebody has said it.
        """
        call = await self._known(call_id)
        _check_rights(call, by, helpers)
        if call.state != State.HANDED_OVER:
            raise TooLate(
                f"The outcome of {call.code} is known already; its message shows it. "
                "Nothing was changed."
            )
        return call

    async def mark(
        self, call_id: CallId, said: Said, note: str, by: str, helpers: Collection[str]
    ) -> Call:
        """Close a handed-over call as that person says; *no idea* is only written down.

        It is never dialled again by itself, whatever was said. Raises as ``markable`` does.
        """
        for _ in range(TRIES):
            call = await self.markable(call_id, by, helpers)
            if said is Said.NO_IDEA:
                done = await self._shrug(call, note, by)
            else:
                done = await self._calls.move(
                    call,
                    ENDS[said],
                    by=by,
                    now=self._clock.now(),
                    what="marked",
                    why=note,
                    reason_code="marked",
                )
            if done is not None:
                return done
        raise _overtaken()

    async def _shrug(self, call: Call, note: str, by: str) -> Call | None:
        """The call stays as it is, and so does the moment at which its window ends."""
        attempts = await self._calls.attempts(call.id)
        return await self._calls.move(
            call,
            call.state,
            by=by,
            now=self._clock.now(),
            what="no idea",
            why=note,
            reason_code=call.reason_code,
            next_poll=attempts[-1].next_poll if attempts else None,
        )

    async def _close(
        self, call_id: CallId, to: State, by: str, helpers: Collection[str], said: str, code: str
    ) -> Call:
        call = await self._unsure(call_id)
        _check_rights(call, by, helpers)
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
            raise _overtaken()
        return done

    async def _unsure(self, call_id: CallId) -> Call:
        call = await self._known(call_id)
        if call.state != State.UNSURE:
            raise TooLate(f"{call.code} is no longer in doubt. Nothing was changed.")
        return call

    async def _known(self, call_id: CallId) -> Call:
        call = await self._calls.get(call_id)
        if call is None:
            raise NotFound("I don't know that call. Nothing was changed.")
        return call


def _check_rights(call: Call, by: str, helpers: Collection[str]) -> None:
    if not may_change(by, call, helpers):
        raise NotAllowed(
            f"Only <@{call.home.asker}>, a lead, on-call staff or an admin can say that. "
            "Nothing was changed."
        )


def _overtaken() -> TooLate:
    return TooLate("News of this call arrived as you pressed. Look at its message.")
