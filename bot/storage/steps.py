"""One step of a call: compare-and-set, its line in the audit and its dirty messages, together."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, case, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calls.call import Call
from bot.calls.posts import Role
from bot.calls.states import ENDED_AT_PROVIDER, LIVE, State, may_move
from bot.storage.dialects import insert_if_new
from bot.storage.ids import new_id
from bot.storage.tables import audit, calls, posts

SETTLE_LINES_FOR = timedelta(seconds=2)  # changes closer together become one line in the thread
DIARY_STATES = LIVE | ENDED_AT_PROVIDER | {State.DIALLING, State.UNSURE, State.HANDED_OVER}


async def step(
    connection: AsyncConnection,
    call: Call,
    to: State,
    *,
    by: str,
    now: datetime,
    what: str,
    why: str = "",
    changes: Mapping[str, Any] | None = None,
) -> RowMapping | None:
    """Move the call, or change it within its state, if nobody has since ``call`` was read.

    Returns the new row, ``None`` when the call has moved on. Raises ``ValueError`` for a move the
    table of states does not allow.
    """
    if to != call.state and not may_move(call.state, to):
        raise ValueError(f"a call cannot go from {call.state} to {to}")
    statement = (
        update(calls)
        .where(calls.c.id == call.id, calls.c.state == call.state, calls.c.rev == call.rev)
        .values(state=to, rev=calls.c.rev + 1, changed_at=now, changed_by=by, **(changes or {}))
        .returning(calls)
    )
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    if row is not None:
        await record(connection, row, before=call.state, by=by, now=now, what=what, why=why)
    return row


async def record(
    connection: AsyncConnection,
    row: RowMapping,
    *,
    before: str,
    by: str,
    now: datetime,
    what: str,
    why: str,
) -> None:
    """The audit line of the revision in ``row``, and its messages marked as behind."""
    await record_all(connection, [row], before=before, by=by, now=now, what=what, why=why)


async def record_all(
    connection: AsyncConnection,
    rows: Sequence[RowMapping],
    *,
    before: str,
    by: str,
    now: datetime,
    what: str,
    why: str,
) -> None:
    """``record`` for calls that took the same step, in as few statements as one needs."""
    if not rows:
        return
    lines = [
        audit_line(
            row["id"], row["rev"], before=before, after=row["state"],
            by=by, now=now, what=what, why=why,
        )
        for row in rows
    ]  # fmt: skip
    await connection.execute(insert(audit), lines)
    state = State(rows[0]["state"])
    await mark_behind(connection, [row["id"] for row in rows], state, before, now)


def audit_line(
    call_id: str, rev: int, *, before: str, after: str, by: str, now: datetime, what: str, why: str
) -> dict[str, Any]:
    """The row of the audit for one revision of a call."""
    return {
        "id": new_id(), "subject": call_id, "rev": rev, "at": now, "by": by,
        "what": what, "before": before, "after": after, "why": why,
    }  # fmt: skip


async def create_posts(connection: AsyncConnection, dialect: str, row: RowMapping) -> None:
    """The three messages of a new call; only the root is behind."""
    wanted = {Role.ROOT: row["rev"], Role.DIARY: 0, Role.RESULT: 0}
    rows = [
        {
            "call_id": row["id"], "role": role, "channel": row["channel"],
            "thread": row["thread"], "rev_wanted": rev, "rev_posted": 0,
            "not_before": row["created_at"], "doubtful": False, "failures": 0,
        }
        for role, rev in wanted.items()
    ]  # fmt: skip
    await connection.execute(insert_if_new(posts, dialect).values(rows))


async def mark_behind(
    connection: AsyncConnection, call_ids: Sequence[str], state: State, before: str, now: datetime
) -> None:
    """The messages of calls that took the same step are to be brought up to date."""
    roles = [Role.ROOT]
    if state in DIARY_STATES or before in DIARY_STATES:
        roles.append(Role.DIARY)
    if state in ENDED_AT_PROVIDER:
        roles.append(Role.RESULT)
    patient = posts.c.role == Role.DIARY
    clean = posts.c.rev_wanted <= posts.c.rev_posted
    await connection.execute(
        update(posts)
        .where(posts.c.call_id.in_(call_ids), posts.c.role.in_(roles))
        .values(
            rev_wanted=select(calls.c.rev).where(calls.c.id == posts.c.call_id).scalar_subquery(),
            # The first change after a quiet time sets the clock; those that follow join it.
            not_before=case(
                (patient & clean, literal(now + SETTLE_LINES_FOR, posts.c.not_before.type)),
                (clean, literal(now, posts.c.not_before.type)),
                else_=posts.c.not_before,
            ),
        )
    )
