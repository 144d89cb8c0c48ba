"""VozAgent: its settings, what we send, the part of its answers we rely on, and its words."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any
from urllib.parse import quote

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.calls.errors import Cause, NotPlaced, ProviderError
from bot.calls.provider import Agent, Capabilities, News, Order, Receipt
from bot.calls.states import State
from bot.providers import answers
from bot.providers.account import Account, AgentAlias
from bot.providers.answers import Lenient
from bot.providers.http import Line, NotThere, ProviderClient

NAME, LABEL = "vozagent", "VozAgent"
PAGE = 100  # the most its lists give at once
MOST_PAGES = 20
MOST_DETAILS = 50  # its list shows no numbers, so each look for a call costs one read per candidate
MOST_REMEMBERED = 5000

# Words after lower-casing, "-" and " " as "_". Only the first, third, fourth and last group are
# documented; the others are guesses in the style of the system behind it. An unlisted word is no
# news. Their "canceled" cannot be ours: we cancel before the dial, they after it.
STATES: Mapping[str, State] = {
    "queued": State.PLACED,
    "ringing": State.RINGING,
    "in_progress": State.IN_PROGRESS,
    "completed": State.COMPLETED,
    "ended": State.COMPLETED,
    "voicemail": State.VOICEMAIL,
    "no_answer": State.NO_ANSWER,
    "busy": State.BUSY,
    "canceled": State.FAILED,
    "cancelled": State.FAILED,
    "failed": State.FAILED,
}

log = structlog.get_logger()


class VozAgentSettings(Account):
    """A VozAgent account; its key needs the scope ``calls:write``."""

    base_url: str = "https://api.vozagent.ai/v1"

    def open(self) -> "VozAgent":
        """The provider of this account."""
        headers = {"Authorization": f"Bearer {self.api_key.get_secret_value()}"}
        line = Line.of(self, provider=NAME, label=LABEL, headers=headers)
        return VozAgent(ProviderClient(line), self.agents)


class DialBody(BaseModel):
    """The request, strict. ``tags`` are left out: they stay on the contact, not on the call."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    phone_number: str = Field(pattern=r"^\+[1-9][0-9]{6,14}\Z")
    assistant_id: str = Field(min_length=1)
    first_name: str | None = None
    last_name: str | None = None
    source: str = "switchboard"
    notes: str | None = None


class Created(BaseModel):
    """The part of the 201 answer we rely on."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    call_id: str = Field(min_length=1)
    status: Annotated[str | None, Lenient] = None


class Row(BaseModel):
    """A call in the list, which shows no phone number."""

    id: str = Field(min_length=1)
    assistant_id: Annotated[str | None, Lenient] = None
    call_type: Annotated[str | None, Lenient] = None
    call_started_at: Annotated[datetime | None, Lenient] = None


class Detail(Row):
    """One call, read by its id."""

    call_status: str
    call_ended_at: Annotated[datetime | None, Lenient] = None
    duration_seconds: Annotated[float | None, Lenient] = None
    customer_phone_number: Annotated[str | None, Lenient] = None
    transcript: Annotated[str | None, Lenient] = None
    analysis_summary: Annotated[str | None, Lenient] = None
    recording_url: Annotated[str | None, Lenient] = None
    cost: Annotated[Decimal | None, Lenient] = None  # US dollars


class Assistant(BaseModel):
    """An assistant of the account."""

    id: str = Field(min_length=1)
    name: str
    is_active: Annotated[bool | None, Lenient] = None
    assistant_type: Annotated[str | None, Lenient] = None

    @property
    def why_not(self) -> str | None:
        """Why it cannot place calls; ``None`` when it can."""
        if self.is_active is False:
            return f"it is switched off at {LABEL}"
        if self.assistant_type == "inbound":
            return "it only takes incoming calls"
        return None
