"""A pause holds in every process from the moment it is committed, on both databases."""

import asyncio

import pytest
from sqlalchemy import select

from bot.calls.call import Call
from bot.calls.patience import OVERDUE
from bot.calls.pauses import EVERYTHING, Pause, Scope, of_campaign, of_provider
from bot.calls.states import State
from bot.calls.verdict import Answer, Verdict
from bot.storage.database import Database
from bot.storage.standing import StandingStore
from bot.storage.tables import audit
from tests.storage.shop import Shop

VOZAGENT = of_provider("vozagent")
WIDE = [EVERYTHING, VOZAGENT]


async def stands(shop: Shop, call: Call) -> tuple[State, str]:
    found = await shop.call(call)
    return found.state, found.reason_code


async def released(shop: Shop) -> list[str]:
    """As the dialler does it."""
    calls = await shop.calls.releasable(shop.now, 50)
    for call in calls:
        await shop.moved(call, State.SCHEDULED)
    return [call.id for call in calls]


async def test_a_pause_is_set_once_and_tells_who_was_first(shops: list[Shop]) -> None:
    first, other = shops[0], shops[1]
    assert await first.pause(VOZAGENT) is None
    pause = Pause(VOZAGENT, "T0ACME", "U0OMAR", first.now, "key leaked")
    first.clock.advance(minutes=3)
    assert await other.pause(VOZAGENT, "me too") == pause
    assert list(await other.pauses.all()) == [pause]
    assert await other.resume(VOZAGENT) == pause
    assert await first.resume(VOZAGENT) is None
    assert list(await first.pauses.all()) == []


async def test_of_several_who_pause_at_once_one_does_it(shops: list[Shop]) -> None:
    found = await asyncio.gather(*(shop.pause() for shop in shops))
    assert found.count(None) == 1
    ended = await asyncio.gather(*(shop.resume() for shop in shops))
    assert ended.count(None) == len(shops) - 1


async def test_who_paused_and_resumed_and_why_is_in_the_audit(
    shop: Shop, database: Database
) -> None:
    await shop.pause(VOZAGENT, "key <leaked>")
    await shop.resume(VOZAGENT)
    await shop.pause(VOZAGENT, "again")
    columns = audit.c.rev, audit.c.by, audit.c.what, audit.c.before, audit.c.after, audit.c.why
    lines = select(*columns).where(audit.c.subject == "pause:provider:vozagent")
    async with database.read() as connection:
        found = (await connection.execute(lines.order_by(audit.c.rev))).all()
    assert [tuple(row) for row in found] == [
        (1, "U0OMAR", "paused", "open", "paused", "key <leaked>"),
        (2, "U0LEE", "resumed", "paused", "open", ""),
        (3, "U0OMAR", "paused", "open", "paused", "again"),
    ]


@pytest.mark.parametrize("scope", WIDE)
async def test_single_calls_that_fall_due_are_held_and_go_out_when_resumed(
    shops: list[Shop], scope: Scope
) -> None:
    here, there = shops[0], shops[1]
    due, later = await here.book("due"), await here.book("later", minutes=5)
    await here.pause(scope)
    assert await there.claim() == []
    assert await stands(there, due) == (State.HELD, "paused")
    assert (await there.call(due)).reason == "U0OMAR key leaked"
    assert await stands(there, later) == (State.SCHEDULED, "")
    assert await there.calls.releasable(there.now, 9) == []
    assert await there.calls.next_due() == later.due
    await there.resume(scope)
    assert await here.calls.next_due() == due.due
    assert await released(here) == [due.id]
    assert [call.id for call in await here.claim()] == [due.id]


@pytest.mark.parametrize("scope", WIDE)
async def test_calls_of_campaigns_stay_where_they_are(shop: Shop, scope: Scope) -> None:
    await shop.campaign("b-1")
    (call,) = await shop.book_many(1, campaign="b-1")
    await shop.pause(scope)
    assert await shop.calls.due_providers(shop.now) == []
    assert await shop.calls.next_due() is None
    assert await shop.claim() == []
    assert await stands(shop, call) == (State.SCHEDULED, "")
    await shop.resume(scope)
    assert [call.id for call in await shop.claim()] == [call.id]


