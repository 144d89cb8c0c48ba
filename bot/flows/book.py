"""From a draft to a call, and what can be done to a call before it is dialled."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.calls.call import Call, CallId, Draft, DraftId, Request
from bot.calls.errors import BotError, NotAllowed, NotFound, TooLate
from bot.calls.ports import Calls, Clock, Drafts
from bot.calls.retries import AFTER_ALL, STOPPED, WHY_AGAIN
from bot.calls.states import State
from bot.calls.timing import Instant, Window
from bot.calls.verdict import Answer
from bot.decisions.calling_hours import calling_hours
from bot.decisions.roles import may_change
from bot.flows.drafting import (
    DRAFT_LIVES,
    MOVES,
    check_owner,
    first_start,
    gone,
    with_retries_of,
)

CHANGEABLE = frozenset({State.SCHEDULED, State.HELD})
TRIES = 3  # a compare-and-set lost to a neighbour is read again and tried again
GRACE = timedelta(minutes=1)  # "now" typed in a form is a minute old when it arrives


@dataclass(frozen=True, slots=True)
class Booked:
    """The call a draft became; ``fresh`` is false when the button was pressed before."""

    call: Call
    fresh: bool


class Booking:
    """Confirms drafts; cancels, moves and hastens calls."""

    def __init__(
        self, *, drafts: Drafts, calls: Calls, clock: Clock, ahead: Collection[str] = ()
    ) -> None:
        self._drafts = drafts
        self._calls = calls
        self._clock = clock
        self._ahead = ahead  # providers that get a call when it is confirmed

    async def confirm(self, draft_id: DraftId, by: str, helpers: Collection[str] = ()) -> Booked:
        """Carry out what the draft says: a new call, or another time for one. Twice is once.

        Raises ``NotFound`` when the draft is gone, ``NotAllowed`` when its time is no longer good.
        """
        draft = await self._drafts.get(draft_id)
        if draft is None or draft.request is None:
            raise gone()
        check_owner(draft, by)
        now = self._clock.now()
        if draft.partial.get(MOVES):
            return await self._move(draft, draft.request, by, helpers)
        if draft.state == "open":
            # "in 1 minute", confirmed after two: the asker is here and means now.
            check_time(draft.request, now, grace=DRAFT_LIVES)
        due = self._due(draft.request, now)
        window = draft.request.when if isinstance(draft.request.when, Window) else None
        made = await self._calls.schedule(
            draft_id, draft.request, by=by, now=now, due=due.astimezone(UTC), window=window
        )
        if made is None:
            raise gone()
        return Booked(*made)

    async def _move(
        self, draft: Draft, request: Request, by: str, helpers: Collection[str]
    ) -> Booked:
        """The call first, the draft after: a crash between them is mended by doing it again."""
        call_id = CallId(draft.partial[MOVES])
        if draft.state == "pressed":
            return Booked(await self.find(call_id), fresh=False)
        if draft.state != "open" or draft.expires_at <= self._clock.now():
            raise gone()
        call = await self.reschedule(
            call_id, request.when, by, helpers, grace=DRAFT_LIVES, retries_of=request
        )
        await self._drafts.press(draft.id, call_id)
        return Booked(call, fresh=True)

    async def revise(self, draft_id: DraftId, request: Request) -> Draft:
        """Another request in the same draft. Raises ``NotFound`` or ``NotAllowed``."""
        now = self._clock.now()
        before = await self._drafts.get(draft_id)
        if before is not None and before.partial.get(MOVES):
            # Such a draft moves a call: nothing but its time and retries can be others.
            call = await self.find(CallId(before.partial[MOVES]))
            moved = replace(
                call.request, when=request.when, zone_source=request.zone_source, said=""
            )
            request = with_retries_of(request, moved)
        check_time(request, now)
        draft = await self._drafts.change(draft_id, request, expires_at=now + DRAFT_LIVES)
        if draft is None:
            raise gone()
        return draft

    async def drop(self, draft_id: DraftId, by: str) -> bool:
        """The asker cancelled the draft; ``False`` when it was no longer open."""
        draft = await self._drafts.get(draft_id)
        if draft is not None:
            check_owner(draft, by)
        return await self._drafts.drop(draft_id)

    async def cancel(self, call_id: CallId, by: str, helpers: Collection[str]) -> Call:
        """Cancel before the dial; between two tries, end as the last one did.

        Raises ``TooLate`` once dialling has begun.
        """
        for _ in range(TRIES):
            call = await self._changeable(call_id, by, helpers)
            missed = await self._missed(call)
            done = await self._calls.move(
                call,
                missed or State.CANCELLED,
                by=by,
                now=self._clock.now(),
                what=STOPPED if missed else "cancelled",
                why=_after(call.attempts_used) if missed else "",
                reason_code=STOPPED if missed else "",
            )
            if done is not None:
                return done
        raise busy()

    async def _missed(self, call: Call) -> State | None:
        """How its last try ended, of a call that waits for the next one; else ``None``."""
        if not call.attempts_used:
            return None
        told = [change.what for change in await self._calls.history(call.id)]
        ends = [what for what in told if what in WHY_AGAIN or what == AFTER_ALL]
        return State(ends[-1]) if ends and ends[-1] != AFTER_ALL else None

    async def reschedule(
        self,
        call_id: CallId,
        when: Instant | Window | None,
        by: str,
        helpers: Collection[str],
        grace: timedelta = GRACE,
        retries_of: Request | None = None,
    ) -> Call:
        """Another time; ``None`` is now. Raises ``TooLate`` or ``NotAllowed``.

        Its retries stay, unless they are to be those of another request.
        """
        for _ in range(TRIES):
            call = await self._changeable(call_id, by, helpers)
            now = self._clock.now()
            request = with_retries_of(retries_of or call.request, replace(call.request, when=when))
            check_time(request, now, grace)
            due = self._due(request, now)
            done = await self._calls.reschedule(
                call,
                request,
                by=by,
                now=now,
                due=due.astimezone(UTC),
                window=when if isinstance(when, Window) else None,
                what="rescheduled" if when else "called now",
            )
            if done is not None:
                return done
        raise busy()

    def _due(self, request: Request, now: datetime) -> datetime:
        return now if request.provider in self._ahead else first_start(request.when, now) or now

    async def find(self, call_id: CallId) -> Call:
        """The call. Raises ``NotFound``."""
        call = await self._calls.get(call_id)
        if call is None:
            raise NotFound("I don't know that call. Nothing was changed.")
        return call

    async def theirs(self, call_id: CallId, by: str, helpers: Collection[str]) -> Call:
        """The call, for somebody who may see its number and change it.

        Raises ``NotFound`` or ``NotAllowed``.
        """
        call = await self.find(call_id)
        if not may_change(by, call, helpers):
            raise NotAllowed(
                f"{call.code} was asked for by <@{call.home.asker}>; only they, a lead, on-call "
                "staff or an admin can change or repeat it. Nothing was changed."
            )
        return call

    async def _changeable(self, call_id: CallId, by: str, helpers: Collection[str]) -> Call:
        call = await self.theirs(call_id, by, helpers)
        if call.state not in CHANGEABLE:
            raise too_late(call)
        return call


def check_time(request: Request, now: datetime, grace: timedelta = GRACE) -> None:
    """The time of a request must be to come, and inside the calling hours of the person called.

    Raises ``NotAllowed`` with what, why and the next allowed time.
    """
    begins = first_start(request.when, now)
    if begins is None or (isinstance(request.when, Instant) and begins < now - grace):
        raise NotAllowed(
            "That time has passed. Choose a time to come. Nothing was dialled.", detail="past_time"
        )
    if isinstance(request.when, Window):
        return  # the claim moves it to the allowed part of its window
    verdict = calling_hours(max(begins, now), request.callee_zones)
    if verdict.answer is Answer.ALLOW:
        return
    free = "no hour suits all the time zones this number may be in"
    if verdict.next_start is not None:
        local = verdict.next_start.astimezone(ZoneInfo(request.callee_zones[0]))
        free = f"the next allowed time is {local:%a %-d %b, %-I:%M %p} on their clock"
    raise NotAllowed(
        f"I can't call then: {verdict.why}; {free}. Choose another time. Nothing was dialled.",
        detail="outside_hours",
    )


def _after(tries: int) -> str:
    return f"after {tries} {'try' if tries == 1 else 'tries'}"


def too_late(call: Call) -> BotError:
    """The call has left the states in which it can be changed."""
    if call.state == State.CANCELLED:
        return TooLate(f"{call.code} was already cancelled. Nothing was changed.")
    if call.state in {State.DIALLING, State.PLACED, State.RINGING, State.IN_PROGRESS}:
        return TooLate(
            f"{call.code} is being dialled already; no provider can stop a call on its way. "
            "The phone may be ringing now."
        )
    if call.state == State.HANDED_OVER:
        return TooLate(
            f"{call.code} is with its provider, which calls by itself; nobody can stop or move it "
            "now. The phone may ring, or have rung."
        )
    return TooLate(
        f"{call.code} is over ({call.state.value.replace('_', ' ')}). Nothing was changed."
    )


def busy() -> BotError:
    """Somebody else kept changing the same call."""
    return TooLate("The call changed while you pressed. Look at its message and try again.")
