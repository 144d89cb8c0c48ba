"""What becomes of a call after each of the three answers to a dial."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.calls.call import Attempt, Call
from bot.calls.errors import Cause, MaybePlaced, NotPlaced, StoreAway
from bot.calls.provider import Capabilities, Receipt
from bot.calls.states import State
from bot.storage.calls import CallStore
from bot.storage.database import Database
from tests.fakes import MORNING
from tests.schedule.bench import Bench, Scripted


def refused(cause: Cause, wait: timedelta | None = None) -> NotPlaced:
    return NotPlaced(f"{cause.value}. No phone rang.", cause=cause, wait=wait)


async def test_a_placed_call_is_dialled_once_and_watched(bench: Bench, provider: Scripted) -> None:
    call = await bench.dialled()
    await bench.dial()
    attempt = await bench.attempt(call)
    assert call.state is State.PLACED
    assert [order.number for order in provider.dialled] == ["+14155550123"]
    assert (attempt.answer, attempt.provider_call_id) == ("placed", "p-1")
    assert attempt.next_poll is not None


async def test_nothing_is_dialled_before_its_minute(bench: Bench, provider: Scripted) -> None:
    call = await bench.book(due=MORNING + timedelta(minutes=5))
    await bench.dial()
    assert provider.dialled == []
    bench.clock.advance(minutes=5)
    await bench.dial()
    assert await bench.state(call) is State.PLACED


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (Cause.UNREACHABLE, "provider_unreachable"),
        (Cause.TOO_LATE, "provider_unreachable"),
        (Cause.BUSY_LINE, "provider_busy"),
    ],
)
async def test_what_surely_did_not_ring_goes_again_by_itself(
    bench: Bench, provider: Scripted, cause: Cause, code: str
) -> None:
    provider.answers.append(refused(cause))
    call = await bench.dialled()
    assert (call.state, call.reason_code, call.attempts_used) == (State.HELD, code, 0)
    bench.clock.advance(seconds=6)
    await bench.dial()
    again = await bench.call(call)
    assert (again.state, again.attempts_used) == (State.PLACED, 1)
    assert [order.reference[-1] for order in provider.dialled] == ["1", "2"]


async def test_a_refused_call_fails_and_is_not_tried_again(
    bench: Bench, provider: Scripted
) -> None:
    provider.answers.append(refused(Cause.REFUSED))
    call = await bench.dialled()
    bench.clock.advance(hours=2)
    await bench.dial()
    assert await bench.state(call) is State.FAILED
    assert len(provider.dialled) == 1


async def test_the_pause_a_provider_asks_for_is_kept(bench: Bench, provider: Scripted) -> None:
    provider.answers.append(refused(Cause.BUSY_LINE, wait=timedelta(minutes=7)))
    call = await bench.dialled()
    assert call.due == MORNING + timedelta(minutes=7)
    bench.clock.advance(minutes=6)
    await bench.dial()
    assert len(provider.dialled) == 1


async def test_a_call_that_could_not_go_for_half_an_hour_asks_a_person(
    bench: Bench, provider: Scripted
) -> None:
    provider.answers.extend([refused(Cause.BUSY_LINE), refused(Cause.BUSY_LINE)])
    call = await bench.dialled()
    bench.clock.advance(minutes=31)
    await bench.dial()
    late = await bench.call(call)
    assert (late.state, late.reason_code) == (State.HELD, "late")
    bench.clock.advance(hours=2)
    await bench.dial()
    assert len(provider.dialled) == 2


async def test_a_call_that_may_have_rung_is_never_redialled(
    bench: Bench, provider: Scripted
) -> None:
    provider.answers.append(MaybePlaced("No clear answer."))
    call = await bench.dialled()
    for _ in range(5):
        await bench.watch(hours=1)
        await bench.dial()
    assert (call.state, call.reason_code) == (State.UNSURE, "no_clear_answer")
    assert await bench.state(call) is State.UNSURE
    assert len(provider.dialled) == 1


async def test_a_call_taken_without_an_id_is_in_doubt_until_it_is_found(
    bench: Bench, provider: Scripted
) -> None:
    provider.answers.append(Receipt(None))
    call = await bench.dialled()
    attempt = await bench.attempt(call)
    assert (call.state, call.reason_code) == (State.UNSURE, "id_unknown")
    assert (attempt.answer, attempt.next_poll is None) == ("placed", False)


async def test_a_provider_that_cannot_search_is_not_searched(
    bench: Bench, provider: Scripted
) -> None:
    provider.capabilities = Capabilities(can_read=True, can_find=False)
    provider.answers.append(MaybePlaced("No clear answer."))
    call = await bench.dialled()
    assert (await bench.attempt(call)).next_poll is None
    await bench.watch(hours=1)
    assert provider.asked == []


async def test_a_process_that_slept_past_the_send_deadline_sends_nothing(
    bench: Bench, provider: Scripted
) -> None:
    class Asleep(CallStore):
        """Between the claim and the first byte."""

        async def claim_due(self, *args: Any, **how: Any) -> Sequence[tuple[Call, Attempt]]:
            claimed = await super().claim_due(*args, **how)
            bench.boot += 11
            return claimed

    call = await bench.book()
    dialler = bench.dialler(Asleep(bench.database))
    await dialler.turn()
    await dialler.drain(5)
    assert provider.dialled == []
    assert await bench.state(call) is State.HELD


async def test_a_provider_taken_out_of_the_settings_holds_its_calls(
    bench: Bench, provider: Scripted
) -> None:
    bench.providers.clear()
    call = await bench.dialled()
    assert (call.state, call.reason_code) == (State.HELD, "provider_credentials")
    assert "not set up any more" in call.reason
    bench.providers[provider.name] = provider
    bench.clock.advance(seconds=10)
    await bench.dial()
    assert await bench.state(call) is State.PLACED


class Faulty(CallStore):
    """A store whose database goes away at chosen moves; ``committed`` ones still happened."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.away = 0
        self.committed = False
        self.meanwhile: Callable[[], Any] | None = None

    async def move(self, call: Call, to: State, **about: Any) -> Call | None:
        """As the real one, or away."""
        if self.away == 0:
            return await super().move(call, to, **about)
        self.away -= 1
        if self.committed:
            await super().move(call, to, **about)
        if self.meanwhile is not None:
            await self.meanwhile()
        raise StoreAway("My database does not answer.")


