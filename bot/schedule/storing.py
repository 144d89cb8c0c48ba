"""Writes down what a provider answered to a dial, also when the database is away for a moment."""

import asyncio

import structlog

from bot.calls.call import Attempt, Call
from bot.calls.errors import StoreAway
from bot.calls.ports import Calls, Clock
from bot.calls.states import State
from bot.schedule.outcome import WE, Outcome, under_no_id

log = structlog.get_logger(__name__)

STORING_TRIES = 6


class Storing:
    """Of calls in mid-dial, or given up meanwhile."""

    def __init__(self, *, calls: Calls, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock

    async def store(self, call: Call, attempt: Attempt, outcome: Outcome) -> None:
        """Write the answer down; a database that is away for a moment must not lose it."""
        for attempted in range(STORING_TRIES):
            try:
                return await self._store_once(call, attempt, outcome)
            except StoreAway:
                log.exception("answer_not_stored_yet", call_id=call.id)
                await asyncio.sleep(0.2 * 2**attempted)
        # Its lease makes it unsure; it is never redialled.
        log.error("answer_not_stored", call_id=call.id)
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
