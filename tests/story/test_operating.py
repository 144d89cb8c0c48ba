"""What an operator relies on: the wire is checked, health is honest, SIGTERM drains."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.service import Service
from bot.settings import Mistake, load
from tests.databases import postgresql_database
from tests.story.world import SATURDAY_12, SECRET, World, opened_world

NOON = "/dial +1 415 555 2671 with Voz tomorrow noon"


@pytest.fixture
async def http_world(tmp_path: Path) -> AsyncIterator[World]:
    """Signed HTTP only."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'switchboard.db'}"
    async with opened_world(tmp_path, url, "http") as world:
        yield world


def signed(body: str, at: float, secret: str = SECRET) -> dict[str, str]:
    """Slack's signature headers."""
    base = f"v0:{int(at)}:{body}"
    digest = hmac.new(secret.encode(), base.encode(), hashlib.sha256).hexdigest()
    return {
        "X-Slack-Request-Timestamp": str(int(at)),
        "X-Slack-Signature": f"v0={digest}",
        "Content-Type": "application/x-www-form-urlencoded",
    }


@pytest.mark.parametrize(
    ("age", "secret", "status"), [(0, SECRET, 200), (0, "wrong", 401), (600, SECRET, 401)]
)
async def test_only_fresh_and_rightly_signed_requests_are_taken(
    http_world: World, age: float, secret: str, status: int
) -> None:
    assert http_world.bot is not None
    body = (
        "command=%2Fdial&text=help&team_id=T0ACME&channel_id=C0SALES&user_id=U0RITA"
        f"&trigger_id=1.2.{age}{secret}"
    )
    headers = signed(body, time.time() - age, secret)  # noqa: TID251 - Slack signs with real time
    url = f"http://127.0.0.1:{http_world.bot.port}/slack/events"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers=headers) as answer,
    ):
        assert answer.status == status


async def test_health_and_metrics_say_how_it_stands(one_world: World) -> None:
    await one_world.books(NOON)
    assert one_world.bot is not None
    origin = f"http://127.0.0.1:{one_world.bot.port}"
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{origin}/healthz") as answer:
            assert answer.status == 200
            facts = await answer.json()
        async with session.get(f"{origin}/metrics") as answer:
            metrics = await answer.text()
    assert facts["ok"] is True
    assert facts["calls"] == {"scheduled": 1}
    assert 'switchboard_calls{of="scheduled"} 1.0' in metrics


async def test_the_same_story_on_postgresql(tmp_path: Path, postgresql: str) -> None:
    async with (
        postgresql_database(postgresql) as url,
        opened_world(tmp_path, url, "socket") as world,
    ):
        root = await world.books(NOON)
        world.skip_to(SATURDAY_12)
        await world.reads(root, "Reached")
        assert world.vozagent.posts_to("+14155552671") == 1


async def test_what_was_acknowledged_is_worked_off_before_a_stop(one_world: World) -> None:
    delivery = await one_world.slack.command("rita", "#sales", NOON)
    assert delivery.acked
    before = asyncio.get_running_loop().time()
    await one_world.stop_bot()
    assert asyncio.get_running_loop().time() - before < 10
    assert "Schedule this call?" in one_world.text(one_world.ephemerals()[-1])


async def test_a_broken_socket_is_up_again_within_seconds(one_world: World) -> None:
    one_world.slack.drop_sockets(hard=True)
    await one_world.slack.app_connected(timeout=10)
    await one_world.books(NOON)


async def test_a_refresh_of_the_socket_loses_nothing(one_world: World) -> None:
    await one_world.slack.disconnect()
    await one_world.slack.app_connected(timeout=10)
    await one_world.books(NOON)


async def test_a_refused_token_stops_the_start_with_a_reason(one_world: World) -> None:
    wrong = {**one_world.settings(), "SLACK_BOT_TOKEN": "xoxb-wrong"}
    wrong["DATABASE_URL"] = wrong["DATABASE_URL"].replace("switchboard.db", "other.db")
    service = Service(load(wrong))
    with pytest.raises(Mistake, match="invalid_auth"):
        await service.start()
    await service.stop()
