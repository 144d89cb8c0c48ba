"""The HTTP client all providers share: a dial leaves at most once, every outcome has a class."""

import asyncio
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any

import httpx
import structlog

from bot.calls.errors import Cause, MaybePlaced, NotPlaced, ProviderError, StoreAway
from bot.calls.provider import Pace
from bot.providers import answers
from bot.providers.account import UNHURRIED, Account, Timeouts
from bot.providers.sending import Record, Sending, Shard

CONNECTIONS = 10  # above it one httpx client spends its time on its own bookkeeping
SHARDS = 5  # clients that dial: together as many connections as there are dials at once
USUAL_PARK = timedelta(seconds=5)  # after a 429 that names no time
LARGEST_ANSWER = 8 * 1024 * 1024
FOR_DIALS = {"Content-Type": "application/json", "Accept-Encoding": "gzip, deflate"}
READ_TRIES = 2
PATIENCE = Timeouts()
NEVER_A_REQUEST = (httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.InvalidURL)
WORTH_ANOTHER_READ = (httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError)

log = structlog.get_logger()


class NotThere(ProviderError):
    """A question was answered with 404."""


@dataclass(frozen=True, slots=True)
class Line:
    """Where and how a provider is spoken to.

    ``headers`` are those of every request; ``sign`` gives those that hold the key as it is now,
    and these are never logged.
    """

    provider: str
    label: str
    base_url: str
    headers: Mapping[str, str]
    timeouts: Timeouts = PATIENCE
    proxy: str | None = None
    verify: ssl.SSLContext | None = None  # None: the usual certificate authorities
    connections: int = CONNECTIONS
    shards: int = SHARDS
    sign: Callable[[], Mapping[str, str]] = dict
    pace: Pace = UNHURRIED

    @classmethod
    def of(
        cls,
        account: Account,
        *,
        provider: str,
        label: str,
        sign: Callable[[str], Mapping[str, str]],
        pace: Pace = UNHURRIED,
    ) -> "Line":
        """The line of a configured account; ``sign`` makes headers of a key."""
        key = account.key
        return cls(
            provider,
            label,
            account.base_url,
            {},
            account.timeouts,
            account.proxy.get_secret_value() if account.proxy else None,
            sign=lambda: sign(key.bare()),
            pace=pace,
        )


