"""The calls table, which is the schedule: placing, moving, looking up."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calls.call import Attempt, Call, CallId, Change, DraftId, Request
from bot.calls.names import name_key
from bot.calls.states import ENDED_AT_PROVIDER, LIVE, State
from bot.calls.timing import Window
from bot.calls.timing_json import timing_to_json
from bot.storage.answers import Answered, AnswerStore
from bot.storage.claims import Claims
from bot.storage.database import Database
from bot.storage.ids import new_code, new_id
from bot.storage.rows import attempt_of, call_of, change_of, request_to_json
from bot.storage.steps import create_posts, record, step
from bot.storage.tables import attempts, audit, calls, drafts
from bot.storage.watching import Watching

STILL_OPEN = LIVE | {State.DIALLING, State.UNSURE}
RANG_OR_MAY_HAVE = LIVE | ENDED_AT_PROVIDER | {State.UNSURE, State.HANDED_OVER}


class CallStore(Claims, Watching):
    """``calls.ports.Calls`` on the database."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._answers = AnswerStore(database)

    async def schedule(
        self,
        draft_id: DraftId,
        request: Request,
        *,
        by: str,
        now: datetime,
        due: datetime,
        window: Window | None,
    ) -> tuple[Call, bool] | None:
        """Turn an open draft into a call, once: the call, and whether this press made it.

        ``None`` when the draft has expired, was cancelled or changed under the press.
        """
        facts: dict[str, Any] = {"by": by, "now": now, "due": due, "window": window}

        async def press(connection: AsyncConnection) -> tuple[Call, bool] | None:
            call_id = new_id()
            draft = await _pressed(connection, draft_id, call_id, now)
            if draft is None:
                return await _made_before(connection, draft_id)
            return await self._make(connection, call_id, draft, request, **facts), True

        return await self._database.transact(press)

    async def _make(
        self,
        connection: AsyncConnection,
        call_id: str,
        draft: RowMapping,
        request: Request,
        *,
        by: str,
        now: datetime,
        due: datetime,
        window: Window | None,
    ) -> Call:
        home = {key: draft[key] for key in ("team", "channel", "thread", "asker")}
        code = await _free_code(connection, draft["team"])
        row = home | _call_row(
            call_id=call_id, code=code, request=request, by=by, now=now, due=due, window=window
        )
        made = await connection.execute(insert(calls).values(row).returning(calls))
        new = made.mappings().one()
        await create_posts(connection, self._database.dialect, new)
        await record(
            connection, new, before="draft", by=by, now=now, what="scheduled", why=request.said
        )
        return call_of(new)

    async def get(self, call_id: CallId) -> Call | None:
        """The call, or ``None``."""
        return await self._one(calls.c.id == call_id)

    async def by_code(self, team: str, code: str) -> Call | None:
        """The call with that public id, whatever the case it was typed in."""
        return await self._one(calls.c.team == team, calls.c.code == code.upper())

    async def latest_of(self, team: str, asker: str, limit: int) -> Sequence[Call]:
        """A person's newest calls, newest first."""
        statement = select(calls).where(calls.c.team == team, calls.c.asker == asker)
        found = await self._database.rows(statement.order_by(calls.c.id.desc()).limit(limit))
        return [call_of(row) for row in found]

    async def attempts(self, call_id: CallId) -> Sequence[Attempt]:
        """Every attempt of a call, first to last."""
        statement = select(attempts).where(attempts.c.call_id == call_id).order_by(attempts.c.n)
        return [attempt_of(row) for row in await self._database.rows(statement)]

    async def history(self, call_id: CallId, after_rev: int = 0) -> Sequence[Change]:
        """What happened to a call since that revision, in order."""
        statement = select(audit).where(audit.c.subject == call_id, audit.c.rev > after_rev)
        found = await self._database.rows(statement.order_by(audit.c.rev))
        return [change_of(row) for row in found]

    async def move(
        self,
        call: Call,
        to: State,
        *,
        by: str,
        now: datetime,
        what: str,
        why: str = "",
        reason_code: str = "",
        due: datetime | None = None,
        attempt: Mapping[str, Any] | None = None,
        next_poll: datetime | None = None,
    ) -> Call | None:
        """Compare-and-set on (state, rev) with audit row and dirty messages, in one transaction.

        ``attempt`` are new facts of the open attempt, of the newest one when it was handed over;
        it is closed when the new state ends it.
        ``None`` when the call has moved on meanwhile. Raises ``ValueError`` for a forbidden move.
        """
        facts = {**(attempt or {}), "open": to in STILL_OPEN, "next_poll": next_poll}
        sent = facts.get("answer") != "not_placed"
        if call.state == State.DIALLING:
            used = 1 if to in RANG_OR_MAY_HAVE and sent else 0
            answered = Answered(call, to, by, now, what, why, reason_code, due, used, facts)
            return await self._answers.store(answered)
        changes: dict[str, Any] = {"reason": why, "reason_code": reason_code}
        if due is not None:
            changes["due"] = due
        if call.state == State.UNSURE and (to == State.HELD or not sent):  # proof came: no try
            changes["attempts_used"] = calls.c.attempts_used - 1

        async def work(connection: AsyncConnection) -> RowMapping | None:
            row = await step(
                connection, call, to, by=by, now=now, what=what, why=why, changes=changes
            )
            if row is not None:
                await connection.execute(update(attempts).where(_attempt_of(call)).values(facts))
            return row

        try:
            row = await self._database.transact(work)
        except IntegrityError:
            return None  # that provider's call already belongs to another attempt
        return call_of(row) if row else None

    async def reschedule(
        self,
        call: Call,
        request: Request,
        *,
        by: str,
        now: datetime,
        due: datetime,
        window: Window | None,
        what: str,
    ) -> Call | None:
        """Another time for a call not yet dialled; ``None`` when it has moved on."""
        changes = {
            "due": due,
            "window": timing_to_json(window),
            "request": request_to_json(request),
            "number": request.number,
            "provider": request.provider,
            "name_key": name_key(request.name),
            "reason": "",
            "reason_code": "",
        }
        work = partial(
            step, call=call, to=State.SCHEDULED, by=by, now=now, what=what, changes=changes
        )
        row = await self._database.transact(work)
        return call_of(row) if row else None

    async def count_by_state(self) -> Mapping[State, int]:
        """How many calls stand in each state."""
        statement = select(calls.c.state, func.count()).group_by(calls.c.state)
        async with self._database.read() as connection:
            found = await connection.execute(statement)
            return {State(state): count for state, count in found.all()}

    async def _one(self, *which: Any) -> Call | None:
        found = await self._database.rows(select(calls).where(*which))
        return call_of(found[0]) if found else None


