"""The HTTP doors the app comes through: Web API, sockets, response URLs, files."""

from typing import Any

from aiohttp import BodyPartReader, web

from bot.demo.slack.answers import answer_to_response_url
from bot.demo.slack.errors import SlackError
from bot.demo.slack.file_objects import store_file
from bot.demo.slack.socket_mode import SocketHub
from bot.demo.slack.web_api.server import WebApi
from bot.demo.slack.workspace import Workspace

Json = dict[str, Any]


class Doors:
    """Everything the app may call, apart from the page and the control API."""

    def __init__(self, workspace: Workspace, hub: SocketHub) -> None:
        self._ws = workspace
        self._hub = hub
        self._api = WebApi(workspace, hub)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("GET", "/api/{method}", self._api.handle),
            web.route("POST", "/api/{method}", self._api.handle),
            web.get("/link/", self._hub.handle),
            web.post("/{kind:commands|actions|app}/{team}/{key}", self.response_url),
            web.post("/upload/v1/{file_id}", self.upload),
            web.get("/files-pri/{ids}/{name}", self.download),
            web.get("/files-pri/{ids}/download/{name}", self.download),
            web.get("/sign-in", self.sign_in),
        ]

    async def response_url(self, request: web.Request) -> web.Response:
        """Answers "ok" as plain text, or an error as JSON."""
        try:
            body = await request.json()
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        try:
            answer_to_response_url(self._ws, request.match_info["key"], body)
        except SlackError as problem:
            wrong_url = problem.code.endswith("_url")
            answer = {"ok": False, "error": problem.code} | problem.extra
            return web.json_response(answer, status=404 if wrong_url else 400)
        return web.Response(text="ok")

    async def upload(self, request: web.Request) -> web.Response:
        """Step one and a half of an upload: the bytes, raw or as a form."""
        waiting = self._ws.uploads.get(request.match_info["file_id"])
        if waiting is None:
            raise web.HTTPNotFound(text="no such upload")
        content = await _bytes_of(request)
        if len(content) != waiting["length"]:
            raise web.HTTPBadRequest(text="the length is not the one announced")
        waiting["received"] = True
        user, file_id = self._ws.world.app.bot_user, request.match_info["file_id"]
        store_file(self._ws, user, waiting["name"], content, file_id)
        return web.Response(text=f"OK - {len(content)}")

    async def download(self, request: web.Request) -> web.Response:
        """The bytes, for the bot's token only; others land on a sign-in page, as in Slack."""
        file_id = request.match_info["ids"].rpartition("-")[2]
        stored = self._ws.files.get(file_id)
        if stored is None:
            raise web.HTTPNotFound(text="file not found")
        if request.headers.get("Authorization") != f"Bearer {self._ws.tokens.bot}":
            raise web.HTTPFound("/sign-in")
        return web.Response(body=stored.content, content_type=stored.info["mimetype"])

    async def sign_in(self, request: web.Request) -> web.Response:
        return web.Response(text="<html><title>Sign in</title></html>", content_type="text/html")


async def _bytes_of(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader):
            return bytes(await part.read(decode=False))
    return b""