class ProviderClient:
    """One account over HTTP: dials on fresh connections, reads on kept ones, follows nothing."""

    def __init__(self, line: Line) -> None:
        self._line = line
        verify = line.verify or httpx.create_ssl_context(trust_env=False)
        self._dialling = [Shard(verify, line.proxy, line.connections) for _ in range(line.shards)]
        self._patience = {"timeout": _patience(line).as_dict()}
        self._reading = _reader(line, verify)

    async def dial(
        self, path: str, body: Mapping[str, Any], *, reference: str, may_send: Callable[[], bool]
    ) -> Any:
        """POST once. The parsed 2xx answer, or ``None`` when that was unreadable.

        Raises ``NotPlaced`` or ``MaybePlaced``. A cancel from outside is recorded and goes on.
        """
        sending = Sending(may_send)
        record = Record(self._line.provider, reference)
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
        try:
            return self._weighed(answer, sending, record)
        except NotPlaced as error:
            if error.cause is Cause.BUSY_LINE:
                await self._park(error.wait)
            raise

    async def get(self, path: str, params: Mapping[str, str | int] | None = None) -> Any:
        """The parsed answer to a question; connection errors are tried once more.

        Raises ``NotThere`` on 404, else ``ProviderError`` when there is no readable answer.
        """
        return await self._answered("GET", path, params=params)

    async def ask(self, path: str, body: Mapping[str, Any]) -> Any:
        """As ``get``, for questions the provider wants as a POST; only for those that read."""
        return await self._answered("POST", path, json=body)

    async def send(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        """Change something that rings no phone, once. Raises as ``get`` does."""
        return await self._answered(method, path, tries=1, json=body)

    async def _answered(
        self, method: str, path: str, *, tries: int = READ_TRIES, **question: Any
    ) -> Any:
        try:
            status, headers, content = await self._asked(method, path, tries, question)
        except NEVER_A_REQUEST as error:
            raise self._could_not_ask(error) from None  # see above: no chain
        except (httpx.HTTPError, OSError) as error:  # TimeoutError is an OSError
            raise self._could_not_ask(error) from error
        body = _decoded(content)
        if status == 404:
            why = f"{self._line.label} does not know what I asked for (404)."
            how = "If it says so always, an admin should check its base URL."
            raise NotThere(f"{why} {how} {answers.NOTHING_DIALLED}", detail="404")
        if status == answers.BUSY_LINE:
            await self._park(answers.wait_of(headers, body))
        if not 200 <= status < 300 or body is None:
            raise answers.not_readable(self._line.label, status, body)
        return body

    async def aclose(self) -> None:
        """Close all connections."""
        for shard in self._dialling:
            await shard.aclose()
        await self._reading.aclose()

    async def _park(self, wait: timedelta | None) -> None:
        try:
            await self._line.pace.park(wait or USUAL_PARK)
        except StoreAway:  # what was answered counts, whether the pause can be shared or not
            log.warning("pause_not_shared", provider=self._line.provider)

    async def _post(self, path: str, content: bytes, sending: Sending) -> Any:
        """The answer's JSON; ``None`` when the status came and a readable body did not."""
        headers = {**_headers(self._line), **FOR_DIALS, **self._line.sign()}
        shard = min(self._dialling, key=attrgetter("busy"))
        try:
            request = httpx.Request(
                "POST",
                self._line.base_url + path,
                headers=headers,
                content=content,
                extensions={"trace": sending, **self._patience},
            )
            async with asyncio.timeout(self._line.timeouts.whole), shard.sent(request) as response:
                sending.status, sending.headers = response.status_code, response.headers
                return _decoded(await _whole(response))
        except Exception:
            if sending.status is None:
                raise
            return None  # the status alone decides

    async def _asked(
        self, method: str, path: str, tries: int, question: Mapping[str, Any]
    ) -> tuple[int, Mapping[str, str], bytes]:
        for tries_left in reversed(range(tries)):
            await self._line.pace.turn()  # a second try is a second request
            try:
                async with (
                    asyncio.timeout(self._line.timeouts.whole),
                    self._reading.stream(
                        method, path, headers=self._line.sign(), **question
                    ) as response,
                ):
                    return response.status_code, response.headers, await _whole(response)
            except WORTH_ANOTHER_READ:
                if not tries_left:
                    raise
        raise AssertionError("the last try answers or raises")

    def _could_not_ask(self, error: Exception) -> ProviderError:
        why = f"{self._line.label} could not be asked. I will ask again later."
        return ProviderError(f"{why} {answers.NOTHING_DIALLED}", detail=type(error).__name__)

    def _weighed(self, answer: Any, sending: Sending, record: Record) -> Any:
        status = sending.status or 0
        if 200 <= status < 300:
            record.answered(sending, "accepted" if answer is not None else "accepted_unreadable")
            return answer
        error = answers.refusal(self._line.label, status, sending.headers, answer)
        record.answered(sending, _class_of(error))
        raise error

    def _unanswered(
        self, error: Exception, sending: Sending, record: Record
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


def _reader(line: Line, verify: ssl.SSLContext) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=line.base_url,
        headers=_headers(line),
        verify=verify,
        proxy=line.proxy,
        trust_env=False,
        follow_redirects=False,
        http2=False,
        limits=httpx.Limits(
            max_connections=line.connections, max_keepalive_connections=line.connections
        ),
        timeout=_patience(line),
    )


def _headers(line: Line) -> dict[str, str]:
    return {"Accept": "application/json", "User-Agent": "switchboard", **line.headers}


def _patience(line: Line) -> httpx.Timeout:
    patience = line.timeouts
    return httpx.Timeout(
        connect=patience.connect,
        read=patience.answer,
        write=patience.send,
        pool=patience.free_connection,
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
