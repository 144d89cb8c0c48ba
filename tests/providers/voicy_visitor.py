"""Who meets the stand-in for Voicy in its tests: a judging visitor, a listener to webhooks."""

import asyncio
from typing import Any

import aiohttp
from aiohttp import web

from bot.demo.voicy import DANA, DEMO_FROM, VoicyStandIn
from tests.contracts.openapi_judge import Document
from tests.providers.voicy_bench import NUMBER

DOCUMENT = Document("voicy.yaml")
BASE = "/functions/v1"
GOOD = {"from_number": DEMO_FROM, "to_number": NUMBER, "override_agent_id": DANA.id}


class Visitor:
    """Speaks to the stand-in as any program would; every answer of the API is judged."""

    def __init__(self, stand_in: VoicyStandIn, session: aiohttp.ClientSession) -> None:
        self._stand_in = stand_in
        self._session = session
        self.key = stand_in.api_key
        self.headers: dict[str, str] = {}  # of the last answer

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.key}"}
        url = self._stand_in.origin + path
        async with self._session.request(method, url, json=body, headers=headers) as answer:
            told = await answer.json()
            self.headers = dict(answer.headers)
            if path.startswith(BASE):
                assert DOCUMENT.answer_problems(method, path, answer.status, told) == []
            return answer.status, told

    async def dial(self, **changes: Any) -> tuple[int, Any]:
        return await self.ask("POST", f"{BASE}/call-dial", GOOD | changes)

    async def listed(self, **question: Any) -> list[str]:
        status, told = await self.ask("POST", f"{BASE}/call-list", question)
        assert status == 200
        return [row["call_id"] for row in told["calls"]]

    async def control(self, name: str, body: Any) -> Any:
        return (await self.ask("POST", f"/_control/{name}", body))[1]


class Listener:
    """Hears webhooks, and answers them with ``status``."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.came = asyncio.Event()
        self.status = 200

    async def page(self, request: web.Request) -> web.Response:
        named = {name.lower(): value for name, value in request.headers.items()}
        self.heard.append((named, await request.read()))
        self.came.set()
        return web.Response(status=self.status)
