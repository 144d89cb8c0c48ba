"""A refused key shuts its provider's lane; calls wait, one at a time tries, all go on."""

from datetime import timedelta

from bot.calls.errors import Cause, MaybePlaced, NotPlaced
from bot.calls.lanes import Tale
from bot.calls.provider import Capabilities, Receipt
from bot.calls.states import State
from bot.schedule.circuit import TRY_AGAIN_AFTER
from tests.schedule.bench import Bench, Scripted

REFUSED_KEY = NotPlaced(
    "Voicy refuses our key (401). The call waits. No phone rang.", cause=Cause.CREDENTIALS
)


async def shut(bench: Bench, provider: Scripted) -> None:
    """The first call finds out."""
    provider.answers.append(REFUSED_KEY)
    await bench.dialled("first")
    assert (await bench.lanes.all())[provider.name].shut_since is not None


async def test_after_a_refused_key_the_next_calls_wait_without_a_request(
    bench: Bench, provider: Scripted
) -> None:
    await shut(bench, provider)
    second = await bench.dialled("second")
    assert (second.state, second.reason_code) == (State.HELD, "provider_credentials")
    assert "refuses our key" in second.reason
    assert len(provider.dialled) == 1


async def test_on_call_is_to_be_told_once(bench: Bench, provider: Scripted) -> None:
    await shut(bench, provider)
    assert (await bench.lanes.all())[provider.name].to_tell is Tale.SHUT
    await bench.lanes.told(provider.name, Tale.SHUT)
    provider.answers.append(REFUSED_KEY)
    bench.clock.advance(minutes=2)
    await bench.dial()
    await bench.dial()
    assert len(provider.dialled) == 2
    assert (await bench.lanes.all())[provider.name].to_tell is None


async def test_one_call_tries_the_key_and_the_others_follow_when_it_is_taken(
    bench: Bench, provider: Scripted
) -> None:
    await shut(bench, provider)
    others = [await bench.dialled(f"call {n}") for n in range(5)]
    bench.clock.advance(seconds=TRY_AGAIN_AFTER.total_seconds() + 1)
    provider.answers.append(REFUSED_KEY)
    for _ in range(3):
        await bench.dial()
    assert len(provider.dialled) == 2
    bench.clock.advance(seconds=TRY_AGAIN_AFTER.total_seconds() + 1)
    provider.answers.extend(Receipt(f"p-{n}") for n in range(6))
    for _ in range(4):
        await bench.dial()
    assert len(provider.dialled) == 8
    assert {await bench.state(call) for call in others} == {State.PLACED}
    assert (await bench.lanes.all())[provider.name].shut_since is None


async def test_silence_says_nothing_about_the_key(bench: Bench, provider: Scripted) -> None:
    await shut(bench, provider)
    bench.clock.advance(minutes=2)
    provider.answers.append(MaybePlaced("No answer. The phone may have rung."))
    await bench.dial()
    await bench.dial()
    assert len(provider.dialled) == 2
    assert (await bench.lanes.all())[provider.name].shut_since is not None


async def test_a_parked_lane_dials_nothing_until_the_pause_is_over(
    bench: Bench, provider: Scripted
) -> None:
    call = await bench.book()
    await bench.lanes.park(provider.name, bench.clock.now() + timedelta(seconds=30))
    await bench.dial()
    assert provider.dialled == []
    assert await bench.state(call) is State.SCHEDULED
    bench.clock.advance(seconds=31)
    await bench.dial()
    assert await bench.state(call) is State.PLACED


async def test_no_more_calls_are_on_the_line_than_the_provider_takes(
    bench: Bench, provider: Scripted
) -> None:
    provider.capabilities = Capabilities(can_read=True, can_find=True, live_calls=2)
    provider.answers.extend(Receipt(f"p-{n}") for n in range(3))
    calls = [await bench.book(f"call {n}") for n in range(3)]
    await bench.dial()
    await bench.dial()
    states = [await bench.state(call) for call in calls]
    assert sorted(states) == [State.PLACED, State.PLACED, State.SCHEDULED]


async def test_no_more_requests_leave_than_the_rate_allows(
    bench: Bench, provider: Scripted
) -> None:
    provider.capabilities = Capabilities(can_read=True, can_find=True, per_minute=12)
    provider.answers.extend(Receipt(f"p-{n}") for n in range(40))
    for n in range(40):
        await bench.book(f"call {n}")
    sent = []
    for _ in range(60):
        await bench.dial()
        sent.append(len(provider.dialled))
        bench.clock.advance(seconds=1)
    assert 5 <= sent[-1] <= 8  # a third of the rate is for questions
