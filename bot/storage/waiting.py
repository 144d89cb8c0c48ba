"""What waits in the calls table: whose calls are due, and when the next one will be."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import ColumnElement, RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calls.call import Call
from bot.calls.lanes import Lane
from bot.calls.verdict import PASSING_HOLDS
from bot.storage.database import Database
from bot.storage.lanes import all_lanes
from bot.storage.rows import call_of
from bot.storage.tables import HELD, SCHEDULED, calls

log = structlog.get_logger(__name__)

PASSING = calls.c.reason_code.in_(sorted(PASSING_HOLDS))


class Waiting:
    """The part of ``calls.ports.Calls`` that tells the dialler when there is something to do."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # Whose lane had no room at the last claim, and when it may have. It only tells this
        # process how long to rest, so nobody shares it.
        self._full_until: dict[str, datetime] = {}

    async def due_providers(self, now: datetime) -> Sequence[str]:
        """Providers with scheduled calls that are due."""
        async with self._database.read() as connection:
            scheduled = await _first_due(connection, SCHEDULED)
        return [provider for provider, due in scheduled.items() if due <= now]

    async def kept_waiting(self, provider: str, now: datetime) -> int:
        """How many calls would go out at a provider now if it took them."""
        for_the_key = HELD & (calls.c.reason_code == "provider_credentials")
        statement = select(func.count()).where(
            calls.c.provider == provider, (SCHEDULED & (calls.c.due <= now)) | for_the_key
        )
        async with self._database.read() as connection:
            return (await connection.execute(statement)).scalar_one()

    async def next_due(self) -> datetime | None:
        """When the next scheduled call, or passing hold, falls due and its lane may take it."""
        async with self._database.read() as connection:
            lanes = await all_lanes(connection)
            scheduled = await _first_due(connection, SCHEDULED)
            held = await _first_due(connection, HELD, PASSING)
        full, lane = self._full_until.get, partial(_lane, lanes)
        moments = [
            _latest(due, full(provider), lane(provider).parked_until)
            for provider, due in scheduled.items()
        ]
        moments += [
            _latest(due, full(provider), lane(provider).probe_at, lane(provider).parked_until)
            for provider, due in held.items()
        ]
        return min(moments, default=None)

    async def releasable(self, now: datetime, limit: int) -> Sequence[Call]:
        """Held calls whose next allowed minute has come.

        Of a shut lane only one, the longest due, when its key may be tried again and no scheduled
        call is there to try it.
        """
        found: list[Call] = []
        async with self._database.read() as connection:
            held = await _first_due(connection, HELD, PASSING)
            ready = [provider for provider, due in held.items() if due <= now]
            lanes = await all_lanes(connection) if ready else {}
            scheduled = await _first_due(connection, SCHEDULED) if ready else {}
            for provider in ready:
                lane = _lane(lanes, provider)
                room = limit if lane.shut_since is None else _tries(lane, scheduled, now)
                found += await _due_holds(connection, provider, now, room)
        return sorted(found, key=lambda call: call.due)[:limit]


async def _first_due(
    connection: AsyncConnection, which: ColumnElement[bool], *more: ColumnElement[bool]
) -> dict[str, datetime]:
    """The first due moment of each provider: a leap through the index, whatever the backlog.

    ``which`` has a partial index by provider; ``more`` narrows down its calls.
    """
    provider, due = calls.c.provider, calls.c.due
    found = select(func.min(provider).label("provider")).where(which).cte("found", recursive=True)
    following = select(func.min(provider)).where(which, provider > found.c.provider)
    found = found.union_all(
        select(following.scalar_subquery()).where(found.c.provider.is_not(None))
    )
    first = select(due).where(which, provider == found.c.provider, *more).order_by(due).limit(1)
    statement = select(found.c.provider, first.scalar_subquery().label("due"))
    rows = await connection.execute(statement.where(found.c.provider.is_not(None)))
    return {row.provider: row.due for row in rows if row.due is not None}


async def _due_holds(
    connection: AsyncConnection, provider: str, now: datetime, limit: int
) -> list[Call]:
    statement = (
        select(calls)
        .where(HELD, calls.c.provider == provider, calls.c.due <= now, PASSING)
        .order_by(calls.c.due)
        .limit(limit)
    )
    found = (await connection.execute(statement)).mappings()
    return [call for row in found if (call := _readable(row)) is not None]


def _readable(row: RowMapping) -> Call | None:
    """One call that cannot be read holds no other back."""
    try:
        return call_of(row)
    except Exception:
        log.exception("call_not_readable", call_id=row["id"])
        return None


def _tries(lane: Lane, scheduled: Mapping[str, datetime], now: datetime) -> int:
    """How many held calls of a shut lane may go and try its key: one or none."""
    first = scheduled.get(lane.provider)
    already_there = first is not None and first <= now
    return 0 if already_there or _latest(now, lane.probe_at) > now else 1


def _lane(lanes: Mapping[str, Lane], provider: str) -> Lane:
    return lanes.get(provider, Lane(provider))


def _latest(moment: datetime, *others: datetime | None) -> datetime:
    return max([moment, *(other for other in others if other is not None)])
