"""Claims due calls: each by exactly one process, and no more than their provider's lane takes."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calls.call import Attempt, AttemptId, Call, CallId
from bot.calls.lanes import Limits
from bot.calls.pauses import PAUSED, held_why, pause_over
from bot.calls.states import State
from bot.calls.verdict import Answer, Verdict
from bot.storage.bulk import due_in_bulk
from bot.storage.dialects import database_clock
from bot.storage.ids import new_id
from bot.storage.lanes import Rate, locked_lane, parked_until, set_lane, spend
from bot.storage.pauses import all_pauses
from bot.storage.room import Room, room_of
from bot.storage.rows import call_of
from bot.storage.steps import record_all
from bot.storage.tables import SINGLE, attempts, calls
from bot.storage.waiting import Waiting

log = structlog.get_logger(__name__)

WE = "switchboard"
NEXT_PROBE = timedelta(minutes=1)
NOT_JUDGED = Verdict(
    Answer.HOLD, "not_judged", "something in it can't be read; move it, or cancel it and ask anew"
)
Judge = Callable[[Call], Verdict]
Fetch = Callable[[int], Awaitable[Sequence[RowMapping]]]


class Claims(Waiting):
    """The part of ``calls.ports.Calls`` that the dialler lives on."""

    async def claim_due(
        self,
        now: datetime,
        *,
        provider: str,
        limits: Limits,
        worker: str,
        limit: int,
        lease: timedelta,
        judge: Judge,
    ) -> Sequence[tuple[Call, Attempt]]:
        """Take a provider's due calls for this process and open their attempts, in one transaction.

        ``judge`` is asked about each inside that transaction: what it does not allow is moved,
        held or expired instead, and not returned. The provider's lane is locked in it too: a
        parked lane gives none, one that is shut or paused holds all single calls but the one that
        may try, and no more are taken than its limits leave room for. Single calls go before those
        of campaigns, which wait where they are and share what is left.
        """
        await self._make_lane(provider)

        async def claim(connection: AsyncConnection) -> Sequence[tuple[Call, Attempt]]:
            rows = await self._claim(connection, now, provider, limits, limit, judge)
            return await _open_attempts(connection, rows, worker, lease)

        return await self._database.transact(claim)

    async def _claim(
        self,
        connection: AsyncConnection,
        now: datetime,
        provider: str,
        limits: Limits,
        limit: int,
        judge: Judge,
    ) -> Sequence[RowMapping]:
        """The calls that were moved to *dialling*."""
        lane = await locked_lane(connection, self._database.dialect, provider)
        if parked_until(lane, now) is not None:
            return ()
        singles = partial(_due, connection, provider, now)
        if (holding := await _holding(connection, lane, now)) is not None:
            held = _or_else(judge, holding)
            await _take(connection, singles, now, room=limit, limit=limit, judge=held)
            return ()
        room = await room_of(connection, lane, limits, now)
        most = min(room.calls, limit)
        rows = await _take(connection, singles, now, room=most, limit=limit, judge=judge)
        left = min(room.bulk, limit) - len(rows)
        rows += await self._take_bulk(connection, provider, room, left, now, judge)
        await _charge(connection, lane, limits, len(rows), now)
        return rows

    async def _make_lane(self, provider: str) -> None:
        """Whoever pauses waits for claims by the rows of their lanes, so these must be there."""
        if provider in self._made_lanes:
            return
        async with self._database.write() as connection:
            await locked_lane(connection, self._database.dialect, provider)
        self._made_lanes.add(provider)

    async def _take_bulk(
        self,
        connection: AsyncConnection,
        provider: str,
        room: Room,
        left: int,
        now: datetime,
        judge: Judge,
    ) -> list[RowMapping]:
        """Move up to ``left`` due calls of campaigns to *dialling*; no more are looked at."""
        due = await due_in_bulk(connection, provider, now, left) if left > 0 else []
        self._rest(provider, now, room, bulk=bool(due))
        return await _begin(connection, await _sift(connection, due, now, judge), now)

    def _rest(self, provider: str, now: datetime, room: Room, *, bulk: bool) -> None:
        """When to ask again for calls that found no room."""
        for full_until, full, wait in (
            (self._full_until, room.calls == 0, room.wait),
            (self._full_for_bulk, not bulk, room.bulk_wait),
        ):
            if full:
                full_until[provider] = now + wait
            else:
                full_until.pop(provider, None)


async def _holding(connection: AsyncConnection, lane: RowMapping, now: datetime) -> Verdict | None:
    """Why single calls that the rules would allow are held now, if they are."""
    if pause := pause_over(await all_pauses(connection), lane["provider"]):
        return Verdict(Answer.HOLD, PAUSED, held_why(pause))
    if lane["shut_since"] is not None and lane["probe_at"] > now:
        return Verdict(Answer.HOLD, "provider_credentials", lane["shut_why"])
    return None


async def _charge(
    connection: AsyncConnection, lane: RowMapping, limits: Limits, taken: int, now: datetime
) -> None:
    """Each call costs one request of the lane's rate; one that tries a refused key is alone."""
    if limits.per_minute is not None:
        await spend(connection, lane, taken, Rate(limits.per_minute), now)
    if taken and lane["shut_since"] is not None:
        await set_lane(connection, lane["provider"], probe_at=now + NEXT_PROBE)


