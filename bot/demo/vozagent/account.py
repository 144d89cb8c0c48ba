"""All VozAgent's stand-in remembers beyond calls: assistants, contacts, webhooks, events."""

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, ClassVar

from aiohttp import web

from bot.demo import telephony
from bot.demo.vozagent.calls import Assistant, Call


class Account(telephony.Account[Call]):
    """One VozAgent account."""

    counted: ClassVar[tuple[str, ...]] = ("phone_number", "first_name", "notes")

    def __init__(
        self, clock: Callable[[], datetime], api_key: str, assistants: Iterable[Assistant]
    ) -> None:
        super().__init__(clock, api_key)
        self.assistants = {assistant.id: assistant for assistant in assistants}

    def forget(self) -> None:
        """Contacts, webhooks and events; assistants stay."""
        self.contacts: dict[str, str] = {}
        self.webhooks: dict[str, dict[str, Any]] = {}
        self.events: list[tuple[str, str]] = []  # (event name, call id): what webhooks would tell

    def assistant_for(self, body: dict[str, Any]) -> Assistant | None:
        """By id if one is given, else by name."""
        if "assistant_id" in body:
            return self.assistants.get(body["assistant_id"])
        named = (a for a in self.assistants.values() if a.name == body["assistant_name"])
        return next(named, None)

    def place(self, number: str, assistant: Assistant) -> Call:
        """Let a phone ring."""
        known = number in self.contacts
        call = Call(
            number=number,
            created_at=self.clock(),
            outcome=self.outcome_for(number),
            assistant=assistant,
            contact_id=self.contacts.setdefault(number, f"contact-{uuid.uuid4()}"),
            is_new_contact=not known,
        )
        return self.ring(call)

    def moved(self, call: Call, *, began: bool, ended: bool) -> None:
        """Note what webhooks would tell."""
        self.events += [("call.started", call.id)] if began else []
        self.events += [("call.completed", call.id)] if ended else []


ACCOUNT = web.AppKey("vozagent_account", Account)
