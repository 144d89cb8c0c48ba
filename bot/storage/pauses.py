"""Pauses as rows: set and ended once, seen by every claim from then on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, Select, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calls.pauses import EVERYTHING, Pause, Scope, of_campaign, of_provider
from bot.storage.database import Database
from bot.storage.dialects import insert_if_new
from bot.storage.ids import new_id
from bot.storage.tables import audit, campaigns, lanes, pauses

ON, OFF = "paused", "open"  # before and after, in the audit


class PauseStore:
    """``calls.pauses.Pauses`` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Sequence[Pause]:
        """Everything that is paused, the oldest first."""
        async with self._database.read() as connection:
            return await all_pauses(connection)

    async def pause(self, pause: Pause) -> Pause | None:
        """From its return on nothing of that scope is taken to be dialled, in any process.

        ``None`` when it was not paused; else the pause that is on already, which stays.
        """
        row = {
            "scope": pause.scope, "team": pause.team, "by": pause.by, "at": pause.at,
            "reason": pause.reason,
        }  # fmt: skip
        new = insert_if_new(pauses, self._database.dialect).values(row).returning(pauses)
        async with self._database.write() as connection:
            while (await connection.execute(new)).first() is None:
                if on_already := await _pause_of(connection, pause.scope):
                    return on_already  # not, when it was ended this very moment
            await _note(connection, pause.scope, (OFF, ON), pause.by, pause.at, pause.reason)
            # A claim that is under way holds its lane, and its campaigns: it comes first. Whoever
            # claims after us reads the row above.
            for waiting in _roads(pause.scope):
                await connection.execute(waiting)
        return None

    async def resume(self, scope: Scope, *, by: str, now: datetime, why: str) -> Pause | None:
        """What was paused until now; ``None`` when nothing of that scope was."""
        async with self._database.write() as connection:
            ended = delete(pauses).where(pauses.c.scope == scope).returning(pauses)
            row = (await connection.execute(ended)).mappings().one_or_none()
            if row is None:
                return None
            await _note(connection, scope, (ON, OFF), by, now, why)
            return _of(row)


async def all_pauses(connection: AsyncConnection) -> Sequence[Pause]:
    """Everything that is paused, the oldest first."""
    statement = select(pauses).order_by(pauses.c.at, pauses.c.scope)
    return [_of(row) for row in (await connection.execute(statement)).mappings()]


async def _pause_of(connection: AsyncConnection, scope: Scope) -> Pause | None:
    statement = select(pauses).where(pauses.c.scope == scope)
    row = (await connection.execute(statement)).mappings().one_or_none()
    return _of(row) if row is not None else None


def _of(row: RowMapping) -> Pause:
    return Pause(Scope(row["scope"]), row["team"], row["by"], row["at"], row["reason"])


async def _note(
    connection: AsyncConnection,
    scope: Scope,
    step: tuple[str, str],
    by: str,
    now: datetime,
    why: str,
) -> None:
    """The line in the audit; lines of one scope have revisions as those of a call have."""
    subject = f"pause:{scope}"
    before = select(func.max(audit.c.rev)).where(audit.c.subject == subject)
    rev = (await connection.execute(before)).scalar_one() or 0
    line = {
        "id": new_id(), "subject": subject, "rev": rev + 1, "at": now, "by": by,
        "what": "paused" if step[1] == ON else "resumed", "before": step[0], "after": step[1],
        "why": why,
    }  # fmt: skip
    await connection.execute(insert(audit).values(line))


def _roads(scope: Scope) -> Sequence[Select[str]]:
    """Locks what those who claim within the scope hold while they claim."""
    name = scope.partition(":")[2]
    every_lane = select(lanes.c.provider).order_by(lanes.c.provider).with_for_update()
    if scope == EVERYTHING:
        return [every_lane]
    if scope == of_provider(name):
        return [every_lane.where(lanes.c.provider == name)]
    if scope == of_campaign(name):
        return [select(campaigns.c.id).where(campaigns.c.id == name).with_for_update()]
    raise ValueError(f"nobody claims within {scope!r}")
