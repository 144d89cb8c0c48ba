"""The contract of the schedule, on both databases."""

import asyncio
from datetime import timedelta

import pytest

from bot.calls.call import Call
from bot.calls.posts import Role
from bot.calls.states import TERMINAL, State
from bot.calls.verdict import Answer, Verdict
from tests.fakes import instant, request
from tests.storage.shop import LEASE, Shop


async def test_a_draft_pressed_twice_at_once_makes_one_call(shop: Shop) -> None:
    draft = await shop.draft()

    async def press() -> tuple[Call, bool] | None:
        return await shop.calls.schedule(
            draft, request(), by="U0RITA", now=shop.clock.now(), due=shop.clock.now(), window=None
        )

    presses = await asyncio.gather(*(press() for _ in range(8)))
    assert len({made[0].id for made in presses if made}) == 1
    assert [made[1] for made in presses if made].count(True) == 1


async def test_an_expired_draft_makes_no_call(shop: Shop) -> None:
    draft = await shop.draft()
    shop.clock.advance(minutes=16)
    made = await shop.calls.schedule(
        draft, request(), by="U0RITA", now=shop.clock.now(), due=shop.clock.now(), window=None
    )
    assert made is None


async def test_the_same_delivery_gives_the_same_draft(shop: Shop) -> None:
    assert await shop.draft("one") == await shop.draft("one")
    assert await shop.draft("one") != await shop.draft("two")


async def test_what_is_stored_comes_back_the_same(shop: Shop) -> None:
    made = await shop.book(minutes=30)
    assert await shop.calls.get(made.id) == made
    assert await shop.calls.by_code("T0ACME", made.code.lower()) == made
    assert made.request.when == instant(shop.clock.now() + timedelta(minutes=30))


async def test_only_due_calls_are_claimed_and_each_by_one_worker(shop: Shop) -> None:
    due = [await shop.book(f"d{n}") for n in range(12)]
    await shop.book("later", minutes=1)
    claims = await asyncio.gather(*(shop.claim(f"w{n}", limit=5) for n in range(6)))
    taken = [call.id for claim in claims for call in claim]
    assert sorted(taken) == sorted(call.id for call in due)


async def test_a_claim_opens_one_attempt_in_the_same_step(shop: Shop) -> None:
    made = await shop.book()
    (claimed,) = await shop.claim()
    (attempt,) = await shop.calls.attempts(made.id)
    assert claimed.state is State.DIALLING
    assert (attempt.n, attempt.claimed_by, attempt.answer) == (1, "w1", "")
    assert await shop.claim("w2") == []


async def test_what_the_rules_forbid_is_held_inside_the_claim(shop: Shop) -> None:
    made = await shop.book()
    later = shop.clock.now() + timedelta(hours=9)
    night = Verdict(Answer.MOVE, "outside_hours", "it is night there", next_start=later)
    taken = await shop.claim(judge=lambda _: night)
    held = await shop.calls.get(made.id)
    assert taken == []
    assert held is not None
    assert (held.state, held.due, held.reason_code) == (State.HELD, later, "outside_hours")
    assert await shop.calls.attempts(made.id) == []
    assert await shop.calls.next_due() == later


async def test_a_stale_writer_changes_nothing(shop: Shop) -> None:
    made = await shop.book()
    assert await shop.move(made, State.CANCELLED) is not None
    assert await shop.move(made, State.EXPIRED) is None
    (first, second) = await shop.calls.history(made.id)
    assert (first.what, second.what) == ("scheduled", "cancelled")


async def test_a_move_the_table_of_states_forbids_is_a_bug(shop: Shop) -> None:
    made = await shop.book()
    with pytest.raises(ValueError, match="cannot go from scheduled to completed"):
        await shop.move(made, State.COMPLETED)


async def test_a_terminal_state_never_moves(shop: Shop) -> None:
    made = await shop.book()
    done = await shop.move(made, State.CANCELLED)
    assert done is not None
    for state in State:
        if state in TERMINAL and state is not State.CANCELLED:
            with pytest.raises(ValueError, match="cannot go"):
                await shop.move(done, state)


