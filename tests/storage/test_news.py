"""What webhooks told is kept once and comes back whole, on both databases."""

import asyncio
from datetime import timedelta
from types import MappingProxyType

import pytest

from bot.calls.call import Call
from bot.calls.provider import News
from bot.calls.states import State
from bot.storage.database import Database
from bot.storage.news import NewsBoxStore
from tests.fakes import MORNING
from tests.storage.shop import Shop

ENDED = News(
    State.COMPLETED,
    "call.ended",
    provider_call_id="p-1",
    started_at=MORNING,
    ended_at=MORNING + timedelta(seconds=61.5),
    seconds=61.5,
    summary="They said “ja” 🙂",
    transcript="Agent: Hello\nPerson: ja",
    recording_url="https://example.test/r.mp3",
    cost_micros=41_000,
    currency="EUR",
    variables={"budget": "10k"},
)


@pytest.fixture
def box(database: Database) -> NewsBoxStore:
    return NewsBoxStore(database)


async def placed(shop: Shop, provider_call_id: str | None = "p-1", source: str = "d1") -> Call:
    await shop.book(source)
    (claimed,) = await shop.claim()
    return await shop.moved(claimed, State.PLACED, attempt={"provider_call_id": provider_call_id})


async def test_news_comes_back_whole_with_its_call_and_attempt(
    box: NewsBoxStore, shop: Shop
) -> None:
    call = await placed(shop)
    assert await box.keep("vozagent", "d-1", ENDED, shop.now) is True
    (heard,) = await box.matched(9)
    assert heard.news == ENDED
    assert (heard.call, [heard.attempt]) == (call, await shop.calls.attempts(call.id))


async def test_a_replayed_delivery_is_kept_once_however_many_come(
    box: NewsBoxStore, shop: Shop
) -> None:
    await placed(shop)
    kept = await asyncio.gather(*(box.keep("vozagent", "d-1", ENDED, shop.now) for _ in range(8)))
    assert kept.count(True) == 1
    assert len(await box.matched(9)) == 1


async def test_a_replay_after_it_was_applied_changes_nothing(box: NewsBoxStore, shop: Shop) -> None:
    await placed(shop)
    await box.keep("vozagent", "d-1", ENDED, shop.now)
    (heard,) = await box.matched(9)
    await box.done(heard.id, shop.now)
    assert await box.keep("vozagent", "d-1", ENDED, shop.now) is False
    assert await box.matched(9) == []


async def test_the_same_key_of_another_provider_is_another_delivery(
    box: NewsBoxStore, shop: Shop
) -> None:
    await placed(shop)
    assert await box.keep("voicy", "d-1", ENDED, shop.now) is True
    assert await box.matched(9) == []  # and its call ids are other calls
    assert await box.keep("vozagent", "d-1", ENDED, shop.now) is True
    assert len(await box.matched(9)) == 1


async def test_news_that_came_before_the_answer_waits_for_it(box: NewsBoxStore, shop: Shop) -> None:
    await box.keep("vozagent", "d-1", ENDED, shop.now)
    await box.keep("vozagent", "d-2", News(None, "whatever"), shop.now)  # names no call
    assert await box.matched(9) == []
    call = await placed(shop)
    (heard,) = await box.matched(9)
    assert heard.call == call


async def test_the_oldest_news_comes_first(box: NewsBoxStore, shop: Shop) -> None:
    await placed(shop)
    for state in (State.RINGING, State.IN_PROGRESS, State.COMPLETED):
        news = News(state, state.value, provider_call_id="p-1")
        await box.keep("vozagent", state.value, news, shop.now)
    states = [heard.news.state for heard in await box.matched(2)]
    assert states == [State.RINGING, State.IN_PROGRESS]


async def test_odd_characters_and_unknown_words_are_no_obstacle(
    box: NewsBoxStore, shop: Shop
) -> None:
    await placed(shop)
    odd = News(
        None,
        "half a \ud83d word",
        provider_call_id="p-1\x00",
        summary="zero \x00",
        variables=MappingProxyType({"a\x00": "b\ud83d"}),
    )
    await box.keep("vozagent", "d\x00-1", odd, shop.now)
    (heard,) = await box.matched(9)
    assert (heard.news.state, heard.news.raw_status) == (None, "half a ? word")
    assert (heard.news.summary, heard.news.variables) == ("zero ", {"a": "b?"})


async def test_old_news_is_forgotten_whether_it_was_applied_or_not(
    box: NewsBoxStore, shop: Shop
) -> None:
    await placed(shop)
    await box.keep("vozagent", "ours", ENDED, shop.now)
    await box.keep("vozagent", "theirs", News(None, "x", provider_call_id="p-9"), shop.now)
    (heard,) = await box.matched(9)
    await box.done(heard.id, shop.now)
    assert await box.forget(shop.now) == 0
    shop.clock.advance(days=8)
    await box.keep("vozagent", "new", ENDED, shop.now)
    assert await box.forget(shop.now - timedelta(days=7)) == 2
    assert len(await box.matched(9)) == 1
