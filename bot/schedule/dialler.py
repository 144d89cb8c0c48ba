"""Takes due calls and dials each of them once."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile

import structlog

from bot.calls.call import Attempt, Call
from bot.calls.errors import MaybePlaced, NotPlaced, StoreAway
from bot.calls.lanes import NO_LIMITS, Limits
from bot.calls.ports import Calls, Clock
from bot.calls.provider import CallProvider, Order, Receipt
from bot.calls.states import State
from bot.calls.tasks import finish
from bot.calls.verdict import Verdict
from bot.decisions.judge import judge_due
from bot.schedule.circuit import Circuit
from bot.schedule.orders import Claimed, begins_at, parties, switched_off
from bot.schedule.outcome import Outcome, maybe_placed, not_placed, placed, under_no_id

log = structlog.get_logger(__name__)

AT_ONCE = 50  # calls in mid-dial in this process
SEND_WITHIN = (
    10.0  # seconds between claim and first byte; a process that slept longer sends nothing
)
LEASE = timedelta(seconds=60)  # longer than SEND_WITHIN and a provider's slowest answer together
LONGEST_REST = 1.0  # seconds; also how soon a moved clock is noticed
WE = "switchboard"
STORING_TRIES = 6

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
        self._dialling: set[asyncio.Task[None]] = set()
        self._claiming = asyncio.Lock()  # a stop waits for the claim that is being committed
        self._accepting = True

    async def turn(self) -> float:
        """Dial what is due; how many seconds until something may be due again."""
        now = self._clock.now()
        await self._circuit.refresh()
        await self._release(now)
        claimed = 0
        for provider in await self._calls.due_providers(now):
            async with self._claiming:
                room = AT_ONCE - len(self._dialling)
                if room <= 0 or not self._accepting:
                    return LONGEST_REST
                claimed += await self._claim(provider, now, room)
        if claimed:
            self._changed()
            return 0
        return await self._until_next(now)

    async def drain(self, seconds: float) -> None:
        """Claim nothing more; let what is in mid-dial finish, for that long at most."""
        self._accepting = False
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._claiming:
                pass  # whoever claims has started its dials by now
        # A dial that is cancelled in mid-air keeps its lease, which makes it unsure.
        late = await finish(self._dialling, max(until - loop.time(), 0))
        if late:
            log.warning("dials_not_finished", count=late)

    async def _claim(self, name: str, now: datetime, room: int) -> int:
        taken_at = self._boot_clock()
        provider = self._providers.get(name)
        due = await self._calls.claim_due(
            now,
            provider=name,
            limits=limits_of(provider),
            worker=self._worker,
            limit=max(room, provider.capabilities.places_at_once if provider else 1),
            lease=LEASE,
            judge=partial(judged, provider, now),
        )
        claimed = [Claimed(*pair) for pair in due]
        if provider is None:
            for each in claimed:
                self._start(self._return(each))
            return len(claimed)
        for party in parties(provider, claimed, now):
            self._start(self._dial(provider, party, taken_at + SEND_WITHIN))
        return len(claimed)

    async def _release(self, now: datetime) -> None:
        """Holds that end by themselves: the claim asks the rules again."""
        for call in await self._calls.releasable(now, AT_ONCE):
            await self._calls.move(call, State.SCHEDULED, by=WE, now=now, what="released")

    async def _until_next(self, now: datetime) -> float:
        due = await self._calls.next_due()
        if due is None:
            return LONGEST_REST
        return min(max((due - now).total_seconds(), 0.001), LONGEST_REST)

    def _start(self, dial: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(dial)
        self._dialling.add(task)  # asyncio itself keeps no task alive
        task.add_done_callback(self._dialling.discard)

    async def _dial(
        self,
        provider: CallProvider,
        party: Sequence[tuple[Claimed, Order]],
        send_before: float,
    ) -> None:
        """Send once; whatever comes back is one of placed, not placed, maybe placed."""
        answer = await self._place(provider, [order for _, order in party], send_before)
        for claimed, _ in party:
            await self._settle(claimed, answer, provider)
        self._changed()
        error = None if isinstance(answer, Receipt) else answer
        await self._circuit.learn(provider.name, error, self._clock.now())

    async def _place(
        self, provider: CallProvider, orders: Sequence[Order], send_before: float
    ) -> Answer:
        try:
            return await provider.place(orders, may_send=lambda: self._boot_clock() < send_before)
        except (NotPlaced, MaybePlaced) as error:
            return error

    async def _return(self, claimed: Claimed) -> None:
        """The provider is not set up any more."""
        await self._settle(claimed, switched_off(claimed.call), None)
        self._changed()

    async def _settle(
        self, claimed: Claimed, answer: Answer, provider: CallProvider | None
    ) -> None:
        call, attempt = claimed
        outcome = await self._outcome(claimed, answer, provider)
        about = {"call_id": call.id, "attempt": attempt.n, "provider": call.request.provider}
        log.info("call_dialled", answer=outcome.attempt["answer"], **about)
        await self._store(call, attempt, outcome)

    async def _outcome(
        self, claimed: Claimed, answer: Answer, provider: CallProvider | None
    ) -> Outcome:
        now = self._clock.now()
        if isinstance(answer, NotPlaced) or provider is None:
            since = await self._trying_since(claimed.attempt)
            why = answer if isinstance(answer, NotPlaced) else switched_off(claimed.call)
            return not_placed(claimed.call, why, now, since)
        if isinstance(answer, MaybePlaced):
            return maybe_placed(answer, now, provider.capabilities)
        return placed(answer, now, provider)

    async def _trying_since(self, attempt: Attempt) -> datetime:
        """When the first of the tries in a row began that could not be placed."""
        try:
            attempts = await self._calls.attempts(attempt.call_id)
        except StoreAway:
            return attempt.claimed_at
        before = takewhile(lambda each: each.answer == "not_placed", reversed(attempts[:-1]))
        return min((each.claimed_at for each in before), default=attempt.claimed_at)

    async def _store(self, call: Call, attempt: Attempt, outcome: Outcome) -> None:
        """Write the answer down; a database that is away for a moment must not lose it."""
        for attempted in range(STORING_TRIES):
            try:
                return await self._store_once(call, attempt, outcome)
            except StoreAway:
                log.exception("answer_not_stored_yet", call_id=call.id)
                await asyncio.sleep(0.2 * 2**attempted)
        log.error(
            "answer_not_stored", call_id=call.id
        )  # its lease makes it unsure, never redialled
        return None

    async def _store_once(self, call: Call, attempt: Attempt, outcome: Outcome) -> None:
        current: Call | None = call
        while current is not None and current.state in {State.DIALLING, State.UNSURE}:
            to = outcome.late_state if current.state == State.UNSURE else outcome.state
            done = await self._calls.move(
                current,
                to,
                by=WE,
                now=self._clock.now(),
                what=outcome.what,
                why=outcome.why,
                reason_code=outcome.reason_code,
                due=outcome.due,
                attempt=outcome.attempt,
                next_poll=outcome.next_poll,
            )
            if done is not None:
                return
            fresh = await self._still_of(call, attempt)
            if fresh is not None and fresh.rev == current.rev:
                # Nobody moved it, so what was refused is the provider's id for it.
                if outcome.attempt.get("provider_call_id") is None:
                    break
                outcome = under_no_id(outcome)
            current = fresh
        log.warning("answer_came_too_late", call_id=call.id, attempt=attempt.n)

    async def _still_of(self, call: Call, attempt: Attempt) -> Call | None:
        """The call as it stands; ``None`` when it is in another attempt, which is not ours."""
        fresh = await self._calls.get(call.id)
        newest = (await self._calls.attempts(call.id))[-1:]
        return fresh if [attempt.id] == [each.id for each in newest] else None


def limits_of(provider: CallProvider | None) -> Limits:
    """How much the provider takes; one that is switched off is never asked."""
    if provider is None:
        return NO_LIMITS
    return Limits(provider.capabilities.per_minute, provider.capabilities.live_calls)


def judged(provider: CallProvider | None, now: datetime, call: Call) -> Verdict:
    """What the rules say of the moment the phone would ring."""
    ahead = provider is not None and provider.capabilities.ahead
    return judge_due(call, begins_at(call, now) if ahead else now)
