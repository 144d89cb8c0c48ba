"""Rings between processes through PostgreSQL, on a connection of its own.

A process that waits hears within milliseconds what another one committed. Notifications take a
lock at their commit, one for the whole server, so they are kept out of all other transactions, and
those of one process are put together.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog
from asyncpg import InterfaceError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.calls.bell import Ring
from bot.calls.errors import StoreAway
from bot.calls.tasks import is_wanted_to_end
from bot.storage.database import Database, told_apart

log = structlog.get_logger(__name__)

CHANNEL = "switchboard"
NOTIFY = f"SELECT pg_notify('{CHANNEL}', what || ' ' || $2::text) FROM unnest($1::text[]) AS what"  # noqa: S608 - a constant
APART = 0.05  # seconds between two rings of one process
PATIENCE = 5.0  # seconds for an answer
STILL_THERE = 15.0  # seconds; a line that died in silence is noticed by then
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0  # seconds between two tries to connect


class PostgresBell:
    """``calls.bell.Bell``. Never needed: while it is not connected, the others find out later.

    ``heard`` is told what another process rang; and everything once connected, for what was rung
    before. ``name`` tells the processes apart.
    """

    name = "bell"

    def __init__(self, database: Database, process: str, heard: Callable[[Ring], None]) -> None:
        self._url = database.url
        self._process = process
        self._heard = heard
        self._to_ring: set[Ring] = set()
        self._something = asyncio.Event()  # to ring, a line that broke, or a stop
        self._stopping = asyncio.Event()
        self.connected = False

    def ring(self, what: Ring) -> None:
        """Returns at once and never fails."""
        self._to_ring.add(what)
        self._something.set()

    def stop(self) -> None:
        """Ring what is still to be rung, and return from ``run``."""
        self._stopping.set()
        self._something.set()

    async def run(self) -> None:
        """Listen and ring until ``stop``; connect again, and again, when the line breaks."""
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                async with self._line() as line:
                    pause = FIRST_PAUSE
                    await self._serve(line)
            except (StoreAway, InterfaceError) as error:
                log.warning("bell_lost", error=str(error)[:200])
            except (Exception, asyncio.CancelledError):
                if is_wanted_to_end():
                    raise
                log.exception("bell_failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    @asynccontextmanager
    async def _line(self) -> AsyncIterator[Any]:
        """A connection of the driver that listens, and is in no transaction."""
        engine = create_async_engine(
            self._url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args={"command_timeout": PATIENCE, "timeout": PATIENCE},
        )
        try:
            with told_apart():
                async with engine.connect() as connection:
                    line: Any = (await connection.get_raw_connection()).driver_connection
                    line.add_termination_listener(self._broken)
                    await line.add_listener(CHANNEL, self._hear)
                    self.connected = True
                    yield line
        finally:
            self.connected = False
            await engine.dispose()

    async def _serve(self, line: Any) -> None:
        log.info("bell_connected")
        for what in Ring:
            self._heard(what)
        while not line.is_closed():
            if self._to_ring:
                await self._send(line)
            elif self._stopping.is_set():
                return
            elif not await self._something_within(STILL_THERE):
                await line.execute("SELECT 1")
        log.warning("bell_lost", error="the server closed the line")

    async def _something_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._something.wait(), seconds)
        happened = self._something.is_set()
        self._something.clear()
        return happened

    async def _send(self, line: Any) -> None:
        """What could not be sent stays to be rung."""
        ringing = frozenset(self._to_ring)
        self._to_ring.clear()
        try:
            await line.execute(NOTIFY, [*ringing], self._process)
        except BaseException:
            self._to_ring |= ringing
            raise
        await asyncio.sleep(APART)

    def _hear(self, line: object, pid: int, channel: str, payload: str) -> None:
        what, _, process = payload.partition(" ")
        if process != self._process and what in set(Ring):  # a newer version may know more
            self._heard(Ring(what))

    def _broken(self, line: object) -> None:
        self._something.set()
