"""What the provider's document shows can be read, and its stand-in has every page of it."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.calls.errors import Cause, MaybePlaced, NotPlaced, ProviderError
from bot.calls.provider import CallProvider, Order, Watched
from tests.contracts.one_provider import OneProvider, always, now
from tests.contracts.openapi_judge import Example
from tests.providers.raw_server import Exchange, Manner, serving

CAUSES: Mapping[int, Cause] = {
    400: Cause.REFUSED,
    401: Cause.CREDENTIALS,
    402: Cause.CREDENTIALS,
    403: Cause.CREDENTIALS,
    404: Cause.REFUSED,
    422: Cause.REFUSED,
    429: Cause.BUSY_LINE,
}
ASK: Mapping[str, Callable[[CallProvider, Watched], Awaitable[Any]]] = {
    "read": lambda provider, watched: provider.read(watched),
    "overview": lambda provider, watched: provider.overview([watched]),
    "list_agents": lambda provider, _: provider.list_agents(),
}


class DocumentContract(OneProvider):
    """``operations`` says which of our questions reads which of its answers."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "example" in metafunc.fixturenames:
            used = [each for each in self.document.examples() if each.operation in self.operations]
            names = [f"{each.operation}-{each.status}-{each.name}" for each in used]
            metafunc.parametrize("example", used, ids=names)

    async def test_an_answer_from_the_document_is_read_as_it_is_meant(
        self, example: Example, order: Order
    ) -> None:
        async with serving(_always(example)) as server:
            base_url = f"{server.origin}{self.new_stand_in().api.base_path}"
            provider = self.open(base_url, "documented-key")
            question = self.operations[example.operation]
            try:
                if question == "place":
                    await self._placed_as_documented(provider, example, order)
                else:
                    await self._asked_as_documented(provider, example, order, question)
            finally:
                await provider.aclose()

    def test_the_stand_in_has_every_documented_page(self) -> None:
        pages = {
            f"{route.method} {re.sub(r'{.*?}', '{}', route.resource.canonical)}"
            for route in self.new_stand_in().app.router.routes()
            if route.resource is not None
        }
        assert self.document.pages() - pages == set()

    async def _placed_as_documented(
        self, provider: CallProvider, example: Example, order: Order
    ) -> None:
        if example.status < 300:
            receipt = await provider.place([order], may_send=always)
            assert receipt.provider_call_id is not None or not self.gives_ids
            return
        with pytest.raises((NotPlaced, MaybePlaced)) as caught:
            await provider.place([order], may_send=always)
        cause = caught.value.cause if isinstance(caught.value, NotPlaced) else None
        assert cause is CAUSES.get(example.status)
        if cause is Cause.REFUSED:
            assert _message(example.body) in caught.value.for_user

    async def _asked_as_documented(
        self, provider: CallProvider, example: Example, order: Order, question: str
    ) -> None:
        since = now() - timedelta(minutes=1)
        watched = Watched(self.documented_id or self.unknown_id, order, since)
        if example.status == 404 and question == "read":
            assert await provider.read(watched) is None
            return
        if example.status >= 300:
            with pytest.raises(ProviderError, match=str(example.status)):
                await ASK[question](provider, watched)
            return
        told = await ASK[question](provider, watched)
        assert told or question == "overview" or not self.documented_id


def _always(example: Example) -> Manner:
    """Answer whatever is asked with the example."""
    body = json.dumps(example.body).encode()
    head = f"HTTP/1.1 {example.status} As documented\r\nContent-Type: application/json\r\n"
    head = f"{head}Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"

    async def manner(exchange: Exchange) -> None:
        await exchange.read_request()
        await exchange.send(head.encode() + body)

    return manner


def _message(body: Any) -> str:
    """What an error says to people, wherever it says it."""
    inner = body.get("error")
    if isinstance(inner, dict):
        return str(inner["message"])
    return inner if isinstance(inner, str) else str(body["message"])
