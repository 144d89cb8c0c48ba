"""Signed HTTP: what Slack posts to an app's request URL, and how the answer is read."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.demo.slack.socket_mode import Ack
from bot.demo.slack.workspace import Delivery

Json = dict[str, Any]


class SignedHttp:
    """Signs with real time, because the app compares with its real clock."""

    def __init__(self, url: str, signing_secret: str, real: Callable[[], float]) -> None:
        self.url = url
        self._secret = signing_secret
        self._real = real
        self._session: aiohttp.ClientSession | None = None
        self.verified = False

    async def send(self, delivery: Delivery, within: float, retry: tuple[int, str] | None) -> Ack:
        """Post it; everything but a 200 within ``within`` seconds is a failure."""
        body, kind = _body_of(delivery)
        headers = {"Content-Type": kind}
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]}
        return await self._post(body, headers, within)

    async def verify(self, within: float = 3.0) -> bool:
        """Slack's challenge: the app must give it back."""
        challenge = hashlib.sha256(str(self._real()).encode()).hexdigest()
        sent = {"token": "local", "challenge": challenge, "type": "url_verification"}
        headers = {"Content-Type": "application/json"}
        ack = await self._post(json.dumps(sent), headers, within)
        answer = ack.body.get("challenge") if isinstance(ack.body, dict) else ack.body
        self.verified = ack.status == "ok" and answer == challenge
        return self.verified

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _post(self, body: str, headers: dict[str, str], within: float) -> Ack:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        limit = aiohttp.ClientTimeout(total=within)
        headers = headers | self.signature(body) | {"User-Agent": "Slackbot 1.0 (local)"}
        try:
            async with self._session.post(
                self.url, data=body.encode(), headers=headers, timeout=limit
            ) as answer:
                text = await answer.text()
                if answer.status != 200:
                    return Ack("error", text)
                return Ack("ok", _read(answer.content_type, text))
        except TimeoutError:
            return Ack("timeout")
        except aiohttp.ClientConnectorError:
            return Ack("no_app")
        except aiohttp.ClientError as problem:
            return Ack("error", str(problem))

    def signature(self, body: str) -> dict[str, str]:
        """The two headers by which an app knows that Slack is speaking."""
        stamp = str(int(self._real()))
        digest = hmac.new(self._secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256)
        signature = f"v0={digest.hexdigest()}"
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}


def _body_of(delivery: Delivery) -> tuple[str, str]:
    form = "application/x-www-form-urlencoded"
    if delivery.envelope == "slash_commands":
        return urlencode(delivery.payload), form
    if delivery.envelope == "interactive":
        return urlencode({"payload": json.dumps(delivery.payload)}), form
    return json.dumps(delivery.payload), "application/json"


def _read(content_type: str, text: str) -> Any:
    """A JSON body, or the text of a plain answer; ``None`` when there is nothing."""
    if not text:
        return None
    if content_type == "application/json":
        return json.loads(text)
    return {"text": text}
