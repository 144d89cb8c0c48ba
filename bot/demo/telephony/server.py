"""A stand-in as a server of its own: started and stopped by a test or by the demo."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bot.demo.telephony import control, recordings
from bot.demo.telephony.account import ACCOUNT, Account, Post
from bot.demo.telephony.api import API, Api
from bot.demo.telephony.calls import Call, Outcome
from bot.demo.telephony.faults import Fault, Kind, SlammedDoor
from bot.demo.telephony.misbehaving import misbehave, refuse


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


class StandIn:
    """``app`` has the pages of the real API at their paths, and the control routes.

    A judge that wants to see right requests and answers only goes between its two middlewares.
    """

    def __init__(self, account: Account[Any], api: Api, routes: web.RouteTableDef) -> None:
        self.account = account
        self.api = api
        self.app = web.Application(middlewares=[misbehave, refuse])
        self.app[ACCOUNT] = account
        self.app[API] = api
        for table in (routes, control.routes, recordings.routes):
            self.app.add_routes(table)
        self._runner: web.AppRunner | None = None
        self._server: asyncio.Server | None = None

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> str:
        """Listen; ``port`` 0 takes a free one. Gives ``base_url``."""
        self._runner = web.AppRunner(self.app, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._door, host, port)
        return self.base_url

    async def stop(self) -> None:
        """Stop listening, end connections and timers; what was counted stays readable."""
        if self._server is not None:
            self._server.close()
        if self._runner is not None:
            await self._runner.cleanup()
        self.account.stop_timers()

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        if self._server is None:
            raise RuntimeError("the stand-in has not been started")
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"

    @property
    def base_url(self) -> str:
        """What the adapter's ``base_url`` is set to."""
        return f"{self.origin}{self.api.base_path}"

    @property
    def api_key(self) -> str:
        """The one key it accepts."""
        return self.account.api_key

    @property
    def posts(self) -> list[Post]:
        """Every complete dial request received, answered or not."""
        return self.account.posts

    @property
    def calls(self) -> Sequence[Call]:
        """Every call that rang, oldest first."""
        return list(self.account.calls.values())

    def posts_to(self, number: str) -> int:
        """How many complete dial requests came that name a number."""
        return sum(number in post.numbers for post in self.posts)

    def misbehave(self, *faults: Fault | Kind) -> None:
        """Do these next, each once, in order."""
        self.account.faults.add(f if isinstance(f, Fault) else Fault(f) for f in faults)

    def outcome(self, kind: str | Outcome, *, number: str | None = None) -> None:
        """How calls shall go from now on: all of them, or those to one number."""
        outcome = kind if isinstance(kind, Outcome) else Outcome(kind)
        if number is None:
            self.account.default_outcome = outcome
        else:
            self.account.outcomes[number] = outcome

    def advance(self, call_id: str) -> str:
        """Move a call to its next status by hand."""
        return self.account.advance(call_id)

    def _door(self) -> asyncio.BaseProtocol:
        """Each new connection: a slammed door when one was asked for, else the web server."""
        fault = self.account.faults.on_connect()
        if fault is not None:
            return SlammedDoor(reset=fault.kind is Kind.RESET_ON_CONNECT)
        if self._runner is None or self._runner.server is None:
            raise RuntimeError("the stand-in has been stopped")
        return self._runner.server()
