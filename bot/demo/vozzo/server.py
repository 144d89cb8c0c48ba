"""Vozzo's stand-in: the dispatcher, and the control routes under /_control."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from bot.demo.telephony import Api, Refusal, StandIn, utc_now
from bot.demo.vozzo.account import ACCOUNT, Account
from bot.demo.vozzo.api import DIAL_PATH, PREFIX, routes
from bot.demo.vozzo.calls import AGENTS, Agent, Recipient

DEMO_KEY = "vozzo_demo_switchboard"


class VozzoApi(Api):
    """Bearer keys, many numbers in a dial, and refusals as one message."""

    prefix: ClassVar[str] = PREFIX
    dial_path: ClassVar[str] = DIAL_PATH

    def numbers_in(self, body: Any) -> list[str]:
        """See ``Api``."""
        rows = body.get("scheduled_call_data") if isinstance(body, dict) else None
        recipients = (
            [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        )
        numbers = (recipient.get("to_phone_number") for recipient in recipients)
        return [number for number in numbers if isinstance(number, str)]

    def error_body(self, refusal: Refusal) -> dict[str, Any]:
        """Invented: no error of the real one is documented."""
        return {"message": refusal.message}

    def without_ids(self, body: Any) -> Any:
        """See ``Api``."""
        return {name: value for name, value in body.items() if name != "call_id"}


class VozzoStandIn(StandIn):
    """One account. ``calls`` are those that rang, ``waiting`` those whose slot is still to open."""

    account: Account

    def __init__(
        self,
        clock: Callable[[], datetime] = utc_now,
        api_key: str = DEMO_KEY,
        agents: Iterable[Agent] = AGENTS,
    ) -> None:
        account = Account(clock, api_key, agents)
        super().__init__(account, VozzoApi(), routes)
        self.app[ACCOUNT] = account

    @property
    def waiting(self) -> Sequence[Recipient]:
        """Whoever was accepted and not rung yet."""
        return list(self.account.waiting)

    def open_slots(self) -> None:
        """Ring whoever is due now; for who moves the clock and won't wait a second."""
        self.account.open_slots()
