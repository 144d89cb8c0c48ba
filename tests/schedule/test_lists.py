"""Many live calls are watched by lists, and by webhooks that only make it faster."""

import pytest

from bot.calls.call import Call
from bot.calls.errors import ProviderError
from bot.calls.provider import Capabilities, News, Receipt
from bot.calls.states import State
from tests.schedule.bench import Bench, Scripted

BY_LIST = Capabilities(can_read=True, can_find=True, reads_at_once=100)


def told(number: int, state: State | None, word: str = "word") -> News:
    return News(state, word, f"p-{number}")


@pytest.fixture
def provider() -> Scripted:
    provider = Scripted(capabilities=BY_LIST)
    provider.answers.extend(Receipt(f"p-{n}") for n in range(8))
    return provider


async def placed(bench: Bench, many: int) -> list[Call]:
    calls = [await bench.book(f"call {n}") for n in range(many)]
    await bench.dial()
    return [await bench.call(call) for call in calls]


async def by_id(bench: Bench, calls: list[Call]) -> dict[str, Call]:
    found = {}
    for call in calls:
        found[(await bench.attempt(call)).provider_call_id or ""] = call
    return found


async def test_a_few_calls_are_read_one_by_one_since_that_tells_more(
    bench: Bench, provider: Scripted
) -> None:
    await placed(bench, 3)
    await bench.watch(seconds=3)
    assert (len(provider.asked), provider.lists) == (3, [])


async def test_many_calls_are_moved_by_one_list(bench: Bench, provider: Scripted) -> None:
    calls = await by_id(bench, await placed(bench, 6))
    provider.listed = {f"p-{n}": told(n, State.IN_PROGRESS) for n in range(6)}
    await bench.watch(seconds=3)
    assert [sorted(ids) for ids in provider.lists] == [sorted(calls)]
    assert provider.asked == []
    assert {await bench.state(call) for call in calls.values()} == {State.IN_PROGRESS}


async def test_an_end_in_the_list_is_followed_by_reading_what_was_said(
    bench: Bench, provider: Scripted
) -> None:
    calls = await by_id(bench, await placed(bench, 6))
    provider.listed = {f"p-{n}": told(n, State.PLACED) for n in range(6)}
    provider.listed = {**provider.listed, "p-2": told(2, State.COMPLETED)}
    await bench.watch(seconds=3)
    assert await bench.state(calls["p-2"]) is State.COMPLETED
    assert await bench.state(calls["p-1"]) is State.PLACED
    provider.readings.append(News(State.COMPLETED, "completed", summary="Wants a visit."))
    await bench.watch(seconds=0)
    assert provider.asked == ["p-2"]
    assert (await bench.attempt(calls["p-2"])).summary == "Wants a visit."


async def test_a_call_the_list_leaves_out_is_read_once_it_should_be_there(
    bench: Bench, provider: Scripted
) -> None:
    calls = await by_id(bench, await placed(bench, 6))
    provider.listed = {f"p-{n}": told(n, State.PLACED) for n in range(5)}
    await bench.watch(seconds=3)
    assert provider.asked == []
    provider.readings.append(told(5, State.RINGING))
    await bench.watch(minutes=3)
    assert provider.asked == ["p-5"]
    assert await bench.state(calls["p-5"]) is State.RINGING


async def test_a_list_that_does_not_come_changes_nothing(bench: Bench, provider: Scripted) -> None:
    calls = await placed(bench, 6)
    provider.listed = ProviderError("away")
    await bench.watch(seconds=3)
    assert {await bench.state(call) for call in calls} == {State.PLACED}
    await bench.watch(seconds=3)
    assert len(provider.lists) == 2


async def test_lists_of_a_provider_with_a_rate_are_a_pause_apart(
    bench: Bench, provider: Scripted
) -> None:
    provider.capabilities = Capabilities(
        can_read=True, can_find=True, reads_at_once=100, per_minute=60
    )
    bench.remake_watchers()
    await placed(bench, 6)
    provider.listed = {f"p-{n}": told(n, State.PLACED) for n in range(6)}
    for _ in range(120):
        await bench.watch(seconds=0.5)
    assert 10 <= len(provider.lists) <= 15


async def test_a_webhook_is_believed_before_anybody_asked(bench: Bench, provider: Scripted) -> None:
    (call,) = await placed(bench, 1)
    news = News(State.COMPLETED, "user_hangup", "p-0", summary="Wants a visit.")
    await bench.box.keep(provider.name, "d1", news, bench.clock.now())
    await bench.watch(seconds=0)
    assert await bench.state(call) is State.COMPLETED
    assert (await bench.attempt(call)).summary == "Wants a visit."
    await bench.watch(minutes=1)
    assert provider.asked == []


async def test_a_webhook_for_a_call_not_known_yet_waits_for_it(
    bench: Bench, provider: Scripted
) -> None:
    news = News(State.COMPLETED, "user_hangup", "p-0", summary="Fast.")
    await bench.box.keep(provider.name, "d1", news, bench.clock.now())
    await bench.watch(seconds=0)
    (call,) = await placed(bench, 1)
    await bench.watch(seconds=0)
    assert await bench.state(call) is State.COMPLETED


async def test_a_late_webhook_moves_no_call_that_has_ended(
    bench: Bench, provider: Scripted
) -> None:
    (call,) = await placed(bench, 1)
    provider.readings.append(News(State.COMPLETED, "user_hangup", summary="Done."))
    await bench.watch(seconds=3)
    late = [News(State.RINGING, "ringing", "p-0"), News(State.FAILED, "error", "p-0")]
    for n, news in enumerate(late):
        await bench.box.keep(provider.name, f"d{n}", news, bench.clock.now())
    await bench.watch(seconds=0)
    assert await bench.state(call) is State.COMPLETED
    assert (await bench.attempt(call)).summary == "Done."


async def test_a_webhook_about_an_earlier_try_moves_no_later_one(
    bench: Bench, provider: Scripted
) -> None:
    call = await bench.book("retried", retries=2)
    await bench.dial()
    provider.readings.append(News(State.NO_ANSWER, "no_answer"))
    await bench.watch(seconds=3)
    bench.clock.advance(minutes=40)
    await bench.dial()
    assert (await bench.call(call)).state is State.PLACED
    news = News(State.NO_ANSWER, "no_answer", "p-0")
    await bench.box.keep(provider.name, "late", news, bench.clock.now())
    await bench.unasked.turn()
    assert (await bench.call(call)).state is State.PLACED
    assert len(provider.dialled) == 2


async def test_a_hint_has_the_call_read_at_once(bench: Bench, provider: Scripted) -> None:
    (call,) = await placed(bench, 1)
    provider.readings.append(News(State.PLACED, "queued"))
    await bench.watch(minutes=30)
    provider.readings.clear()
    provider.readings.append(News(State.IN_PROGRESS, "in-progress"))
    await bench.box.keep(provider.name, "d1", News(None, "call.started", "p-0"), bench.clock.now())
    await bench.watch(seconds=0.1)
    assert await bench.state(call) is State.IN_PROGRESS
