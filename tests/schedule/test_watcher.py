"""News of a call under way: forwards only, unknown words change nothing, late facts are kept."""

from datetime import timedelta

import pytest

from bot.calls.call import Call
from bot.calls.errors import ProviderError
from bot.calls.provider import News, Receipt
from bot.calls.states import State
from tests.schedule.bench import Bench, Scripted


@pytest.fixture
async def placed(bench: Bench) -> Call:
    """A call the provider has taken."""
    return await bench.dialled()


def says(state: State | None, word: str = "", **facts: object) -> News:
    return News(state, word or (state.value if state else "?"), **facts)  # type: ignore[arg-type]  # facts by name


async def test_a_call_follows_what_its_provider_says(
    bench: Bench, provider: Scripted, placed: Call
) -> None:
    for state in (State.RINGING, State.IN_PROGRESS, State.VOICEMAIL):
        provider.readings.clear()
        provider.readings.append(says(state))
        await bench.watch(seconds=3)
        assert await bench.state(placed) is state
    assert (await bench.attempt(placed)).next_poll is None


async def test_an_unknown_word_changes_nothing_and_is_kept(
    bench: Bench, provider: Scripted, placed: Call
) -> None:
    provider.readings.append(says(None, "escalated"))
    await bench.watch(seconds=3)
    attempt = await bench.attempt(placed)
    assert await bench.state(placed) is State.PLACED
    assert attempt.raw_status == "escalated"
    assert attempt.next_poll is not None


async def test_news_that_goes_backwards_changes_nothing(
    bench: Bench, provider: Scripted, placed: Call
) -> None:
    provider.readings.append(says(State.IN_PROGRESS))
    await bench.watch(seconds=3)
    provider.readings.clear()
    provider.readings.append(says(State.RINGING))
    await bench.watch(seconds=3)
    assert await bench.state(placed) is State.IN_PROGRESS


async def test_the_end_is_the_end(bench: Bench, provider: Scripted, placed: Call) -> None:
    provider.readings.append(says(State.BUSY))
    await bench.watch(seconds=3)
    provider.readings.clear()
    provider.readings.append(says(State.COMPLETED))
    await bench.watch(hours=1)
    assert await bench.state(placed) is State.BUSY


async def test_a_summary_that_comes_late_is_kept(
    bench: Bench, provider: Scripted, placed: Call
) -> None:
    provider.readings.extend([says(State.COMPLETED), says(State.COMPLETED, summary="Yes.")])
    await bench.watch(seconds=3)
    assert (await bench.attempt(placed)).next_poll is not None
    await bench.watch(seconds=11)
    attempt = await bench.attempt(placed)
    assert (attempt.summary, attempt.next_poll) == ("Yes.", None)


async def test_a_summary_that_never_comes_is_waited_for_a_minute_only(
    bench: Bench, provider: Scripted, placed: Call
) -> None:
    provider.readings.append(says(State.COMPLETED))
    for _ in range(12):
        await bench.watch(seconds=11)
    assert (await bench.attempt(placed)).next_poll is None
    assert len(provider.asked) < 10


async def test_a_call_the_provider_does_not_show_yet_is_asked_about_again(
    bench: Bench, provider: Scripted, placed: Call
) -> None:
    provider.readings.extend([None, says(State.RINGING)])
    await bench.watch(seconds=3)
    assert await bench.state(placed) is State.PLACED
    await bench.watch(seconds=3)
    assert await bench.state(placed) is State.RINGING


async def test_a_provider_that_cannot_be_asked_changes_nothing(
    bench: Bench, provider: Scripted, placed: Call
) -> None:
    provider.readings.extend([ProviderError("away"), says(State.RINGING)])
    await bench.watch(seconds=3)
    assert await bench.state(placed) is State.PLACED
    await bench.watch(seconds=3)
    assert await bench.state(placed) is State.RINGING


async def test_calls_of_a_provider_taken_out_of_the_settings_wait_for_it(
    bench: Bench, provider: Scripted, placed: Call
) -> None:
    watchers = dict(bench.watchers)
    bench.watchers.clear()
    await bench.watch(seconds=3)
    assert await bench.state(placed) is State.PLACED
    bench.watchers.update(watchers)
    provider.readings.append(says(State.RINGING))
    await bench.watch(minutes=1)
    assert await bench.state(placed) is State.RINGING


async def test_one_call_that_cannot_be_read_does_not_hide_the_others(
    bench: Bench, provider: Scripted, placed: Call
) -> None:
    provider.answers.append(Receipt("p-2"))
    other = await bench.dialled("d2")
    provider.readings.extend([RuntimeError("an answer nobody thought of"), says(State.RINGING)])
    await bench.watch(seconds=3)
    assert await bench.state(other) is State.RINGING
    await bench.watch(seconds=3)
    assert await bench.state(placed) is State.RINGING


async def test_asking_gets_rarer_as_a_call_grows_old(
    bench: Bench, provider: Scripted, placed: Call
) -> None:
    provider.readings.append(says(State.IN_PROGRESS))
    await bench.watch(seconds=3)
    await bench.watch(hours=2)
    poll = (await bench.attempt(placed)).next_poll
    assert poll == bench.clock.now() + timedelta(minutes=1)
