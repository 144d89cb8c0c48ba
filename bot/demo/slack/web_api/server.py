"""The door of the Web API: who may call, which fault is due, what is written in the log."""

import asyncio
import json
from typing import Any

from aiohttp import web

from bot.demo.slack.errors import SlackError
from bot.demo.slack.socket_mode import SocketHub, reset_on_close
from bot.demo.slack.web_api import METHODS
from bot.demo.slack.web_api.arguments import Call, structured
from bot.demo.slack.workspace import Request, Workspace

Json = dict[str, Any]

APP_TOKEN_METHODS = {"apps.connections.open"}
NO_TOKEN_METHODS = {"api.test"}
# Methods that read take their arguments from the query or a form; JSON they do not see at all.
BLIND_TO_JSON = {
    "bots.info", "chat.getPermalink", "conversations.history", "conversations.info",
    "conversations.list", "conversations.members", "conversations.replies", "files.info",
    "team.info", "usergroups.list", "usergroups.users.list", "users.info", "users.list",
    "users.lookupByEmail",
}  # fmt: skip
BROKEN = "(not JSON)"  # noted in the arguments when a body could not be read


class WebApi:
    """Answers 200 with ``ok`` true or false; 429 when it is told to, or when tiers are enforced."""

    def __init__(self, workspace: Workspace, hub: SocketHub) -> None:
        self._ws = workspace
        self._hub = hub

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args, token = await _read(request, method)
        entry = Request(method, args, self._ws.clock())
        self._ws.requests.append(entry)
        self._ws.changes.announce()
        fault = self._ws.faults.next(method) or {}
        if fault.get("kind") == "refused":
            return _hang_up(request)
        if fault.get("kind") == "delay":
            await asyncio.sleep(fault["seconds"])
        wait = self._wait(method, args, fault)
        if wait:
            entry.error = "ratelimited"
            return _too_fast(wait)
        answer = await self._answer(method, args, token, fault)
        entry.error = answer.get("error")
        self._ws.changes.announce()
        return _hang_up(request) if fault.get("kind") == "lost" else web.json_response(answer)

    def _wait(self, method: str, args: Json, fault: Json) -> int:
        if fault.get("kind") == "ratelimited":
            return int(fault.get("retry_after", 1))
        if self._ws.enforce_tiers:
            return self._ws.tiers.wait_for(method, str(args.get("channel", "")))
        return 0

    async def _answer(self, method: str, args: Json, token: str, fault: Json) -> Json:
        try:
            self._authorise(method, token)
            return {"ok": True} | await self._run(method, args, fault)
        except SlackError as problem:
            return {"ok": False, "error": problem.code} | problem.extra

    async def _run(self, method: str, args: Json, fault: Json) -> Json:
        if fault.get("kind") == "error":
            raise SlackError(fault["error"])
        if BROKEN in args:
            raise SlackError("invalid_json")
        if method not in METHODS:
            raise SlackError("unknown_method", req_method=method)
        return await METHODS[method](Call(self._ws, self._hub, structured(args)))

    def _authorise(self, method: str, token: str) -> None:
        if method in NO_TOKEN_METHODS:
            return
        if not token:
            raise SlackError("not_authed")
        if token not in (self._ws.tokens.bot, self._ws.tokens.app):
            raise SlackError("invalid_auth")
        wants_app = method in APP_TOKEN_METHODS
        if wants_app is not (token == self._ws.tokens.app):
            raise SlackError("not_allowed_token_type")


async def _read(request: web.Request, method: str) -> tuple[Json, str]:
    """Query, form and JSON together, and the token wherever it was."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        body = await request.text()
        try:
            sent = json.loads(body) if body else {}
            args |= {} if method in BLIND_TO_JSON else sent
        except ValueError:
            args[BROKEN] = True
    elif request.can_read_body:
        args |= dict((await request.post()).items())
    token = str(args.pop("token", "") or "")
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    return args, bearer if scheme.lower() == "bearer" else token


def _too_fast(seconds: int) -> web.Response:
    headers = {"Retry-After": str(seconds)}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


def _hang_up(request: web.Request) -> web.Response:
    """Close the line instead of answering; the caller cannot know what happened."""
    if request.transport is not None:
        reset_on_close(request.transport)
        request.transport.abort()
    return web.Response()
