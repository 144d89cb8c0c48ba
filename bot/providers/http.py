"""The HTTP client all providers share: a dial leaves at most once, every outcome has a class."""

import asyncio
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx
import structlog

from bot.calls.errors import Cause, MaybePlaced, NotPlaced, ProviderError
from bot.providers import answers
from bot.providers.account import Account, Timeouts

CONNECTIONS = 10  # above it one httpx client spends its time on its own bookkeeping
LARGEST_ANSWER = 8 * 1024 * 1024
READ_TRIES = 2
PATIENCE = Timeouts()
NEVER_A_REQUEST = (httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.InvalidURL)
WORTH_ANOTHER_READ = (httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError)

log = structlog.get_logger()


class HeldBack(Exception):
    """Raised inside the trace hook, right before the first byte: nothing leaves."""


class NotThere(ProviderError):
    """A question was answered with 404."""


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


@dataclass(frozen=True, slots=True)
class Line:
    """Where and how a provider is spoken to. ``headers`` hold the key and are never logged."""

    provider: str
    label: str
    base_url: str
    headers: Mapping[str, str]
    timeouts: Timeouts = PATIENCE
    proxy: str | None = None
    verify: ssl.SSLContext | None = None  # None: the usual certificate authorities
    connections: int = CONNECTIONS

    @classmethod
    def of(
        cls, account: Account, *, provider: str, label: str, headers: Mapping[str, str]
    ) -> "Line":
        """The line of a configured account."""
        proxy = account.proxy.get_secret_value() if account.proxy else None
        return cls(provider, label, account.base_url, headers, account.timeouts, proxy)


class ProviderClient:
    """One account over HTTP: dials on fresh connections, reads on kept ones, follows nothing."""

    def __init__(self, line: Line) -> None:
        self._line = line
        verify = line.verify or httpx.create_ssl_context(trust_env=False)
        self._dialling = _client(line, verify, keep=0)
        self._reading = _client(line, verify, keep=line.connections)

    async def dial(
        self, path: str, body: Mapping[str, Any], *, reference: str, may_send: Callable[[], bool]
    ) -> Any:
        """POST once. The parsed 2xx answer, or ``None`` when that was unreadable.

        Raises ``NotPlaced`` or ``MaybePlaced``. A cancel from outside is recorded and goes on.
        """
        sending = Sending(may_send)
        record = _Record(self._line.provider, reference)
        try:
            answer = await self._post(path, _encoded(body), sending)
        except asyncio.CancelledError:
            record.failed(sending, "cancelled")
            raise
        except NEVER_A_REQUEST as error:
            # No chain: the text of an illegal header is the header, and that is the key.
            raise self._unanswered(error, sending, record) from None
        except Exception as error:
            raise self._unanswered(error, sending, record) from error
        return self._weighed(answer, sending, record)

    async def get(self, path: str, params: Mapping[str, str | int] | None = None) -> Any:
        """The parsed answer to a question; connection errors are tried once more.

        Raises ``NotThere`` on 404, else ``ProviderError`` when there is no readable answer.
        """
        try:
            async with asyncio.timeout(self._line.timeouts.whole * READ_TRIES):
                status, content = await self._asked(path, params)
        except NEVER_A_REQUEST as error:
            raise self._could_not_ask(error) from None  # see above: no chain
        except (httpx.HTTPError, OSError) as error:  # TimeoutError is an OSError
            raise self._could_not_ask(error) from error
        body = _decoded(content)
        if status == 404:
            why = f"{self._line.label} does not know what I asked for (404)."
            how = "If it says so always, an admin should check its base URL."
            raise NotThere(f"{why} {how} {answers.NOTHING_DIALLED}", detail="404")
        if not 200 <= status < 300 or body is None:
            raise answers.not_readable(self._line.label, status, body)
        return body

    async def aclose(self) -> None:
        """Close all connections."""
        await self._dialling.aclose()
        await self._reading.aclose()

    async def _post(self, path: str, content: bytes, sending: Sending) -> Any:
        """The answer's JSON; ``None`` when the status came and a readable body did not."""
        headers = {"Content-Type": "application/json"}
        extensions = {"trace": sending}
        try:
            async with (
                asyncio.timeout(self._line.timeouts.whole),
                self._dialling.stream(
                    "POST", path, content=content, headers=headers, extensions=extensions
                ) as response,
            ):
                sending.status, sending.headers = response.status_code, response.headers
                return _decoded(await _whole(response))
        except Exception:
            if sending.status is None:
                raise
            return None  # the status alone decides

    async def _asked(self, path: str, params: Mapping[str, str | int] | None) -> tuple[int, bytes]:
        for tries_left in reversed(range(READ_TRIES)):
            try:
                async with self._reading.stream("GET", path, params=params) as response:
                    return response.status_code, await _whole(response)
            except WORTH_ANOTHER_READ:
                if not tries_left:
                    raise
        raise AssertionError("the last try answers or raises")

    def _could_not_ask(self, error: Exception) -> ProviderError:
        why = f"{self._line.label} could not be asked. I will ask again later."
        return ProviderError(f"{why} {answers.NOTHING_DIALLED}", detail=type(error).__name__)

    def _weighed(self, answer: Any, sending: Sending, record: "_Record") -> Any:
        status = sending.status or 0
        if 200 <= status < 300:
            record.answered(sending, "accepted" if answer is not None else "accepted_unreadable")
            return answer
        error = answers.refusal(self._line.label, status, sending.headers, answer)
        record.answered(sending, _class_of(error))
        raise error

    def _unanswered(
        self, error: Exception, sending: Sending, record: "_Record"
    ) -> NotPlaced | MaybePlaced:
        verdict: NotPlaced | MaybePlaced
        if sending.surely_not_sent(error):
            verdict = self._nothing_left(error, sending)
        else:
            why = f"{self._line.label} gave no clear answer after the call was sent."
            text = f"{why} I won't dial again until I know. {answers.MAY_HAVE_RUNG}"
            verdict = MaybePlaced(text, detail=type(error).__name__)
        record.failed(sending, _class_of(verdict), type(error).__name__)
        return verdict

    def _nothing_left(self, error: Exception, sending: Sending) -> NotPlaced:
        label, detail = self._line.label, type(error).__name__
        if sending.held_back:
            text = f"The moment to dial had passed before the request to {label} began."
            text = f"{text} Ask for a new time if the call is still wanted. {answers.NO_RING}"
            return NotPlaced(text, cause=Cause.TOO_LATE, detail=detail)
        if isinstance(error, NEVER_A_REQUEST):
            text = f"The call could not be written as a request to {label}, so it was not sent."
            text = f"{text} An admin must check the settings of {label}. {answers.NO_RING}"
            return NotPlaced(text, cause=Cause.REFUSED, detail=detail)
        text = f"{label} could not be reached, so the call was not sent."
        text = f"{text} I try again while its time lasts. {answers.NO_RING}"
        return NotPlaced(text, cause=Cause.UNREACHABLE, detail=detail)


class _Record:
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


def _client(line: Line, verify: ssl.SSLContext, *, keep: int) -> httpx.AsyncClient:
    patience = line.timeouts
    return httpx.AsyncClient(
        base_url=line.base_url,
        headers={"Accept": "application/json", "User-Agent": "switchboard", **line.headers},
        verify=verify,
        proxy=line.proxy,
        trust_env=False,
        follow_redirects=False,
        http2=False,
        limits=httpx.Limits(max_connections=line.connections, max_keepalive_connections=keep),
        timeout=httpx.Timeout(
            connect=patience.connect,
            read=patience.answer,
            write=patience.send,
            pool=patience.free_connection,
        ),
    )


def _encoded(body: Mapping[str, Any]) -> bytes:
    """Half a surrogate pair, which a chat may deliver, becomes a question mark."""
    return json.dumps(body, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


async def _whole(response: httpx.Response) -> bytes:
    content = bytearray()
    async for piece in response.aiter_bytes():
        content += piece
        if len(content) > LARGEST_ANSWER:
            raise httpx.DecodingError("the answer is too large")
    return bytes(content)


def _decoded(content: bytes) -> Any:
    """Parsed JSON with exact decimals; ``None`` for anything else."""
    try:
        return json.loads(content, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


def _class_of(error: ProviderError) -> str:
    return error.cause.value if isinstance(error, NotPlaced) else "maybe_placed"