async def _pressed(
    connection: AsyncConnection, draft_id: DraftId, call_id: str, now: datetime
) -> RowMapping | None:
    """The draft, if it was open until now."""
    pressed = await connection.execute(
        update(drafts)
        .where(drafts.c.id == draft_id, drafts.c.state == "open")
        .where(drafts.c.expires_at > now)
        .values(state="pressed", call_id=call_id)
        .returning(drafts)
    )
    row: RowMapping | None = pressed.mappings().one_or_none()
    return row


async def _made_before(connection: AsyncConnection, draft_id: DraftId) -> tuple[Call, bool] | None:
    found = await connection.execute(
        select(calls).join(drafts, drafts.c.call_id == calls.c.id).where(drafts.c.id == draft_id)
    )
    row = found.mappings().one_or_none()
    return (call_of(row), False) if row else None


def _attempt_of(call: Call) -> ColumnElement[bool]:
    """The attempt that a step of the call is about: the open one, which is always the newest.

    After a call was handed over none is open, and what is told of it later belongs to the newest.
    """
    ours = attempts.c.call_id == call.id
    if call.state != State.HANDED_OVER:
        return ours & attempts.c.open
    newest = select(func.max(attempts.c.n)).where(ours).correlate(None).scalar_subquery()
    return ours & (attempts.c.n == newest)


async def _free_code(connection: AsyncConnection, team: str) -> str:
    """Four characters while they last; longer ones when a busy shop has used many."""
    for length in (4, 4, 4, 5, 6, 8):
        code = new_code(length=length)
        taken = select(calls.c.id).where(calls.c.team == team, calls.c.code == code)
        if (await connection.execute(taken)).first() is None:
            return code
    raise RuntimeError("no free call code found")


def _call_row(
    *,
    call_id: str,
    code: str,
    request: Request,
    by: str,
    now: datetime,
    due: datetime,
    window: Window | None,
) -> dict[str, Any]:
    return {
        "id": call_id, "code": code, "number": request.number, "provider": request.provider,
        "request": request_to_json(request), "state": State.SCHEDULED, "rev": 1, "due": due,
        "window": timing_to_json(window), "reason": "", "reason_code": "", "changed_by": by,
        "changed_at": now, "created_at": now, "attempts_made": 0, "attempts_used": 0,
        "name_key": name_key(request.name),
    }  # fmt: skip
