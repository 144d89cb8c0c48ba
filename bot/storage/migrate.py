"""Brings a database to the newest schema; safe to run from several processes at once."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from bot.calls.later import Later
from bot.storage.database import Database

if TYPE_CHECKING:
    from bot.storage import upgrade
else:
    upgrade = Later("bot.storage.upgrade")  # with Alembic, of which most starts have no need

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 7_364_201  # any number nobody else uses for an advisory lock in this database


async def migrate(database: Database) -> str:
    """Upgrade to the newest revision; its name. Does nothing when it is there already."""
    async with database.write() as connection:
        if database.dialect == "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        return await connection.run_sync(_upgrade)


async def is_current(database: Database) -> bool:
    """Whether the schema is the newest; nothing is changed, and no file made."""
    file = database.url.database if database.dialect == "sqlite" else None
    if file is not None and not await asyncio.to_thread(Path(file).exists):
        return False
    async with database.read() as connection:
        return await connection.run_sync(_revision) == head()


def head() -> str:
    """The newest revision: files and revisions bear the same numbers."""
    newest = max(file.name for file in (MIGRATIONS / "versions").glob("v[0-9]*_*.py"))
    return newest.removeprefix("v").partition("_")[0]


def _upgrade(connection: Connection) -> str:
    newest = head()
    if _revision(connection) != newest:
        upgrade.upgrade(connection, str(MIGRATIONS))
    return newest


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar_one_or_none()
    return revision
