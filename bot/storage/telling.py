"""Whose turn it is to tell on-call staff something: a row, so that no two processes repeat it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.dialects import database_clock
from bot.storage.marks import drop_mark, mark_of, set_mark

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=25), timedelta(minutes=10)
OTHERS_WAIT = timedelta(minutes=1)  # longer than whoever began needs for its next try
FORGOTTEN = timedelta(hours=1)


class TellingStore:
    """``calls.telling.Turns`` on the database, by its own clock.

    A try whose answer was lost may have been read, so the process that began goes on: it knows whom
    it has reached. Another takes over when that one has been silent for longer than its pause.
    """

    def __init__(self, database: Database, worker: str) -> None:
        self._database = database
        self._worker = worker

    async def take(self, about: str) -> bool:
        """Whether this process may try now; ``False`` soon after a try of its own or another's."""
        async with self._database.write() as connection:
            now = await _now(connection)
            last = await mark_of(connection, _name(about))
            if last is not None and not self._may_try(last, now):
                return False
            lately = last is not None and _since(last, now) < FORGOTTEN
            tries = last["tries"] if last is not None and lately else 0
            facts = {"by": self._worker, "at": now.isoformat(), "tries": tries + 1}
            await set_mark(connection, _name(about), facts)
        return True

    async def done(self, about: str) -> None:
        """It was told."""
        async with self._database.write() as connection:
            await drop_mark(connection, _name(about))

    def _may_try(self, last: dict[str, Any], now: datetime) -> bool:
        wait: timedelta = min(FIRST_PAUSE * 2 ** min(last["tries"] - 1, 9), LONGEST_PAUSE)
        if last["by"] != self._worker:
            wait += OTHERS_WAIT
        return _since(last, now) >= wait


def _since(last: dict[str, Any], now: datetime) -> timedelta:
    return abs(now - datetime.fromisoformat(last["at"]))


async def _now(connection: AsyncConnection) -> datetime:
    moment: datetime = (await connection.execute(select(database_clock()))).scalar_one()
    return moment


def _name(about: str) -> str:
    return f"telling {about}"
