"""Lanes as rows: the rate, the pauses and the refused keys of each provider, for all processes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calls.lanes import NO_WAIT, Lane, Tale
from bot.storage.bucket import Bucket, bucket
from bot.storage.database import Database
from bot.storage.dialects import insert_if_new
from bot.storage.tables import lanes


class LaneStore:
    """``calls.lanes.Lanes`` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Mapping[str, Lane]:
        """Every lane that was ever used, by provider."""
        async with self._database.read() as connection:
            return await all_lanes(connection)

    async def take(
        self, provider: str, per_minute: int, now: datetime, *, spare: int = 0
    ) -> timedelta:
        """Leave for one request: no wait when it may be made now, else how long to wait.

        A bucket: never more than ``per_minute`` in any minute, for all processes together.
        ``spare`` requests are left to those who dial, as far as the bucket can hold them.
        """
        async with self._database.write() as connection:
            row = await locked_lane(connection, self._database.dialect, provider)
            if row["parked_until"] is not None and row["parked_until"] > now:
                pause: timedelta = row["parked_until"] - now
                return pause
            wait = bucket_of(row, per_minute, now).wait_for(1 + spare)
            await spend(connection, row, 0 if wait else 1, per_minute, now)
        return wait or NO_WAIT

    async def park(self, provider: str, until: datetime) -> None:
        """Nobody dials or asks before that; an earlier end never shortens a pause."""
        async with self._database.write() as connection:
            row = await locked_lane(connection, self._database.dialect, provider)
            if row["parked_until"] is None or row["parked_until"] < until:
                await set_lane(connection, provider, parked_until=until)

    async def shut(self, provider: str, *, why: str, now: datetime, probe_at: datetime) -> bool:
        """The key is refused; whether the lane was open until now.

        On-call staff who still believe it shut, from the last time, need not be told again.
        """
        news: dict[str, Any] = {"shut_why": why, "probe_at": probe_at}
        async with self._database.write() as connection:
            row = await locked_lane(connection, self._database.dialect, provider)
            was_open = row["shut_since"] is None
            if was_open:
                untold = row["to_tell"] == Tale.OPEN
                news |= {"shut_since": now, "to_tell": None if untold else Tale.SHUT}
            await set_lane(connection, provider, **news)
        return was_open

    async def reopen(self, provider: str) -> bool:
        """The key is taken again; whether the lane was shut."""
        async with self._database.write() as connection:
            row = await locked_lane(connection, self._database.dialect, provider)
            if row["shut_since"] is None:
                return False
            tale = None if row["to_tell"] == Tale.SHUT else Tale.OPEN
            await set_lane(
                connection, provider, shut_since=None, shut_why="", probe_at=None, to_tell=tale
            )
        return True

    async def told(self, provider: str, tale: Tale) -> None:
        """On-call staff know. What has changed while they were told is to be told next."""
        async with self._database.write() as connection:
            row = await locked_lane(connection, self._database.dialect, provider)
            stands = Tale.OPEN if row["shut_since"] is None else Tale.SHUT
            await set_lane(connection, provider, to_tell=None if tale is stands else stands)


async def all_lanes(connection: AsyncConnection) -> dict[str, Lane]:
    """Every lane, by provider."""
    rows = (await connection.execute(select(lanes))).mappings()
    return {row["provider"]: _lane_of(row) for row in rows}


async def locked_lane(connection: AsyncConnection, dialect: str, provider: str) -> RowMapping:
    """The lane's row, new if need be; nobody else changes it until the transaction ends."""
    statement = select(lanes).where(lanes.c.provider == provider).with_for_update()
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is not None:
        return row
    await connection.execute(insert_if_new(lanes, dialect).values(provider=provider))
    return (await connection.execute(statement)).mappings().one()


async def set_lane(connection: AsyncConnection, provider: str, **values: Any) -> None:
    """Change a lane's row."""
    await connection.execute(update(lanes).where(lanes.c.provider == provider).values(**values))


def bucket_of(row: RowMapping, per_minute: int, now: datetime) -> Bucket:
    """A lane's bucket as it is now."""
    return bucket(row["level"], row["level_at"], per_minute, now)


async def spend(
    connection: AsyncConnection, row: RowMapping, requests: int, per_minute: int, now: datetime
) -> None:
    """Take that many out of a locked lane's bucket; none changes it only after a clock's leap."""
    left = bucket_of(row, per_minute, now).less(requests)
    leapt = row["level_at"] is not None and left.at < row["level_at"]
    if requests or leapt:
        await set_lane(connection, row["provider"], level=left.level, level_at=left.at)


def _lane_of(row: RowMapping) -> Lane:
    names = ("provider", "shut_since", "shut_why", "probe_at", "parked_until")
    tale = Tale(row["to_tell"]) if row["to_tell"] else None
    return Lane(**{name: row[name] for name in names}, to_tell=tale)
