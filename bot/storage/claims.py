"""Claims due calls: each by exactly one process, and no more than their provider's lane takes."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import RowMapping, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calls.call import Attempt, AttemptId, Call, CallId
from bot.calls.lanes import Limits
from bot.calls.states import State
from bot.calls.verdict import Answer, Verdict
from bot.storage.dialects import database_clock
from bot.storage.ids import new_id
from bot.storage.lanes import Rate, bucket_of, locked_lane, parked_until, set_lane, spend
from bot.storage.rows import call_of
from bot.storage.steps import record_all
from bot.storage.tables import SCHEDULED, attempts, calls
from bot.storage.waiting import Waiting

log = structlog.get_logger(__name__)

WE = "switchboard"
NEXT_PROBE = timedelta(minutes=1)
LONGEST_CALL = timedelta(hours=2)  # no provider lets a call last longer
DOUBT_COUNTS_FOR = timedelta(hours=1)  # then an unsure call is no longer taken to be on the line
LINE_MAY_BE_FREE = timedelta(seconds=1)
UNLIMITED = 1_000_000_000
NOT_JUDGED = Verdict(
    Answer.HOLD, "not_judged", "something in it can't be read; move it, or cancel it and ask anew"
)
Judge = Callable[[Call], Verdict]


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
        parked lane gives none, a shut one holds all but the one that may try, and no more are
        taken than its limits leave room for.
        """
        async with self._database.write() as connection:
            lane = await locked_lane(connection, self._database.dialect, provider)
            if parked_until(lane, now) is not None:
                return ()
            if lane["shut_since"] is not None and lane["probe_at"] > now:
                refuse = _key_refused(judge, lane["shut_why"])
                await _take(connection, provider, now, room=limit, limit=limit, judge=refuse)
                return ()
            room = min(await self._room(connection, lane, limits, now), limit)
            rows = await _take(connection, provider, now, room=room, limit=limit, judge=judge)
            await _charge(connection, lane, limits, len(rows), now)
            return await _open_attempts(connection, rows, worker, lease)

    async def _room(
        self, connection: AsyncConnection, lane: RowMapping, limits: Limits, now: datetime
    ) -> int:
        """How many calls the lane takes now, and when to ask again if none."""
        provider = lane["provider"]
        rooms = [1] if lane["shut_since"] is not None else []
        wait = LINE_MAY_BE_FREE
        if limits.live_calls is not None:
            rooms.append(limits.live_calls - await calls_on_the_line(connection, provider, now))
        if limits.per_minute is not None:
            bucket = bucket_of(lane, Rate(limits.per_minute), now)
            rooms.append(bucket.whole)
            wait = bucket.wait_for(1) or wait
        room = max(min(rooms, default=UNLIMITED), 0)
        if room:
            self._full_until.pop(provider, None)
        else:
            self._full_until[provider] = now + wait
        return room


async def calls_on_the_line(connection: AsyncConnection, provider: str, now: datetime) -> int:
    """Calls that are on the line, or may be: their attempt is open, and not too old for that."""
    statement = (
        select(func.count())
        .select_from(attempts)
        .join(calls, calls.c.id == attempts.c.call_id)
        .where(attempts.c.open, attempts.c.provider == provider)
        .where(
            or_(
                (calls.c.state != State.UNSURE) & (attempts.c.claimed_at > now - LONGEST_CALL),
                attempts.c.claimed_at > now - DOUBT_COUNTS_FOR,
            )
        )
    )
    return int((await connection.execute(statement)).scalar_one())


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
    provider: str,
    now: datetime,
    *,
    room: int,
    limit: int,
    judge: Judge,
) -> list[RowMapping]:
    """Move up to ``room`` due calls to *dialling*; look at no more than ``limit``."""
    taken: list[RowMapping] = []
    while len(taken) < room and limit > 0:
        due = await _due(connection, provider, now, min(room - len(taken), limit))
        allowed = await _sift(connection, due, now, judge)
        if allowed:
            taken += await _begin(connection, allowed, now)
        if len(allowed) == len(due):
            break  # nothing was set aside: there is no more room, or no more that is due
        limit -= len(due)
    return taken


async def _due(
    connection: AsyncConnection, provider: str, now: datetime, limit: int
) -> Sequence[RowMapping]:
    """Due calls, the longest due first; locked, without those that somebody is changing now."""
    statement = (
        select(calls)
        .where(SCHEDULED, calls.c.provider == provider, calls.c.due <= now)
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


def _key_refused(judge: Judge, why: str) -> Judge:
    """What the rules would allow waits until the provider takes our key again."""
    refused = Verdict(Answer.HOLD, "provider_credentials", why)

    def judged(call: Call) -> Verdict:
        verdict = judge(call)
        return refused if verdict.answer is Answer.ALLOW else verdict

    return judged
