"""Makes sure that nobody serves from a database while it is moved, marked or filled."""

import asyncio
from types import TracebackType
from typing import Any

from sqlalchemy import event, text

from bot.calls.errors import StoreAway
from bot.storage.database import Database, NotUsable
from bot.storage.lock import FileLock, InUse

LOOKS, BETWEEN_LOOKS = 3, 0.5  # seconds
SESSIONS = text(
    "SELECT pid, coalesce(nullif(application_name, ''), 'no name') AS name FROM pg_stat_activity "
    "WHERE datname = current_database() AND usesysid IS NOT NULL"
)


class Alone:
    """Sole use of a database from ``async with`` to its end. ``database`` is new: not used yet.

    A SQLite file is locked, so nobody can come later. PostgreSQL has no such lock: who is
    connected is seen, and ``check`` looks once more. ``name`` is what its operator calls it.
    """

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self._name = name
        self._lock = FileLock(database.url) if database.dialect == "sqlite" else None
        self._ours: set[int] = set()
        if self._lock is None:
            event.listen(database.engine.sync_engine, "connect", self._note)

    async def __aenter__(self) -> "Alone":
        """Raises ``NotUsable`` when somebody else is there."""
        if self._lock is None:
            await self.check()
            return self
        try:
            self._lock.take()
        except InUse:
            raise InUse(
                f"A Switchboard runs on the database of {self._name}. {HOW} Nothing was changed."
            ) from None
        except NotUsable as error:
            raise NotUsable(str(error).replace("DATABASE_URL", self._name)) from None
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._lock is not None:
            self._lock.release()

    async def check(self) -> None:
        """Raises ``NotUsable`` when another session is connected; a locked file needs no look."""
        if self._lock is not None:
            return
        others = await self._others()
        for _ in range(LOOKS):  # the session of a program that was killed lives a moment longer
            if others:
                await asyncio.sleep(BETWEEN_LOOKS)
                others = await self._others()
        if others:
            raise NotUsable(
                f"Somebody else is connected to the database of {self._name} "
                f"({'; '.join(others)}). {HOW} Close other programs that use it, too. Nothing was "
                "moved."
            )

    async def _others(self) -> list[str]:
        """The names of all sessions but ours."""
        try:
            async with self._database.read() as connection:
                sessions = (await connection.execute(SESSIONS)).all()
        except StoreAway as error:
            raise NotUsable(
                f"The database of {self._name} does not answer: {error}. Nothing was changed."
            ) from error
        others = [row for row in sessions if row.pid not in self._ours]
        return [f"{row.name}, process {row.pid}" for row in others]

    def _note(self, connection: Any, record: object) -> None:
        self._ours.add(connection.driver_connection.get_server_pid())


HOW = (
    "Stop the bot first, move, and start it with the new DATABASE_URL: whatever it accepted is in "
    "the database and moves along; a command typed meanwhile is answered with an error by Slack."
)
