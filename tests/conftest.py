"""Fixtures that every room may use."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.database import Database
from tests.databases import fresh_url, opened, postgresql
from tests.fakes import FakeClock

__all__ = ["postgresql"]


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands at ``fakes.MORNING``."""
    return FakeClock()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """An empty database of each kind; the same tests run on both."""
    server = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    async with fresh_url(request.param, tmp_path, server) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database of each kind."""
    async with opened(database_url) as database:
        yield database