async def test_a_paused_campaign_keeps_back_nobody_else(shops: list[Shop]) -> None:
    here, there = shops[0], shops[1]
    for name in ("b-1", "b-2"):
        await here.campaign(name)
        await here.book_many(2, campaign=name)
    await here.pause(of_campaign("b-1"))
    assert {call.campaign for call in await there.claim()} == {"b-2"}
    assert await there.calls.next_due() is None
    await there.resume(of_campaign("b-1"))
    assert {call.campaign for call in await here.claim()} == {"b-1"}


async def test_a_paused_provider_keeps_back_no_other(shop: Shop) -> None:
    await shop.book("voz")
    await shop.book("dana", provider="voicy")
    await shop.pause(VOZAGENT)
    assert await shop.claim() == []
    assert len(await shop.claim(provider="voicy")) == 1


async def test_one_pause_may_end_while_the_wider_one_goes_on(shop: Shop) -> None:
    call = await shop.book()
    await shop.pause(VOZAGENT)
    await shop.pause(EVERYTHING, "storm")
    await shop.claim()
    assert (await shop.call(call)).reason == "U0OMAR storm"
    await shop.resume(EVERYTHING)
    assert await released(shop) == []
    await shop.resume(VOZAGENT)
    assert await released(shop) == [call.id]


async def test_the_rules_come_before_a_pause(shop: Shop) -> None:
    call = await shop.book()
    await shop.pause()
    over = Verdict(Answer.EXPIRE, "window_passed", "too late")
    assert await shop.claim(judge=lambda _: over) == []
    assert await stands(shop, call) == (State.EXPIRED, "window_passed")


async def test_other_holds_that_end_during_a_pause_are_held_by_it(shop: Shop) -> None:
    call = await shop.book()
    night = Verdict(Answer.MOVE, "outside_hours", "night", next_start=shop.now)
    await shop.claim(judge=lambda _: night)
    await shop.pause()
    assert await released(shop) == [call.id]
    assert await shop.claim() == []
    assert await stands(shop, call) == (State.HELD, "paused")
    assert await shop.calls.next_due() is None


async def test_calls_on_the_line_go_on(shop: Shop) -> None:
    call = await shop.book()
    await shop.claim()
    placed = await shop.moved(
        await shop.call(call), State.PLACED, attempt={"provider_call_id": "p"}, next_poll=shop.now
    )
    await shop.pause()
    assert len(await shop.calls.to_poll(shop.now, 9)) == 1
    await shop.moved(placed, State.COMPLETED)


@pytest.mark.parametrize("scope", [*WIDE, of_campaign("b-1")])
async def test_once_a_pause_is_answered_nothing_is_claimed_any_more(
    shops: list[Shop], scope: Scope
) -> None:
    """Claims run against the pause; whatever they took, they took before it was set."""
    await shops[0].campaign("b-1")
    await shops[0].book_many(60, campaign="b-1")
    over = asyncio.Event()
    late: list[Call] = []

    async def claims(shop: Shop, worker: str) -> None:
        for _ in range(6):
            began_after = over.is_set()
            taken = await shop.claim(worker, limit=2)
            if began_after:
                late.extend(taken)

    async def pauses() -> None:
        await asyncio.sleep(0)
        await shops[-1].pause(scope)
        over.set()
        counts = await shops[-1].calls.count_by_state()
        taken_by_then.append(counts.get(State.DIALLING, 0))

    taken_by_then: list[int] = []
    await asyncio.gather(*(claims(shop, f"w{n}") for n, shop in enumerate(shops[:-1])), pauses())
    assert late == []
    after = (await shops[0].calls.count_by_state()).get(State.DIALLING, 0)
    assert [after] == taken_by_then, "something was claimed after the pause had been answered"


async def test_what_is_paused_or_waits_in_bulk_does_not_stand_still(
    shop: Shop, database: Database
) -> None:
    """It waits because somebody wants it to, or for its turn."""
    await shop.book("held")
    await shop.campaign("b-1")
    await shop.book_many(2, campaign="b-1")
    await shop.pause()
    await shop.claim()
    shop.clock.advance(hours=2)
    await shop.book("late", minutes=-30)
    look = await StandingStore(database).look(shop.now, {})
    late = [thing for thing in look.things if thing.kind in OVERDUE]
    assert [thing.kind for thing in late] == [State.SCHEDULED]
    assert (look.counts[State.SCHEDULED], look.counts[State.HELD]) == (1, 0)
