"""Calls at a provider that reports nothing, and the facts of attempts, on both databases."""

from datetime import timedelta
from typing import Any

import pytest

from bot.calls.call import Attempt, Call
from bot.calls.posts import Role
from bot.calls.states import ENDED_AT_PROVIDER, State
from tests.storage.shop import Shop


@pytest.fixture
async def handed(shop: Shop) -> Call:
    """A call that was handed over: its provider may ring it for an hour."""
    await shop.book()
    (claimed,) = await shop.claim()
    until = shop.now + timedelta(hours=1)
    facts = {"answer": "placed", "provider_call_id": "p-1", "until": until}
    call = await shop.moved(claimed, State.HANDED_OVER, attempt=facts, next_poll=until)
    shop.clock.advance(seconds=5)
    await shop.behind()
    return call


async def newest(shop: Shop, call: Call) -> Attempt:
    return (await shop.calls.attempts(call.id))[-1]


async def test_it_counts_as_a_try_and_is_not_abandoned(shop: Shop, handed: Call) -> None:
    attempt = await newest(shop, handed)
    assert handed.attempts_used == 1
    assert (attempt.answer, attempt.until) == ("placed", attempt.next_poll)
    await shop.calls.recover("w2")
    assert await shop.calls.abandoned(9) == []


async def test_it_is_looked_at_when_its_time_is_over(shop: Shop, handed: Call) -> None:
    assert await shop.calls.to_poll(shop.now, 9) == []
    shop.clock.advance(hours=1)
    ((call, attempt),) = await shop.calls.to_poll(shop.now, 9)
    assert (call, attempt.until is not None) == (handed, True)


async def test_the_end_of_its_time_is_told_and_asked_about_no_more(
    shop: Shop, handed: Call
) -> None:
    shop.clock.advance(hours=1)
    over = await shop.moved(handed, State.HANDED_OVER, what="window over")
    assert over.rev == handed.rev + 1
    assert (await newest(shop, over)).next_poll is None
    shop.clock.advance(seconds=3)
    assert await shop.behind() == [Role.ROOT, Role.DIARY]
    assert await shop.move(handed, State.HANDED_OVER) is None  # somebody else was first
    last = (await shop.calls.history(over.id))[-1]
    assert (last.what, last.before, last.after) == ("window over", "handed_over", "handed_over")


@pytest.mark.parametrize("state", sorted(ENDED_AT_PROVIDER))
async def test_a_person_may_say_how_it_went(shop: Shop, handed: Call, state: State) -> None:
    facts = {"summary": "She will call back."}
    ended = await shop.moved(handed, state, by="U0RITA", attempt=facts)
    attempt = await newest(shop, ended)
    assert (ended.attempts_used, attempt.summary, attempt.next_poll) == (1, *facts.values(), None)
    shop.clock.advance(seconds=3)
    assert await shop.behind() == [Role.ROOT, Role.DIARY, Role.RESULT]


async def test_only_the_newest_attempt_is_told_of(shop: Shop) -> None:
    await shop.book()
    (claimed,) = await shop.claim()
    held = await shop.moved(claimed, State.HELD, attempt={"answer": "not_placed", "detail": "1"})
    await shop.moved(held, State.SCHEDULED)
    (again,) = await shop.claim()
    handed = await shop.moved(again, State.HANDED_OVER, attempt={"detail": "2"})
    await shop.moved(handed, State.COMPLETED, attempt={"detail": "3"})
    assert [each.detail for each in await shop.calls.attempts(again.id)] == ["1", "3"]


async def test_a_scheduled_call_changes_no_attempt(shop: Shop, handed: Call) -> None:
    other = await shop.book("other")
    await shop.moved(other, State.CANCELLED, attempt={"detail": "nobody's"})
    assert (await newest(shop, handed)).detail == ""


FACTS: list[dict[str, Any]] = [
    {"variables": {"budget": "10k €", "zero": "\x00"}, "checks": 1},
    {"summary": "fine", "checks": 2},
    {},
    {"checks": 3, "summary": "good"},
]


async def test_many_notes_are_written_at_once(shop: Shop) -> None:
    await shop.book_many(4)
    pairs = await shop.claim_pairs()
    later = shop.now + timedelta(minutes=1)
    await shop.calls.note_all(
        [(attempt, facts, later) for (_, attempt), facts in zip(pairs, FACTS, strict=True)]
    )
    told = [await newest(shop, call) for call, _ in pairs]
    assert [each.checks for each in told] == [1, 2, 0, 3]
    assert [each.summary for each in told] == [None, "fine", None, "good"]
    assert [each.variables for each in told] == [{"budget": "10k €", "zero": ""}, {}, {}, {}]
    assert {each.next_poll for each in told} == {later}
    await shop.calls.note_all([])
    await shop.calls.note(told[0], {"detail": "x"}, next_poll=None)
    assert (await newest(shop, pairs[0][0])).next_poll is None


async def test_one_providers_calls_can_be_asked_about_alone(shop: Shop) -> None:
    for provider in ("voicy", "vozzo"):
        await shop.book(provider, provider=provider)
        ((call, attempt),) = await shop.claim_pairs(provider=provider)
        await shop.moved(call, State.PLACED, next_poll=shop.now)
        assert attempt.provider == provider
    asked = [
        [attempt.provider for _, attempt in await shop.calls.to_poll(shop.now, 9, only)]
        for only in (None, "voicy", "vozzo", "unleashx")
    ]
    assert sorted(asked[0]) == ["voicy", "vozzo"]
    assert asked[1:] == [["voicy"], ["vozzo"], []]
