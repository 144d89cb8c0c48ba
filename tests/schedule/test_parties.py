"""Several recipients in one request, and calls that are handed over."""

from datetime import timedelta

import pytest

from bot.calls.errors import Cause, MaybePlaced, NotPlaced
from bot.calls.provider import Capabilities, Receipt
from bot.calls.states import State
from tests.fakes import MORNING
from tests.schedule.bench import Bench, Scripted

MANY = Capabilities(can_read=False, can_find=False, places_at_once=3)
SLOT_END = MORNING + timedelta(hours=1)


@pytest.fixture
def provider() -> Scripted:
    provider = Scripted(capabilities=MANY)
    provider.answers.append(Receipt(None, "queued", until=SLOT_END))
    return provider


async def test_calls_of_one_party_share_a_request_and_each_has_its_own_attempt(
    bench: Bench, provider: Scripted
) -> None:
    calls = [await bench.book(str(n), number=f"+1415555010{n}") for n in range(3)]
    await bench.dial()
    assert provider.requests == [[f"{call.code}.1" for call in calls]]
    for call in calls:
        assert await bench.state(call) is State.HANDED_OVER
        attempt = await bench.attempt(call)
        assert (attempt.answer, attempt.until) == ("placed", SLOT_END)


async def test_a_request_holds_no_more_than_the_provider_takes_and_no_number_twice(
    bench: Bench, provider: Scripted
) -> None:
    provider.answers.extend(Receipt(None) for _ in range(5))
    for n in range(4):
        await bench.book(str(n), number=f"+1415555010{n}")
    await bench.book("again", number="+14155550100")
    await bench.dial()
    assert sorted(len(request) for request in provider.requests) == [2, 3]
    numbers = [order.number for order in provider.dialled]
    assert len(set(numbers[:3])) == 3
    assert len(set(numbers[3:])) == 2


async def test_calls_of_different_parties_never_share_one(bench: Bench, provider: Scripted) -> None:
    provider.answers.append(Receipt(None))
    await bench.book("one", number="+14155550101", agent_id="a")
    await bench.book("two", number="+14155550102", agent_id="b")
    await bench.dial()
    assert len(provider.requests) == 2


async def test_silence_puts_everybody_of_the_request_in_doubt(
    bench: Bench, provider: Scripted
) -> None:
    provider.answers.clear()
    provider.answers.append(MaybePlaced("No answer. The phone may have rung."))
    calls = [await bench.book(str(n), number=f"+1415555010{n}") for n in range(3)]
    await bench.dial()
    assert {await bench.state(call) for call in calls} == {State.UNSURE}
    bench.clock.advance(minutes=10)
    await bench.dial()
    assert len(provider.requests) == 1


async def test_a_no_is_a_no_for_everybody_of_the_request(bench: Bench, provider: Scripted) -> None:
    provider.answers.clear()
    provider.answers.append(NotPlaced("No such agent. No phone rang.", cause=Cause.REFUSED))
    calls = [await bench.book(str(n), number=f"+1415555010{n}") for n in range(3)]
    await bench.dial()
    assert {await bench.state(call) for call in calls} == {State.FAILED}


async def test_when_the_window_of_a_handed_over_call_is_over_a_person_is_asked_once(
    bench: Bench, provider: Scripted
) -> None:
    call = await bench.dialled()
    assert (call.state, call.reason_code) == (State.HANDED_OVER, "")
    await bench.watch(minutes=59)
    assert (await bench.call(call)).rev == call.rev
    await bench.watch(minutes=2)
    asked = await bench.call(call)
    assert (asked.state, asked.reason_code) == (State.HANDED_OVER, "window_over")
    assert (await bench.history(call.id))[-1].what == "window over"
    await bench.watch(hours=5)
    assert (await bench.call(call)).rev == asked.rev
    assert provider.asked == []
