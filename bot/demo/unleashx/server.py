"""UnleashX's stand-in: the pages of the real API and the control routes under /_control."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, ClassVar

from aiohttp import web

from bot.demo.telephony import Api, Refusal, StandIn, utc_now
from bot.demo.unleashx.account import ACCOUNT, Account
from bot.demo.unleashx.agents import AGENTS, VoiceAgent
from bot.demo.unleashx.api import DIAL_PATH, PREFIX, routes

DEMO_KEY = "demo-unleashx-token"
KEY_HEADERS = ("token", "api_access_token")


class UnleashXApi(Api):
    """A token in one of two headers, flat errors, one number and one id in each dial."""

    prefix: ClassVar[str] = PREFIX
    dial_path: ClassVar[str] = DIAL_PATH

    def has_key(self, request: web.Request, api_key: str) -> bool:
        """See ``Api``."""
        return api_key in {request.headers.get(name) for name in KEY_HEADERS}

    def numbers_in(self, body: Any) -> list[str]:
        """See ``Api``."""
        number = body.get("phone_number") if isinstance(body, dict) else None
        return [number] if isinstance(number, str) else []

    def error_body(self, refusal: Refusal) -> dict[str, Any]:
        """The documented envelope, and the documented words for a wrong key."""
        wrong_key = refusal.code == "unauthorized"
        return {"error": True, "message": "Invalid Auth Key" if wrong_key else refusal.message}

    def without_ids(self, body: Any) -> Any:
        """See ``Api``."""
        kept = {name: value for name, value in body.items() if name != "execution_id"}
        return kept | ({"data": self.without_ids(body["data"])} if "data" in body else {})


class UnleashXStandIn(StandIn):
    """One account, with agents that can and cannot call."""

    account: Account

    def __init__(
        self,
        clock: Callable[[], datetime] = utc_now,
        api_key: str = DEMO_KEY,
        agents: Iterable[VoiceAgent] = AGENTS,
    ) -> None:
        account = Account(clock, api_key, agents)
        super().__init__(account, UnleashXApi(), routes)
        self.app[ACCOUNT] = account
