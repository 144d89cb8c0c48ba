"""A second look at what is kept: moved and taken back, backed up, waiting for a closed channel."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calls.patience import MESSAGE
from bot.calls.posts import Role
from bot.calls.states import State
from bot.storage.backup import back_up
from bot.storage.calls import CallStore
from bot.storage.database import Database, NotUsable
from bot.storage.dialects import database_clock
from bot.storage.house import settle_mode
from bot.storage.marks import mark_of, set_mark
from bot.storage.move import move
from bot.storage.posts import MOST_KNOCKS
from bot.storage.restored import settle_restored
from bot.storage.standing import StandingStore
from bot.storage.take_back import take_back
from bot.storage.telling import TellingStore
from tests.databases import opened
from tests.fakes import MORNING, FakeClock
from tests.storage.shop import LEASE, Shop


class Killed(Exception):
    """A process died there."""


class Dying(Database):
    """Its process dies before it writes for that time."""

    def __init__(self, url: str, writes: int) -> None:
        super().__init__(url)
        self._left = writes

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction, or the end."""
        if self._left == 0:
            raise Killed
        self._left -= 1
        async with super().write() as connection:
            yield connection


@pytest.fixture
async def urls(tmp_path: Path) -> tuple[str, str]:
    """A shop with a call that is due, and where it moves to."""
    old, new = (f"sqlite+aiosqlite:///{tmp_path / name}.db" for name in ("old", "new"))
    async with opened(old) as database:
        await Shop(database, FakeClock()).book()
    return old, new


async def moved(urls: tuple[str, str]) -> None:
    """As the command does it."""
    source, target = map(Database, urls)
    try:
        assert (await move(source, target, now=MORNING, told=lambda _: None)).well
    finally:
        await source.close()
        await target.close()


async def taken_back(urls: tuple[str, str], here: int = -1, there: int = -1) -> str:
    """The same; killed before the writes with those numbers."""
    source, target = Dying(urls[0], here), Dying(urls[1], there)
    try:
        return await take_back(source, target, sure=False)
    finally:
        await source.close()
        await target.close()


async def starts(url: str) -> list[State]:
    """The states of its calls once a bot has started there."""
    async with opened(url) as database:
        await settle_mode(database, practice=False)
        await settle_restored(database, MORNING)
        calls = await CallStore(database).latest_of("T0ACME", "U0RITA", 9)
        return [call.state for call in calls]


@pytest.mark.parametrize("write", [0, 1, 2, 3])
@pytest.mark.parametrize("where", ["here", "there"])
async def test_killed_while_it_was_taken_back_a_shop_still_asks_about_what_fell_due(
    urls: tuple[str, str], where: str, write: int
) -> None:
    """The other database may have dialled them: a second dial would ring the phone twice."""
    await moved(urls)
    try:
        await taken_back(urls, **{where: write})
    except Killed:
        with pytest.raises(NotUsable):
            await starts(urls[0])
    assert "held" in await taken_back(urls)
    assert await starts(urls[0]) == [State.HELD]
    with pytest.raises(NotUsable):
        await starts(urls[1])


async def test_a_backup_is_never_written_where_the_database_has_its_journal(
    urls: tuple[str, str], tmp_path: Path
) -> None:
    for end in ("", "-journal", "-wal", "-shm", ".lock"):
        with pytest.raises(NotUsable, match="belongs to the database"):
            back_up(make_url(urls[0]), tmp_path / f"old.db{end}", now=MORNING, force=True)


async def closed(shop: Shop) -> None:
    """A call whose message can't be posted, and whose diary waits for that."""
    await shop.book()
    assert await shop.claim()
    assert await taken(shop) == [Role.ROOT]
    shop.clock.advance(seconds=3)
    (diary,) = await shop.posts.take(shop.now, worker="w1", limit=9, lease=LEASE)
    await shop.posts.later(diary, until=shop.now + timedelta(minutes=30), failed=False)


async def taken(shop: Shop) -> list[Role]:
    """The messages that are tried now; they are refused as before."""
    found = await shop.posts.take(shop.now, worker="w1", limit=9, lease=LEASE)
    for post in found:
        await shop.posts.later(
            post, until=shop.now, failed=True, blocked="not_in_channel", sure=True
        )
    return [post.role for post in found]


async def test_a_channel_that_opened_unheard_is_knocked_at_every_hour_for_some_days(
    shop: Shop,
) -> None:
    await shop.book()
    assert await taken(shop) == [Role.ROOT]
    shop.clock.advance(minutes=59)
    assert await taken(shop) == []
    for _ in range(MOST_KNOCKS - 1):
        shop.clock.advance(minutes=61)
        assert await taken(shop) == [Role.ROOT]
    shop.clock.advance(hours=9)
    assert await taken(shop) == []


async def test_what_waited_for_a_channel_goes_out_when_it_opens(shop: Shop) -> None:
    await closed(shop)
    assert await shop.posts.unblock("C0SALES") == 1
    assert await taken(shop) == [Role.ROOT, Role.DIARY]


async def test_a_closed_channel_is_told_to_staff_for_a_day_and_not_for_ever(
    shop: Shop, database: Database
) -> None:
    await shop.book()
    assert await taken(shop) == [Role.ROOT]
    for hours, named in ((1, 1), (22, 1), (3, 0), (500, 0)):
        shop.clock.advance(hours=hours)
        look = await StandingStore(database).look(shop.now, {})
        assert look.counts[MESSAGE] == named


async def test_who_began_to_tell_goes_on_and_another_takes_over_when_it_is_silent(
    database: Database,
) -> None:
    first, second = TellingStore(database, "w1"), TellingStore(database, "w2")
    assert await first.take("the news")
    assert await second.take("other news")
    for seconds, by_first in ((0, False), (30, True)):
        await ago(database, seconds)
        assert not await second.take("the news")
        assert await first.take("the news") is by_first
    await ago(database, 60)  # it failed twice, and its next pause is longer
    assert not await second.take("the news")
    await ago(database, 120)
    assert await second.take("the news")
    assert not await first.take("the news")
    await second.done("the news")
    assert await first.take("the news")


async def ago(database: Database, seconds: float) -> None:
    """The last try was so long ago."""
    async with database.write() as connection:
        facts = await mark_of(connection, "telling the news")
        now = (await connection.execute(select(database_clock()))).scalar_one()
        assert facts is not None
        at = (now - timedelta(seconds=seconds)).isoformat()
        await set_mark(connection, "telling the news", facts | {"at": at})
