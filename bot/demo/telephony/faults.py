"""Misbehaviour of a stand-in: each is used once, in the order it was asked for."""

import asyncio
import json
import socket
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aiohttp import web

from bot.demo.telephony.api import Api, Refusal

UNKNOWN_WORD = "escalated_to_supervisor"


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
    BAD_ROWS = "bad_rows"  # two rows nobody can read stand before the others of a list
    REDIRECT = "redirect"
    LISTING_LAG = "listing_lag"  # the call is shown only after ``seconds``
    UNKNOWN_WORD = "unknown_word"  # the call ends in ``word``


ON_CONNECT = frozenset({Kind.CLOSE_ON_CONNECT, Kind.RESET_ON_CONNECT})
USUALLY_WITHOUT_EFFECT = frozenset({Kind.ERROR, Kind.REDIRECT})


@dataclass(frozen=True, slots=True)
class Fault:
    """One misbehaviour. ``effect``: whether the phone rings all the same (``None``: as usual).

    ``headers`` and ``retry_after`` go with an ``ERROR``.
    """

    kind: Kind
    on: str = "dial"  # or "read": any other request
    effect: bool | None = None
    status: int = 500
    seconds: float = 1.0
    retry_after: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    code: str = "server_error"
    message: str = "This was asked for."
    word: str = UNKNOWN_WORD

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


async def act(
    fault: Fault, request: web.Request, good: web.Response | None, api: Api
) -> web.Response:
    """Answer as ``fault`` wants; ``good`` is the right answer, if the request had its effect."""
    match fault.kind:
        case Kind.READ_THEN_CLOSE | Kind.LOST_ANSWER:
            hang_up(request.transport)
        case Kind.READ_THEN_RESET:
            hang_up(request.transport, reset=True)
        case Kind.HALF_ANSWER:
            _half_answer(request, good)
        case Kind.BLACK_HOLE:
            await asyncio.Event().wait()
        case Kind.SLOW:
            await asyncio.sleep(fault.seconds)
        case _:
            return _answer(fault, request, good, api)
    return good or web.Response(status=500)


def _answer(
    fault: Fault, request: web.Request, good: web.Response | None, api: Api
) -> web.Response:
    """A complete HTTP answer, though not the right one."""
    status = good.status if good is not None else 200
    match fault.kind:
        case Kind.BAD_GZIP:
            headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
            return web.Response(status=status, body=b"\x1f\x8bnot really", headers=headers)
        case Kind.HTML:
            return web.Response(text="<html><p>Welcome</p></html>", content_type="text/html")
        case Kind.NO_CALL_ID:
            return web.json_response(api.without_ids(_json(good, {})), status=status)
        case Kind.BAD_ROWS:
            return web.json_response(_spoilt(_json(good, [])), status=status)
        case Kind.REDIRECT | Kind.ERROR:
            return _error(fault, request, api)
        case _:  # the call itself was changed; the answer is right
            return good or web.Response(status=500)


def _half_answer(request: web.Request, good: web.Response | None) -> None:
    if request.transport is None:
        return
    status = good.status if good is not None else 200
    head = (
        f"HTTP/1.1 {status} Half\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n"
    )
    request.transport.write(f'{head}{{"call'.encode("ascii"))
    hang_up(request.transport)


def _json(good: web.Response | None, otherwise: Any) -> Any:
    return json.loads(good.text) if good is not None and good.text else otherwise


def _spoilt(body: Any) -> Any:
    """With bad rows in each of its lists."""
    if isinstance(body, list):
        return ["no row at all", {}, *body]
    if isinstance(body, dict):
        return {name: _spoilt(part) for name, part in body.items()}
    return body


def _error(fault: Fault, request: web.Request, api: Api) -> web.Response:
    if fault.kind is Kind.REDIRECT:
        return web.Response(status=307, headers={"Location": str(request.url)})
    headers = dict(fault.headers)
    if fault.retry_after:
        headers["Retry-After"] = fault.retry_after
    body = api.error_body(Refusal(fault.status, fault.code, fault.message))
    return web.json_response(body, status=fault.status, headers=headers)
