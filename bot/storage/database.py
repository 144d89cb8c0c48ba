"""Opens the database: one writer on SQLite, a pool on PostgreSQL, readers apart."""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

from asyncpg import DataError as PostgresDataError
from asyncpg import PostgresError
from sqlalchemy import URL, RowMapping, Select, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.sql.dml import UpdateBase

from bot.calls.errors import StoreAway
from bot.storage.dialects import tune_sqlite
from bot.storage.group_commit import GroupCommit, Prepared, Rows
from bot.storage.one_hop import OneHop, Work
from bot.storage.turns import Turns

READERS = 4
POSTGRESQL_POOL = 10
PATIENCE = 30  # seconds for one statement on PostgreSQL; a dead network answers nothing at all
# Whoever stops in mid-transaction (a frozen machine, a cut cable) holds its locks no longer than a
# dial may wait for its first byte: by then others may go on.
IDLE_IN_TRANSACTION = "10s"
SQLITE_PATIENCE = 60  # seconds until a transaction's turn to write
AWAY = (DBAPIError, PostgresError, PoolTimeoutError, sqlite3.OperationalError, OSError)
OUR_BUGS = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
T = TypeVar("T")
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


@contextmanager
def told_apart() -> Iterator[None]:
    """A database that is away, or busy beyond patience, is not a bug in a statement.

    PostgreSQL has no one class for it: a server that stops, a lost connection and a deadlock are
    told from our own mistakes by what they are not.
    """
    try:
        yield
    except AWAY as error:
        if _is_our_bug(error):
            raise
        raise StoreAway(
            "My database does not answer. Nothing was changed; try again in a minute.",
            detail=f"{type(error).__name__}: {error}"[:300],
        ) from error


def _is_our_bug(error: BaseException) -> bool:
    at_the_driver = getattr(getattr(error, "orig", None), "__cause__", None)
    return isinstance(error, OUR_BUGS) or isinstance(at_the_driver, PostgresDataError)


class NotUsable(Exception):
    """The database can't be used as it is set; the text says why and how to mend it."""


EXAMPLES = (
    "Write it like sqlite+aiosqlite:///switchboard.db or "
    "postgresql+asyncpg://user:password@host/name. Nothing was started."
)


class Database:
    """Transactions on either database; ``dialect`` is ``sqlite`` or ``postgresql``."""

    def __init__(self, url: str) -> None:
        self.url = usable_url(url)
        self.dialect = self.url.get_backend_name()
        self._turns = Turns()
        self._quick = GroupCommit(self.url, self._turns) if self.dialect == "sqlite" else None
        if self.dialect == "sqlite":
            self._writer, self._reader = self._open_sqlite(1), self._open_sqlite(READERS)
            tune_sqlite(self._writer, writer=True)
            tune_sqlite(self._reader, writer=False)
            self._hops = OneHop(self.url, writer=True), OneHop(self.url, writer=False)
        else:
            self._writer = create_async_engine(
                self.url,
                pool_size=POSTGRESQL_POOL,
                max_overflow=0,
                pool_pre_ping=True,
                hide_parameters=True,
                connect_args={
                    "command_timeout": PATIENCE,
                    "timeout": PATIENCE,
                    "server_settings": {"idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION},
                },
            )
            self._reader = self._writer

    @property
    def engine(self) -> AsyncEngine:
        """The writing engine, for migrations."""
        return self._writer

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: all of it is committed, or none.

        On SQLite writers stand in one queue: they would fight for the file's lock instead.
        """
        with told_apart():
            async with self._turn_to_write(), self._writer.begin() as connection:
                yield connection

    async def write_one(
        self, statement: Prepared, values: Mapping[str, Any], *, hurry: bool = True
    ) -> Rows:
        """A transaction of one statement, as fast as the database can; the rows it returned."""
        with told_apart():
            if self._quick is not None:
                return await self._quick.run(statement, values, hurry=hurry)
            async with self._writer.begin() as connection:
                found = await connection.execute(statement.statement, values)
                return [tuple(row) for row in found] if found.returns_rows else []

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A consistent view that blocks no writer."""
        with told_apart():
            async with self._reader.begin() as connection:
                yield connection

    async def transact(self, work: Work[T]) -> T:
        """The same as ``write`` for work that awaits nothing but its connection.

        That is much quicker on SQLite; elsewhere there is no difference.
        """
        with told_apart():
            if self.dialect != "sqlite":
                async with self._writer.begin() as connection:
                    return await work(connection)
            async with self._turn_to_write():
                return await self._hops[0].run(work)

    async def look(self, work: Work[T]) -> T:
        """The same as ``read``, as ``transact`` is to ``write``; for what is found at once."""
        with told_apart():
            if self.dialect != "sqlite":
                async with self._reader.begin() as connection:
                    return await work(connection)
            return await self._hops[1].run(work)

    async def rows(self, statement: Select[Any]) -> Sequence[RowMapping]:
        """What one statement finds at once."""

        async def found(connection: AsyncConnection) -> Sequence[RowMapping]:
            rows: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
            return rows

        return await self.look(found)

    async def change(self, statement: UpdateBase) -> Sequence[RowMapping]:
        """A transaction of one statement; what it returned."""

        async def changed(connection: AsyncConnection) -> Sequence[RowMapping]:
            found = await connection.execute(statement)
            rows: Sequence[RowMapping] = found.mappings().all() if found.returns_rows else ()
            return rows

        return await self.transact(changed)

    @asynccontextmanager
    async def _turn_to_write(self) -> AsyncIterator[None]:
        if self._quick is None:
            yield
            return
        async with self._turns.turn(SQLITE_PATIENCE, urgent=False):
            yield

    async def close(self) -> None:
        """Give the connections back; open transactions are rolled back."""
        if self._quick is not None:
            await self._quick.close()
            for each in self._hops:
                await each.close()
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()

    def _open_sqlite(self, size: int) -> AsyncEngine:
        return create_async_engine(
            self.url, pool_size=size, max_overflow=0, pool_timeout=60, hide_parameters=True
        )


def usable_url(text: str) -> URL:
    """The URL with the driver we use. Raises ``NotUsable``; its text never shows a password."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise NotUsable(f"DATABASE_URL can't be read. {EXAMPLES}") from None
    backend = url.get_backend_name()
    if backend not in DRIVERS:
        raise NotUsable(f"DATABASE_URL names {backend}, which I can't use. {EXAMPLES}")
    if backend == "sqlite" and url.database in {None, "", ":memory:"}:
        raise NotUsable(f"DATABASE_URL names no file, so nothing would be kept. {EXAMPLES}")
    return url.set(drivername=DRIVERS[backend])
