"""What a person says of a call that was handed over, or that nobody is sure of."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.calls.call import Call, CallId
from bot.calls.errors import MaybePlaced, NotAllowed, NotFound, TooLate
from bot.calls.provider import Capabilities, Receipt
from bot.calls.states import State
from bot.flows.settle import ENDS, Said, Settling
from tests.databases import fresh_url, opened
from tests.fakes import FakeClock
from tests.schedule.bench import Bench, Scripted

ASKER, LEAD, STRANGER = "U0RITA", "U0LEE", "U0OMAR"
SILENT = Capabilities(can_read=False, can_find=False)


@pytest.fixture
async def bench(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Bench]:
    """A provider that takes calls for the coming hour and reports nothing."""
    provider = Scripted(capabilities=SILENT)
    provider.answers.append(Receipt("v-1", "accepted", until=clock.now() + timedelta(hours=1)))
    async with fresh_url("sqlite", tmp_path, None) as url, opened(url) as database:
        yield Bench(database, clock, {provider.name: provider})


@pytest.fixture
async def handed(bench: Bench) -> Call:
    """A call that was handed over."""
    call = await bench.dialled()
    assert call.state is State.HANDED_OVER
    return call


def settling(bench: Bench) -> Settling:
    return Settling(calls=bench.calls, clock=bench.clock)


@pytest.mark.parametrize(("said", "state"), ENDS.items())
async def test_each_answer_is_an_end_under_the_name_of_who_gave_it(
    bench: Bench, handed: Call, said: Said, state: State
) -> None:
    done = await settling(bench).mark(handed.id, said, "they rang back", ASKER, ())
    assert (done.state, done.reason_code, done.changed_by) == (state, "marked", ASKER)
    last = (await bench.history(handed.id))[-1]
    assert (last.what, last.by, last.why) == ("marked", ASKER, "they rang back")


async def test_a_call_that_a_person_says_nobody_answered_is_not_dialled_again_by_itself(
    bench: Bench,
) -> None:
    call = await bench.book(retries=2)
    await bench.dial()
    await settling(bench).mark(call.id, Said.NOBODY, "", ASKER, ())
    for _ in range(5):
        await bench.watch(hours=3)
        await bench.dial()
    assert await bench.state(call) is State.NO_ANSWER


async def test_no_idea_is_written_down_and_leaves_the_question_open(
    bench: Bench, handed: Call
) -> None:
    done = await settling(bench).mark(handed.id, Said.NO_IDEA, "I was away", ASKER, ())
    assert done.state is State.HANDED_OVER
    last = (await bench.history(handed.id))[-1]
    assert (last.what, last.before, last.after) == ("no idea", "handed_over", "handed_over")
    await bench.watch(hours=2)  # the end of its window still comes
    assert (await bench.history(handed.id))[-1].what == "window over"
    await settling(bench).mark(handed.id, Said.NO_IDEA, "", LEAD, {LEAD})
    assert (await bench.call(handed)).reason_code == "window_over"
    ended = await settling(bench).mark(handed.id, Said.ANSWERED, "", ASKER, ())
    assert ended.state is State.COMPLETED


async def test_only_the_asker_and_helpers_may_say_it(bench: Bench, handed: Call) -> None:
    for said in (Said.ANSWERED, Said.NO_IDEA):
        with pytest.raises(NotAllowed, match="Only <@U0RITA>"):
            await settling(bench).mark(handed.id, said, "", STRANGER, {LEAD})
    assert await bench.call(handed) == handed
    done = await settling(bench).mark(handed.id, Said.BUSY, "", LEAD, {LEAD})
    assert done.changed_by == LEAD


async def test_an_end_is_told_once(bench: Bench, handed: Call) -> None:
    await settling(bench).mark(handed.id, Said.VOICEMAIL, "", ASKER, ())
    for said in Said:
        with pytest.raises(TooLate, match="known already"):
            await settling(bench).mark(handed.id, said, "", LEAD, {LEAD})
    assert await bench.state(handed) is State.VOICEMAIL


async def test_a_call_that_is_not_there_or_not_handed_over_can_not_be_marked(bench: Bench) -> None:
    waiting = await bench.book(due=bench.clock.now() + timedelta(hours=1))
    with pytest.raises(TooLate):
        await settling(bench).markable(waiting.id, ASKER, ())
    with pytest.raises(NotFound):
        await settling(bench).mark(CallId("nobody's"), Said.BUSY, "", ASKER, ())


async def test_a_doubt_is_ended_by_the_asker_and_helpers_only(
    tmp_path: Path, clock: FakeClock
) -> None:
    provider = Scripted()
    provider.answers.append(MaybePlaced("No clear answer."))
    async with fresh_url("sqlite", tmp_path, None) as url, opened(url) as database:
        bench = Bench(database, clock, {provider.name: provider})
        call = await bench.dialled()
        with pytest.raises(NotAllowed):
            await settling(bench).it_rang(call.id, STRANGER, {LEAD})
        done = await settling(bench).it_did_not(call.id, LEAD, {LEAD})
        assert (done.state, done.reason_code) == (State.FAILED, "said_it_did_not")
        with pytest.raises(TooLate):
            await settling(bench).it_rang(call.id, ASKER, ())