async def _take(
    connection: AsyncConnection,
    fetch: Fetch,
    now: datetime,
    *,
    room: int,
    limit: int,
    judge: Judge,
) -> list[RowMapping]:
    """Move up to ``room`` due calls to *dialling*; look at no more than ``limit``."""
    taken: list[RowMapping] = []
    while len(taken) < room and limit > 0:
        due = await fetch(min(room - len(taken), limit))
        allowed = await _sift(connection, due, now, judge)
        taken += await _begin(connection, allowed, now)
        if len(allowed) == len(due):
            break  # nothing was set aside: there is no more room, or no more that is due
        limit -= len(due)
    return taken


async def _due(
    connection: AsyncConnection, provider: str, now: datetime, limit: int
) -> Sequence[RowMapping]:
    """Due single calls, the longest due first; locked, without those somebody is changing now."""
    statement = (
        select(calls)
        .where(SINGLE, calls.c.provider == provider, calls.c.due <= now)
        .order_by(calls.c.due, calls.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await connection.execute(statement)).mappings().all()


async def _sift(
    connection: AsyncConnection, due: Sequence[RowMapping], now: datetime, judge: Judge
) -> list[str]:
    """The ids of those that may be dialled; the others are set aside."""
    by_verdict: dict[Verdict, list[str]] = defaultdict(list)
    for row in due:
        by_verdict[_judged(row, judge)].append(row["id"])
    allowed: list[str] = []
    for verdict, ids in by_verdict.items():
        if verdict.answer is Answer.ALLOW:
            allowed += ids
        else:
            await _set_aside(connection, ids, verdict, now)
    return allowed


def _judged(row: RowMapping, judge: Judge) -> Verdict:
    """A call that cannot be read, or judged, keeps no other from being dialled."""
    try:
        return judge(call_of(row))
    except Exception:
        log.exception("call_not_judged", call_id=row["id"])
        return NOT_JUDGED


async def _begin(connection: AsyncConnection, ids: list[str], now: datetime) -> list[RowMapping]:
    if not ids:
        return []
    changes = {"attempts_made": calls.c.attempts_made + 1, "reason": "", "reason_code": ""}
    rows = await _step_all(connection, ids, State.DIALLING, changes, now, what="claimed")
    return sorted(rows, key=lambda row: (row["due"], row["id"]))


async def _set_aside(
    connection: AsyncConnection, ids: list[str], verdict: Verdict, now: datetime
) -> None:
    """What the rules do not allow now goes back, in the claim's own transaction."""
    to = State.EXPIRED if verdict.answer is Answer.EXPIRE else State.HELD
    changes: dict[str, object] = {"reason": verdict.why, "reason_code": verdict.code}
    if verdict.next_start is not None:
        changes["due"] = verdict.next_start
    await _step_all(connection, ids, to, changes, now, what=to.value, why=verdict.why)


async def _step_all(
    connection: AsyncConnection,
    ids: list[str],
    to: State,
    changes: dict[str, object],
    now: datetime,
    *,
    what: str,
    why: str = "",
) -> Sequence[RowMapping]:
    """One step for many scheduled calls, with their audit lines and messages."""
    statement = (
        update(calls)
        .where(calls.c.id.in_(ids))
        .values(state=to, rev=calls.c.rev + 1, changed_at=now, changed_by=WE, **changes)
        .returning(calls)
    )
    rows: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    await record_all(connection, rows, before=State.SCHEDULED, by=WE, now=now, what=what, why=why)
    return rows


async def _open_attempts(
    connection: AsyncConnection, rows: Sequence[RowMapping], worker: str, lease: timedelta
) -> list[tuple[Call, Attempt]]:
    if not rows:
        return []
    pairs = [(call_of(row), _first_facts(row, worker)) for row in rows]
    values = [
        {
            "id": attempt.id, "call_id": attempt.call_id, "n": attempt.n, "open": True,
            "provider": attempt.provider, "claimed_by": worker, "claimed_at": attempt.claimed_at,
            "answer": "", "detail": "", "raw_status": "", "currency": attempt.currency, "checks": 0,
        }
        for _, attempt in pairs
    ]  # fmt: skip
    # By the database's clock, for all of them.
    statement = insert(attempts).values(lease_until=database_clock(lease))
    await connection.execute(statement, values)
    return pairs


def _first_facts(row: RowMapping, worker: str) -> Attempt:
    return Attempt(
        id=AttemptId(new_id()),
        call_id=CallId(row["id"]),
        n=row["attempts_made"],
        provider=row["provider"],
        claimed_by=worker,
        claimed_at=row["changed_at"],
    )


def _or_else(judge: Judge, holding: Verdict) -> Judge:
    """What the rules would allow is held."""

    def judged(call: Call) -> Verdict:
        verdict = judge(call)
        return holding if verdict.answer is Answer.ALLOW else verdict

    return judged
