"""Runs Alembic; loaded only by a process that finds an older schema."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def upgrade(connection: Connection, migrations: str) -> None:
    """To the newest revision, within the transaction of that connection."""
    config = Config()
    config.set_main_option("script_location", migrations)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
