"""Slash commands as Slack posts them, signed, over kept connections, with as little cost as can be.

A client library would cost more than the servers it measures.
"""

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.bench.bots import SECRET
from tests.bench.processes import Failed

PATH = "/slack/events"
LINE = "+1 415 555 0123 with Voz tomorrow 10am"
END_OF_HEADERS = b"\r\n\r\n"


@dataclass
class Typist:
    """Makes commands, each with a trigger of its own. ``answers`` is where the bot may answer."""

    answers: str
    numbers: "Iterator[int]" = field(default_factory=itertools.count)

    def next(self, text: str = LINE) -> tuple[str, bytes]:
        """A command's trigger, and the whole request."""
        trigger = self._trigger()
        fields = {
            "token": "unused", "team_id": "T0ACME", "team_domain": "acme",
            "channel_id": "C0SALES", "channel_name": "sales", "user_id": "U0RITA",
            "user_name": "rita", "command": "/dial", "text": text, "api_app_id": "A0",
            "is_enterprise_install": "false", "trigger_id": trigger,
            "response_url": f"{self.answers}/{trigger}",
        }  # fmt: skip
        return trigger, _signed(urlencode(fields).encode())

    def press(self, action: str, value: str, answer: str) -> tuple[str, bytes]:
        """A button under a message that only one person sees: the trigger, and the request."""
        trigger = self._trigger()
        payload = {
            "type": "block_actions", "token": "unused", "api_app_id": "A0",
            "team": {"id": "T0ACME", "domain": "acme"},
            "user": {"id": "U0RITA", "username": "rita", "team_id": "T0ACME"},
            "channel": {"id": "C0SALES", "name": "sales"},
            "container": {"type": "message", "channel_id": "C0SALES", "is_ephemeral": True},
            "enterprise": None, "is_enterprise_install": False,
            "trigger_id": trigger, "response_url": answer,
            "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value}],
        }  # fmt: skip
        return trigger, _signed(urlencode({"payload": json.dumps(payload)}).encode())

    def _trigger(self) -> str:
        return f"{next(self.numbers)}.bench.{time.monotonic_ns()}"


def _signed(body: bytes) -> bytes:
    stamp = str(time.time_ns() // 10**9).encode()
    signature = hmac.new(SECRET.encode(), b"v0:%s:%s" % (stamp, body), hashlib.sha256).hexdigest()
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"X-Slack-Request-Timestamp: {stamp.decode()}\r\nX-Slack-Signature: v0={signature}\r\n\r\n"
    )
    return head.encode() + body


class Line(asyncio.Protocol):
    """One kept connection; one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[tuple[int, float]] | None = None
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Open."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """The answer, in one piece or several; when it is whole is noted right here."""
        self._read += data
        head, found, body = self._read.partition(END_OF_HEADERS)
        if found and len(body) >= _length(head) and self._waiting and not self._waiting.done():
            self._waiting.set_result((int(head[9:12]), time.perf_counter()))

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever waits gets no answer."""
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionResetError())

    async def post(self, request: bytes) -> float:
        """Seconds from the first byte sent to the last byte of a 200.

        Raises ``OSError`` when the line breaks, ``Failed`` for any other answer.
        """
        if self._transport is None or self._transport.is_closing():
            raise ConnectionResetError
        self._read, self._waiting = b"", asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        self._transport.write(request)
        status, ended = await self._waiting
        if status != 200:
            raise Failed(f"the answer was {status}")
        return ended - began

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


@asynccontextmanager
async def lines(port: int, count: int) -> AsyncIterator[list[Line]]:
    """That many connections."""
    loop = asyncio.get_running_loop()
    found = [(await loop.create_connection(Line, "127.0.0.1", port))[1] for _ in range(count)]
    try:
        yield found
    finally:
        for line in found:
            line.close()
