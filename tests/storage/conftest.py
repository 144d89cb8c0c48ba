"""The stores on each kind of database, and several processes over one database."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from bot.storage.database import Database
from tests.fakes import FakeClock
from tests.storage.shop import Shop

PROCESSES = 4


@pytest.fixture
def shop(database: Database, clock: FakeClock) -> Shop:
    """The stores on each kind of database."""
    return Shop(database, clock)


@pytest.fixture
async def shops(database: Database, clock: FakeClock) -> AsyncIterator[list[Shop]]:
    """Several processes, each with connections of its own; on SQLite one is all there may be."""
    if database.dialect == "sqlite":
        yield [Shop(database, clock) for _ in range(PROCESSES)]
        return
    async with AsyncExitStack() as stack:
        databases = [Database(database.url.render_as_string(False)) for _ in range(PROCESSES)]
        for each in databases:
            stack.push_async_callback(each.close)
        yield [Shop(each, clock) for each in databases]
