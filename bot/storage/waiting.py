"""What waits in the calls table: whose calls are due, and when the next one will be."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import ColumnElement, RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calls.call import Call
from bot.calls.lanes import Lane
from bot.calls.pauses import PAUSED, Pause, pause_over
from bot.calls.verdict import PASSING_HOLDS
from bot.storage.bulk import count_due_in_bulk, first_due_in_bulk
from bot.storage.database import Database
from bot.storage.lanes import all_lanes
from bot.storage.pauses import all_pauses
from bot.storage.rows import call_of
from bot.storage.tables import HELD, SINGLE, calls

log = structlog.get_logger(__name__)

PASSING = calls.c.reason_code.in_(sorted(PASSING_HOLDS))
NOT_PAUSED = calls.c.reason_code != PAUSED


class Waiting:
    """The part of ``calls.ports.Calls`` that tells the dialler when there is something to do."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # Whose lane had no room at the last claim, and when it may have: for any call, and for
        # those of campaigns. It only tells this process how long to rest, so nobody shares it.
        self._full_until: dict[str, datetime] = {}
        self._full_for_bulk: dict[str, datetime] = {}
        self._made_lanes: set[str] = set()

    async def pauses(self) -> Sequence[Pause]:
        """What is paused."""
        return await self._database.look(all_pauses)

    async def due_providers(self, now: datetime) -> Sequence[str]:
        """Providers with scheduled calls that are due and not paused; single ones are held then."""
        moments = await self._database.look(_first_of_all)
        due = {provider for each in moments for provider, first in each.items() if first <= now}
        return sorted(due)

    async def kept_waiting(self, provider: str, now: datetime) -> int:
        """How many calls would go out at a provider now if it took them."""
        for_the_key = HELD & (calls.c.reason_code == "provider_credentials")
        due = SINGLE & (calls.c.due <= now)
        statement = select(func.count()).where(calls.c.provider == provider, due | for_the_key)
        async with self._database.read() as connection:
            single = (await connection.execute(statement)).scalar_one()
            return single + await count_due_in_bulk(connection, provider, now)

    async def next_due(self, besides: Collection[str] = ()) -> datetime | None:
        """When the next scheduled call, or passing hold, falls due and its lane may take it.

        Besides those of providers that take no more.
        """
        lanes, (single, bulk), held = await self._database.look(_whatever_waits)
        full, bulk_full = self._full_until.get, self._full_for_bulk.get
        lane = partial(_lane, lanes)
        moments = [
            _latest(due, full(provider), lane(provider).parked_until)
            for provider, due in single.items()
            if provider not in besides
        ]
        moments += [
            _latest(due, full(provider), bulk_full(provider), *_may_try(lane(provider)))
            for provider, due in bulk.items()
            if provider not in besides
        ]
        moments += [
            _latest(due, full(provider), *_may_try(lane(provider)))
            for provider, due in held.items()
            if provider not in besides
        ]
        return min(moments, default=None)

    async def releasable(self, now: datetime, limit: int) -> Sequence[Call]:
        """Held calls whose next allowed minute has come.

        Of a shut lane only one, the longest due, when its key may be tried again and no scheduled
        call is there to try it. What a pause holds waits for its end.
        """
        held = await self._database.look(partial(_releasable, now=now, limit=limit))
        return sorted(held, key=lambda call: call.due)[:limit]


async def _releasable(connection: AsyncConnection, *, now: datetime, limit: int) -> list[Call]:
    found: list[Call] = []
    pauses = await all_pauses(connection)
    held = await _first_held(connection, pauses)
    ready = [provider for provider, due in held.items() if due <= now]
    lanes = await all_lanes(connection) if ready else {}
    scheduled = await _first_due(connection, SINGLE) if ready else {}
    for provider in ready:
        lane, which = _lane(lanes, provider), _released(pauses, provider)
        room = limit if lane.shut_since is None else _tries(lane, scheduled, now)
        found += await _due_holds(connection, provider, now, which, room)
    return found


async def _first_of_all(
    connection: AsyncConnection,
) -> tuple[dict[str, datetime], dict[str, datetime]]:
    """The first due moment of each provider, of single calls and of those in campaigns."""
    return await _first_due(connection, SINGLE), await first_due_in_bulk(connection)


async def _whatever_waits(
    connection: AsyncConnection,
) -> tuple[
    Mapping[str, Lane], tuple[dict[str, datetime], dict[str, datetime]], dict[str, datetime]
]:
    """The lanes, what is scheduled, and what is held for a while."""
    held = await _first_held(connection, await all_pauses(connection))
    return await all_lanes(connection), await _first_of_all(connection), held


async def _first_held(connection: AsyncConnection, pauses: Sequence[Pause]) -> dict[str, datetime]:
    """The first due moment of each provider among the holds that may end by themselves."""
    if not pauses:
        return await _first_due(connection, HELD, PASSING)
    held = await _first_due(connection, HELD, PASSING, NOT_PAUSED)
    for provider, due in (
        await _first_due(connection, HELD, calls.c.reason_code == PAUSED)
    ).items():
        if not pause_over(pauses, provider):
            held[provider] = min(due, held.get(provider, due))
    return held


def _released(pauses: Sequence[Pause], provider: str) -> ColumnElement[bool]:
    """Which holds of a provider may end by themselves."""
    return PASSING & NOT_PAUSED if pause_over(pauses, provider) else PASSING


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
    connection: AsyncConnection,
    provider: str,
    now: datetime,
    which: ColumnElement[bool],
    limit: int,
) -> list[Call]:
    statement = (
        select(calls)
        .where(HELD, calls.c.provider == provider, calls.c.due <= now, which)
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


def _may_try(lane: Lane) -> tuple[datetime | None, datetime | None]:
    """When a lane may be used that is shut or parked."""
    return lane.probe_at, lane.parked_until


def _lane(lanes: Mapping[str, Lane], provider: str) -> Lane:
    return lanes.get(provider, Lane(provider))


def _latest(moment: datetime, *others: datetime | None) -> datetime:
    return max([moment, *(other for other in others if other is not None)])
