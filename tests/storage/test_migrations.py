"""The numbered migrations and the tables in the code say the same, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.tables import metadata


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    assert await migrate(database) == await migrate(database) == "0003"


async def test_the_migrated_schema_is_the_one_in_the_code(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []
