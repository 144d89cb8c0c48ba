"""What stands still, in one look; and what on-call staff were told of it."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calls.lanes import NO_LIMITS, Limits
from bot.calls.patience import NEWS, OVERDUE, PATIENCE, Look, Standing, Told
from bot.storage.database import Database
from bot.storage.lanes import TELLING, Rate, all_lanes, bucket_of
from bot.storage.marks import set_mark
from bot.storage.room import calls_on_the_line
from bot.storage.standing_rows import deliveries, messages, overdue, unchanged, unmatched_news
from bot.storage.tables import house, lanes

TOLD = "standing_told"  # the mark
FINDERS = (unchanged, overdue, messages, deliveries)


class StandingStore:
    """``calls.patience.Standstills`` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self, now: datetime, limits: Mapping[str, Limits]) -> Look:
        """Everything at once; a few reads by index."""
        counts, things = dict.fromkeys(PATIENCE, 0), list[Standing]()
        async with self._database.read() as connection:
            for find in FINDERS:
                found, more = await find(connection, now)
                things += found
                counts |= more
            counts[NEWS] = await unmatched_news(connection, now)
            names = {each.provider for each in things if each.kind in OVERDUE}
            late = {name: limits.get(name, NO_LIMITS) for name in names}
            return Look(
                at=now,
                things=sorted(things, key=lambda each: each.since),
                counts=counts,
                lanes=await all_lanes(connection) if late else {},
                full=await _full(connection, now, late),
                spent=await _spent(connection, now, late),
            )

    async def told(self) -> Told:
        """What on-call staff know."""
        async with self._database.read() as connection:
            return await _told(connection)

    @asynccontextmanager
    async def telling(self) -> AsyncIterator[Told | None]:
        """The same, for the one process that tells them now; ``None`` for all others.

        Held until the end, or until the process dies.
        """
        async with self._database.read() as connection:
            if self._database.dialect != "sqlite":  # there only one process is alive
                lock = func.pg_try_advisory_xact_lock(TELLING, func.hashtext(TOLD))
                if not (await connection.execute(select(lock))).scalar_one():
                    yield None
                    return
            yield await _told(connection)

    async def tell(self, told: Told) -> None:
        """They know that from now on."""
        facts = {
            "alerted": _iso(told.alerted),
            "names": sorted(told.names),
            "seen": _iso(told.seen),
        }
        async with self._database.write() as connection:
            await set_mark(connection, TOLD, facts)


async def _told(connection: AsyncConnection) -> Told:
    value = await connection.execute(select(house.c.value).where(house.c.name == TOLD))
    kept = value.scalar_one_or_none()
    if kept is None:
        return Told()
    facts = json.loads(kept)
    names = frozenset(map(str, facts["names"]))
    return Told(_instant(facts["alerted"]), names, _instant(facts["seen"]))


async def _full(
    connection: AsyncConnection, now: datetime, late: Mapping[str, Limits]
) -> frozenset[str]:
    """Providers that have as many calls on the line as they take."""
    return frozenset(
        [
            name
            for name, limits in late.items()
            if limits.live_calls is not None
            and await calls_on_the_line(connection, name, now) >= limits.live_calls
        ]
    )


async def _spent(
    connection: AsyncConnection, now: datetime, late: Mapping[str, Limits]
) -> frozenset[str]:
    """Providers that were asked for as much as they take in a minute."""
    rows = await connection.execute(select(lanes).where(lanes.c.provider.in_(sorted(late))))
    rates = {name: limits.per_minute for name, limits in late.items()}
    return frozenset(
        row["provider"]
        for row in rows.mappings()
        if (rate := rates[row["provider"]]) is not None
        and not bucket_of(row, Rate(rate), now).whole
    )


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
