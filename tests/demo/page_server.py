"""A fake of the stand-in's page API: it shows what a test puts in and keeps what the page posts."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.demo.page import PAGE_DIR

START = 1_795_219_200.0  # Sat 21 Nov 2026, 00:00 UTC: Friday 7 PM in New York

PEOPLE = [
    ("U1", "rita", "Rita Rep", "America/New_York", "rep", False),
    ("U2", "leo", "Leo Lead", "Europe/Berlin", "lead", False),
    ("U3", "olga", "Olga Oncall", "America/Los_Angeles", "on-call", False),
    ("UBOT", "switchboard", "Switchboard", "UTC", "", True),
]
FIELDS = ("id", "name", "real_name", "tz", "role", "is_bot")
COMMAND = {
    "command": "/dial",
    "description": "Place a phone call",
    "usage_hint": "<number|name> [with <assistant>] [when]",
}
SHORTCUTS = [
    {"callback_id": "call_number", "name": "Call this number…", "type": "message"},
    {"callback_id": "new_call", "name": "New call", "type": "global"},
]
PANEL = {
    "next_due": START + 15 * 3600,
    "providers": [
        {
            "id": "voicy",
            "name": "Voicy",
            "about": "Sends webhooks.",
            "dials": 0,
            "tally": "0 dials · 0 rang",
            "received": [],
            "knobs": [
                {
                    "id": "voicy.outcome",
                    "label": "A call",
                    "value": "answered",
                    "choices": [
                        {"value": "answered", "label": "is answered"},
                        {"value": "no-answer", "label": "is not answered"},
                    ],
                }
            ],
        }
    ],
}
OK = {"id": "D1", "kind": "any", "acked": True, "ack_ms": 3.0, "status": "ok", "response": None}

Json = dict[str, Any]


def channel(name: str, channel_id: str, *, direct: bool = False, bot: bool = True) -> Json:
    return {
        "id": channel_id,
        "name": name,
        "is_im": direct,
        "is_member": True,
        "bot_is_member": bot,
    }


class FakeDesk:
    """One workspace in memory. Tests speak for the app; ``posted`` waits for the page's posts."""

    def __init__(self) -> None:
        self.now = START
        self.messages: dict[str, Json] = {}
        self.stacks: dict[str, list[Json]] = defaultdict(list)
        self.homes: dict[str, Json] = {}
        self.answers: dict[str, Json] = {}
        self.panel: Json = json.loads(json.dumps(PANEL))
        self.channels = [channel("sales-calls", "C1"), channel("random", "C2", bot=False)]
        self._posts: dict[str, asyncio.Queue[Json]] = defaultdict(asyncio.Queue)
        self._listeners: set[tuple[str, asyncio.Queue[Json | None]]] = set()
        self._count = 0

    # what a test does in the app's place

    def say(self, text: str, *, only_for: str = "", **more: Any) -> str:
        """Post as the app (or as ``user=``) into C1 (or ``channel=``); gives back the ``ts``."""
        self._count += 1
        ts = f"{self.now:.0f}.{self._count:06d}"
        message = {"ts": ts, "channel": "C1", "user": "UBOT", "text": text, **more}
        message["bot"] = message["user"] == "UBOT"
        message |= {"ephemeral": bool(only_for), "only_for": only_for}
        self.messages[ts] = message
        self._tell(message)
        return ts

    def edit(self, ts: str, **changes: Any) -> None:
        self.messages[ts] |= {**changes, "edited": True}
        self._tell(self.messages[ts])

    def delete(self, ts: str) -> None:
        gone = self.messages.pop(ts)
        self.push({"type": "message_deleted", "channel": gone["channel"], "ts": ts})

    def show_views(self, user: str, *views: Json) -> None:
        self.stacks[user] = list(views)
        self.push({"type": "views", "stack": self.stacks[user]}, user)

    def push(self, event: Json, user: str = "") -> None:
        for listener, queue in self._listeners:
            if user in {"", listener}:
                queue.put_nowait(event)

    def hang_up(self) -> None:
        """Break every live stream, as a restart of the server would."""
        for _, queue in self._listeners:
            queue.put_nowait(None)

    async def posted(self, what: str) -> Json:
        """The next body the page posts to ``/_demo/<what>``, waited for."""
        return await asyncio.wait_for(self._posts[what].get(), 5)

    def waiting(self, what: str) -> int:
        """How many posts to ``/_demo/<what>`` nobody has looked at yet."""
        return self._posts[what].qsize()

    def _tell(self, message: Json) -> None:
        self.push({"type": "message", "message": message}, message["only_for"])

    # what the page asks

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/", self._page)
        app.router.add_get("/archives/{channel}/{message}", self._page)
        app.router.add_get("/static/{name}", self._static)
        app.router.add_get("/_demo/stream", self._stream)
        app.router.add_get("/_demo/{what}", self._read)
        app.router.add_post("/_demo/upload", self._upload)
        app.router.add_post("/_demo/{what}", self._post)
        return app

    async def _page(self, _: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE_DIR / "index.html")

    async def _static(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE_DIR / request.match_info["name"])

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        listener = (request.query["user"], queue)
        self._listeners.add(listener)
        try:
            await response.prepare(request)
            await response.write(b"retry: 50\n: hello\n\n")
            while (event := await queue.get()) is not None:
                await response.write(f"data: {json.dumps(event)}\n\n".encode())
        except ConnectionResetError:
            pass  # the page left
        finally:
            self._listeners.discard(listener)
        return response

    async def _read(self, request: web.Request) -> web.Response:
        user = request.query.get("user", "U1")
        answers: dict[str, Callable[[], Json]] = {
            "world": lambda: self._world(user),
            "history": lambda: {"messages": self._history(user, request.query["channel"])},
            "views": lambda: {"stack": self.stacks[user]},
            "home": lambda: {"view": self.homes.get(user)},
        }
        return web.json_response(answers[request.match_info["what"]]())

    def _world(self, user: str) -> Json:
        return {
            "team": {"id": "T1", "name": "Acme Sales"},
            "app": {"name": "Switchboard", "bot_user": "UBOT", "command": "/dial"},
            "now": self.now,
            "users": [dict(zip(FIELDS, person, strict=True)) for person in PEOPLE],
            "channels": [*self.channels, channel("switchboard", f"D{user}", direct=True)],
            "commands": [COMMAND],
            "shortcuts": SHORTCUTS,
            "groups": [{"id": "S1", "handle": "sales-leads", "users": ["U2"]}],
            "panel": self.panel,
        }

    def _history(self, user: str, place: str) -> list[Json]:
        here = [one for one in self.messages.values() if one["channel"] == place]
        return [one for one in here if one["only_for"] in {"", user}]

    async def _post(self, request: web.Request) -> web.Response:
        what, body = request.match_info["what"], await request.json()
        effect = getattr(self, f"_on_{what}", None)
        answer = {"ok": True, "delivery": OK} | ((effect and effect(body)) or {})
        answer |= self.answers.get(what, {})
        self._posts[what].put_nowait(body)
        return web.json_response(answer, status=200 if answer["ok"] else 422)

    def _on_message(self, body: Json) -> Json:
        return {"ts": self.say(**body)}

    def _on_close(self, body: Json) -> None:
        left = [view for view in self.stacks[body["user"]] if view["id"] != body["view_id"]]
        self.show_views(body["user"], *left)

    def _on_clock(self, body: Json) -> Json:
        self.now = body.get("to", self.now + body.get("advance", 0))
        self.push({"type": "clock", "now": self.now})
        return {"now": self.now}

    def _on_panel(self, body: Json) -> Json:
        for knob in self.panel["providers"][0]["knobs"]:
            if knob["id"] == body["id"]:
                knob["value"] = body["value"]
        return {"panel": self.panel}

    async def _upload(self, request: web.Request) -> web.Response:
        fields = await request.post()
        upload = fields["file"]
        assert isinstance(upload, web.FileField)
        size = len(upload.file.read())
        file = {"id": "F1", "name": upload.filename, "size": size}
        self._posts["upload"].put_nowait({"user": fields["user"], "name": upload.filename})
        return web.json_response({"ok": True, "file": file})
