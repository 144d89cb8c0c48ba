"""Sends one dial and follows it: had anything left when it ended?"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any

import httpx
import structlog

log = structlog.get_logger()


class HeldBack(Exception):
    """Raised inside the trace hook, right before the first byte: nothing leaves."""


class Sending:
    """Follows one dial through httpx's trace events, so that an outer cancel is classed too.

    ``begun`` means the first byte of the POST may have left. A proxy's CONNECT does not count.
    """

    def __init__(self, may_send: Callable[[], bool]) -> None:
        self._may_send = may_send
        self.begun = False
        self.headers_sent = False
        self.held_back = False
        self.status: int | None = None
        self.headers: Mapping[str, str] = {}

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        if event == "http11.send_request_headers.started":
            self._before_first_byte(info["request"].method)
        elif event == "http11.send_request_headers.complete":
            self.headers_sent = self.begun

    def _before_first_byte(self, method: bytes) -> None:
        if method == b"CONNECT":
            return
        if self.begun:  # whatever wants to send it again inside the client
            raise HeldBack
        self.held_back = not self._may_send()
        if self.held_back:
            raise HeldBack
        self.begun = True

    @property
    def phase(self) -> str:
        """How far it came, for the log."""
        if self.status is not None:
            return "answered"
        return "sent" if self.begun else "not_begun"

    def surely_not_sent(self, error: Exception) -> bool:
        """Whether no byte left. An illegal header fails after ``begun`` yet before any byte."""
        if not self.begun:
            return True
        return isinstance(error, httpx.LocalProtocolError) and not self.headers_sent


class Shard:
    """A few connections that dial, each used once: a kept one may be closed under the next call.

    The transport below httpx's client: a client follows redirects, keeps cookies and signs in,
    which no dial may, and takes a third of the time.
    """

    def __init__(self, verify: ssl.SSLContext, proxy: str | None, connections: int) -> None:
        self.busy = 0
        self._transport = httpx.AsyncHTTPTransport(
            verify=verify,
            proxy=proxy,
            trust_env=False,
            http2=False,
            retries=0,
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=0),
        )

    @asynccontextmanager
    async def sent(self, request: httpx.Request) -> AsyncIterator[httpx.Response]:
        """The answer, its body not yet read."""
        self.busy += 1
        try:
            async with aclosing(await self._transport.handle_async_request(request)) as response:
                yield response
        finally:
            self.busy -= 1

    async def aclose(self) -> None:
        """Close all connections."""
        await self._transport.aclose()


class Record:
    """Writes the one log line of a dial: never a key, a number or a body."""

    def __init__(self, provider: str, reference: str) -> None:
        self._log = log.bind(provider=provider, reference=reference)
        self._began = asyncio.get_running_loop().time()

    def answered(self, sending: Sending, verdict: str) -> None:
        self._log.info("provider_answered", **self._facts(sending, verdict))

    def failed(self, sending: Sending, verdict: str, error: str = "") -> None:
        self._log.warning("provider_failed", error=error, **self._facts(sending, verdict))

    def _facts(self, sending: Sending, verdict: str) -> dict[str, Any]:
        duration = round(asyncio.get_running_loop().time() - self._began, 3)
        facts = {"phase": sending.phase, "status": sending.status, "duration": duration}
        return facts | {"class": verdict}