@pytest.fixture
def faulty(bench: Bench) -> Faulty:
    """A second view of the bench's database."""
    return Faulty(bench.database)


async def test_an_answer_outlives_a_database_that_is_away_for_a_moment(
    bench: Bench, provider: Scripted, faulty: Faulty
) -> None:
    call = await bench.book()
    faulty.away = 3
    dialler = bench.dialler(faulty)
    await dialler.turn()
    await dialler.drain(30)
    assert await bench.state(call) is State.PLACED
    assert len(provider.dialled) == 1


async def test_an_answer_stored_by_a_commit_that_seemed_lost_is_not_stored_twice(
    bench: Bench, faulty: Faulty
) -> None:
    call = await bench.book()
    faulty.away, faulty.committed = 1, True
    dialler = bench.dialler(faulty)
    await dialler.turn()
    await dialler.drain(30)
    assert [change.after for change in await bench.history(call.id)] == [
        "scheduled", "dialling", "placed",
    ]  # fmt: skip


async def test_an_old_answer_never_speaks_for_a_new_attempt(
    bench: Bench, provider: Scripted, faulty: Faulty
) -> None:
    """The first answer was committed but seemed lost; meanwhile the call is dialled again."""
    provider.answers.append(refused(Cause.UNREACHABLE))
    call = await bench.book()
    first, second = bench.dialler(faulty), bench.dialler()

    async def dialled_by_another_process() -> None:
        bench.clock.advance(seconds=6)
        provider.gate.clear()
        await second.turn()

    faulty.away, faulty.committed, faulty.meanwhile = 1, True, dialled_by_another_process
    await first.turn()
    await first.drain(30)
    assert (await bench.attempt(call)).n == 2
    assert await bench.state(call) is State.DIALLING
    provider.gate.set()
    await second.drain(5)
    bench.clock.advance(minutes=5)
    await bench.dial()
    assert await bench.state(call) is State.PLACED
    assert len(provider.dialled) == 2  # of which the first surely did not ring


async def test_a_call_hastened_long_after_it_was_booked_is_tried_as_long_as_any(
    bench: Bench, provider: Scripted
) -> None:
    call = await bench.book(due=MORNING + timedelta(hours=48))
    bench.clock.advance(hours=24)
    now = bench.clock.now()
    await bench.calls.reschedule(
        call,
        replace(call.request, when=None),
        by="U0RITA",
        now=now,
        due=now,
        window=None,
        what="called now",
    )
    provider.answers.append(refused(Cause.BUSY_LINE))
    await bench.dial()
    assert (await bench.call(call)).reason_code == "provider_busy"


async def test_an_id_that_belongs_to_another_call_leaves_a_doubt_and_not_a_lie(
    bench: Bench, provider: Scripted
) -> None:
    first = await bench.dialled("one")
    second = await bench.dialled("two")  # the provider gives the same id
    assert (first.state, second.state) == (State.PLACED, State.UNSURE)
    assert second.reason_code == "id_unknown"
    assert (await bench.attempt(second)).next_poll is not None


async def test_a_stop_waits_for_the_claim_that_is_being_committed(
    bench: Bench, provider: Scripted
) -> None:
    call = await bench.book()
    dialler = bench.dialler()
    turn = asyncio.create_task(dialler.turn())
    await asyncio.sleep(0)  # the turn has begun, and nothing is claimed yet
    await dialler.drain(5)
    await turn
    assert await bench.state(call) in {State.SCHEDULED, State.PLACED}
