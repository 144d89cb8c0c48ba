"""SQLite: a whole transaction in one hop to a thread, whatever number of statements it has.

The asynchronous engine hops between threads about four times for each statement; a claim has ten.
"""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine
from sqlalchemy.engine.interfaces import CoreExecuteOptionsParameter
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import Executable

from bot.storage.dialects import tune_sqlite

T = TypeVar("T")
Work = Callable[[AsyncConnection], Coroutine[Any, Any, T]]


class OneHop:
    """One connection in one thread. Who writes takes turns with the other writers outside."""

    def __init__(self, url: URL, *, writer: bool) -> None:
        # One for good: a connection that two threads meet in ends the process.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="one-hop")
        self._engine = _engine(url, writer=writer)

    async def run(self, work: Work[T]) -> T:
        """What ``work`` returns, once it is committed; it may await nothing but its connection.

        A cancel waits for the commit: until then nobody else may write.
        """
        future = asyncio.get_running_loop().run_in_executor(self._thread, self._run, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait({future})
            if not future.cancelled():
                future.exception()  # looked at, or asyncio would complain of it
            raise

    async def close(self) -> None:
        """Hang up, after what is being done; the next use connects anew."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)

    def _run(self, work: Work[T]) -> T:
        with self._engine.begin() as connection:
            return _driven(work(cast("AsyncConnection", _Straight(connection))))


class _Straight:
    """A connection whose awaitables are done when they are made."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def execute(
        self,
        statement: Executable,
        parameters: Any = None,
        *,
        execution_options: CoreExecuteOptionsParameter | None = None,
    ) -> Any:
        """As ``AsyncConnection.execute``."""
        return self._connection.execute(statement, parameters, execution_options=execution_options)


def _driven(working: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that never has to wait."""
    try:
        working.send(None)
    except StopIteration as end:
        return cast("T", end.value)
    working.close()
    raise RuntimeError("work in one hop awaited something else than its connection")


def _engine(url: URL, *, writer: bool) -> Engine:
    """It connects at the first use; its connection stays in the one thread."""
    engine = create_engine(
        url.set(drivername="sqlite"),
        poolclass=StaticPool,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
    )
    tune_sqlite(engine, writer=writer)
    return engine
