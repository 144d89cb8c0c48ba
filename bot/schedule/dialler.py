"""Takes due calls and dials each of them once."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.calls.abilities import limits_of
from bot.calls.call import Attempt, Call
from bot.calls.errors import MaybePlaced, NotPlaced, StoreAway
from bot.calls.lanes import NO_LIMITS
from bot.calls.ports import Calls, Clock
from bot.calls.provider import CallProvider, Order, Receipt
from bot.calls.states import State
from bot.calls.tasks import finish
from bot.calls.verdict import Verdict
from bot.decisions.judge import judge_due
from bot.schedule.circuit import Circuit
from bot.schedule.orders import (
    Claimed,
    begins_at,
    not_writable,
    orders_of,
    parties,
    stumbled,
    switched_off,
)
from bot.schedule.outcome import (
    Outcome,
    maybe_placed,
    not_placed,
    placed,
    under_no_id,
)

log = structlog.get_logger(__name__)

AT_ONCE = 50  # requests in mid-dial in this process, at each provider
SEND_WITHIN = (
    10.0  # seconds between claim and first byte; a process that slept longer sends nothing
)
# Longer than SEND_WITHIN and a provider's slowest answer together; and so much less than a minute
# that a dead process's call is in doubt by then.
LEASE = timedelta(seconds=58)
LONGEST_REST = 1.0  # seconds; also how soon a moved clock is noticed
WE = "switchboard"
ANEW_AFTER = timedelta(hours=2)  # longer than any pause between two tries in a row
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
        self._dialling: dict[str, set[asyncio.Task[None]]] = defaultdict(set)
        self._claiming = asyncio.Lock()  # a stop waits for the claim that is being committed
        self._accepting = True

    async def turn(self) -> float:
        """Dial what is due; how many seconds until something may be due again."""
        now = self._clock.now()
        await self._circuit.refresh()
        await self._release(now)
        claimed = 0
        for provider in await self._calls.due_providers(now):
            claimed += await self._claim_apart(provider, now)
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
        dialling = [task for tasks in self._dialling.values() for task in tasks]
        late = await finish(dialling, max(until - loop.time(), 0))
        if late:
            log.warning("dials_not_finished", count=late)

    async def _claim_apart(self, provider: str, now: datetime) -> int:
        """One provider whose calls can't be claimed keeps no other from being dialled."""
        try:
            async with self._claiming:
                room = AT_ONCE - len(self._dialling[provider])
                if room <= 0 or not self._accepting:
                    return 0
                return await self._claim(provider, now, room)
        except StoreAway:
            raise
        except Exception:
            log.exception("claim_failed", provider=provider)
            return 0

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
                self._start(name, self._settle(each, switched_off(each.call), None))
            return len(claimed)
        written, unwritten = orders_of(provider, claimed, now)
        for party in parties(provider, written):
            self._start(name, self._dial(provider, party, taken_at + SEND_WITHIN))
        for each in unwritten:
            self._start(name, self._settle(each, not_writable(each.call), provider))
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

    def _start(self, provider: str, dial: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(dial)
        self._dialling[provider].add(task)  # asyncio itself keeps no task alive
        task.add_done_callback(self._dialling[provider].discard)

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
        error = None if isinstance(answer, Receipt) else answer
        await self._circuit.learn(provider.name, error, self._clock.now())

    async def _place(
        self, provider: CallProvider, orders: Sequence[Order], send_before: float
    ) -> Answer:
        try:
            return await provider.place(orders, may_send=lambda: self._boot_clock() < send_before)
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
            await self._store(call, attempt, outcome)
        except Exception:
            log.exception("answer_not_stored", **about)  # its lease makes it unsure
        self._changed()

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
        since = attempt.claimed_at
        for before in reversed(attempts[:-1]):
            if before.answer != "not_placed" or since - before.claimed_at > ANEW_AFTER:
                break  # held overnight, it begins anew in the morning
            since = before.claimed_at
        return since

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


def judged(provider: CallProvider | None, now: datetime, call: Call) -> Verdict:
    """What the rules say of the moment the phone would ring."""
    ahead = provider is not None and provider.capabilities.ahead
    return judge_due(call, now, begins_at(call, now) if ahead else None)
