"""An UnleashX account for tests: opened at its stand-in, or at a server with one fixed answer."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.calls.provider import News, Order, Watched
from bot.demo.unleashx import UnleashXStandIn
from bot.providers.unleashx import UnleashX, UnleashXSettings
from tests.providers.raw_server import Exchange, RawServer, serving

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NUMBER = "+12025550142"
OTHER_NUMBER = "+12025550143"
ORDER = Order("C-4F7K.1", NUMBER, "412", "Maya", begins=NOON)


class HandClock:
    """A clock the test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def opened(stand_in: UnleashXStandIn, **more: Any) -> UnleashX:
    given = {"api_key": stand_in.api_key, "base_url": stand_in.base_url} | more
    return UnleashXSettings.model_validate(given).open()


async def dialled(unleashx: UnleashX, order: Order, clock: HandClock) -> Watched:
    receipt = await unleashx.place([order], may_send=lambda: True)
    assert receipt.provider_call_id is not None
    return Watched(receipt.provider_call_id, order, clock.now)


async def found(unleashx: UnleashX, order: Order = ORDER) -> tuple[News, ...]:
    return await unleashx.find(
        order, since=NOON - timedelta(minutes=2), until=NOON + timedelta(minutes=5)
    )


def ring(stand_in: UnleashXStandIn, number: str = NUMBER, agent_id: int = 412) -> int:
    """A call that was not dialled by us; the id of its record."""
    return stand_in.account.place(number, stand_in.account.agents[agent_id]).row_id


@asynccontextmanager
async def answered(answer: Any) -> AsyncIterator[tuple[UnleashX, RawServer]]:
    """A provider that is answered the same whatever it asks."""
    content = json.dumps(answer).encode()

    async def manner(exchange: Exchange) -> None:
        await exchange.read_request()
        head = f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {len(content)}\r\n\r\n"
        await exchange.send(head.encode() + content)

    async with serving(manner) as server:
        given = {"api_key": "token-1", "base_url": server.origin}
        provider = UnleashXSettings.model_validate(given).open()
        yield provider, server
        await provider.aclose()
