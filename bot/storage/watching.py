"""What the watchers take from the attempts: abandoned dials, calls to ask about, news of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calls.call import Attempt, Call
from bot.calls.states import OPEN, TERMINAL, State
from bot.storage.database import Database
from bot.storage.dialects import database_clock
from bot.storage.rows import attempt_of, call_of
from bot.storage.tables import attempts, calls, posts

MOMENT = timedelta(seconds=1)
# Whoever moves a call, or is told of it, sets its next look anew: what was read before that is old.
AS_READ = (
    attempts.c.id == bindparam("attempt_id"),
    attempts.c.next_poll.is_not_distinct_from(
        bindparam("was_to_be_polled", type_=attempts.c.next_poll.type)
    ),
)
Note = tuple[Attempt, Mapping[str, Any], datetime | None]


class Watching:
    """The part of ``calls.ports.Calls`` that the watchers of calls live on."""

    _database: Database

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

    async def to_poll(
        self,
        now: datetime,
        limit: int,
        provider: str | None = None,
        states: Collection[State] = OPEN | TERMINAL,
    ) -> Sequence[tuple[Call, Attempt]]:
        """Calls in those states about which the provider should be asked again, by their last try.

        All providers', or one's.
        """
        statement = (
            select(calls, attempts)
            .join(attempts, attempts.c.call_id == calls.c.id)
            .where(attempts.c.next_poll <= now, attempts.c.n == calls.c.attempts_made)
            .where(calls.c.state.in_(sorted(states)))
            .order_by(attempts.c.next_poll)
            .limit(limit)
        )
        if provider is not None:
            statement = statement.where(attempts.c.provider == provider)
        return await self._pairs(statement)

    async def known_elsewhere(self, provider: str, provider_call_ids: Sequence[str]) -> set[str]:
        """Which of a provider's call ids belong to attempts already."""
        column = attempts.c.provider_call_id
        statement = select(column).where(
            attempts.c.provider == provider, column.in_(provider_call_ids)
        )
        found = await self._database.rows(statement)
        return {row["provider_call_id"] for row in found}

    async def rivals(
        self, call: Call, attempt: Attempt, *, within: timedelta, with_id: bool = False
    ) -> int:
        """Other attempts at that number and provider of which no id there is known (yet).

        Only those claimed that little before or after, unless it is certain that they were not
        placed; each may have a record of its own there, also when a person has closed its call.
        ``with_id`` counts those of which an id is known, too.
        """
        near = (attempt.claimed_at - within, attempt.claimed_at + within)
        nameless = attempts.c.provider_call_id.is_(None)
        statement = (
            select(func.count().label("count"))
            .select_from(attempts.join(calls, attempts.c.call_id == calls.c.id))
            .where(calls.c.number == call.request.number, attempts.c.provider == attempt.provider)
            .where(attempts.c.claimed_at.between(*near), attempts.c.id != attempt.id)
            .where(attempts.c.answer != "not_placed", true() if with_id else nameless)
        )
        (found,) = await self._database.rows(statement)
        return int(found["count"])

    async def note(
        self, attempt: Attempt, facts: Mapping[str, Any], *, next_poll: datetime | None
    ) -> None:
        """Facts about an attempt that change no state, and when to ask about it next.

        Nothing, when its next look was set by somebody else since it was read.
        """
        await self.note_all([(attempt, facts, next_poll)])

    async def note_all(self, notes: Sequence[Note]) -> None:
        """``note`` for many attempts in one transaction."""
        if not notes:
            return
        await self._database.transact(partial(_note_all, notes=notes))

    async def _pairs(self, statement: Select[Any]) -> Sequence[tuple[Call, Attempt]]:
        async def found(connection: AsyncConnection) -> Sequence[Row[Any]]:
            rows: Sequence[Row[Any]] = (await connection.execute(statement)).all()
            return rows

        return [pair_of(row) for row in await self._database.look(found)]


async def _note_all(connection: AsyncConnection, *, notes: Sequence[Note]) -> None:
    for names, rows in _by_facts(notes).items():
        facts = {name: bindparam(f"new_{name}", type_=attempts.c[name].type) for name in names}
        await connection.execute(update(attempts).where(*AS_READ).values(facts), rows)


def pair_of(row: Sequence[Any]) -> tuple[Call, Attempt]:
    """A row that begins with the columns of ``calls`` and then ``attempts``."""
    width, both = len(calls.c), len(calls.c) + len(attempts.c)
    call = dict(zip(calls.c.keys(), row[:width], strict=True))
    attempt = dict(zip(attempts.c.keys(), row[width:both], strict=True))
    return call_of(call), attempt_of(attempt)


def _by_facts(notes: Sequence[Note]) -> Mapping[tuple[str, ...], list[dict[str, Any]]]:
    """One statement for all notes that tell the same facts; in the order of their attempts.

    Two processes that write the same rows in different orders would wait for each other.
    """
    rows: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for attempt, facts, next_poll in sorted(notes, key=lambda note: note[0].id):
        told = {**facts, "next_poll": next_poll}
        row = {"attempt_id": attempt.id, "was_to_be_polled": attempt.next_poll}
        row |= {f"new_{name}": told[name] for name in told}
        rows[tuple(sorted(told))].append(row)
    return rows
