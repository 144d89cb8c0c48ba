"""What stands still is found, with the facts that tell why, and soon, however large the tables."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.calls.lanes import Limits
from bot.calls.patience import (
    MESSAGE,
    NEWS,
    OVERDUE,
    UNCHANGED,
    WITH_A_PERSON,
    Look,
    Told,
)
from bot.calls.posts import Role
from bot.calls.provider import News
from bot.calls.states import OPEN, State
from bot.storage.database import Database
from bot.storage.inbox import InboxStore
from bot.storage.news import NewsBoxStore
from bot.storage.standing import StandingStore
from bot.storage.tables import inbox
from tests.storage.shop import Shop

LIVE_STATES = [
    (State.DIALLING, ()),
    (State.PLACED, (State.PLACED,)),
    (State.RINGING, (State.PLACED, State.RINGING)),
    (State.IN_PROGRESS, (State.PLACED, State.IN_PROGRESS)),
    (State.UNSURE, (State.UNSURE,)),
]
LITTLE = timedelta(seconds=1)
ROWS = 100_000


@pytest.fixture
def store(database: Database) -> StandingStore:
    """What looks, on each kind of database."""
    return StandingStore(database)


class Eyes:
    """Looks at a shop."""

    def __init__(self, shop: Shop, store: StandingStore) -> None:
        self._shop = shop
        self._store = store

    async def look(self, limits: Mapping[str, Limits] | None = None) -> Look:
        """What stands now; messages are taken to be posted, they have tests of their own."""
        await self._shop.behind()
        return await self._store.look(self._shop.now, limits or {})

    async def sees(self, limits: Mapping[str, Limits] | None = None) -> list[tuple[str, str]]:
        """Kinds and codes."""
        return [(thing.kind, thing.code) for thing in (await self.look(limits)).things]


@pytest.fixture
def eyes(shop: Shop, store: StandingStore) -> Eyes:
    """Eyes on the shop."""
    return Eyes(shop, store)


def test_every_open_state_has_its_patience_or_is_with_a_person() -> None:
    assert {*UNCHANGED, *OVERDUE} | WITH_A_PERSON == OPEN
    assert not {*UNCHANGED} & {*OVERDUE}


@pytest.mark.parametrize(("state", "steps"), LIVE_STATES)
async def test_a_call_that_nobody_moves_is_seen_when_its_time_is_up(
    shop: Shop, eyes: Eyes, state: State, steps: tuple[State, ...]
) -> None:
    await shop.book()
    ((call, _),) = await shop.claim_pairs()
    call = await shop.moved(call, *steps, attempt={"raw_status": "queued"}) if steps else call
    shop.clock.advance(seconds=(UNCHANGED[state] - LITTLE).total_seconds())
    assert await eyes.sees() == []
    shop.clock.advance(seconds=2)
    (thing,) = (await eyes.look()).things
    assert (thing.kind, thing.code, thing.provider) == (state, call.code, "vozagent")
    assert thing.since == call.changed_at
    assert thing.word == ("queued" if steps else "")


async def test_a_call_that_is_late_is_seen_from_its_minute_on(shop: Shop, eyes: Eyes) -> None:
    call = await shop.book(minutes=10)
    shop.clock.advance(minutes=14)
    assert await eyes.sees() == []
    shop.clock.advance(minutes=1, seconds=1)
    (thing,) = (await eyes.look()).things
    assert (thing.kind, thing.since) == (State.SCHEDULED, call.due)


async def test_a_hold_is_seen_only_if_it_should_have_ended_by_itself(
    shop: Shop, eyes: Eyes
) -> None:
    for source, code in (("a", "late"), ("b", "provider_unreachable")):
        call = await shop.book(source)
        await shop.moved(call, State.HELD, reason_code=code, why="It can't be reached.")
    shop.clock.advance(minutes=9)
    assert await eyes.sees() == []
    shop.clock.advance(minutes=2)
    (thing,) = (await eyes.look()).things
    assert (thing.kind, thing.reason) == (State.HELD, "It can't be reached.")


async def test_what_is_over_or_still_has_time_is_not_seen(shop: Shop, eyes: Eyes) -> None:
    await shop.book("later", minutes=600)
    done = await shop.book("done")
    await shop.moved(done, State.CANCELLED)
    shop.clock.advance(hours=5)
    assert await eyes.sees() == []


async def test_it_tells_what_keeps_calls_waiting(shop: Shop, eyes: Eyes) -> None:
    for source in ("a", "b"):
        await shop.book(source)
    await shop.claim(limit=1)
    shop.clock.advance(minutes=6)
    looks = [await eyes.look({"vozagent": Limits(live_calls=lines)}) for lines in (1, 2)]
    assert [set(look.full) for look in looks] == [{"vozagent"}, set()]
    await shop.shut()
    await shop.lanes.park("voicy", shop.now + timedelta(minutes=9))
    look = await eyes.look()
    assert look.lanes["vozagent"].shut_since == shop.now
    assert look.lanes["voicy"].parked_until is not None


async def test_it_tells_when_a_rate_is_used_up(shop: Shop, eyes: Eyes) -> None:
    limits = {"vozagent": Limits(per_minute=12)}
    await shop.book_many(9)
    shop.clock.advance(minutes=6)
    assert (await eyes.look(limits)).spent == set()
    await shop.claim(limits=limits["vozagent"])
    assert (await eyes.look(limits)).spent == {"vozagent"}
    shop.clock.advance(minutes=1)
    assert (await eyes.look(limits)).spent == set()


async def test_a_message_behind_is_seen_since_the_change_it_does_not_show(
    shop: Shop, store: StandingStore
) -> None:
    call = await shop.book(minutes=600)
    shop.clock.advance(minutes=4)
    (post,) = await shop.posts.take(shop.now, worker="w1", limit=9, lease=timedelta(seconds=60))
    until = shop.now + timedelta(minutes=2)
    await shop.posts.later(post, until=until, failed=True, blocked="not_in_channel", sure=True)
    assert not (await store.look(shop.now, {})).things
    shop.clock.advance(minutes=1, seconds=1)
    (thing,) = (await store.look(shop.now, {})).things
    assert (thing.kind, thing.code, thing.since) == (MESSAGE, call.code, call.created_at)
    assert (thing.reason, thing.failures) == ("not_in_channel", 1)
    await shop.posts.posted(post, ts="1.1", rev=1)
    assert not (await store.look(shop.now, {})).things


async def test_several_messages_of_a_call_are_one_thing(shop: Shop, store: StandingStore) -> None:
    await shop.book()
    ((call, _),) = await shop.claim_pairs()
    await shop.moved(call, State.PLACED, State.NO_ANSWER)
    shop.clock.advance(minutes=6)
    look = await store.look(shop.now, {})
    assert [thing.kind for thing in look.things] == [MESSAGE]
    assert look.counts[MESSAGE] == 1
    assert len(await shop.behind()) == len(Role)


async def test_a_delivery_nobody_worked_off_is_seen_and_one_given_up_for_a_day(
    shop: Shop, database: Database, store: StandingStore
) -> None:
    box = InboxStore(database, shop.clock, "w1")
    kept = [await box.keep("T0", key, "command", {"text": "secret"}) for key in ("a", "b", "c")]
    await box.done(str(kept[2]))
    await box.failed(str(kept[0]), "R-1A2B KeyError")
    async with database.write() as connection:
        given_up = update(inbox).where(inbox.c.id == kept[1]).values(failures=20)
        await connection.execute(given_up)
    shop.clock.advance(minutes=4)
    assert not (await store.look(shop.now, {})).things
    shop.clock.advance(minutes=2)
    look = await store.look(shop.now, {})
    assert {(thing.code, thing.failures, thing.asked) for thing in look.things} == {
        ("command", 1, True),
        ("command", 20, False),
    }
    assert "secret" not in str(look)
    shop.clock.advance(hours=25)
    assert [thing.failures for thing in (await store.look(shop.now, {})).things] == [1]


async def test_webhooks_about_no_call_of_ours_are_only_counted(
    shop: Shop, database: Database, store: StandingStore
) -> None:
    box = NewsBoxStore(database)
    for key in ("a", "b"):
        await box.keep("voicy", key, News(None, "x", provider_call_id="foreign"), shop.now)
    shop.clock.advance(minutes=11)
    look = await store.look(shop.now, {})
    assert (look.counts[NEWS], list(look.things), look.total) == (2, [], 0)


async def test_what_was_told_is_remembered_for_all_processes(
    database: Database, shop: Shop
) -> None:
    mine, theirs = StandingStore(database), StandingStore(database)
    assert await mine.told() == Told()
    told = Told(shop.now, frozenset({"scheduled C-4F7K 1", "b"}), shop.now)
    async with mine.telling() as before:
        assert before == Told()
        if database.dialect == "postgresql":
            async with theirs.telling() as nothing:
                assert nothing is None
        await mine.tell(told)
    assert await theirs.told() == told
    async with theirs.telling() as now:
        assert now == told
