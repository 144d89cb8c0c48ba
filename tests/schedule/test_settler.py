"""Doubtful calls are cleared up by looking, never by dialling."""

from datetime import timedelta

import pytest

from bot.calls.call import Call
from bot.calls.errors import Cause, MaybePlaced, NotPlaced, ProviderError
from bot.calls.lanes import NO_LIMITS
from bot.calls.provider import News, Receipt
from bot.calls.states import State
from bot.calls.verdict import ALLOWED
from tests.schedule.bench import Bench, Scripted


def seen(provider_call_id: str, state: State = State.IN_PROGRESS) -> News:
    return News(state, state.value, provider_call_id=provider_call_id)


@pytest.fixture
async def doubtful(bench: Bench, provider: Scripted) -> Call:
    """A call whose dial got no clear answer."""
    provider.answers.append(MaybePlaced("No clear answer."))
    return await bench.dialled()


async def abandoned(bench: Bench) -> Call:
    """A call whose process let its lease run out in mid-dial."""
    call = await bench.book()
    await bench.calls.claim_due(
        bench.clock.now(),
        provider="vozagent",
        limits=NO_LIMITS,
        worker="dead",
        limit=1,
        lease=timedelta(seconds=-1),
        judge=lambda _: ALLOWED,
    )
    return call


async def test_a_doubtful_call_that_is_found_goes_on(
    bench: Bench, provider: Scripted, doubtful: Call
) -> None:
    provider.findings.append((seen("p-7"),))
    provider.readings.append(seen("p-7"))
    await bench.watch(seconds=3)
    assert await bench.state(doubtful) is State.PLACED
    await bench.watch(seconds=1)
    assert await bench.state(doubtful) is State.IN_PROGRESS
    assert len(provider.dialled) == 1


async def test_a_call_found_and_ended_gets_its_result(
    bench: Bench, provider: Scripted, doubtful: Call
) -> None:
    provider.findings.append((seen("p-7"),))
    provider.readings.append(News(State.COMPLETED, "completed", summary="They said yes."))
    await bench.watch(seconds=3)
    await bench.watch(seconds=1)
    attempt = await bench.attempt(doubtful)
    assert await bench.wants_result(doubtful)
    assert (attempt.answer, attempt.summary) == ("placed", "They said yes.")


async def test_not_seen_is_never_taken_for_not_placed(
    bench: Bench, provider: Scripted, doubtful: Call
) -> None:
    provider.findings.append(())
    for _ in range(8):
        await bench.watch(minutes=10)
        await bench.dial()
    assert await bench.state(doubtful) is State.UNSURE
    assert (await bench.attempt(doubtful)).detail == "not seen yet"
    assert len(provider.dialled) == 1


async def test_after_a_day_only_a_person_can_still_know(
    bench: Bench, provider: Scripted, doubtful: Call
) -> None:
    provider.findings.append(())
    await bench.watch(hours=25)
    assert (await bench.attempt(doubtful)).next_poll is None
    assert await bench.state(doubtful) is State.UNSURE
    assert (await bench.history(doubtful.id))[-1].what == "gave up looking"
    before = (await bench.call(doubtful)).rev
    await bench.watch(hours=25)
    assert (await bench.call(doubtful)).rev == before


async def test_of_several_that_could_be_it_none_is_taken(
    bench: Bench, provider: Scripted, doubtful: Call
) -> None:
    provider.findings.append((seen("p-7"), seen("p-8")))
    await bench.watch(seconds=3)
    assert await bench.state(doubtful) is State.UNSURE
    assert (await bench.attempt(doubtful)).detail == "2 records could be this call"


async def test_two_calls_in_doubt_do_not_fight_over_one_record(
    bench: Bench, provider: Scripted, doubtful: Call
) -> None:
    provider.answers.append(MaybePlaced("No clear answer."))
    other = await bench.dialled("other")
    provider.findings.append((seen("p-7"),))
    await bench.watch(seconds=3)
    assert {await bench.state(doubtful), await bench.state(other)} == {State.UNSURE}
    assert "others in doubt" in (await bench.attempt(doubtful)).detail


async def test_two_calls_in_doubt_and_two_records_are_one_each(
    bench: Bench, provider: Scripted, doubtful: Call
) -> None:
    provider.answers.append(MaybePlaced("No clear answer."))
    other = await bench.dialled("other")
    provider.findings.append((seen("p-7"), seen("p-8")))
    await bench.watch(seconds=3)
    await bench.watch(minutes=1)
    ids = {(await bench.attempt(call)).provider_call_id for call in (doubtful, other)}
    assert ids == {"p-7", "p-8"}


async def test_a_record_that_belongs_to_another_call_is_not_taken(
    bench: Bench, provider: Scripted, doubtful: Call
) -> None:
    provider.answers.append(Receipt("p-7"))
    other = await bench.dialled("other")
    provider.findings.append((seen("p-7"),))
    await bench.watch(seconds=3)
    assert await bench.state(other) is not State.UNSURE
    assert await bench.state(doubtful) is State.UNSURE


async def test_a_provider_that_cannot_be_asked_is_asked_again(
    bench: Bench, provider: Scripted, doubtful: Call
) -> None:
    provider.findings.extend([ProviderError("away"), (seen("p-7"),)])
    await bench.watch(seconds=3)
    assert await bench.state(doubtful) is State.UNSURE
    await bench.watch(minutes=1)
    assert await bench.state(doubtful) is State.PLACED


async def test_a_dial_whose_process_died_is_in_doubt_and_searched_for(
    bench: Bench, provider: Scripted
) -> None:
    call = await abandoned(bench)
    await bench.watch()
    unsure = await bench.call(call)
    assert (unsure.state, unsure.reason_code) == (State.UNSURE, "process_stopped")
    provider.findings.append((seen("p-7"),))
    await bench.watch(seconds=3)
    assert await bench.state(call) is State.PLACED
    assert provider.dialled == []


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Receipt("p-1", "queued"), State.PLACED),
        (NotPlaced("Not sent.", cause=Cause.UNREACHABLE), State.HELD),
        (NotPlaced("They say no.", cause=Cause.REFUSED), State.FAILED),
        (MaybePlaced("No clear answer."), State.UNSURE),
    ],
)
async def test_an_answer_that_comes_after_the_lease_ran_out_still_counts(
    bench: Bench, provider: Scripted, answer: Receipt | Exception, state: State
) -> None:
    call = await bench.book()
    dialler = bench.dialler()
    provider.answers.append(answer)
    provider.gate.clear()
    await dialler.turn()
    await bench.settler.abandon(await bench.call(call), await bench.attempt(call))
    assert await bench.state(call) is State.UNSURE
    provider.gate.set()
    await dialler.drain(5)
    assert await bench.state(call) is state
    assert len(await bench.calls.attempts(call.id)) == 1


async def test_what_a_person_said_of_a_doubtful_call_is_not_overturned(
    bench: Bench, provider: Scripted, doubtful: Call
) -> None:
    await bench.calls.move(
        doubtful, State.FAILED, by="U0RITA", now=bench.clock.now(), what="settled"
    )
    provider.findings.append((seen("p-7"),))
    await bench.watch(minutes=5)
    assert await bench.state(doubtful) is State.FAILED
    assert provider.asked == []
