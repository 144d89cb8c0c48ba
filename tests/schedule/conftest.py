"""A bench on SQLite for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import fresh_url, opened
from tests.fakes import FakeClock
from tests.schedule.bench import Bench, Scripted


@pytest.fixture
def provider() -> Scripted:
    """Takes every call, under the id ``p-1``, until it is told otherwise."""
    return Scripted()


@pytest.fixture
async def bench(tmp_path: Path, clock: FakeClock, provider: Scripted) -> AsyncIterator[Bench]:
    """The schedule over a fresh SQLite file."""
    async with fresh_url("sqlite", tmp_path, None) as url, opened(url) as database:
        yield Bench(database, clock, {provider.name: provider})
