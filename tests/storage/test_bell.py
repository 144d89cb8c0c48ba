"""Processes on one PostgreSQL hear within milliseconds what others committed, and do without."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
import pytest

from bot.calls.bell import Bell, NoBell, Ring
from bot.storage.bell import APART, CHANNEL, PostgresBell
from bot.storage.database import Database
from tests.databases import postgresql_database

WITHIN = 5.0  # seconds; a ring takes milliseconds, a busy machine longer
EVERYTHING = list(Ring)


class Listener:
    """One process with its bell, and what it heard."""

    def __init__(self, database: Database, name: str) -> None:
        self.heard: list[Ring] = []
        self._changed = asyncio.Event()
        self.bell = PostgresBell(database, name, self._hear)
        self._task = asyncio.create_task(self.bell.run())

    def _hear(self, what: Ring) -> None:
        self.heard.append(what)
        self._changed.set()

    async def until(self, done: Callable[[list[Ring]], bool]) -> None:
        """Wait for what is to be heard."""
        async with asyncio.timeout(WITHIN):
            while not done(self.heard):
                self._changed.clear()
                await self._changed.wait()

    async def connected(self) -> None:
        """Whoever has just connected looks at everything."""
        await self.until(lambda heard: heard == EVERYTHING)
        self.heard.clear()

    async def leave(self) -> None:
        """Gently."""
        self.bell.stop()
        await asyncio.wait_for(self._task, WITHIN)


@pytest.fixture
async def url(postgresql: str) -> AsyncIterator[str]:
    """An empty database: bells need no table."""
    async with postgresql_database(postgresql) as url:
        yield url


@asynccontextmanager
async def listeners(url: str, *names: str) -> AsyncIterator[list[Listener]]:
    """Processes that hear each other."""
    async with AsyncExitStack() as leaving:
        found = []
        for name in names:
            database = Database(url)
            leaving.push_async_callback(database.close)
            found.append(Listener(database, name))
            leaving.push_async_callback(found[-1].leave)
            await found[-1].connected()
        yield found


async def test_another_process_hears_a_ring_at_once_and_the_one_that_rang_does_not(
    url: str,
) -> None:
    async with listeners(url, "w1", "w2", "w3") as (first, second, third):
        rang = time.perf_counter()
        first.bell.ring(Ring.CALLS)
        await second.until(lambda heard: heard == [Ring.CALLS])
        print(f"heard after {(time.perf_counter() - rang) * 1000:.1f} ms")
        await third.until(lambda heard: heard == [Ring.CALLS])
        second.bell.ring(Ring.NEWS)
        await first.until(lambda heard: heard == [Ring.NEWS])


async def test_many_rings_in_a_row_become_few(url: str) -> None:
    async with listeners(url, "w1", "w2") as (first, second):
        loop = asyncio.get_running_loop()
        began = loop.time()
        for _ in range(500):
            first.bell.ring(Ring.CALLS)
            await asyncio.sleep(0)
        first.bell.ring(Ring.INBOX)
        await second.until(lambda heard: Ring.INBOX in heard)
        most = 2 + (loop.time() - began) / APART
        assert 1 <= second.heard.count(Ring.CALLS) <= most


async def test_what_is_rung_last_is_heard_before_a_process_is_gone(url: str) -> None:
    async with listeners(url, "w1", "w2") as (first, second):
        first.bell.ring(Ring.CALLS)
        first.bell.ring(Ring.INBOX)
        await first.leave()
        await second.until(lambda heard: set(heard) == {Ring.CALLS, Ring.INBOX})
        assert not first.bell.connected


async def test_a_broken_line_is_laid_anew_and_then_everything_is_looked_at(url: str) -> None:
    async with listeners(url, "w1", "w2") as (first, second):
        server = await asyncpg.connect(url.replace("+asyncpg", ""))
        await server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        first.bell.ring(Ring.CALLS)  # nobody may hear this, and nothing is lost by it
        await first.until(lambda heard: heard[-3:] == EVERYTHING)
        await second.until(lambda heard: set(heard) == set(EVERYTHING))
        second.heard.clear()
        first.bell.ring(Ring.NEWS)
        await second.until(lambda heard: Ring.NEWS in heard)
        await server.close()


async def test_a_bell_waits_for_a_database_that_is_away_and_can_be_stopped_meanwhile(
    url: str,
) -> None:
    nowhere = Database("postgresql://switchboard@127.0.0.1:9/nowhere")
    lonely = Listener(nowhere, "w1")
    lonely.bell.ring(Ring.CALLS)
    await asyncio.sleep(0.1)
    assert not lonely.bell.connected
    await lonely.leave()
    assert lonely.heard == []
    await nowhere.close()


async def test_words_of_a_newer_version_are_passed_over(url: str) -> None:
    async with listeners(url, "w1") as (only,):
        server = await asyncpg.connect(url.replace("+asyncpg", ""))
        for payload in ("bread w9", "", "calls w1", "news w9"):
            await server.execute("SELECT pg_notify($1, $2)", CHANNEL, payload)
        await only.until(lambda heard: heard == [Ring.NEWS])
        await server.close()


def test_a_process_alone_has_nobody_to_ring_for() -> None:
    bell: Bell = NoBell()
    bell.ring(Ring.CALLS)
