"""A shop that outgrows its file, and one that comes back from a backup: nobody rings twice."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.calls.states import LIVE
from bot.service import Service
from bot.settings import load
from bot.storage.backup import back_up
from bot.storage.database import Database, NotUsable
from bot.storage.move import move
from tests.databases import postgresql_database
from tests.story.world import FRIDAY, SATURDAY_12, World, opened_world

NOON = "/dial +1 415 555 2671 with Voz tomorrow noon"
TWO_PM = "/dial +1 415 555 2672 with Voz tomorrow 2pm"
NUMBER, OTHER = "+14155552671", "+14155552672"


class Growing(World):
    """A world whose bot may be started on another database."""

    def __init__(self, folder: Path, database_url: str, mode: str = "socket") -> None:
        super().__init__(folder, database_url, mode)
        self.url = database_url

    def settings(self) -> dict[str, str]:
        """As documented."""
        return super().settings() | {"DATABASE_URL": self.url}


@pytest.fixture
async def growing(tmp_path: Path) -> AsyncIterator[Growing]:
    """A bot on SQLite."""
    world = Growing(tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'switchboard.db'}")
    try:
        await world.open()
        yield world
        assert not world.slack.refusals
    finally:
        await world.close()


async def refused(world: Growing) -> str:
    """The words with which a start is refused."""
    service = Service(load(world.settings()), "socket")
    with pytest.raises(NotUsable) as caught:
        await service.start()
    await service.stop()
    return str(caught.value)


async def test_a_call_booked_on_sqlite_is_made_once_from_postgresql(
    growing: Growing, postgresql: str
) -> None:
    root = await growing.books(NOON)
    await growing.stop_bot()
    old = growing.url
    async with postgresql_database(postgresql) as new:
        source, target = Database(old), Database(new)
        done = await move(source, target, now=FRIDAY, told=lambda _: None)
        await source.close()
        await target.close()
        assert done.well
        assert "serves no more" in await refused(growing)
        growing.url = new
        await growing.start_bot()
        growing.skip_to(SATURDAY_12)
        await growing.reads(root, "Reached")
        assert growing.vozagent.posts_to(NUMBER) == 1
        assert len(growing.roots()) == 1, "the message that was there goes on"
        await growing.stop_bot()


async def test_after_a_restore_a_call_that_was_made_since_waits_for_a_person(
    one_world: World, tmp_path: Path
) -> None:
    root, later = await one_world.books(NOON), await one_world.books(TWO_PM)
    shop, safe = tmp_path / "switchboard.db", tmp_path / "safe.db"
    now = one_world.slack.clock()
    back_up(Database(f"sqlite:///{shop}").url, safe, now=now, force=False)
    one_world.skip_to(SATURDAY_12)
    await one_world.reads(root, "Reached")
    await one_world.stop_bot()
    shutil.copy(safe, shop)  # the bot has stopped, so nothing is beside the file
    await one_world.start_bot()
    await one_world.reads(root, "Held", "restored from a backup of 2026-11-20", "made since")
    assert one_world.vozagent.posts_to(NUMBER) == 1
    await one_world.reads(later, "Scheduled")
    one_world.skip(hours=2)
    await one_world.reads(later, "Reached")
    assert (one_world.vozagent.posts_to(NUMBER), one_world.vozagent.posts_to(OTHER)) == (1, 1)
    await one_world.press(root, "call_now")
    await one_world.reads(root, "Reached")
    assert one_world.vozagent.posts_to(NUMBER) == 2, "a person has decided"


async def live(world: World) -> None:
    """Wait until the bot knows that its one call is on its way."""
    assert world.bot is not None
    assert world.bot.shop is not None
    async with asyncio.timeout(10):
        while not LIVE & set(await world.bot.shop.calls.count_by_state()):
            await asyncio.sleep(0.01)


async def test_a_call_that_was_live_at_the_backup_is_watched_to_its_end(
    tmp_path: Path,
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'switchboard.db'}"
    async with opened_world(tmp_path, url, "socket") as world:
        world.vozagent.account.pace = None
        root = await world.books(NOON)
        world.skip_to(SATURDAY_12)
        await live(world)
        shop, safe = tmp_path / "switchboard.db", tmp_path / "safe.db"
        back_up(Database(url).url, safe, now=SATURDAY_12, force=False)
        await world.stop_bot()
        (call,) = world.vozagent.calls
        while world.vozagent.advance(call.id) != "completed":
            pass
        shutil.copy(safe, shop)
        world.skip_to(SATURDAY_12 + timedelta(minutes=10))
        await world.start_bot()
        await world.reads(root, "Reached")
        assert world.vozagent.posts_to(NUMBER) == 1
