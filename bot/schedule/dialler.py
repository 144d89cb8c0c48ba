"""Takes due calls and dials each of them once."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.calls.abilities import limits_of
from bot.calls.call import Attempt, Call
from bot.calls.errors import Cause, MaybePlaced, NotPlaced, StoreAway
from bot.calls.lanes import NO_LIMITS
from bot.calls.pauses import Pause, pause_over
from bot.calls.ports import Calls, Clock
from bot.calls.provider import CallProvider, Order, Receipt
from bot.calls.states import State
from bot.calls.tasks import finish
from bot.schedule.circuit import Circuit
from bot.schedule.orders import (
    Claimed,
    judged,
    not_writable,
    orders_of,
    parties,
    stumbled,
    switched_off,
)
from bot.schedule.outcome import (
    WE,
    Outcome,
    maybe_placed,
    not_placed,
    paused,
    placed,
    trying_since,
)
from bot.schedule.slots import AT_ONCE, Slots
from bot.schedule.storing import Storing

log = structlog.get_logger(__name__)

SEND_WITHIN = (
    10.0  # seconds between claim and first byte; a process that slept longer sends nothing
)
# Longer than SEND_WITHIN and a provider's slowest answer together; and so much less than a minute
# that a dead process's call is in doubt by then.
LEASE = timedelta(seconds=58)
LOOK_EVERY = 0.1  # seconds; while a bulk goes out, what others have changed is seen this late
LONGEST_REST = 1.0  # seconds; also how soon a moved clock is noticed

Answer = Receipt | NotPlaced | MaybePlaced


class Dialler:
    """One per process. ``boot_clock`` counts seconds and goes on while the process sleeps."""

    def __init__(
        self,
        *,
        calls: Calls,
        providers: Mapping[str, CallProvider],
        circuit: Circuit,
        clock: Clock,
        worker: str,
        boot_clock: Callable[[], float],
        changed: Callable[[], None],
    ) -> None:
        self._calls = calls
        self._providers = providers
        self._circuit = circuit
        self._clock = clock
        self._worker = worker
        self._boot_clock = boot_clock
        self._changed = changed
        self._slots = Slots()
        self._storing = Storing(calls=calls, clock=clock)
        self._claiming = asyncio.Lock()  # a stop waits for the claim that is being committed
        self._accepting = True
        self._pauses: Sequence[Pause] = ()  # as far as this process knows
        self._looked_at: float | None = None
        self.when_free: Callable[[], None] = changed  # called when there is room for another dial

    async def turn(self) -> float:
        """Dial what is due; how many seconds until something may be due again.

        What is due goes out first; what others have changed is looked at right after that.
        """
        if self._looked_at is None:
            await self._look_around()
        claimed = await self._claim_all()
        if self._is_busy():
            return 0 if claimed else LOOK_EVERY  # or as soon as there is room
        await self._look_around()
        if await self._release(self._clock.now()):
            claimed += await self._claim_all()
        return 0 if claimed else await self._until_next(self._clock.now())

    async def drain(self, seconds: float) -> None:
        """Claim nothing more; let what is in mid-dial finish, for that long at most."""
        self._accepting = False
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._claiming:
                pass  # whoever claims has started its dials by now
        # A dial that is cancelled in mid-air keeps its lease, which makes it unsure.
        late = await finish(self._slots.tasks, max(until - loop.time(), 0))
        if late:
            log.warning("dials_not_finished", count=late)

    async def _look_around(self) -> None:
        """What other processes have found out, and what is paused."""
        await self._circuit.refresh()
        self._pauses = await self._calls.pauses()
        self._looked_at = asyncio.get_running_loop().time()

    def _is_busy(self) -> bool:
        """Whether a bulk goes out, and the last look at what others do was a moment ago."""
        ago = asyncio.get_running_loop().time() - (self._looked_at or 0)
        return bool(self._slots.crowded) and ago < LOOK_EVERY

    async def _claim_all(self) -> int:
        """How many calls were claimed. In a bulk nobody is asked who has more that is due."""
        if self._is_busy():
            due: Sequence[str] = sorted(self._slots.crowded)
        else:
            due = await self._calls.due_providers(self._clock.now())
            self._slots.crowded &= set(due)
        claimed = sum([await self._claim_apart(provider) for provider in due])
        if claimed:
            self._changed()
        return claimed

    async def _claim_apart(self, provider: str) -> int:
        """One provider whose calls can't be claimed keeps no other from being dialled."""
        claimed, room = 0, 1
        try:
            async with self._claiming:
                room = self._slots.room(provider)
                if room <= 0 or not self._accepting:
                    return 0
                claimed = await self._claim(provider, self._clock.now(), room)
        except StoreAway:
            raise
        except Exception:
            log.exception("claim_failed", provider=provider)
        self._slots.note(provider, room=room, claimed=claimed)
        return claimed

    async def _claim(self, name: str, now: datetime, room: int) -> int:
        taken_at = self._boot_clock()
        provider = self._providers.get(name)
        due = await self._calls.claim_due(
            now,
            provider=name,
            limits=limits_of(provider) if provider else NO_LIMITS,
            worker=self._worker,
            limit=max(room, provider.capabilities.places_at_once if provider else 1),
            lease=LEASE,
            judge=partial(judged, provider, now),
        )
        claimed = [Claimed(*pair) for pair in due]
        if provider is None:
            for each in claimed:
                settle = self._settle(each, switched_off(each.call), None)
                self._slots.start(name, settle, sends=False)
            return len(claimed)
        written, unwritten = orders_of(provider, claimed, now)
        for party in parties(provider, written):
            dial = self._dial(provider, party, taken_at + SEND_WITHIN)
            self._slots.start(name, dial, sends=True)
        for each in unwritten:
            settle = self._settle(each, not_writable(each.call), provider)
            self._slots.start(name, settle, sends=False)
        return len(claimed)

    async def _release(self, now: datetime) -> int:
        """Holds that end by themselves, how many: the claim asks the rules again."""
        held = await self._calls.releasable(now, AT_ONCE)
        for call in held:
            await self._calls.move(call, State.SCHEDULED, by=WE, now=now, what="released")
        return len(held)

    async def _until_next(self, now: datetime) -> float:
        due = await self._calls.next_due(besides=self._slots.full)
        if due is None:
            return LONGEST_REST
        return min(max((due - now).total_seconds(), 0.001), LONGEST_REST)

    async def _dial(
        self,
        provider: CallProvider,
        party: Sequence[tuple[Claimed, Order]],
        send_before: float,
    ) -> None:
        """Send once; whatever comes back is one of placed, not placed, maybe placed."""
        async with self._slots.place(provider.name):
            answer = await self._place(provider, party, send_before)
        self.when_free()
        for claimed, _ in party:
            await self._settle(claimed, answer, provider)
        error = None if isinstance(answer, Receipt) else answer
        await self._circuit.learn(provider.name, error, self._clock.now())

    async def _place(
        self,
        provider: CallProvider,
        party: Sequence[tuple[Claimed, Order]],
        send_before: float,
    ) -> Answer:
        """Right before the first byte it is asked whether somebody has paused it by now."""
        calls, orders = [claimed.call for claimed, _ in party], [order for _, order in party]

        def may_send() -> bool:
            return self._boot_clock() < send_before and not any(map(self._pause_over, calls))

        try:
            return await provider.place(orders, may_send=may_send)
        except (NotPlaced, MaybePlaced) as error:
            return error
        except Exception as error:
            log.exception("dial_failed", provider=provider.name)
            return stumbled(provider, error)

    async def _settle(
        self, claimed: Claimed, answer: Answer, provider: CallProvider | None
    ) -> None:
        """Store what came back for one call; one that fails takes no other with it."""
        call, attempt = claimed
        about = {"call_id": call.id, "attempt": attempt.n, "provider": call.request.provider}
        try:
            outcome = await self._outcome(claimed, answer, provider)
            log.info("call_dialled", answer=outcome.attempt["answer"], **about)
            await self._storing.store(call, attempt, outcome)
        except Exception:
            log.exception("answer_not_stored", **about)  # its lease makes it unsure
        self._changed()

    async def _outcome(
        self, claimed: Claimed, answer: Answer, provider: CallProvider | None
    ) -> Outcome:
        now = self._clock.now()
        pause = self._pause_over(claimed.call)
        if isinstance(answer, NotPlaced) and answer.cause is Cause.TOO_LATE and pause:
            return paused(claimed.call, answer, pause)
        if isinstance(answer, NotPlaced) or provider is None:
            since = await self._trying_since(claimed.attempt)
            why = answer if isinstance(answer, NotPlaced) else switched_off(claimed.call)
            return not_placed(claimed.call, why, now, since)
        if isinstance(answer, MaybePlaced):
            return maybe_placed(answer, now, provider.capabilities)
        return placed(answer, now, provider)

    def _pause_over(self, call: Call) -> Pause | None:
        return pause_over(self._pauses, call.request.provider, call.campaign)

    async def _trying_since(self, attempt: Attempt) -> datetime:
        """When the first of the tries in a row began that could not be placed."""
        try:
            attempts = await self._calls.attempts(attempt.call_id)
        except StoreAway:
            return attempt.claimed_at
        return trying_since(attempts)
