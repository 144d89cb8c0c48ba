"""The far side of every benchmark in one bare server: a provider and a Slack that answer at once.

``python -m tests.bench.far_side ORDER``; the order names the ``delay`` of a dial in seconds. When
each dial arrived is written down by two clocks that all processes of a machine share.
"""

import asyncio
import itertools
import json
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

AGENT = {"id": "asst-voz", "name": "Voz", "is_active": True, "assistant_type": "outbound"}
PERSON = {"id": "U0RITA", "tz": "America/New_York", "real_name": "Rita", "name": "rita"}
IDENTITY = {
    "team_id": "T0ACME", "team": "Acme", "user_id": "U0BOT", "user": "switchboard",
    "bot_id": "B0BOT", "url": "https://acme.example/",
}  # fmt: skip
ALL_KNOWN: dict[str, Any] = {
    "ok": True, "user": PERSON, "channel": {"id": "C0SALES", "is_member": True}, "messages": [],
}  # fmt: skip


@dataclass
class FarSide:
    """What has arrived since the last ``reset``."""

    delay: float = 0.0
    ids: "itertools.count[int]" = field(default_factory=itertools.count)
    dials: list[tuple[str, float, float]] = field(default_factory=list)  # number, both clocks
    answers: dict[str, int] = field(default_factory=dict)  # of the bot, by address

    async def dial(self, request: web.Request) -> web.Response:
        """A dial request of VozAgent's API."""
        at = time.monotonic(), time.time_ns() / 1e9
        number = json.loads(await request.read())["phone_number"]
        self.dials.append((number, *at))
        if self.delay:
            await asyncio.sleep(self.delay)
        made = b'{"call_id":"v-%d","status":"queued"}' % next(self.ids)
        return web.Response(status=201, body=made, content_type="application/json")

    async def calls(self, request: web.Request) -> web.Response:
        """The list, newest first; all calls are still queued."""
        first, most = (int(request.query.get(name, "0")) for name in ("offset", "limit"))
        last = len(self.dials) - first
        rows = [{"id": f"v-{n - 1}", "call_status": "queued"} for n in range(last, 0, -1)[:most]]
        return web.json_response(rows)

    async def call(self, request: web.Request) -> web.Response:
        """One call, still queued."""
        return web.json_response({"id": request.match_info["id"], "call_status": "queued"})

    async def agents(self, request: web.Request) -> web.Response:
        """The assistants of the account."""
        return web.json_response([AGENT])

    async def slack(self, request: web.Request) -> web.Response:
        """Any method of the Web API."""
        more = IDENTITY if request.match_info["method"] == "auth.test" else {}
        stamp = f"{time.time_ns() / 1e9:.6f}"
        return web.json_response({**ALL_KNOWN, **more, "ts": stamp})

    async def answer(self, request: web.Request) -> web.Response:
        """A response address: what was answered to a command."""
        await request.read()
        address = request.match_info["address"]
        self.answers[address] = self.answers.get(address, 0) + 1
        return web.Response(text="ok")

    async def seen(self, request: web.Request) -> web.Response:
        """For the benchmark: everything."""
        return web.json_response({"dials": self.dials, "answers": self.answers})

    async def count(self, request: web.Request) -> web.Response:
        """For the benchmark: how many dials."""
        return web.json_response(len(self.dials))

    async def reset(self, request: web.Request) -> web.Response:
        """For the benchmark: forget; ids go on, since a provider's are never used again."""
        self.delay = float(request.query.get("delay", "0"))
        self.dials, self.answers = [], {}
        return web.json_response({})

    def app(self) -> web.Application:
        """All pages."""
        app = web.Application()
        app.router.add_post("/v1/calls/outbound", self.dial)
        app.router.add_get("/v1/calls", self.calls)
        app.router.add_get("/v1/calls/{id}", self.call)
        app.router.add_get("/v1/assistants", self.agents)
        app.router.add_route("*", "/api/{method}", self.slack)
        app.router.add_post("/answer/{address}", self.answer)
        app.router.add_get("/bench/seen", self.seen)
        app.router.add_get("/bench/count", self.count)
        app.router.add_post("/bench/reset", self.reset)
        return app


async def listen(app: web.Application) -> None:
    """Serve on a free port until ended, after saying where in one line of JSON."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(json.dumps({"port": runner.addresses[0][1]}), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(listen(FarSide(**json.loads(sys.argv[1])).app()))
