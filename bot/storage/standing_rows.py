"""Finds what has stood still longer than its state allows, by the indexes that are there."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, case, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calls.inbox import GIVE_UP_AFTER
from bot.calls.patience import (
    DELIVERY,
    GIVEN_UP_SHOWN,
    MESSAGE,
    NEWS,
    OTHERS,
    OVERDUE,
    UNCHANGED,
    Standing,
)
from bot.calls.posts import Role
from bot.calls.states import State
from bot.storage.posts import BEHIND
from bot.storage.tables import HELD, SINGLE, attempts, audit, calls, inbox, posts, provider_news
from bot.storage.waiting import NOT_PAUSED, PASSING

MOST_NAMED = 200  # of each kind
A_DAY = timedelta(days=1)  # no message is put off that long; it makes SQLite take the index
NOT_PLACED = "not_placed"
IN_VAIN = ("provider_busy", "provider_unreachable")  # a refused key has an alert of its own
MOST_NEWS = 1_000  # an account shared with others gets as many webhooks as it likes

Found = tuple[list[Standing], dict[str, int]]


async def unchanged(connection: AsyncConnection, now: datetime) -> Found:
    """Calls that nobody has moved for too long."""
    limit = _bounds(UNCHANGED, now)
    stuck = calls.c.state.in_(list(UNCHANGED)) & (calls.c.changed_at <= limit)
    return await _calls(connection, stuck, calls.c.changed_at)


async def overdue(connection: AsyncConnection, now: datetime) -> Found:
    """Calls whose minute has passed and that are not dialled; those that nobody has to mend.

    Not those of campaigns, which wait for their turn, nor those that somebody has paused.
    """
    scheduled, held = (
        state & (calls.c.due <= now - OVERDUE[named])
        for state, named in ((SINGLE, State.SCHEDULED), (HELD, State.HELD))
    )
    found, counts = await _calls(connection, scheduled, calls.c.due)
    others, more = await _calls(connection, held & PASSING & NOT_PAUSED, calls.c.due)
    again, most = await _in_vain(connection, now)
    return found + others + again, counts | Counter(more) + Counter(most)


async def _in_vain(connection: AsyncConnection, now: datetime) -> Found:
    """Calls that are tried again and again, and each time surely not placed; since the first."""
    tries, others = attempts.alias(), attempts.alias()
    last_other = (
        select(func.max(others.c.n))
        .where(others.c.call_id == calls.c.id, others.c.answer != NOT_PLACED)
        .correlate(calls)
        .scalar_subquery()
    )
    since = (
        select(func.min(tries.c.claimed_at))
        .where(tries.c.call_id == calls.c.id, tries.c.n > func.coalesce(last_other, 0))
        .correlate(calls)
        .scalar_subquery()
    )
    limit = now - OVERDUE[State.HELD]
    held = HELD & calls.c.reason_code.in_(IN_VAIN) & (calls.c.due > limit)
    return await _calls(connection, held & (since <= limit), since)


def _bounds(patience: Mapping[State, timedelta], now: datetime) -> ColumnElement[datetime]:
    """For each state, the moment since which nothing may have happened."""
    moments = {
        state.value: literal(now - span, calls.c.changed_at.type)
        for state, span in patience.items()
    }
    return case(moments, value=calls.c.state)


async def _calls(
    connection: AsyncConnection, which: ColumnElement[bool], since: ColumnElement[datetime]
) -> Found:
    """The longest standing ones with what their last try tells, and how many there are."""
    first = (
        select(calls.c.id, since.label("since"))
        .where(which)
        .order_by(since)
        .limit(MOST_NAMED)
        .cte("first")
    )
    last = and_(attempts.c.call_id == calls.c.id, attempts.c.n == calls.c.attempts_made)
    columns = (
        first.c.since, calls.c.code, calls.c.state, calls.c.provider, calls.c.reason,
        calls.c.reason_code, attempts.c.raw_status, attempts.c.detail, attempts.c.next_poll,
    )  # fmt: skip
    statement = (
        select(*columns)
        .select_from(first)
        .join(calls, calls.c.id == first.c.id)
        .outerjoin(attempts, last)
    )
    rows = (await connection.execute(statement)).mappings().all()
    counting = select(calls.c.state, func.count()).where(which).group_by(calls.c.state)
    many = len(rows) == MOST_NAMED
    return [_call(row) for row in rows], await _counts(connection, rows, counting if many else None)


def _call(row: RowMapping) -> Standing:
    return Standing(
        kind=row["state"],
        code=row["code"],
        since=row["since"],
        provider=row["provider"],
        reason=row["reason"],
        reason_code=row["reason_code"],
        detail=row["detail"] or "",
        word=row["raw_status"] or "",
        asked=row["next_poll"] is not None,
    )


async def _counts(
    connection: AsyncConnection, rows: Sequence[RowMapping], counting: Select[Any] | None
) -> dict[str, int]:
    """By state; the database counts only where there are more than are named."""
    if counting is not None:
        found = await connection.execute(counting)
        return {str(state): int(count) for state, count in found.all()}
    states = [str(row["state"]) for row in rows]
    return {state: states.count(state) for state in states}


async def messages(connection: AsyncConnection, now: datetime) -> Found:
    """Messages that are behind, one for each call.

    One that was tried is behind since the first change it does not show. Whose channel is closed
    was told to its asker, and is shown for a day.
    """
    tried = (posts.c.failures > 0) | posts.c.blocked.is_not(None)
    since = case((tried, func.coalesce(audit.c.at, posts.c.not_before)), else_=posts.c.not_before)
    missing = and_(audit.c.subject == posts.c.call_id, audit.c.rev == posts.c.rev_posted + 1)
    stuck = (
        select(calls.c.code, posts.c.failures, posts.c.blocked, since.label("since"))
        .select_from(posts)
        .join(calls, calls.c.id == posts.c.call_id)
        .outerjoin(audit, missing)
        .where(BEHIND, posts.c.not_before < now + A_DAY)
        .where(since <= literal(now - OTHERS[MESSAGE], posts.c.not_before.type))
        .where(
            or_(
                posts.c.blocked.is_(None),
                since > literal(now - GIVEN_UP_SHOWN, posts.c.not_before.type),
            )
        )
    )
    longest_first = stuck.order_by(posts.c.not_before).limit(MOST_NAMED * len(Role))
    rows = (await connection.execute(longest_first)).mappings().all()
    count = len({row["code"] for row in rows})
    if len(rows) == MOST_NAMED * len(Role):
        counting = select(func.count()).select_from(stuck.subquery())
        count = (await connection.execute(counting)).scalar_one()
    return _of_each_call(rows), {MESSAGE: count}


def _of_each_call(rows: Sequence[RowMapping]) -> list[Standing]:
    """The message of each call that was refused, or has failed most."""
    worst: dict[str, Standing] = {}
    for row in rows:
        thing = Standing(
            MESSAGE,
            row["code"],
            row["since"],
            reason=row["blocked"] or "",
            failures=row["failures"],
        )
        worst[thing.code] = max(worst.get(thing.code, thing), thing, key=_how_bad)
    return list(worst.values())[:MOST_NAMED]


def _how_bad(thing: Standing) -> tuple[bool, int]:
    return bool(thing.reason), thing.failures


async def deliveries(connection: AsyncConnection, now: datetime) -> Found:
    """What Slack gave us and nobody has worked off; what was given up, for a day."""
    going = inbox.c.failures < GIVE_UP_AFTER
    lately = inbox.c.received_at > now - GIVEN_UP_SHOWN
    stuck = inbox.c.done_at.is_(None) & (inbox.c.received_at <= now - OTHERS[DELIVERY])
    which = stuck & or_(going, lately)
    columns = (inbox.c.kind, inbox.c.received_at, inbox.c.failures, inbox.c.last_failure)
    statement = select(*columns).where(which).order_by(inbox.c.received_at).limit(MOST_NAMED)
    rows = (await connection.execute(statement)).mappings().all()
    count = len(rows)
    if count == MOST_NAMED:
        counting = select(func.count()).select_from(inbox).where(which)
        count = (await connection.execute(counting)).scalar_one()
    return [_delivery(row) for row in rows], {DELIVERY: count}


def _delivery(row: RowMapping) -> Standing:
    return Standing(
        DELIVERY,
        row["kind"],
        row["received_at"],
        detail=row["last_failure"] or "",
        failures=row["failures"],
        asked=row["failures"] < GIVE_UP_AFTER,
    )


async def unmatched_news(connection: AsyncConnection, now: datetime) -> int:
    """How many webhooks could not be applied to a call of ours, as far as they are counted."""
    stuck = provider_news.c.applied_at.is_(None) & (
        provider_news.c.received_at <= now - OTHERS[NEWS]
    )
    some = select(provider_news.c.id).where(stuck).limit(MOST_NEWS).subquery()
    return int((await connection.execute(select(func.count()).select_from(some))).scalar_one())
