"""After a try that reached nobody: when the next one is, and what late news of the last one do."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.calls.call import Call
from bot.calls.provider import News
from bot.calls.states import State
from tests.fakes import MORNING
from tests.schedule.bench import Bench, Scripted

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
EVENING = MORNING.astimezone(LOS_ANGELES).replace(hour=20, minute=50)


def says(state: State) -> News:
    return News(state, state.value, "p-1")


async def ends(bench: Bench, provider: Scripted, *states: State) -> None:
    """What is told of the call that is on the line."""
    for state in states:
        provider.readings.clear()
        provider.readings.append(says(state))
        await bench.watch(seconds=3)


async def tried(bench: Bench, provider: Scripted, *states: State, **about: Any) -> Call:
    """A call after its first try."""
    call = await bench.book(**about)
    await bench.dial()
    await ends(bench, provider, *states)
    return await bench.call(call)


async def test_the_next_try_is_never_at_night(bench: Bench, provider: Scripted) -> None:
    bench.clock.moment = EVENING
    call = await tried(bench, provider, State.BUSY, retries=1)
    assert (call.state, call.reason_code) == (State.SCHEDULED, "retrying")
    assert call.due.astimezone(LOS_ANGELES) == (EVENING + timedelta(days=1)).replace(
        hour=8, minute=0
    )


async def test_a_voicemail_behind_a_conversation_is_tried_again_if_wanted(
    bench: Bench, provider: Scripted
) -> None:
    call = await tried(
        bench, provider, State.IN_PROGRESS, State.VOICEMAIL, retries=1, retry_voicemail=True
    )
    assert (call.state, call.reason) == (State.SCHEDULED, "a voicemail answered")
    assert call.due == bench.clock.now() + timedelta(minutes=30)


async def test_without_that_wish_a_voicemail_is_the_end(bench: Bench, provider: Scripted) -> None:
    call = await tried(bench, provider, State.IN_PROGRESS, State.VOICEMAIL, retries=1)
    assert call.state is State.VOICEMAIL


async def test_nobody_answering_behind_a_conversation_is_the_end(
    bench: Bench, provider: Scripted
) -> None:
    call = await tried(
        bench, provider, State.IN_PROGRESS, State.NO_ANSWER, retries=1, retry_voicemail=True
    )
    assert call.state is State.NO_ANSWER


@pytest.mark.parametrize("late", [State.NO_ANSWER, State.RINGING, State.BUSY, State.FAILED])
async def test_late_word_of_the_last_try_changes_nothing(
    bench: Bench, provider: Scripted, late: State
) -> None:
    call = await tried(bench, provider, State.NO_ANSWER, retries=1)
    bench.clock.advance(minutes=1)
    assert not await bench.follower.apply(call, await bench.attempt(call), says(late))
    assert await bench.call(call) == call


async def test_late_word_of_the_machine_changes_nothing_and_of_a_person_asks_one(
    bench: Bench, provider: Scripted
) -> None:
    call = await tried(bench, provider, State.VOICEMAIL, retries=2, retry_voicemail=True)
    for late in (State.VOICEMAIL, State.IN_PROGRESS):
        assert not await bench.follower.apply(call, await bench.attempt(call), says(late))
    assert await bench.call(call) == call
    assert await bench.follower.apply(call, await bench.attempt(call), says(State.COMPLETED))
    assert (await bench.call(call)).reason_code == "answered_after_all"


async def test_a_call_in_doubt_is_never_tried_again_by_news(
    bench: Bench, provider: Scripted
) -> None:
    call = await tried(bench, provider, State.RINGING, retries=2)
    doubtful = await bench.calls.move(
        call, State.UNSURE, by="switchboard", now=bench.clock.now(), what="no news"
    )
    assert doubtful is not None
    await bench.follower.apply(doubtful, await bench.attempt(call), says(State.NO_ANSWER))
    ended = await bench.call(call)
    assert (ended.state, ended.reason_code) == (State.NO_ANSWER, "")
