"""A shop moves to another database: wholly, verified, and never served from both."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import delete, make_url, text, update

from bot.storage.database import Database, NotUsable
from bot.storage.fingerprint import compare
from bot.storage.house import settle_mode
from bot.storage.lock import FileLock
from bot.storage.marks import COPY_OF, MOVED, drop_mark, mark_of, set_mark
from bot.storage.move import Moved, move, place
from bot.storage.restored import settle_restored
from bot.storage.tables import attempts, calls, people
from bot.storage.take_back import take_back
from tests.databases import opened, postgresql_database
from tests.fakes import MORNING
from tests.storage.full_shop import call_id, fill

CALLS = 510  # more than one batch of each table


@pytest.fixture(params=["sqlite to postgresql", "postgresql to sqlite", "sqlite to sqlite"])
async def urls(
    request: pytest.FixtureRequest, tmp_path: Path, postgresql: str
) -> AsyncIterator[tuple[str, str]]:
    """A shop of a few thousand rows, and an empty database for it."""
    old, new = (f"sqlite+aiosqlite:///{tmp_path / name}.db" for name in ("old", "new"))
    async with postgresql_database(postgresql) as server:
        kinds = request.param.split(" to ")
        pair = (
            old if kinds[0] == "sqlite" else server,
            new if kinds[1] == "sqlite" else server,
        )
        async with opened(pair[0]) as shop:
            await fill(shop, CALLS)
        yield pair


@pytest.fixture
async def files(tmp_path: Path) -> tuple[str, str]:
    """A small shop and an empty database, for what has nothing to do with their kind."""
    old, new = (f"sqlite+aiosqlite:///{tmp_path / name}.db" for name in ("old", "new"))
    async with opened(old) as shop:
        await fill(shop, 2)
    return old, new


async def moved(urls: tuple[str, str]) -> Moved:
    """As the command does it: with databases of its own."""
    source, target = map(Database, urls)
    try:
        return await move(source, target, now=MORNING, told=lambda _: None)
    finally:
        await source.close()
        await target.close()


async def taken_back(source_url: str, target_url: str | None, *, sure: bool = False) -> str:
    source, target = Database(source_url), Database(target_url) if target_url else None
    try:
        return await take_back(source, target, sure=sure)
    finally:
        await source.close()
        if target:
            await target.close()


async def servable(url: str) -> bool:
    """Whether a bot may start there."""
    async with opened(url) as database:
        try:
            await settle_mode(database, practice=False)
        except NotUsable:
            return False
        return True


async def test_a_shop_moves_whole_and_is_served_from_the_new_place_alone(
    urls: tuple[str, str],
) -> None:
    done = await moved(urls)
    assert done.well
    by_table = {each.table: each.there.rows for each in done.compared}
    assert (by_table["calls"], by_table["audit"]) == (CALLS, 2 * CALLS)
    assert all(each.there.rows for each in done.compared), "every table had rows to move"
    assert [await servable(url) for url in urls] == [False, True]


async def test_a_second_move_of_the_same_shop_does_nothing(files: tuple[str, str]) -> None:
    await moved(files)
    again = await moved(files)
    assert (again.well, list(again.compared)) == (True, [])
    assert "before" in again.lines()[0]


async def test_killed_between_leaving_and_opening_neither_is_served_until_it_is_done(
    urls: tuple[str, str],
) -> None:
    await moved(urls)
    await unfinish(urls[1])
    assert [await servable(url) for url in urls] == [False, False]
    assert (await moved(urls)).well
    assert [await servable(url) for url in urls] == [False, True]


async def unfinish(url: str) -> None:
    """As a kill leaves it before the very last step."""
    async with opened(url) as new, new.write() as connection:
        facts = await mark_of(connection, COPY_OF)
        assert facts is not None
        await set_mark(connection, COPY_OF, facts | {"done": False})


async def test_an_interrupted_move_is_taken_back_without_holding_any_call(
    files: tuple[str, str],
) -> None:
    """Nobody can have dialled over there."""
    await moved(files)
    await unfinish(files[1])
    assert "held" not in await taken_back(*files)
    async with opened(files[0]) as old:
        assert await settle_restored(old, MORNING) == 0


async def test_the_words_of_a_database_that_was_left_say_where_its_shop_is(
    files: tuple[str, str],
) -> None:
    await moved(files)
    async with opened(files[0]) as old:
        with pytest.raises(NotUsable, match=r"moved to .* on 2026-11-20 18:00 UTC.*ring phones"):
            await settle_mode(old, practice=False)


async def test_rows_that_went_wrong_in_an_unfinished_copy_are_mended(
    urls: tuple[str, str],
) -> None:
    """Altered, missing, left over, and the shop itself went on: all is as in the source."""
    await moved(urls)
    await unfinish(urls[1])
    async with opened(urls[1]) as new, new.write() as connection:
        await connection.execute(update(calls).where(calls.c.id == call_id(3)).values(rev=9))
        await connection.execute(delete(attempts).where(attempts.c.call_id == call_id(5)))
        swapped = attempts.c.id == "00001-attempt"
        await connection.execute(update(attempts).where(swapped).values(provider_call_id="p-2x"))
    async with opened(urls[0]) as old, old.write() as connection:
        await drop_mark(connection, MOVED)
        await connection.execute(delete(people).where(people.c.person == "U7"))
        exchange = {"00001-attempt": None, "00002-attempt": "p-1"}
        for attempt, theirs in exchange.items():  # an id that now belongs to another row
            row = attempts.c.id == attempt
            await connection.execute(update(attempts).where(row).values(provider_call_id=theirs))
    done = await moved(urls)
    assert done.well
    assert {each.table: each.there.rows for each in done.compared}["people"] == 19


async def test_one_altered_row_is_seen_and_the_old_database_serves_on(
    urls: tuple[str, str],
) -> None:
    """A trigger in the new database spoils one row while it is written."""
    async with opened(urls[1]) as new:
        await spoil(new)
    done = await moved(urls)
    assert not done.well
    assert [each.table for each in done.compared if not each.same] == ["people"]
    (line,) = [line for line in done.lines() if line.startswith("people")]
    assert "20" in line
    assert line.endswith("DIFFERENT")
    assert [await servable(url) for url in urls] == [True, False]


async def spoil(database: Database) -> None:
    async with database.write() as connection:
        for statement in SPOILING[database.dialect]:
            await connection.execute(text(statement))


SPOILING = {
    "sqlite": [
        (
            "CREATE TRIGGER spoil AFTER INSERT ON people WHEN new.person = 'U7' BEGIN "
            "UPDATE people SET zone = 'Europe/Bern' WHERE person = 'U7'; END"
        )
    ],
    "postgresql": [
        (
            "CREATE FUNCTION spoil() RETURNS trigger AS $$ BEGIN IF new.person = 'U7' THEN "
            "new.zone = 'Europe/Bern'; END IF; RETURN new; END $$ LANGUAGE plpgsql"
        ),
        "CREATE TRIGGER spoil BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION spoil()",
    ],
}


async def test_every_single_change_of_a_row_is_a_difference(urls: tuple[str, str]) -> None:
    await moved(urls)
    changes = [
        "UPDATE calls SET due = '2026-11-20 18:00:00.000002' WHERE code = 'C-00001'",
        "UPDATE attempts SET seconds = seconds + 0.0001 WHERE n = 1 AND id = '00003-attempt'",
        "DELETE FROM audit WHERE id = '00001-2'",
        "UPDATE posts SET doubtful = NOT doubtful WHERE ts = '5.1'",
        "UPDATE inbox SET body = '{}' WHERE id = 'i-3'",
        "UPDATE people SET defaults = NULL WHERE person = 'U1'",
    ]
    for n, change in enumerate(changes, start=1):
        async with opened(urls[0]) as old, opened(urls[1]) as new:
            async with new.write() as connection:
                await connection.execute(text(change))
            different = [each.table for each in await compare(old, new) if not each.same]
        assert len(different) == n, change


async def test_a_target_with_other_data_is_refused(files: tuple[str, str]) -> None:
    async with opened(files[1]) as other:
        await fill(other, 1)
    with pytest.raises(NotUsable, match=r"holds other data already \(in .*calls.*\)"):
        await moved(files)
    assert [await servable(url) for url in files] == [True, True]


async def test_the_copy_of_another_shop_is_refused(files: tuple[str, str], tmp_path: Path) -> None:
    async with opened(files[1]) as other, other.write() as connection:
        await set_mark(connection, COPY_OF, {"shop": "another", "done": False})
    with pytest.raises(NotUsable, match="copy of another shop"):
        await moved(files)


async def test_a_shop_that_moved_goes_nowhere_else(files: tuple[str, str], tmp_path: Path) -> None:
    await moved(files)
    third = f"sqlite+aiosqlite:///{tmp_path / 'third.db'}"
    with pytest.raises(NotUsable, match=r"moved to .* already"):
        await moved((files[0], third))


async def test_taken_back_the_copy_is_shut_and_calls_due_since_are_held(
    urls: tuple[str, str],
) -> None:
    await moved(urls)
    words = await taken_back(*urls)
    assert "held at the first start" in words
    assert [await servable(url) for url in urls] == [True, False]
    async with opened(urls[0]) as old:
        async with old.write() as connection:
            first = calls.c.id == call_id(0)
            await connection.execute(update(calls).where(first).values(state="scheduled"))
        assert await settle_restored(old, MORNING) == 1
        async with old.read() as connection:
            row = (await connection.execute(calls.select().where(first))).mappings().one()
    assert (row["state"], row["reason_code"]) == ("held", "restored")
    assert "taken back" in row["reason"]
    assert (await moved(urls)).well  # and may move there again


async def test_taking_back_without_naming_the_copy_needs_to_be_sure(
    files: tuple[str, str],
) -> None:
    await moved(files)
    with pytest.raises(NotUsable, match=r"ring twice.*--to URL.*--yes"):
        await taken_back(files[0], None)
    assert not await servable(files[0])
    await taken_back(files[0], None, sure=True)
    assert [await servable(url) for url in files] == [True, True]
    with pytest.raises(NotUsable, match="may have been served since"):
        await moved(files)


async def test_what_was_never_moved_need_not_be_taken_back(files: tuple[str, str]) -> None:
    assert "not moved" in await taken_back(files[0], None)
    async with opened(files[1]):
        pass
    with pytest.raises(NotUsable, match="no copy of this one"):
        await taken_back(*files)


async def test_while_somebody_uses_either_database_nothing_moves(urls: tuple[str, str]) -> None:
    for url in urls:
        async with opened(url) as busy:
            lock = FileLock(busy.url) if busy.dialect == "sqlite" else None
            if lock:
                lock.take()
            async with busy.read():
                with pytest.raises(NotUsable, match="Stop the bot first, move, and start it"):
                    await moved(urls)
            if lock:
                lock.release()
    assert await servable(urls[0])


async def test_a_shop_is_not_moved_onto_itself(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}"
    async with opened(url):
        pass
    with pytest.raises(NotUsable, match="itself"):
        await moved((url, f"sqlite:///{tmp_path}/./shop.db"))


async def test_where_there_is_no_shop_no_file_is_made(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.db"
    with pytest.raises(NotUsable, match="no such file"):
        await moved((f"sqlite:///{nothing}", f"sqlite:///{tmp_path / 'new.db'}"))
    assert not nothing.exists()


def test_the_place_of_a_database_tells_no_secret() -> None:
    url = make_url("postgresql+asyncpg://u5er:s3cret@db.test:5433/shop?password=s3cret")
    assert place(url) == "postgresql://db.test:5433/shop"


async def test_a_target_that_does_not_answer_leaves_the_shop_as_it_was(
    files: tuple[str, str],
) -> None:
    with pytest.raises(NotUsable, match="--to does not answer"):
        await moved((files[0], "postgresql+asyncpg://nobody@127.0.0.1:9/none"))
    assert await servable(files[0])


async def test_a_bot_started_on_the_old_database_meanwhile_stops_the_move(
    tmp_path: Path, postgresql: str
) -> None:
    """PostgreSQL can't be locked against it; it is seen before anything is decided."""
    async with postgresql_database(postgresql) as old:
        async with opened(old) as shop:
            await fill(shop, 1)
        source, target = Database(old), Database(f"sqlite:///{tmp_path / 'new.db'}")
        coming: list[asyncio.Task[asyncpg.Connection]] = []

        def told(_: str) -> None:
            if not coming:
                coming.append(asyncio.create_task(asyncpg.connect(plain(old))))

        with pytest.raises(NotUsable, match="Somebody else is connected"):
            await move(source, target, now=MORNING, told=told)
        await (await coming[0]).close()
        await source.close()
        await target.close()
        assert await servable(old)


def plain(url: str) -> str:
    """The URL as PostgreSQL's own programs write it."""
    return url.replace("postgresql+asyncpg://", "postgresql://")


async def test_a_folder_that_is_not_there_is_named(files: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(NotUsable, match="of --to can't be opened"):
        await moved((files[0], f"sqlite:///{tmp_path / 'no' / 'such' / 'x.db'}"))
