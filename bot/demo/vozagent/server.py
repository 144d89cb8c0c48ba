"""VozAgent's stand-in: the pages under /v1 and the control routes under /_control."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, ClassVar

from bot.demo.telephony import Api, Refusal, StandIn, utc_now
from bot.demo.vozagent.account import ACCOUNT, Account
from bot.demo.vozagent.api import DIAL_PATH, routes
from bot.demo.vozagent.calls import ASSISTANTS, Assistant

DEMO_KEY = "gw_demo_switchboard"


class VozAgentApi(Api):
    """Bearer keys, nested errors, one number and one id in each dial."""

    prefix: ClassVar[str] = "/v1/"
    base_path: ClassVar[str] = "/v1"
    dial_path: ClassVar[str] = DIAL_PATH

    def numbers_in(self, body: Any) -> list[str]:
        """See ``Api``."""
        number = body.get("phone_number") if isinstance(body, dict) else None
        return [number] if isinstance(number, str) else []

    def error_body(self, refusal: Refusal) -> dict[str, Any]:
        """The documented envelope."""
        parts = {"code": refusal.code, "message": refusal.message, "details": refusal.details}
        return {"error": parts}

    def without_ids(self, body: Any) -> Any:
        """See ``Api``."""
        return {name: value for name, value in body.items() if name != "call_id"}


class VozAgentStandIn(StandIn):
    """One account, with assistants that can and cannot call."""

    account: Account

    def __init__(
        self,
        clock: Callable[[], datetime] = utc_now,
        api_key: str = DEMO_KEY,
        assistants: Iterable[Assistant] = ASSISTANTS,
    ) -> None:
        account = Account(clock, api_key, assistants)
        super().__init__(account, VozAgentApi(), routes)
        self.app[ACCOUNT] = account
