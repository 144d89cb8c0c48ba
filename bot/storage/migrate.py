"""Brings a database to the newest schema; safe to run from several processes at once."""

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


def _upgrade(connection: Connection) -> str:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    head = ScriptDirectory.from_config(config).get_current_head() or ""
    if MigrationContext.configure(connection).get_current_revision() != head:
        command.upgrade(config, "head")
    return head
