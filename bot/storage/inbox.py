"""Accepted Slack deliveries: committed before the acknowledgement, worked off once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, select, update

from bot.calls.inbox import GIVE_UP_AFTER, Delivery
from bot.calls.ports import Clock
from bot.storage.database import Database
from bot.storage.dialects import database_clock, insert_if_new
from bot.storage.group_commit import Prepared
from bot.storage.ids import new_id
from bot.storage.rows import delivery_of
from bot.storage.tables import inbox

KEPT = ("id", "team", "delivery_key", "kind", "body", "received_at", "failures", "held_by")
LEASE = timedelta(seconds=30)  # renewed while a delivery is being worked off
# A passing fault is over soon; an outage of Slack can last longer than a minute.
RETRY_AFTER, LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=5)


class InboxStore:
    """``calls.ports.Inbox`` on the database."""

    def __init__(self, database: Database, clock: Clock, worker: str) -> None:
        self._database = database
        self._clock = clock
        self._worker = worker
        # What an acknowledgement waits for, and what comes once for each.
        self._keep = Prepared(
            insert_if_new(inbox, database.dialect)
            .values(lease_until=database_clock(LEASE))
            .returning(inbox.c.id),
            columns=KEPT,
        )
        self._done = Prepared(
            update(inbox)
            .where(inbox.c.id == bindparam("delivery"))
            .values(done_at=bindparam("at"), held_by=None)
        )

    async def keep(self, team: str, key: str, kind: str, body: Mapping[str, Any]) -> str | None:
        """Commit a delivery and hold it for this process; ``None`` when it was already here."""
        row = {
            "id": new_id(),
            "team": team,
            "delivery_key": key,
            "kind": kind,
            "body": dict(body),
            "received_at": self._clock.now(),
            "failures": 0,
            "held_by": self._worker,
        }
        kept = await self._database.write_one(self._keep, row)
        return str(kept[0][0]) if kept else None

    async def done(self, delivery_id: str) -> None:
        """It is worked off."""
        facts = {"delivery": delivery_id, "at": self._clock.now()}
        await self._database.write_one(self._done, facts, hurry=False)

    async def failed(self, delivery_id: str, why: str) -> int:
        """It could not be worked off; how often that has happened by now."""
        this = update(inbox).where(inbox.c.id == delivery_id)
        counted = this.values(failures=inbox.c.failures + 1, last_failure=why, held_by=None)
        async with self._database.write() as connection:
            found = await connection.execute(counted.returning(inbox.c.failures))
            failures: int = found.scalar_one()
            pause = min(RETRY_AFTER * 2 ** (min(failures, 10) - 1), LONGEST_PAUSE)
            await connection.execute(this.values(lease_until=database_clock(pause)))
        return failures

    async def hold(self, delivery_ids: Collection[str]) -> None:
        """They are still being worked off here: nobody may take them over."""
        ours = inbox.c.id.in_(delivery_ids) & (inbox.c.held_by == self._worker)
        await self._set(ours, lease_until=database_clock(LEASE))

    async def take_over(self, limit: int) -> Sequence[Delivery]:
        """Deliveries whose process has died, or which failed a moment ago; held by this one now."""
        free = (
            select(inbox.c.id)
            .where(inbox.c.done_at.is_(None), inbox.c.failures < GIVE_UP_AFTER)
            .where(or_(inbox.c.lease_until.is_(None), inbox.c.lease_until < database_clock()))
            .order_by(inbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("free")
        )
        statement = (
            update(inbox)
            .where(inbox.c.id == free.c.id)
            .values(held_by=self._worker, lease_until=database_clock(LEASE))
            .returning(inbox)
        )
        async with self._database.write() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return sorted(map(delivery_of, rows), key=lambda delivery: delivery.id)

    async def let_go(self) -> int:
        """This process ends: what it leaves undone is free at once; how many."""
        ours = (inbox.c.held_by == self._worker) & inbox.c.done_at.is_(None)
        statement = update(inbox).where(ours).values(held_by=None, lease_until=None)
        async with self._database.write() as connection:
            return (await connection.execute(statement)).rowcount

    async def release_all(self) -> None:
        """Nobody else can hold anything: the file belongs to this process alone (SQLite)."""
        await self._set(inbox.c.done_at.is_(None), held_by=None, lease_until=None)

    async def waiting(self) -> int:
        """How many are not worked off."""
        statement = select(func.count()).where(inbox.c.done_at.is_(None))
        async with self._database.read() as connection:
            return int((await connection.execute(statement)).scalar_one())

    async def forget(self, before: datetime) -> int:
        """Delete what was worked off before that instant; how many."""
        async with self._database.write() as connection:
            result = await connection.execute(delete(inbox).where(inbox.c.done_at < before))
        return result.rowcount

    async def _set(self, which: ColumnElement[bool], **values: Any) -> None:
        async with self._database.write() as connection:
            await connection.execute(update(inbox).where(which).values(**values))
