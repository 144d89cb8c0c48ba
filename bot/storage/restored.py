"""A database that is an old state of the world: what it would do may have been done since."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calls.call import Call
from bot.calls.states import LIVE, State
from bot.storage.database import Database
from bot.storage.marks import RESTORED, drop_mark, mark_of, set_mark, stamp
from bot.storage.rows import call_of, request_to_json
from bot.storage.steps import step
from bot.storage.tables import calls, drafts, inbox

log = structlog.get_logger(__name__)

BACKUP, TAKEN_BACK = "backup", "taken back"
WHY = {
    BACKUP: "this database was restored from a backup of {at}; the call may have been made since",
    TAKEN_BACK: "this database was left on {at} and taken back; the call may have been made since",
}
CODE = "restored"  # no passing hold: a person decides
NO_RETRY = "no retries by itself: they may have been made since the backup"
WE = "switchboard"
AT_ONCE = 200  # calls in memory


async def mark_restored(connection: AsyncConnection, since: datetime, how: str) -> None:
    """These data are as of ``since`` (aware UTC); an older mark that was never used stays."""
    if await mark_of(connection, RESTORED) is None:
        await set_mark(connection, RESTORED, {"since": since.isoformat(), "how": how})


async def settle_restored(database: Database, now: datetime) -> int:
    """At the first start from old data, before anything runs; how many calls were held.

    One transaction, so that it is done once, wholly, by one process; others wait for it. Held are
    calls whose minute has come: also those that were late already, since their dial may have been
    the very next thing to happen. A retry would be a dial nobody asked for, and a press of a
    button that was not worked off by then was worked off afterwards.
    """
    async with database.write() as connection:
        mark = await mark_of(connection, RESTORED)
        if mark is None:
            return 0
        why = WHY[mark["how"]].format(at=stamp(datetime.fromisoformat(mark["since"])))
        held = await _hold_due(connection, now, why)
        await _retry_no_more(connection, now)
        dropped = await _drop_unanswered(connection, now)
        await drop_mark(connection, RESTORED)
    log.warning("restored", since=mark["since"], calls_held=held, deliveries_dropped=dropped)
    return held


async def _hold_due(connection: AsyncConnection, now: datetime, why: str) -> int:
    waiting = and_(
        calls.c.due <= now,
        or_(
            calls.c.state == State.SCHEDULED,
            and_(calls.c.state == State.HELD, calls.c.reason_code != CODE),
        ),
    )
    held = 0
    while found := await _some(connection, waiting):
        for call in found:
            changes = {"reason": why, "reason_code": CODE}
            await _step(connection, call, State.HELD, now, why, changes)
        held += len(found)
    return held


async def _retry_no_more(connection: AsyncConnection, now: datetime) -> None:
    """Calls under way are watched as usual, but whoever did not answer is not rung again."""
    after = ""
    under_way = calls.c.state.in_(sorted(LIVE | {State.DIALLING, State.UNSURE}))
    while found := await _some(connection, and_(under_way, calls.c.id > after)):
        for call in found:
            if call.request.retries:
                request = replace(call.request, retries=0)
                changes = {"request": request_to_json(request)}
                await _step(connection, call, call.state, now, NO_RETRY, changes)
        after = found[-1].id


async def _drop_unanswered(connection: AsyncConnection, now: datetime) -> int:
    """Deliveries that were not worked off, and confirmations that were not pressed."""
    await connection.execute(update(drafts).where(drafts.c.state == "open").values(state="dropped"))
    dropped = await connection.execute(
        update(inbox)
        .where(inbox.c.done_at.is_(None))
        .values(done_at=now, last_failure=CODE, held_by=None, lease_until=None)
    )
    return dropped.rowcount


async def _some(connection: AsyncConnection, which: Any) -> Sequence[Call]:
    statement = select(calls).where(which).order_by(calls.c.id).limit(AT_ONCE)
    return [call_of(row) for row in (await connection.execute(statement)).mappings()]


async def _step(
    connection: AsyncConnection,
    call: Call,
    to: State,
    now: datetime,
    why: str,
    changes: dict[str, Any],
) -> None:
    done = await step(connection, call, to, by=WE, now=now, what=CODE, why=why, changes=changes)
    if done is None:
        raise RuntimeError("a call moved while its database was being settled")
