"""A safety copy is whole, private, of one moment, and in nobody's way."""

import asyncio
import shlex
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, make_url

from bot.storage.backup import back_up
from bot.storage.database import Database, NotUsable
from bot.storage.fingerprint import compare
from bot.storage.lock import FileLock
from bot.storage.tables import audit, house
from tests.databases import opened
from tests.fakes import MORNING
from tests.storage.full_shop import fill

MARK = '{"how": "backup", "since": "2026-11-20T18:00:00+00:00"}'


@pytest.fixture
async def url(tmp_path: Path) -> str:
    """A shop on SQLite."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}"
    async with opened(url) as shop:
        await fill(shop, 300)
    return url


def backed_up(url: str, file: Path, *, force: bool = False) -> int:
    return back_up(make_url(url), file, now=MORNING, force=force)


def read(file: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(query).fetchall()


async def test_a_backup_holds_every_row_and_the_moment_it_is_of(url: str, tmp_path: Path) -> None:
    file = tmp_path / "safe.db"
    size = backed_up(url, file)
    assert size == file.stat().st_size
    assert read(file, "SELECT value FROM house WHERE name = 'restored'") == [(MARK,)]
    async with opened(url) as shop, opened(f"sqlite+aiosqlite:///{file}") as copy:
        different = [each.table for each in await compare(shop, copy) if not each.same]
    assert different == ["house"]


async def test_a_backup_is_one_file_that_only_its_owner_reads(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "safe"
    folder.mkdir()
    backed_up(url, folder / "a.db")
    assert [each.name for each in folder.iterdir()] == ["a.db"]
    assert stat.S_IMODE((folder / "a.db").stat().st_mode) == 0o600


async def test_a_backup_is_never_overwritten_unasked(url: str, tmp_path: Path) -> None:
    file = tmp_path / "safe.db"
    file.write_text("precious", encoding="ascii")
    with pytest.raises(NotUsable, match="--force"):
        backed_up(url, file)
    assert file.read_text(encoding="ascii") == "precious"
    backed_up(url, file, force=True)
    assert read(file, "SELECT count(*) FROM calls") == [(300,)]


@pytest.mark.parametrize("end", ["", "-wal", "-shm", ".lock"])
async def test_the_database_itself_is_never_overwritten(url: str, tmp_path: Path, end: str) -> None:
    with pytest.raises(NotUsable, match="belongs to the database itself"):
        backed_up(url, tmp_path / f"./shop.db{end}", force=True)
    assert read(tmp_path / "shop.db", "SELECT count(*) FROM calls") == [(300,)]


async def test_a_backup_is_made_while_a_bot_serves(url: str, tmp_path: Path) -> None:
    lock = FileLock(make_url(url))
    lock.take()
    try:
        assert backed_up(url, tmp_path / "safe.db") > 0
    finally:
        lock.release()


async def test_a_writer_writes_on_and_the_backup_is_of_one_moment(url: str, tmp_path: Path) -> None:
    """Lines are written two by two; a copy of several moments would hold an odd number."""
    loop = asyncio.get_running_loop()
    async with opened(url) as shop:
        await grow(shop)
        backups = asyncio.create_task(asyncio.to_thread(_ten, url, tmp_path))
        slowest, pairs = 0.0, 0
        while not backups.done():
            before = loop.time()
            await write_pair(shop, pairs)
            slowest, pairs = max(slowest, loop.time() - before), pairs + 1
        counts = await backups
    print(f"{pairs} pairs written beside ten backups, the slowest in {slowest * 1000:.0f} ms")
    assert all(count % 2 == 0 for count in counts), counts
    assert counts == sorted(counts)
    assert counts[0] < counts[-1], "nothing was written meanwhile"
    assert slowest < 1.0


def _ten(url: str, folder: Path) -> list[int]:
    files = [folder / f"safe-{n}.db" for n in range(10)]
    for file in files:
        backed_up(url, file)
    query = "SELECT count(*) FROM audit WHERE what = 'pair'"
    return [int(str(read(file, query)[0][0])) for file in files]


async def grow(shop: Database) -> None:
    """More pages than one step copies."""
    rows = [_line(f"g-{n}", "grown", "x" * 3_000) for n in range(3_000)]
    async with shop.write() as connection:
        await connection.execute(insert(audit), rows)


async def write_pair(shop: Database, n: int) -> None:
    async with shop.write() as connection:
        await connection.execute(insert(audit), [_line(f"p-{n}-{i}", "pair", "") for i in (1, 2)])


def _line(name: str, what: str, why: str) -> dict[str, object]:
    return {
        "id": name, "subject": name, "rev": 1, "at": MORNING, "by": "U0RITA", "what": what,
        "before": "", "after": "", "why": why,
    }  # fmt: skip


async def test_a_damaged_database_makes_no_backup(url: str, tmp_path: Path) -> None:
    damaged = tmp_path / "shop.db"
    pages = bytearray(damaged.read_bytes())
    pages[4096 * 20 : 4096 * 60] = b"\xff" * 4096 * 40
    damaged.write_bytes(pages)
    with pytest.raises(NotUsable, match="No backup was written"):
        backed_up(url, tmp_path / "safe.db")
    assert not [each for each in tmp_path.iterdir() if "safe" in each.name]


async def test_a_backup_of_a_backup_is_as_old_as_the_first(url: str, tmp_path: Path) -> None:
    first, second = tmp_path / "1.db", tmp_path / "2.db"
    backed_up(url, first)
    back_up(make_url(f"sqlite:///{first}"), second, now=MORNING.replace(year=2027), force=False)
    assert read(second, "SELECT value FROM house WHERE name = 'restored'") == [(MARK,)]


async def test_a_database_without_the_marks_of_today_says_what_to_do(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as old:
        old.execute("CREATE TABLE calls (id)")
    with pytest.raises(NotUsable, match="switchboard migrate"):
        backed_up(f"sqlite:///{tmp_path / 'shop.db'}", tmp_path / "safe.db")
    assert not (tmp_path / "safe.db").exists()


async def test_places_that_cannot_take_a_backup_are_named(url: str, tmp_path: Path) -> None:
    with pytest.raises(NotUsable, match="is a folder"):
        backed_up(url, tmp_path)
    with pytest.raises(NotUsable, match="No such file or directory"):
        backed_up(url, tmp_path / "no" / "such" / "safe.db")
    with pytest.raises(NotUsable, match="nothing to back up"):
        backed_up(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "safe.db")
    assert not (tmp_path / "none.db").exists()


async def test_postgresql_is_left_to_its_own_tool_without_telling_the_password(
    tmp_path: Path,
) -> None:
    url = "postgresql+asyncpg://bot:s3cret@db.test:5433/the shop"
    with pytest.raises(NotUsable) as caught:
        backed_up(url, tmp_path / "safe.dump")
    words = str(caught.value)
    (line,) = [row.strip() for row in words.splitlines() if "pg_dump" in row]
    assert shlex.split(line) == [
        "pg_dump", "--format=custom", f"--file={tmp_path / 'safe.dump'}", "--host=db.test",
        "--port=5433", "--username=bot", "--dbname=the shop",
    ]  # fmt: skip
    assert "s3cret" not in words
    assert "switchboard restored" in words


async def test_only_the_marks_of_a_backup_are_its_own(url: str, tmp_path: Path) -> None:
    async with opened(url) as shop, shop.write() as connection:
        await connection.execute(house.insert().values(name="shop", value='{"id": "s"}'))
    backed_up(url, tmp_path / "safe.db")
    names = {str(row[0]) for row in read(tmp_path / "safe.db", "SELECT name FROM house")}
    assert names == {"mode", "shop", "restored"}
