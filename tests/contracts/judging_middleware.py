"""Watches a stand-in while tests use it: what comes in and goes out must fit the document."""

from typing import Any

from aiohttp import web

from bot.demo.telephony import UNKNOWN_WORD, StandIn
from bot.demo.telephony.misbehaving import json_of
from tests.contracts.openapi_judge import Document


class Judge:
    """Collects ``problems``. It sees right answers only: wanted misbehaviour is not judged."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.problems: list[str] = []
        self.judged = 0

    def attach(self, stand_in: StandIn) -> None:
        """Stand between misbehaviour and the refusal of keys."""

        @web.middleware
        async def judge(request: web.Request, handler: Any) -> web.StreamResponse:
            if stand_in.api.owns(request.path):
                return await self._judged(request, handler)
            return await handler(request)  # type: ignore[no-any-return]  # handlers are untyped

        stand_in.app.middlewares.insert(1, judge)

    async def _judged(self, request: web.Request, handler: Any) -> web.StreamResponse:
        raw = await request.read()
        response: web.Response = await handler(request)
        self.judged += 1
        subject = f"{response.status} to {request.method} {request.path_qs}"
        try:
            found = self._of_request(request, raw) + self._of_answer(request, response)
        except LookupError as error:
            found = [str(error)]
        # A word nobody documented is asked for by name, and breaks the document on purpose.
        self.problems += [f"{subject}: {each}" for each in found if UNKNOWN_WORD not in each]
        return response

    def _of_request(self, request: web.Request, raw: bytes) -> list[str]:
        found = self._document.header_problems(request.headers)
        found += self._document.path_problems(request.method, request.path)
        found += self._document.query_problems(request.method, request.path, request.query)
        if request.method != "GET":
            body = json_of(raw)
            found += self._document.request_problems(request.method, request.path, body)
        return [f"request: {each}" for each in found]

    def _of_answer(self, request: web.Request, response: web.Response) -> list[str]:
        body = json_of((response.text or "").encode())
        return self._document.answer_problems(request.method, request.path, response.status, body)
