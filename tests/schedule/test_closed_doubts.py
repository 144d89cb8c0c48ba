"""The record of one call is neither taken for that of another, nor lost to it."""

import pytest

from bot.calls.call import Call
from bot.calls.errors import Cause, MaybePlaced, NotPlaced
from bot.calls.provider import News, Receipt
from bot.calls.states import State
from bot.flows.settle import Settling
from tests.fakes import HOME
from tests.schedule.bench import Bench, Scripted


@pytest.fixture
async def doubtful(bench: Bench, provider: Scripted) -> tuple[Call, Call]:
    """Two calls to one number, dialled together; neither got a clear answer."""
    provider.answers.extend([MaybePlaced("No clear answer."), MaybePlaced("No clear answer.")])
    return await bench.dialled("d1"), await bench.dialled("d2")


def seen(provider_call_id: str) -> News:
    return News(State.COMPLETED, "completed", provider_call_id=provider_call_id)


@pytest.mark.parametrize("rang", [True, False])
async def test_the_record_of_a_call_a_person_has_closed_is_not_taken_for_another(
    bench: Bench, provider: Scripted, doubtful: tuple[Call, Call], rang: bool
) -> None:
    closed, other = doubtful
    settling = Settling(calls=bench.calls, clock=bench.clock)
    await (settling.it_rang if rang else settling.it_did_not)(closed.id, HOME.asker, ())
    provider.findings.append((seen("p-1"),))
    await bench.watch(seconds=30)
    assert await bench.state(other) is State.UNSURE
    assert (await bench.attempt(other)).provider_call_id is None


async def test_with_a_record_for_each_the_other_is_found_though_a_person_has_closed_one(
    bench: Bench, provider: Scripted, doubtful: tuple[Call, Call]
) -> None:
    closed, other = doubtful
    settling = Settling(calls=bench.calls, clock=bench.clock)
    await settling.it_rang(closed.id, HOME.asker, ())
    provider.findings.append((seen("p-1"), seen("p-2")))
    await bench.watch(seconds=30)
    assert await bench.state(other) is State.PLACED
    assert await bench.state(closed) is State.COMPLETED


async def test_a_dial_that_surely_was_not_placed_has_no_record_to_be_taken_for(
    bench: Bench, provider: Scripted
) -> None:
    provider.answers.append(NotPlaced("Not sent.", cause=Cause.REFUSED))
    await bench.dialled("d1")
    provider.answers.append(MaybePlaced("No clear answer."))
    other = await bench.dialled("d2")
    provider.findings.append((seen("p-1"),))
    await bench.watch(seconds=30)
    assert await bench.state(other) is State.PLACED


async def test_an_answer_under_another_calls_id_takes_away_no_id_that_is_known(
    bench: Bench, provider: Scripted
) -> None:
    provider.answers.extend([Receipt("p-9"), Receipt("p-9")])
    await bench.dialled("other")
    call, dialler = await bench.book("d1"), bench.dialler()
    provider.gate.clear()
    await dialler.turn()
    await bench.settler.abandon(await bench.call(call), await bench.attempt(call))
    provider.findings.append((News(State.IN_PROGRESS, "talking", provider_call_id="p-7"),))
    await bench.watch(seconds=3)
    await bench.watch(hours=4)
    assert (await bench.call(call)).reason_code == "no_news"
    provider.gate.set()
    await dialler.drain(5)
    assert await bench.state(call) is State.UNSURE
    assert (await bench.attempt(call)).provider_call_id == "p-7"
