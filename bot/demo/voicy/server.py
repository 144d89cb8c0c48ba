"""Voicy's stand-in: the pages under /functions/v1, its limits, and webhooks when calls end."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, ClassVar

from aiohttp import web

from bot.demo.telephony import Api, Refusal, StandIn, utc_now
from bot.demo.telephony.api import API
from bot.demo.voicy.account import ACCOUNT, Account
from bot.demo.voicy.api import BASE_PATH, DIAL_PATH, LIST_PATH, routes
from bot.demo.voicy.calls import AGENTS, Agent
from bot.demo.voicy.webhooks import Parcel

DEMO_KEY = "voicy_sk_live_demo0key0of0the0stand0in0000"


class VoicyApi(Api):
    """Bearer keys, two shapes of errors, one number and one id in each dial."""

    prefix: ClassVar[str] = f"{BASE_PATH}/"
    base_path: ClassVar[str] = BASE_PATH
    dial_path: ClassVar[str] = DIAL_PATH
    questions: ClassVar[frozenset[str]] = frozenset({LIST_PATH})

    def __init__(self, account: Account) -> None:
        self._account = account

    def numbers_in(self, body: Any) -> list[str]:
        """See ``Api``."""
        number = body.get("to_number") if isinstance(body, dict) else None
        return [number] if isinstance(number, str) else []

    def error_body(self, refusal: Refusal) -> dict[str, Any]:
        """One of the two documented shapes, or each in turn."""
        shape, told = self._account.error_shape, self._account.errors_told
        self._account.errors_told += 1
        if shape == "error" or (shape == "alternating" and told % 2 == 0):
            return {"error": refusal.message}
        return {"status": "error", "message": refusal.message}

    def without_ids(self, body: Any) -> Any:
        """See ``Api``."""
        return {name: value for name, value in body.items() if name != "call_id"}


@web.middleware
async def count(request: web.Request, handler: Any) -> web.StreamResponse:
    """Write down when each request came, whatever becomes of it."""
    if request.app[API].owns(request.path):
        account = request.app[ACCOUNT]
        account.quota.requests.append(account.clock())
    return await handler(request)  # type: ignore[no-any-return]  # aiohttp types handlers loosely


@web.middleware
async def limit(request: web.Request, handler: Any) -> web.StreamResponse:
    """Let no more requests in than a minute may have."""
    account, api = request.app[ACCOUNT], request.app[API]
    if not api.owns(request.path):
        return await handler(request)  # type: ignore[no-any-return]  # as above
    now, most = account.clock(), account.per_minute
    if account.quota.let_in(now, most):
        response: web.StreamResponse = await handler(request)
    else:
        wait = account.quota.wait(now)
        words = f"Rate limit exceeded. Please retry after {wait} seconds."
        body = api.error_body(Refusal(429, "rate_limited", words))
        response = web.json_response(body, status=429)
    response.headers.update(account.quota.headers(now, most))
    return response


class VoicyStandIn(StandIn):
    """One account, with agents that can and cannot call."""

    account: Account

    def __init__(
        self,
        clock: Callable[[], datetime] = utc_now,
        api_key: str = DEMO_KEY,
        agents: Iterable[Agent] = AGENTS,
    ) -> None:
        account = Account(clock, api_key, agents)
        super().__init__(account, VoicyApi(account), routes)
        self.app[ACCOUNT] = account
        self.app.middlewares.append(limit)

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> str:
        """See ``StandIn``. Counting comes first, before wanted misbehaviour."""
        if count not in self.app.middlewares:
            self.app.middlewares.insert(0, count)
        base_url = await super().start(port, host)
        self.account.origin = self.origin
        return base_url

    async def stop(self) -> None:
        """See ``StandIn``; nothing is told any more."""
        await super().stop()
        await self.account.courier.stop()

    @property
    def requests(self) -> list[datetime]:
        """When each request came, of all kinds, also those that were answered badly."""
        return self.account.quota.requests

    def most_in_a_minute(self) -> int:
        """The most requests that ever came within a minute."""
        return self.account.quota.most_in_a_minute()

    @property
    def most_live(self) -> int:
        """The most calls that ever were live at a time."""
        return self.account.most_live

    def end_all(self) -> None:
        """Move every call on to its end."""
        self.account.end_all()

    @property
    def parcels(self) -> list[Parcel]:
        """Every webhook sent, with what was answered."""
        return self.account.courier.parcels

    async def all_told(self) -> None:
        """Return when no webhook is under way any more."""
        await self.account.courier.idle()

    async def tell_again(self, call_id: str) -> int | None:
        """Send the webhook of a call once more, byte for byte; the status answered."""
        sent = {parcel.call_id: parcel for parcel in self.parcels}
        return await self.account.courier.send(sent[call_id])
