"""A world for each story."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.story.world import World, opened_world


@pytest.fixture(params=["socket", "http"])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """The product on SQLite; each story runs over Socket Mode and over signed HTTP."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'switchboard.db'}"
    async with opened_world(tmp_path, url, request.param) as world:
        yield world


@pytest.fixture
async def one_world(tmp_path: Path) -> AsyncIterator[World]:
    """For stories in which the way of delivery plays no part."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'switchboard.db'}"
    async with opened_world(tmp_path, url, "socket") as world:
        yield world
