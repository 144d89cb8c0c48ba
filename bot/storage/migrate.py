"""Brings a database to the newest schema; safe to run from several processes at once."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.storage.database import Database

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
        return await connection.run_sync(_revision) == _head(_config())


def _upgrade(connection: Connection) -> str:
    config = _config()
    config.attributes["connection"] = connection
    head = _head(config)
    if _revision(connection) != head:
        command.upgrade(config, "head")
    return head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _head(config: Config) -> str:
    return ScriptDirectory.from_config(config).get_current_head() or ""


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
