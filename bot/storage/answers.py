"""What came back for calls in mid-dial: answers that come together are committed together."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import RowMapping, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calls.call import Call
from bot.calls.errors import StoreAway
from bot.calls.states import State, may_move
from bot.storage.database import Database
from bot.storage.dialects import storable
from bot.storage.steps import audit_line, mark_behind
from bot.storage.tables import attempts, audit, calls

CHANGED = ("state", "changed_at", "changed_by", "reason", "reason_code", "due")
STEP = (
    update(calls)
    .where(calls.c.id == bindparam("call_id"))
    .values(
        {name: bindparam(f"new_{name}", type_=calls.c[name].type) for name in CHANGED}
        | {
            "rev": calls.c.rev + 1,
            "attempts_used": calls.c.attempts_used + bindparam("used", type_=calls.c.rev.type),
        }
    )
)


@dataclass(frozen=True, slots=True)
class Answered:
    """A call in mid-dial, how it goes on, and the facts of its open attempt."""

    call: Call
    to: State
    by: str
    now: datetime
    what: str
    why: str
    reason_code: str
    due: datetime | None
    used: int  # attempts that rang or may have: one or none
    facts: Mapping[str, Any]

    @property
    def after(self) -> Call:
        """The call as it is then: whoever changes one counts up its revision."""
        return replace(
            self.call,
            state=self.to,
            rev=self.call.rev + 1,
            changed_at=self.now,
            changed_by=self.by,
            reason=storable(self.why),
            reason_code=self.reason_code,
            due=self.due or self.call.due,
            attempts_used=self.call.attempts_used + self.used,
        )


@dataclass(slots=True, eq=False)
class _Waiting:
    answered: Answered
    done: bool = False
    moved: Call | None = None
    error: Exception | None = None


class AnswerStore:
    """Commits answers: while one transaction is being committed, the next ones gather."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Waiting] = []
        self._storing = asyncio.Lock()

    async def store(self, answered: Answered) -> Call | None:
        """The call as it is now, committed; ``None`` when it has moved on meanwhile.

        ``None``, too, when that call of the provider's belongs to another attempt already. Raises
        ``ValueError`` for a forbidden move.
        """
        before, to = answered.call.state, answered.to
        if before != to and not may_move(before, to):
            raise ValueError(f"a call cannot go from {before} to {to}")
        mine = _Waiting(answered)
        self._waiting.append(mine)
        try:
            async with self._storing:
                if not mine.done:
                    await self._store_what_waits()
        finally:
            if mine in self._waiting:  # cancelled before its turn
                self._waiting.remove(mine)
        if mine.error is not None:
            raise mine.error
        return mine.moved

    async def _store_what_waits(self) -> None:
        batch, self._waiting = self._waiting, []
        try:
            await self._together(batch)
        finally:  # cancelled in mid-commit: what it did not get to is for the next in the queue
            self._waiting = [each for each in batch if not each.done] + self._waiting

    async def _together(self, batch: Sequence[_Waiting]) -> None:
        """When one of them is at fault, each alone, so that no other pays for it."""
        try:
            answers = [each.answered for each in batch]
            moved = await self._database.transact(partial(_step_all, answers=answers))
        except Exception as error:  # noqa: BLE001 - it belongs to whoever waits for this call
            if len(batch) > 1 and not isinstance(error, StoreAway):
                for each in batch:
                    await self._together([each])
                return
            for each in batch:
                each.done, each.error = True, _unless_taken(error)
            return
        for each, call in zip(batch, moved, strict=True):
            each.done, each.moved = True, call


def _unless_taken(error: Exception) -> Exception | None:
    return None if isinstance(error, IntegrityError) else error


async def _step_all(connection: AsyncConnection, answers: Sequence[Answered]) -> list[Call | None]:
    """Compare-and-set for each on (state, rev), with audit lines and dirty messages."""
    standing = await _locked(connection, [each.call.id for each in answers])
    firm: dict[str, Answered] = {}
    for each in answers:
        row = standing.get(each.call.id)
        if row is not None and (row["state"], row["rev"]) == (each.call.state, each.call.rev):
            firm.setdefault(each.call.id, each)  # of two for one call the first counts
    if firm:
        await connection.execute(STEP, [_step_row(each) for each in firm.values()])
        await connection.execute(insert(audit), [_line(each) for each in firm.values()])
        await _mark_all(connection, firm.values())
        await _note_facts(connection, firm.values())
    return [each.after if firm.get(each.call.id) is each else None for each in answers]


async def _locked(connection: AsyncConnection, ids: Sequence[str]) -> Mapping[str, RowMapping]:
    """How the calls stand; nobody else changes them until the transaction ends.

    In the order of their ids: two that lock the same would wait for each other.
    """
    statement = select(calls.c.id, calls.c.state, calls.c.rev).where(calls.c.id.in_(ids))
    locked = statement.order_by(calls.c.id).with_for_update()
    return {row["id"]: row for row in (await connection.execute(locked)).mappings()}


def _step_row(each: Answered) -> dict[str, Any]:
    after = each.after
    row: dict[str, Any] = {f"new_{name}": getattr(after, name) for name in CHANGED}
    return row | {"call_id": after.id, "used": each.used}


def _line(each: Answered) -> dict[str, Any]:
    call = each.call
    return audit_line(
        call.id, call.rev + 1, before=call.state, after=each.to,
        by=each.by, now=each.now, what=each.what, why=each.why,
    )  # fmt: skip


async def _mark_all(connection: AsyncConnection, answers: Collection[Answered]) -> None:
    alike: dict[tuple[State, State], list[Answered]] = defaultdict(list)
    for each in answers:
        alike[each.call.state, each.to].append(each)
    for (before, to), some in alike.items():
        now = max(each.now for each in some)
        await mark_behind(connection, [each.call.id for each in some], to, before, now)


async def _note_facts(connection: AsyncConnection, answers: Iterable[Answered]) -> None:
    """Of the open attempts, one statement for all that tell the same facts."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for each in answers:
        told = {f"new_{name}": each.facts[name] for name in each.facts}
        alike[tuple(sorted(each.facts))].append(told | {"of_call": each.call.id})
    for names, rows in alike.items():
        facts = {name: bindparam(f"new_{name}", type_=attempts.c[name].type) for name in names}
        ours = (attempts.c.call_id == bindparam("of_call")) & attempts.c.open
        await connection.execute(update(attempts).where(ours).values(facts), rows)
