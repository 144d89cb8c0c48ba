"""Watches a stand-in while tests use it: what comes in and goes out must fit the document."""

import json
from typing import Any

from aiohttp import web

from bot.demo.vozagent.checks import Refusal
from tests.contracts.openapi_judge import Document


class Judge:
    """To be put into a stand-in's ``app.middlewares``; collects ``problems``."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.problems: list[str] = []
        self.judged = 0

    def attach(self, app: web.Application) -> None:
        """Become the innermost middleware, so that wanted misbehaviour is not judged."""

        @web.middleware
        async def judge(request: web.Request, handler: Any) -> web.StreamResponse:
            if request.path.startswith("/v1/"):
                return await self._judged(request, handler)
            return await handler(request)  # type: ignore[no-any-return]  # handlers are untyped

        app.middlewares.append(judge)

    async def _judged(self, request: web.Request, handler: Any) -> web.StreamResponse:
        await self._check_request(request)
        try:
            response: web.Response = await handler(request)
        except Refusal as refusal:
            self._check_answer(request, refusal.status, refusal.body)
            raise
        self._check_answer(request, response.status, json.loads(response.text or ""))
        return response

    async def _check_request(self, request: web.Request) -> None:
        found = self._document.query_problems(request.method, request.path, request.query)
        if request.method != "GET":
            body = json.loads(await request.read())
            found += self._document.request_problems(request.method, request.path, body)
        self._keep(f"request {request.method} {request.path}", found)

    def _check_answer(self, request: web.Request, status: int, body: Any) -> None:
        found = self._document.answer_problems(request.method, request.path, status, body)
        self._keep(f"answer {status} to {request.method} {request.path}", found)

    def _keep(self, subject: str, found: list[str]) -> None:
        self.judged += 1
        self.problems += [f"{subject}: {problem}" for problem in found]