async def test_every_revision_has_exactly_one_reason(shop: Shop) -> None:
    await shop.book()
    (claimed,) = await shop.claim()
    placed = await shop.move(claimed, State.PLACED, attempt={"provider_call_id": "p1"})
    assert placed is not None
    ended = await shop.move(placed, State.COMPLETED, attempt={"summary": "fine"})
    assert ended is not None
    history = await shop.calls.history(ended.id)
    assert [change.rev for change in history] == [1, 2, 3, 4]
    assert [change.after for change in history] == ["scheduled", "dialling", "placed", "completed"]


async def test_one_provider_call_belongs_to_one_attempt(shop: Shop) -> None:
    await shop.book("one")
    await shop.book("two")
    first, second = await shop.claim()
    facts = {"provider_call_id": "the-same"}
    assert await shop.move(first, State.PLACED, attempt=facts) is not None
    assert await shop.move(second, State.PLACED, attempt=facts) is None
    fresh = await shop.calls.get(second.id)
    assert fresh is not None
    assert fresh.state is State.DIALLING
    assert await shop.calls.known_elsewhere("vozagent", ["the-same", "other"]) == {"the-same"}


async def test_a_dial_whose_lease_ran_out_is_abandoned_not_redialled(shop: Shop) -> None:
    await shop.book()
    taken = await shop.claim(lease=timedelta(seconds=-1))
    assert len(taken) == 1
    assert await shop.claim("w2") == []
    ((call, attempt),) = await shop.calls.abandoned(10)
    assert (call.state, attempt.claimed_by) == (State.DIALLING, "w1")


async def test_a_live_lease_is_not_abandoned_whatever_the_process_clock_says(shop: Shop) -> None:
    await shop.book()
    await shop.claim()
    shop.clock.advance(days=30)
    assert await shop.calls.abandoned(10) == []


async def test_attempts_that_surely_did_not_ring_are_not_counted(shop: Shop) -> None:
    await shop.book()
    (claimed,) = await shop.claim()
    held = await shop.move(
        claimed, State.HELD, reason_code="provider_busy", attempt={"answer": "not_placed"}
    )
    assert held is not None
    assert held.attempts_used == 0
    assert [call.id for call in await shop.calls.releasable(shop.clock.now(), 5)] == [held.id]
    again = await shop.move(held, State.SCHEDULED)
    assert again is not None
    (claimed,) = await shop.claim()
    unsure = await shop.move(claimed, State.UNSURE, attempt={"answer": "maybe"})
    assert unsure is not None
    assert unsure.attempts_used == 1
    assert [attempt.n for attempt in await shop.calls.attempts(unsure.id)] == [1, 2]


async def test_changes_mark_the_messages_they_concern(shop: Shop) -> None:
    made = await shop.book()
    behind = await shop.posts.take(shop.clock.now(), worker="w1", limit=9, lease=LEASE)
    assert [(post.role, post.rev_wanted) for post in behind] == [(Role.ROOT, 1)]
    await shop.posts.posted(behind[0], ts="1.1", rev=1)
    await shop.claim()
    shop.clock.advance(seconds=3)
    roles = [
        post.role
        for post in await shop.posts.take(shop.clock.now(), worker="w1", limit=9, lease=LEASE)
    ]
    assert roles == [Role.ROOT, Role.DIARY]
    root = await shop.posts.of(made.id, Role.ROOT)
    assert root is not None
    assert (root.ts, root.rev_posted, root.rev_wanted) == ("1.1", 1, 2)


async def test_a_message_held_by_one_worker_is_not_taken_by_another(shop: Shop) -> None:
    await shop.book()
    now = shop.clock.now()
    first = await shop.posts.take(now, worker="w1", limit=9, lease=LEASE)
    second = await shop.posts.take(now, worker="w2", limit=9, lease=LEASE)
    assert (len(first), len(second)) == (1, 0)


async def test_a_closed_channel_holds_its_messages_until_the_bot_is_invited(shop: Shop) -> None:
    await shop.book()
    now = shop.clock.now()
    (post,) = await shop.posts.take(now, worker="w1", limit=9, lease=LEASE)
    await shop.posts.later(post, until=now, failed=True, blocked="not_in_channel", sure=True)
    assert await shop.posts.take(now, worker="w1", limit=9, lease=LEASE) == []
    assert await shop.posts.unblock("C0SALES") == 1
    assert len(await shop.posts.take(now, worker="w1", limit=9, lease=LEASE)) == 1
