"""Calls of campaigns: whose are due, and how they share what the single calls leave of a lane."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, RowMapping, case, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calls.pauses import pause_over
from bot.storage.pauses import all_pauses
from bot.storage.room import campaigns_on_the_line
from bot.storage.tables import BULK, RUNNING, calls, campaigns


@dataclass(frozen=True, slots=True)
class Queue:
    """A campaign with calls that are due at a provider, and how many of them may go now."""

    campaign: str
    at_once: int | None
    calls: int


async def due_in_bulk(
    connection: AsyncConnection, provider: str, now: datetime, room: int
) -> Sequence[RowMapping]:
    """The due calls that campaigns may have dialled now, an equal share each; locked.

    At most ``room``. Whoever was served least recently comes first.
    """
    locked = await _locked(connection, await _waiting(connection, provider, now, room))
    pauses = await all_pauses(connection)  # read now: whoever pauses a campaign locks it, too
    unpaused = [each for each in locked if not pause_over(pauses, provider, each.campaign)]
    taken, served = shares(room, await _within_caps(connection, unpaused, now))
    rows: list[RowMapping] = []
    for campaign, count in taken.items():
        rows += await _due(connection, campaign, provider, now, count)
    await _note_turns(connection, served)
    return rows


def shares(room: int, waiting: Mapping[str, int]) -> tuple[dict[str, int], list[str]]:
    """How many each may have, given one by one in turn; and the order in which they come next.

    ``waiting`` in the order of turns. The second are those that got any: who got one last is last.
    """
    taken, left = Counter[str](), {name: count for name, count in waiting.items() if count > 0}
    turns: list[str] = []
    while left and room > 0:
        for name in list(left)[:room]:
            taken[name] += 1
            left[name] -= 1
            turns.append(name)
        room -= min(len(left), room)
        left = {name: count for name, count in left.items() if count}
    last = {name: turn for turn, name in enumerate(turns)}
    return dict(taken), sorted(last, key=lambda name: last[name])


async def count_due_in_bulk(connection: AsyncConnection, provider: str, now: datetime) -> int:
    """How many calls of running campaigns are due at a provider."""
    statement = (
        select(func.count())
        .select_from(campaigns)
        .join(calls, calls.c.campaign == campaigns.c.id)
        .where(RUNNING, BULK, calls.c.provider == provider, calls.c.due <= now)
    )
    return int((await connection.execute(statement)).scalar_one())


async def _waiting(
    connection: AsyncConnection, provider: str, now: datetime, room: int
) -> Sequence[Queue]:
    """Running campaigns with due calls at that provider, in turn; no more calls than ``room``."""
    some = (
        select(calls.c.id)
        .where(BULK, calls.c.campaign == campaigns.c.id)
        .where(calls.c.provider == provider, calls.c.due <= now)
        .limit(room)
        .correlate(campaigns)
        .subquery()
    )
    count = select(func.count()).select_from(some).correlate(campaigns).scalar_subquery()
    statement = select(campaigns.c.id, campaigns.c.at_once, count.label("calls")).where(RUNNING)
    rows = await connection.execute(statement.order_by(campaigns.c.served, campaigns.c.id))
    return [Queue(row.id, row.at_once, row.calls) for row in rows if row.calls]


async def _locked(connection: AsyncConnection, waiting: Sequence[Queue]) -> Sequence[Queue]:
    """Those that still run, once nobody else who changes them is under way.

    Locked in the order of their ids, since a claim for another provider may want the same.
    """
    if not waiting:
        return ()
    ids = [each.campaign for each in waiting]
    statement = select(campaigns.c.id).where(RUNNING, campaigns.c.id.in_(ids))
    locked = statement.order_by(campaigns.c.id).with_for_update()
    running = set((await connection.execute(locked)).scalars())
    return [each for each in waiting if each.campaign in running]


async def _within_caps(
    connection: AsyncConnection, waiting: Sequence[Queue], now: datetime
) -> dict[str, int]:
    """How many calls of each may go now, by its own cap of calls at once, if it has one."""
    capped = any(each.at_once is not None for each in waiting)
    live = await campaigns_on_the_line(connection, now) if capped else Counter()
    return {
        each.campaign: each.calls
        if each.at_once is None
        else min(each.calls, max(each.at_once - live[each.campaign], 0))
        for each in waiting
    }


async def _due(
    connection: AsyncConnection, campaign: str, provider: str, now: datetime, limit: int
) -> Sequence[RowMapping]:
    """The longest due first; locked, without those that somebody is changing now."""
    statement = (
        select(calls)
        .where(BULK, calls.c.campaign == campaign)
        .where(calls.c.provider == provider, calls.c.due <= now)
        .order_by(calls.c.due, calls.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await connection.execute(statement)).mappings().all()


async def _note_turns(connection: AsyncConnection, served: Sequence[str]) -> None:
    """They come after everybody else next time, in that order.

    A number, not a moment: machines' clocks differ, and two turns may fall into one instant.
    """
    if not served:
        return
    newest = select(func.max(campaigns.c.served))
    before = int((await connection.execute(newest)).scalar_one())
    turns = {name: literal(before + turn, BigInteger) for turn, name in enumerate(served, start=1)}
    statement = update(campaigns).where(campaigns.c.id.in_(served))
    await connection.execute(statement.values(served=case(turns, value=campaigns.c.id)))


async def first_due_in_bulk(connection: AsyncConnection) -> dict[str, datetime]:
    """The first due moment of each provider among the running campaigns that are not paused.

    A leap through the index for each campaign, whatever the backlog.
    """
    pauses = await all_pauses(connection)
    provider, due = calls.c.provider, calls.c.due
    at_first = select(func.min(provider)).where(BULK, calls.c.campaign == campaigns.c.id)
    seed = select(campaigns.c.id, at_first.scalar_subquery().label("provider")).where(RUNNING)
    found = seed.cte("found", recursive=True)
    following = (
        select(func.min(provider))
        .where(BULK, calls.c.campaign == found.c.id, provider > found.c.provider)
        .scalar_subquery()
    )
    found = found.union_all(select(found.c.id, following).where(found.c.provider.is_not(None)))
    first = (
        select(due)
        .where(BULK, calls.c.campaign == found.c.id, provider == found.c.provider)
        .order_by(due)
        .limit(1)
        .scalar_subquery()
    )
    statement = select(found.c.id, found.c.provider, first.label("due"))
    rows = await connection.execute(statement.where(found.c.provider.is_not(None)))
    moments: dict[str, datetime] = {}
    for row in rows:
        if row.due is not None and not pause_over(pauses, row.provider, row.id):
            moments[row.provider] = min(row.due, moments.get(row.provider, row.due))
    return moments
