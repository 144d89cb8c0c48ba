"""Moves a shop to another database: copied, compared, and never served from both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calls.errors import StoreAway
from bot.storage.alone import Alone
from bot.storage.copying import Told, copy
from bot.storage.database import Database, NotUsable
from bot.storage.fingerprint import TABLES, Compared, compare
from bot.storage.marks import COPY_OF, MOVED, drop_mark, mark_of, set_mark, shop_of, stamp
from bot.storage.migrate import migrate

HERE, THERE = "DATABASE_URL", "--to"
THE_SAME = "--to names the database of DATABASE_URL itself. Nothing was changed."
NO_SHOP = "DATABASE_URL names no database yet: there is no such file. Nothing was changed."
ANOTHERS = (
    "The database of --to is the copy of another shop. Give an empty one. Nothing was changed."
)
OTHER_DATA = (
    "The database of --to holds other data already (in {tables}). Give an empty one. Nothing was "
    "changed."
)
SERVED = (
    "The database of --to is a finished copy of this one and may have been served since. Shut it "
    "with `switchboard migrate --take-back --to …` first. Nothing was changed."
)
MOVED_ELSEWHERE = (
    "This shop moved to {to} on {at} already. Take it back first: `switchboard migrate "
    "--take-back`. Nothing was changed."
)

SAME = "All of it is at {to}. Start the bot with that as DATABASE_URL; this one serves no more."
DIFFERENT = "The two are not the same, so nothing was moved: this one serves as before."


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of it; nothing is compared when all was done before."""

    to: str  # without user and password
    compared: Sequence[Compared] = ()

    @property
    def well(self) -> bool:
        """Whether the new database holds just what the old one does."""
        return all(each.same for each in self.compared)

    def lines(self) -> list[str]:
        """The comparison as a table, and what it means."""
        if not self.compared:
            return [f"This shop was moved to {self.to} before. Nothing was done."]
        head = f"{'table':<14} {'rows here':>12} {'rows there':>12}  checksum"
        verdict = SAME.format(to=self.to) if self.well else DIFFERENT
        return [head, *map(_line, self.compared), verdict]


def _line(each: Compared) -> str:
    here, there = each.here.checksum[:16], each.there.checksum[:16]
    word = here if each.same else f"{here} here, {there} there: DIFFERENT"
    return f"{each.table:<14} {each.here.rows:>12,} {each.there.rows:>12,}  {word}"


async def move(source: Database, target: Database, *, now: datetime, told: Told) -> Moved:
    """Copy everything, mark the old database as left, compare, and open the new one; in this order.

    So at no instant can both be served, and whatever kills this, the same call goes on. When the
    two differ in the end, the old one serves as before. Raises ``NotUsable`` and ``StoreAway``.
    """
    check_apart(source, target)
    to = place(target.url)
    async with Alone(source, HERE) as here, Alone(target, THERE):
        await migrate(source)
        await migrate(target)
        if not await _claim(source, target):
            return Moved(to)
        told(f"Copying to {to}; if this is interrupted, the same command goes on.")
        await copy(source, target, told)
        await _leave(source, to, now)
        try:
            await here.check()  # a bot that was started meanwhile; from now on none can be
            compared = await compare(source, target)
        except (NotUsable, StoreAway):
            await _stay(source)
            raise
        moved = Moved(to, compared)
        await (_open(target) if moved.well else _stay(source))
        return moved


def check_apart(source: Database, target: Database) -> None:
    """Two databases, of which the first is there. Raises ``NotUsable``."""
    file = source.url.database if source.dialect == "sqlite" else None
    if file is not None and not Path(file).exists():
        raise NotUsable(NO_SHOP)
    if _address(source.url) == _address(target.url):
        raise NotUsable(THE_SAME)


def place(url: URL) -> str:
    """A database's address for people and marks: nothing in it is secret."""
    kind = url.get_backend_name()
    return URL.create(kind, host=url.host, port=url.port, database=url.database).render_as_string()


def _address(url: URL) -> object:
    if url.get_backend_name() == "sqlite":
        return Path(str(url.database)).resolve()
    return url.host, url.port or 5432, url.database, tuple(sorted(url.query.items()))


async def _claim(source: Database, target: Database) -> bool:
    """Mark the target as our unfinished copy; ``False`` when the whole move was made before."""
    async with source.write() as connection:
        shop, left = await shop_of(connection), await mark_of(connection, MOVED)
    async with target.write() as connection:
        copy_of = await mark_of(connection, COPY_OF)
        if copy_of is None:
            await _check_free(connection, left)
            await set_mark(connection, COPY_OF, {"shop": shop, "done": False})
            return True
    if copy_of["shop"] != shop:
        raise NotUsable(ANOTHERS)
    if copy_of["done"] and left is None:
        raise NotUsable(SERVED)
    return not copy_of["done"]


async def _check_free(target: AsyncConnection, left: Mapping[str, Any] | None) -> None:
    if left is not None:
        raise NotUsable(MOVED_ELSEWHERE.format_map(left))
    used = [
        table.name
        for table in TABLES
        if (await target.execute(select(table).limit(1))).first() is not None
    ]
    if used:
        raise NotUsable(OTHER_DATA.format(tables=", ".join(used)))


async def _leave(source: Database, to: str, now: datetime) -> None:
    async with source.write() as connection:
        await set_mark(connection, MOVED, {"to": to, "at": stamp(now), "since": now.isoformat()})


async def _stay(source: Database) -> None:
    async with source.write() as connection:
        await drop_mark(connection, MOVED)


async def _open(target: Database) -> None:
    async with target.write() as connection:
        facts = await mark_of(connection, COPY_OF) or {}
        await set_mark(connection, COPY_OF, facts | {"done": True})
