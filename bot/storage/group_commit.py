"""SQLite: small writes that arrive together are committed together, in one hop to a thread.

An acknowledgement waits for its commit. The asynchronous engine hops between threads about nine
times for one; here it is once, and sixteen deliveries that come at once cost one commit.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import URL
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

from bot.storage.dialects import SQLITE_PRAGMAS
from bot.storage.turns import Turns

_DIALECT = sqlite.dialect(paramstyle="named")
NO_HURRY = 0.005  # seconds
Rows = list[tuple[Any, ...]]


class Prepared:
    """A statement that runs often; for SQLite it is compiled once.

    ``columns`` are those whose values come with each run, besides the statement's own parameters.
    """

    def __init__(self, statement: UpdateBase, columns: tuple[str, ...] = ()) -> None:
        self.statement = statement
        self._columns = columns

    @cached_property
    def text(self) -> str:
        """As SQLite reads it."""
        return str(self._compiled)

    def bound(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values as SQLite's driver takes them."""
        every = {**self._presets, **values}
        return {name: way(every[name]) if way else every[name] for name, way in self._ways.items()}

    @cached_property
    def _compiled(self) -> SQLCompiler:
        return self.statement.compile(dialect=_DIALECT, column_keys=list(self._columns) or None)

    @cached_property
    def _presets(self) -> Mapping[str, Any]:
        return dict(self._compiled.params)

    @cached_property
    def _ways(self) -> dict[str, Callable[[Any], Any] | None]:
        return {name: _way_in(bind.type) for bind, name in self._compiled.bind_names.items()}


def _way_in(of: Any) -> Callable[[Any], Any] | None:
    way: Callable[[Any], Any] | None = of.dialect_impl(_DIALECT).bind_processor(_DIALECT)
    return way


def _one_thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="group-commit")


@dataclass(frozen=True, slots=True, eq=False)
class _Write:
    text: str
    values: dict[str, Any]
    rows: "asyncio.Future[Rows]"


class GroupCommit:
    """One connection in one thread. It takes turns with the engine's writer."""

    def __init__(self, url: URL, turns: Turns) -> None:
        self._url, self._turns = url, turns
        self._thread = _one_thread()
        self._connection: sqlite3.Connection | None = None
        self._waiting: list[_Write] = []
        self._begins: asyncio.TimerHandle | None = None
        self._committing: asyncio.Task[None] | None = None

    async def run(self, statement: Prepared, values: Mapping[str, Any], *, hurry: bool) -> Rows:
        """The rows it returned, once they are on the disk. Raises ``sqlite3.Error``.

        What has no hurry waits a few milliseconds for company.
        """
        loop = asyncio.get_running_loop()
        write = _Write(statement.text, statement.bound(values), loop.create_future())
        self._waiting.append(write)
        if hurry:
            self._begin()
        elif self._begins is None:
            self._begins = loop.call_later(NO_HURRY, self._begin)
        return await write.rows

    def _begin(self) -> None:
        if self._begins is not None:
            self._begins.cancel()
            self._begins = None
        if self._committing is None and self._waiting:
            self._committing = asyncio.create_task(self._commit_what_waits())

    async def close(self) -> None:
        """Commit what waits, and hang up; the next write opens the file again."""
        self._begin()
        if self._committing is not None:
            await asyncio.wait({self._committing})
        thread, self._thread = self._thread, _one_thread()
        await asyncio.get_running_loop().run_in_executor(thread, self._hang_up)
        thread.shutdown(wait=False)

    async def _commit_what_waits(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                async with self._turns.turn(urgent=True):
                    batch, self._waiting = self._waiting, []
                    found = await loop.run_in_executor(self._thread, self._commit, batch)
                for write, outcome in zip(batch, found, strict=True):
                    _tell(write.rows, outcome)
        finally:
            self._committing = None

    def _commit(self, batch: list[_Write]) -> list[Rows | Exception]:
        """Together; when one of them is at fault, each alone, so that no other pays for it."""
        try:
            return [*self._in_one(batch)]
        except sqlite3.OperationalError as error:  # the file is away, or busy beyond patience
            self._hang_up()
            return [error] * len(batch)
        except Exception as error:  # noqa: BLE001 - it belongs to whoever waits for this row
            return [error] if len(batch) == 1 else [self._commit([each])[0] for each in batch]

    def _in_one(self, batch: list[_Write]) -> list[Rows]:
        connection = self._connection = self._connection or self._opened()
        connection.execute("BEGIN IMMEDIATE")
        try:
            found = [connection.execute(each.text, each.values).fetchall() for each in batch]
            connection.execute("COMMIT")
        except BaseException:
            connection.rollback()
            raise
        return found

    def _opened(self) -> sqlite3.Connection:
        where, how = _DIALECT.create_connect_args(self._url)
        connection = sqlite3.connect(where[0], **how)
        connection.isolation_level = None  # transactions are begun by us, above
        for pragma in SQLITE_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _tell(waiting: "asyncio.Future[Rows]", outcome: Rows | Exception) -> None:
    if waiting.done():
        return  # whoever waited has gone
    if isinstance(outcome, Exception):
        waiting.set_exception(outcome)
    else:
        waiting.set_result(outcome)
