"""Socket Mode: up to ten connections, each envelope to exactly one of them."""

import asyncio
import json
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from bot.demo.slack.changes import Changes
from bot.demo.slack.ids import Ids
from bot.demo.slack.workspace import Delivery

Json = dict[str, Any]

MOST_CONNECTIONS = 10
HOST = "applink-local"


@dataclass(frozen=True)
class Ack:
    """What the app answered; ``status`` as in ``Delivery``, ``body`` the payload if any."""

    status: str
    body: Any = None


@dataclass(eq=False)
class Connection:
    """One open socket; a retiring one gets no new envelopes."""

    ws: web.WebSocketResponse
    transport: asyncio.Transport | None
    retiring: bool = False
    pending: dict[str, asyncio.Future[Any]] = field(default_factory=dict)


class SocketHub:
    """Hands out envelopes in turn. An ack counts only on the connection that got the envelope."""

    def __init__(self, ids: Ids, changes: Changes, app_id: Callable[[], str]) -> None:
        self._ids = ids
        self._changes = changes
        self._app_id = app_id
        self._tickets: set[str] = set()
        self._turn = 0
        self.connections: list[Connection] = []
        self.hellos: list[Json] = []

    def ticket(self) -> str:
        """A ticket opens one connection."""
        ticket = self._ids.next("tk")
        self._tickets.add(ticket)
        return ticket

    def usable(self) -> list[Connection]:
        return [c for c in self.connections if not c.retiring and not c.ws.closed]

    # --- one connection -----------------------------------------------------------------

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPUnauthorized(text="no such ticket")
        self._tickets.discard(ticket)
        ws = web.WebSocketResponse(autoping=True, timeout=1.0)
        await ws.prepare(request)
        if len(self.connections) >= MOST_CONNECTIONS:
            await ws.send_json(self._goodbye("too_many_websockets"))
            await ws.close()
            return ws
        connection = Connection(ws, request.transport)
        self.connections.append(connection)
        try:
            await self._greet(connection)
            await self._listen(connection)
        finally:
            self.connections.remove(connection)
            self._changes.announce()
        return ws

    async def _greet(self, connection: Connection) -> None:
        hello = {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {
                "host": HOST,
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
            "connection_info": {"app_id": self._app_id()},
        }
        self.hellos.append(hello)
        await connection.ws.send_json(hello)
        self._changes.announce()

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.ws:
            if message.type != WSMsgType.TEXT:
                continue
            body = json.loads(message.data)
            waiting = connection.pending.get(body.get("envelope_id", ""))
            if waiting is not None and not waiting.done():
                waiting.set_result(body.get("payload"))

    # --- sending ------------------------------------------------------------------------

    async def send(self, delivery: Delivery, within: float, retry: tuple[int, str] | None) -> Ack:
        """One envelope to one connection; waits for its ack at most ``within`` seconds."""
        open_now = self.usable()
        if not open_now:
            return Ack("no_app")
        self._turn += 1
        connection = open_now[self._turn % len(open_now)]
        envelope = self._envelope(delivery, retry)
        waiting: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        connection.pending[envelope["envelope_id"]] = waiting
        try:
            await connection.ws.send_json(envelope)
            return Ack("ok", await asyncio.wait_for(waiting, within))
        except (TimeoutError, ConnectionError):
            return Ack("timeout")
        finally:
            del connection.pending[envelope["envelope_id"]]

    def _envelope(self, delivery: Delivery, retry: tuple[int, str] | None) -> Json:
        envelope: Json = {
            "envelope_id": self._ids.next("env-"),
            "payload": delivery.payload,
            "type": delivery.envelope,
            "accepts_response_payload": delivery.envelope != "events_api",
        }
        if delivery.envelope == "events_api":
            attempt, reason = retry or (0, "")
            envelope |= {"retry_attempt": attempt, "retry_reason": reason.removeprefix("http_")}
        return envelope

    # --- breaking -----------------------------------------------------------------------

    async def disconnect(self, reason: str) -> None:
        """Ask every connection to go, as Slack does before it restarts a host."""
        for connection in self.usable():
            connection.retiring = True
            await connection.ws.send_json(self._goodbye(reason))

    def drop(self, *, hard: bool) -> int:
        """Break every connection: a TCP reset when hard, else the line is simply shut."""
        broken = list(self.connections)
        for connection in broken:
            connection.retiring = True
            if connection.transport is not None:
                if hard:
                    reset_on_close(connection.transport)
                connection.transport.abort()
        return len(broken)

    async def close(self) -> None:
        for connection in list(self.connections):
            await connection.ws.close()

    def _goodbye(self, reason: str) -> Json:
        return {
            "type": "disconnect",
            "reason": reason,
            "num_connections": len(self.connections),
            "debug_info": {"host": HOST},
            "connection_info": {"app_id": self._app_id()},
        }


def reset_on_close(transport: asyncio.BaseTransport) -> None:
    """Make the closing of this line a TCP reset instead of a polite end."""
    raw = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
