"""What the loops take from the calls table: due calls, abandoned dials, calls to ask about."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from bot.calls.call import Attempt, Call
from bot.calls.states import State
from bot.calls.verdict import PASSING_HOLDS, Answer, Verdict
from bot.storage.database import Database
from bot.storage.dialects import database_clock
from bot.storage.ids import new_id
from bot.storage.rows import attempt_of, call_of
from bot.storage.steps import record
from bot.storage.tables import attempts, calls, posts

WE = "switchboard"
MOMENT = timedelta(seconds=1)


def claim(now: datetime, limit: int, worker: str) -> ReturningUpdate[tuple[object, ...]]:
    """Take due calls for this process; each is taken by exactly one."""
    due = (
        select(calls.c.id)
        .where(calls.c.state == State.SCHEDULED, calls.c.due <= now)
        .order_by(calls.c.due)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    return (
        update(calls)
        .where(calls.c.id == due.c.id)
        .values(
            state=State.DIALLING,
            rev=calls.c.rev + 1,
            attempts_made=calls.c.attempts_made + 1,
            changed_at=now,
            changed_by=WE,
            reason="",
            reason_code="",
        )
        .returning(calls)
    )


class Claims:
    """The part of ``calls.ports.Calls`` that the dialler and the watchers live on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim_due(
        self,
        now: datetime,
        *,
        worker: str,
        limit: int,
        lease: timedelta,
        judge: Callable[[Call], Verdict],
    ) -> Sequence[tuple[Call, Attempt]]:
        """Take due calls for this process and open their attempts, in one transaction.

        ``judge`` is asked about each inside that transaction: what it does not allow is moved,
        held or expired instead, and not returned.
        """
        taken = []
        async with self._database.write() as connection:
            rows = (await connection.execute(claim(now, limit, worker))).mappings().all()
            for row in rows:
                call = call_of(row)
                verdict = judge(call)
                if verdict.answer is not Answer.ALLOW:
                    await _set_aside(connection, call, verdict, now)
                    continue
                await record(
                    connection, row, before=State.SCHEDULED, by=WE, now=now, what="claimed", why=""
                )
                attempt = await self._open(connection, call, row["attempts_made"], worker, lease)
                taken.append((call, attempt))
        return sorted(taken, key=lambda pair: pair[0].due)

    async def next_due(self) -> datetime | None:
        """When the next scheduled call, or passing hold, falls due."""
        passing = (calls.c.state == State.HELD) & calls.c.reason_code.in_(PASSING_HOLDS)
        statement = (
            select(calls.c.due)
            .where((calls.c.state == State.SCHEDULED) | passing)
            .order_by(calls.c.due)
            .limit(1)
        )
        async with self._database.read() as connection:
            found: datetime | None = (await connection.execute(statement)).scalar_one_or_none()
        return found

    async def releasable(self, now: datetime, limit: int) -> Sequence[Call]:
        """Held calls whose next allowed minute has come."""
        statement = (
            select(calls)
            .where(calls.c.state == State.HELD, calls.c.due <= now)
            .where(calls.c.reason_code.in_(PASSING_HOLDS))
            .order_by(calls.c.due)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [call_of(row) for row in (await connection.execute(statement)).mappings()]

    async def recover(self, worker: str) -> None:
        """No other process can be alive (SQLite): what others held is free at once."""
        async with self._database.write() as connection:
            await connection.execute(
                update(attempts)
                .where(attempts.c.open, attempts.c.claimed_by != worker)
                .values(lease_until=database_clock(-MOMENT))
            )
            await connection.execute(update(posts).values(held_by=None, lease_until=None))

    async def abandoned(self, limit: int) -> Sequence[tuple[Call, Attempt]]:
        """Calls in mid-dial whose process let its lease run out."""
        statement = (
            select(calls, attempts)
            .join(attempts, attempts.c.call_id == calls.c.id)
            .where(calls.c.state == State.DIALLING, attempts.c.open)
            .where(attempts.c.lease_until < database_clock())
            .limit(limit)
        )
        return await self._pairs(statement)

    async def to_poll(self, now: datetime, limit: int) -> Sequence[tuple[Call, Attempt]]:
        """Calls about which the provider should be asked again: live, doubtful, or just ended."""
        statement = (
            select(calls, attempts)
            .join(attempts, attempts.c.call_id == calls.c.id)
            .where(attempts.c.next_poll <= now)
            .order_by(attempts.c.next_poll)
            .limit(limit)
        )
        return await self._pairs(statement)

    async def known_elsewhere(self, provider: str, provider_call_ids: Sequence[str]) -> set[str]:
        """Which of a provider's call ids belong to attempts already."""
        column = attempts.c.provider_call_id
        statement = select(column).where(
            attempts.c.provider == provider, column.in_(provider_call_ids)
        )
        async with self._database.read() as connection:
            return set((await connection.execute(statement)).scalars())

    async def _open(
        self, connection: AsyncConnection, call: Call, n: int, worker: str, lease: timedelta
    ) -> Attempt:
        values = {
            "id": new_id(), "call_id": call.id, "n": n, "open": True,
            "provider": call.request.provider, "claimed_by": worker, "claimed_at": call.changed_at,
            "lease_until": database_clock(lease), "answer": "", "detail": "", "raw_status": "",
            "currency": "USD", "checks": 0,
        }  # fmt: skip
        made = await connection.execute(insert(attempts).values(values).returning(attempts))
        return attempt_of(made.mappings().one())

    async def _pairs(self, statement: object) -> Sequence[tuple[Call, Attempt]]:
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()  # type: ignore[call-overload]  # a select of two tables
        width = len(calls.c)
        pairs = []
        for row in rows:
            first = dict(zip(calls.c.keys(), row[:width], strict=True))
            second = dict(zip(attempts.c.keys(), row[width:], strict=True))
            pairs.append((call_of(first), attempt_of(second)))
        return pairs


async def _set_aside(
    connection: AsyncConnection, call: Call, verdict: Verdict, now: datetime
) -> None:
    """What the rules do not allow now goes back, in the claim's own transaction."""
    to = State.EXPIRED if verdict.answer is Answer.EXPIRE else State.HELD
    statement = (
        update(calls)
        .where(calls.c.id == call.id)
        .values(
            state=to,
            reason=verdict.why,
            reason_code=verdict.code,
            due=verdict.next_start or call.due,
            attempts_made=calls.c.attempts_made - 1,  # it was never opened
        )
        .returning(calls)
    )
    row = (await connection.execute(statement)).mappings().one()
    await record(
        connection, row, before=State.SCHEDULED, by=WE, now=now, what=to.value, why=verdict.why
    )
