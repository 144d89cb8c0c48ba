"""The control API of the demo page: what people see and do, as JSON over HTTP."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.demo.slack.errors import Refused
from bot.demo.slack.messages import Message
from bot.demo.slack.modals import View
from bot.demo.slack.stream import stream
from bot.demo.slack.world import NotInWorld

if TYPE_CHECKING:
    from bot.demo.slack.stand_in import SlackStandIn

Json = dict[str, Any]
Answer = Callable[[Json], Awaitable[Json]]


class Control:
    """One method per path; each takes the JSON body (or the query) and gives the answer."""

    def __init__(self, slack: "SlackStandIn") -> None:
        self._slack = slack
        self._ws = slack.workspace

    def routes(self) -> list[web.RouteDef]:
        reads = [self.world, self.history, self.views, self.home, self.panel_now]
        acts = [
            self.command, self.message, self.action, self.submit, self.close, self.options,
            self.shortcut, self.home_opened, self.invite, self.kick, self.clock, self.panel,
            self.faults, self.reset,
        ]  # fmt: skip
        return [
            *[web.get(_path(answer), _handler(answer)) for answer in reads],
            *[web.post(_path(answer), _handler(answer)) for answer in acts],
            web.get("/_demo/stream", self.stream),
            web.post("/_demo/upload", self.upload),
            web.get("/_demo/file", self.file),
        ]

    # --- reading ------------------------------------------------------------------------

    async def world(self, query: Json) -> Json:
        world = self._ws.world
        people = [user for user in world.users if not user.is_bot]
        user = world.user(query.get("user") or people[0].id).id  # nobody chosen yet: the first
        world.dm(user)
        keys = ("id", "name", "real_name", "tz", "role", "is_bot")
        return {
            "team": {"id": world.team_id, "name": world.team_name},
            "app": {
                "name": world.app.name,
                "bot_user": world.app.bot_user,
                "command": world.app.commands[0].command if world.app.commands else "",
            },
            "now": self._ws.clock.epoch(),
            "users": [{key: getattr(one, key) for key in keys} for one in world.users],
            "channels": self._channels(user),
            "commands": [vars(command) for command in world.app.commands],
            "shortcuts": [vars(shortcut) for shortcut in world.app.shortcuts],
            "groups": [{"id": g.id, "handle": g.handle, "users": g.users} for g in world.groups],
            "panel": self._slack.panel_source(),
        }

    def _channels(self, user: str) -> list[Json]:
        world = self._ws.world
        return [
            {
                "id": channel.id,
                "name": world.app.name if channel.is_im else channel.name,
                "is_im": channel.is_im,
                "is_member": user in channel.members,
                "bot_is_member": world.bot_is_in(channel),
            }
            for channel in world.channels
            if self._ws.may_see(user, channel)
        ]

    async def history(self, query: Json) -> Json:
        seen = self._slack.seen_by(query["user"], query["channel"])
        return {"messages": [message.as_page() for message in seen]}

    async def views(self, query: Json) -> Json:
        stack = self._slack.views(query["user"])
        return {"stack": [self._ws.views.as_slack(view) for view in stack]}

    async def home(self, query: Json) -> Json:
        view = self._slack.home_view(query["user"])
        return {"view": self._ws.views.as_slack(view) if view else None}

    async def panel_now(self, _: Json) -> Json:
        return {"panel": self._slack.panel_source()}

    async def stream(self, request: web.Request) -> web.StreamResponse:
        return await stream(request, self._ws)

    # --- acting -------------------------------------------------------------------------

    async def command(self, body: Json) -> Json:
        channel = self._ws.channel_of(body["channel"], body["user"])
        made = await self._slack.people.command(body["user"], channel, body["text"], quiet=True)
        return {"delivery": made.as_page()}

    async def message(self, body: Json) -> Json:
        given = [file["id"] if isinstance(file, dict) else file for file in body.get("files") or []]
        files = [self._ws.files[file_id].info for file_id in given]
        said = await self._slack.message(
            body["user"], body["channel"], body.get("text") or "", body.get("thread_ts"), files
        )
        return {"ts": said.ts}

    async def action(self, body: Json) -> Json:
        where, action = self._where(body["container"]), body["action"]
        values = (body.get("state") or {}).get("values") or {}
        made = await self._slack.clicking.act(body["user"], where, action, values)
        return {"delivery": made.as_page()}

    async def submit(self, body: Json) -> Json:
        made = await self._slack.submit(body["user"], body["view_id"], body.get("state") or {})
        response = made.response if isinstance(made.response, dict) else {}
        answer = {key: response[key] for key in ("response_action", "errors") if key in response}
        return {"delivery": made.as_page(), "response": answer}

    async def close(self, body: Json) -> Json:
        await self._slack.close(body["user"], body["view_id"])
        return {}

    async def options(self, body: Json) -> Json:
        where = self._where(body["container"])
        _, found = await self._slack.suggest(
            body["user"], where, body["action_id"], body["value"], block_id=body.get("block_id")
        )
        return found

    async def shortcut(self, body: Json) -> Json:
        message = None
        if body.get("ts"):
            message = self._message(body["channel"], body["ts"])
        made = await self._slack.people.shortcut(
            body["user"], body["callback_id"], message, quiet=True
        )
        return {"delivery": made.as_page()}

    async def home_opened(self, body: Json) -> Json:
        made = await self._slack.home(body["user"])
        return {"delivery": made.as_page()}

    async def invite(self, body: Json) -> Json:
        await self._slack.invite(body["user"], body["channel"], body["who"])
        return {}

    async def kick(self, body: Json) -> Json:
        await self._slack.kick(body["user"], body["channel"], body["who"])
        return {}

    async def upload(self, request: web.Request) -> web.Response:
        """Keeps the file; it is shared by the message or form that names it."""
        form = await request.post()
        file, user = form.get("file"), str(form.get("user", ""))
        if not isinstance(file, web.FileField) or not self._ws.world.has_user(user):
            return _refusal(Refused("invalid_upload", "A file and a user are needed."), 400)
        stored = self._slack.people.upload(user, file.filename, file.file.read())
        return web.json_response({"ok": True, "file": stored})

    async def file(self, request: web.Request) -> web.Response:
        """A file as a signed-in person gets it; the app comes with its token to another door."""
        stored = self._ws.files.get(request.query.get("id", ""))
        if stored is None or not self._ws.world.has_user(request.query.get("user", "")):
            raise web.HTTPNotFound(text="file not found")
        kind = stored.info["mimetype"]
        charset = "utf-8" if kind.startswith("text/") else None
        return web.Response(body=stored.content, content_type=kind, charset=charset)

    # --- the demo's own levers ----------------------------------------------------------

    async def clock(self, body: Json) -> Json:
        if "to" in body:
            self._slack.move_to(datetime.fromtimestamp(float(body["to"]), UTC))
        else:
            self._slack.advance(float(body["advance"]))
        return {"now": self._ws.clock.epoch()}

    async def panel(self, body: Json) -> Json:
        await self._slack.panel_sink(body["id"], body.get("value"))
        panel = self._slack.panel_source()
        self._ws.changes.announce({"type": "panel", "panel": panel})
        return {"panel": panel}

    async def faults(self, body: Json) -> Json:
        self._slack.faults(body["method"], body["faults"])
        return {}

    async def reset(self, _: Json) -> Json:
        await self._slack.reset()
        return {}

    # --- parts --------------------------------------------------------------------------

    def _where(self, container: Json) -> Message | View:
        if container["type"] == "message":
            return self._message(container["channel"], container["ts"])
        view = self._ws.views.find(container["view_id"])
        if view is None:
            raise Refused("view_not_found", "This view is no longer open.")
        return view

    def _message(self, channel: str, ts: str) -> Message:
        message = self._ws.messages.find(channel, ts)
        if message is None:
            raise Refused("message_not_found", "This message is no longer there.")
        return message


def _path(answer: Answer) -> str:
    name = getattr(answer, "__name__", "")
    return f"/_demo/{name.removesuffix('_now')}"


def _refusal(problem: Refused, status: int) -> web.Response:
    body: Json = {"ok": False, "error": problem.code, "message": problem.message}
    if problem.errors:
        body["errors"] = problem.errors
    return web.json_response(body, status=status)


def _handler(answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
    """JSON in, JSON out; what cannot be done is a 4xx with a sentence for people."""

    async def handle(request: web.Request) -> web.Response:
        try:
            body = dict(request.query) if request.method == "GET" else await request.json()
            return web.json_response({"ok": True} | await answer(body))
        except Refused as problem:
            return _refusal(problem, 422 if problem.errors else 400)
        except NotInWorld as problem:
            return _refusal(Refused("not_found", str(problem)), 404)
        except KeyError as problem:
            return _refusal(Refused("missing_argument", f"{problem} is missing"), 400)
        except (ValueError, TypeError) as problem:
            return _refusal(Refused("invalid_argument", str(problem)), 400)

    return handle
