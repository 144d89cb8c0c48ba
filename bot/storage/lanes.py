"""Lanes as rows: the rate, the pauses and the refused keys of each provider, for all processes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calls.lanes import NO_WAIT, Lane, Tale
from bot.storage.bucket import Bucket, bucket
from bot.storage.database import Database
from bot.storage.dialects import insert_if_new
from bot.storage.tables import lanes

LONGEST_PAUSE = timedelta(hours=1)  # no provider is believed to ask for more
TELLING = 7_364_202  # any number nobody else uses for an advisory lock in this database


class LaneStore:
    """``calls.lanes.Lanes`` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Mapping[str, Lane]:
        """Every lane that was ever used, by provider."""
        return await self._database.look(all_lanes)

    async def take(
        self, provider: str, per_minute: int, now: datetime, *, spare: int = 0
    ) -> timedelta:
        """Leave for one request: no wait when it may be made now, else how long to wait.

        A bucket: never more than ``per_minute`` in any minute, for all processes together.
        Questions have a third of it to themselves, so that dials can't silence them; of the rest
        they leave ``spare`` requests to those who dial, as far as the bucket can hold them.
        """

        async def ask(connection: AsyncConnection) -> timedelta:
            row = await locked_lane(connection, self._database.dialect, provider)
            if (parked := parked_until(row, now)) is not None:
                return parked - now
            return await _leave(connection, row, per_minute, now, spare)

        return await self._database.transact(ask)

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

    @asynccontextmanager
    async def telling(self, provider: str) -> AsyncIterator[Lane | None]:
        """The lane as it stands, for the one process that tells of it; ``None`` for all others.

        Held until the end, or until the process dies. Nobody who dials waits for it.
        """
        async with self._database.read() as connection:
            if not await _is_first(connection, self._database.dialect, provider):
                yield None
                return
            yield (await all_lanes(connection)).get(provider, Lane(provider))

    async def told(self, provider: str, tale: Tale) -> None:
        """On-call staff know. What has changed while they were told is to be told next."""
        async with self._database.write() as connection:
            row = await locked_lane(connection, self._database.dialect, provider)
            stands = Tale.OPEN if row["shut_since"] is None else Tale.SHUT
            await set_lane(connection, provider, to_tell=None if tale is stands else stands)


async def _leave(
    connection: AsyncConnection, row: RowMapping, per_minute: int, now: datetime, spare: int
) -> timedelta:
    waits = []
    for rate, least in ((Rate.of_questions(per_minute), 1), (Rate(per_minute), 1 + spare)):
        if rate.per_minute == 0:
            continue
        wait = bucket_of(row, rate, now).wait_for(least)
        await spend(connection, row, 0 if wait else 1, rate, now)
        if not wait:
            return NO_WAIT
        waits.append(wait)
    return min(waits)


async def all_lanes(connection: AsyncConnection) -> dict[str, Lane]:
    """Every lane, by provider."""
    rows = (await connection.execute(select(lanes))).mappings()
    return {row["provider"]: _lane_of(row) for row in rows}


async def _is_first(connection: AsyncConnection, dialect: str, provider: str) -> bool:
    if dialect == "sqlite":
        return True  # one process, and it tells one thing after the other
    lock = func.pg_try_advisory_xact_lock(TELLING, func.hashtext(provider))
    return bool((await connection.execute(select(lock))).scalar_one())


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


def parked_until(row: RowMapping, now: datetime) -> datetime | None:
    """The end of a pause that is still on; one too long was set by a clock that was wrong."""
    until: datetime | None = row["parked_until"]
    return until if until is not None and now < until <= now + LONGEST_PAUSE else None


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of an account's requests a minute, and the columns its bucket is kept in."""

    whole: int  # requests a minute of the account
    for_questions: bool = False

    @classmethod
    def of_questions(cls, whole: int) -> "Rate":
        """The third that nobody dials with."""
        return cls(whole, for_questions=True)

    @property
    def per_minute(self) -> int:
        """The share."""
        third = self.whole // 3
        return third if self.for_questions else self.whole - third

    @property
    def columns(self) -> tuple[str, str]:
        """Of the level and of its moment."""
        return ("asked_level", "asked_at") if self.for_questions else ("level", "level_at")


def bucket_of(row: RowMapping, rate: Rate, now: datetime) -> Bucket:
    """A lane's bucket as it is now."""
    level, at = rate.columns
    return bucket(row[level], row[at], rate.per_minute, now)


async def spend(
    connection: AsyncConnection, row: RowMapping, requests: int, rate: Rate, now: datetime
) -> None:
    """Take that many out of a locked lane's bucket; none changes it only after a clock's leap."""
    left, (level, at) = bucket_of(row, rate, now).less(requests), rate.columns
    leapt = row[at] is not None and left.at < row[at]
    if requests or leapt:
        await set_lane(connection, row["provider"], **{level: left.level, at: left.at})


def _lane_of(row: RowMapping) -> Lane:
    names = ("provider", "shut_since", "shut_why", "probe_at", "parked_until")
    tale = Tale(row["to_tell"]) if row["to_tell"] else None
    return Lane(**{name: row[name] for name in names}, to_tell=tale)
