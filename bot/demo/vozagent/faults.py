"""Misbehaviour of the stand-in: each is used once, in the order it was asked for."""

import asyncio
import json
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web


class Kind(StrEnum):
    """What goes wrong. The first two strike the next connection, whatever it was meant for."""

    CLOSE_ON_CONNECT = "close_on_connect"
    RESET_ON_CONNECT = "reset_on_connect"
    READ_THEN_CLOSE = "read_then_close"
    READ_THEN_RESET = "read_then_reset"
    LOST_ANSWER = "lost_answer"  # read_then_close, and the phone rings
    HALF_ANSWER = "half_answer"
    BAD_GZIP = "bad_gzip"
    SLOW = "slow"  # answers after ``seconds``
    BLACK_HOLE = "black_hole"  # never answers
    ERROR = "error"  # answers ``status``
    HTML = "html"  # a web page with status 200
    NO_CALL_ID = "no_call_id"
    REDIRECT = "redirect"
    LISTING_LAG = "listing_lag"  # the call is shown only after ``seconds``
    UNKNOWN_WORD = "unknown_word"  # the call ends in ``word``


ON_CONNECT = frozenset({Kind.CLOSE_ON_CONNECT, Kind.RESET_ON_CONNECT})
USUALLY_WITHOUT_EFFECT = frozenset({Kind.ERROR, Kind.REDIRECT})


@dataclass(frozen=True, slots=True)
class Fault:
    """One misbehaviour. ``effect``: whether the phone rings all the same (``None``: as usual)."""

    kind: Kind
    on: str = "dial"  # or "read": a GET
    effect: bool | None = None
    status: int = 500
    seconds: float = 1.0
    retry_after: str | None = None
    code: str = "server_error"
    message: str = "This was asked for."
    word: str = "escalated_to_supervisor"

    @property
    def has_effect(self) -> bool:
        """Whether the request does its work before it goes wrong."""
        if self.effect is not None:
            return self.effect
        return self.kind not in USUALLY_WITHOUT_EFFECT


class FaultQueue:
    """What shall go wrong next."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(self, faults: Iterable[Fault]) -> None:
        """Append them in order."""
        self.waiting.extend(faults)

    def on_connect(self) -> Fault | None:
        """The next fault, if it strikes a connection."""
        if self.waiting and self.waiting[0].kind in ON_CONNECT:
            return self.waiting.pop(0)
        return None

    def take(self, on: str) -> Fault | None:
        """The next fault for a dial or a read."""
        for fault in self.waiting:
            if fault.on == on and fault.kind not in ON_CONNECT:
                self.waiting.remove(fault)
                return fault
        return None


class SlammedDoor(asyncio.Protocol):
    """Ends a connection before anything is read from it."""

    def __init__(self, *, reset: bool) -> None:
        self._reset = reset

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Close it, or reset it."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a TCP server has no other
        hang_up(transport, reset=self._reset)


def hang_up(transport: asyncio.Transport | None, *, reset: bool = False) -> None:
    """End a connection politely, or with a TCP reset."""
    if transport is None:
        return
    if reset:
        tcp = transport.get_extra_info("socket")
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    else:
        transport.close()


async def act(fault: Fault, request: web.Request, good: web.Response | None) -> web.Response:
    """Answer as ``fault`` wants; ``good`` is the right answer, if the request had its effect."""
    match fault.kind:
        case Kind.READ_THEN_CLOSE | Kind.LOST_ANSWER:
            hang_up(request.transport)
        case Kind.READ_THEN_RESET:
            hang_up(request.transport, reset=True)
        case Kind.HALF_ANSWER:
            _half_answer(request)
        case Kind.BLACK_HOLE:
            await asyncio.Event().wait()
        case Kind.SLOW:
            await asyncio.sleep(fault.seconds)
        case _:
            return _answer(fault, request, good)
    return good or web.Response(status=500)


def _answer(fault: Fault, request: web.Request, good: web.Response | None) -> web.Response:
    """A complete HTTP answer, though not the right one."""
    match fault.kind:
        case Kind.BAD_GZIP:
            headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
            return web.Response(status=201, body=b"\x1f\x8bnot really", headers=headers)
        case Kind.HTML:
            return web.Response(text="<html><p>Welcome</p></html>", content_type="text/html")
        case Kind.NO_CALL_ID:
            return _without_call_id(good)
        case Kind.REDIRECT:
            return web.Response(status=307, headers={"Location": str(request.url)})
        case Kind.ERROR:
            return _error(fault)
        case _:  # the call itself was changed; the answer is right
            return good or web.Response(status=500)


def _half_answer(request: web.Request) -> None:
    if request.transport is None:
        return
    head = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n"
    request.transport.write(head + b'{"call_id": "call-')
    hang_up(request.transport)


def _without_call_id(good: web.Response | None) -> web.Response:
    body = json.loads(good.text or "{}") if good else {}
    body.pop("call_id", None)
    return web.json_response(body, status=201)


def _error(fault: Fault) -> web.Response:
    headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
    body = {"error": {"code": fault.code, "message": fault.message, "details": {}}}
    return web.json_response(body, status=fault.status, headers=headers)
