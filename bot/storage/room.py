"""How many calls a provider's lane takes now: any, and those of campaigns."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, RowMapping, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calls.lanes import NO_WAIT, Limits
from bot.calls.states import State
from bot.storage.lanes import Rate, bucket_of
from bot.storage.tables import attempts, calls

LONGEST_CALL = timedelta(hours=2)  # no provider lets a call last longer
DOUBT_COUNTS_FOR = timedelta(hours=1)  # then an unsure call is no longer taken to be on the line
LINE_MAY_BE_FREE = timedelta(seconds=1)
UNLIMITED = 1_000_000_000
TENTH = 10
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Room:
    """How many calls a lane takes now, of any kind and of campaigns; and when it may take more."""

    calls: int
    bulk: int
    wait: timedelta = LINE_MAY_BE_FREE
    bulk_wait: timedelta = LINE_MAY_BE_FREE


def reserve(cap: int) -> int:
    """What of a cap bulk leaves free, so that a single call goes out at once meanwhile.

    A tenth: more would slow bulk down for calls that are few, and less would be nothing on most
    accounts. A cap of one is not divided.
    """
    return max(cap // TENTH, 1) if cap > 1 else 0


async def room_of(
    connection: AsyncConnection, lane: RowMapping, limits: Limits, now: datetime
) -> Room:
    """What the lane takes now. Bulk leaves a reserve, but for the one that tries a refused key."""
    free = [(1, 0)] if lane["shut_since"] is not None else []
    wait = bulk_wait = NO_WAIT
    if limits.live_calls is not None:
        busy = await calls_on_the_line(connection, lane["provider"], now)
        free.append((limits.live_calls - busy, reserve(limits.live_calls)))
    if limits.per_minute is not None:
        bucket = bucket_of(lane, Rate(limits.per_minute), now)
        free.append((bucket.whole, kept := reserve(bucket.size)))
        wait, bulk_wait = bucket.wait_for(1), bucket.wait_for(1 + kept)
    return Room(
        max(min((room for room, _ in free), default=UNLIMITED), 0),
        max(min((room - kept for room, kept in free), default=UNLIMITED), 0),
        wait or LINE_MAY_BE_FREE,
        bulk_wait or LINE_MAY_BE_FREE,
    )


async def calls_on_the_line(connection: AsyncConnection, provider: str, now: datetime) -> int:
    """Calls that are on the line, or may be: their attempt is open, and not too old for that."""
    statement = _on_the_line(func.count(), now).where(attempts.c.provider == provider)
    return int((await connection.execute(statement)).scalar_one())


async def campaigns_on_the_line(connection: AsyncConnection, now: datetime) -> Counter[str | None]:
    """The same for each campaign, at all providers together."""
    return Counter((await connection.execute(_on_the_line(calls.c.campaign, now))).scalars())


def _on_the_line(what: ColumnElement[T], now: datetime) -> Select[T]:
    return (
        select(what)
        .select_from(attempts)
        .join(calls, calls.c.id == attempts.c.call_id)
        .where(attempts.c.open)
        .where(
            or_(
                (calls.c.state != State.UNSURE) & (attempts.c.claimed_at > now - LONGEST_CALL),
                attempts.c.claimed_at > now - DOUBT_COUNTS_FOR,
            )
        )
    )
