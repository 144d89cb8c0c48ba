"""What VozAgent's API takes and gives: the parts we rely on, strict to write, tolerant to read."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from bot.calls.errors import Cause, NotPlaced
from bot.calls.provider import Order
from bot.calls.states import State
from bot.providers.answers import NO_RING, Lenient

LABEL = "VozAgent"

# Words after lower-casing, with "-" and " " as "_". Documented are queued, in_progress, completed
# and failed; the others are guesses in the style of the system behind it. A word not listed is no
# news. Their "canceled" is not ours: we cancel before the dial, they can only end it after.
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


class DialBody(BaseModel):
    """The request, strict. ``tags`` are left out: they stay on the contact, not on the call."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    phone_number: str = Field(pattern=r"^\+[1-9][0-9]{6,14}$")
    assistant_id: str = Field(min_length=1)
    first_name: str | None = None
    last_name: str | None = None
    source: str = "switchboard"
    notes: str | None = None


def utc(moment: datetime | None) -> datetime | None:
    """Their times without a zone are taken as UTC; one at the edge of the calendar as absent."""
    if moment is None or moment.tzinfo is None:
        return moment and moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None


Text = Annotated[str | None, Lenient]
Moment = Annotated[datetime | None, AfterValidator(utc), Lenient]
Seconds = Annotated[Annotated[FiniteFloat, Field(ge=0)] | None, Lenient]
Dollars = Annotated[Annotated[Decimal, Field(ge=0, lt=1_000_000)] | None, Lenient]


class Answer(BaseModel):
    """Unknown fields pass, and an id may come as a number."""

    model_config = ConfigDict(coerce_numbers_to_str=True, hide_input_in_errors=True)


class Created(Answer):
    """The 201 answer."""

    call_id: str = Field(min_length=1)
    status: Text = None


class Row(Answer):
    """A call in the list, which shows no phone number."""

    id: str = Field(min_length=1)
    assistant_id: Text = None
    call_type: Text = None
    call_started_at: Moment = None


class Detail(Row):
    """One call, read by its id."""

    call_status: str
    call_ended_at: Moment = None
    duration_seconds: Seconds = None
    customer_phone_number: Text = None
    transcript: Text = None
    analysis_summary: Text = None
    recording_url: Text = None
    cost: Dollars = None

    @property
    def number(self) -> str:
        """The digits of the person called; empty when not told."""
        return digits(self.customer_phone_number or "")


class Assistant(Answer):
    """An assistant of the account."""

    id: str = Field(min_length=1)
    name: str
    is_active: Annotated[bool | None, Lenient] = None
    assistant_type: Text = None

    @property
    def why_not(self) -> str | None:
        """Why it cannot place calls; ``None`` when it can."""
        if self.is_active is False:
            return f"it is switched off at {LABEL}"
        if self.assistant_type == "inbound":
            return "it only takes incoming calls"
        return None


def dial_body(order: Order) -> dict[str, str]:
    """What is sent to place ``order``. Raises ``NotPlaced`` when it breaks their rules."""
    first, _, last = " ".join(_whole_letters(order.name).split()).partition(" ")
    try:
        body = DialBody(
            phone_number=order.number,
            assistant_id=order.agent_id,
            first_name=first or None,
            last_name=last or None,
            notes=_whole_letters(order.notes).strip() or None,
        )
    except ValidationError as error:
        fields = ", ".join(str(problem["loc"][0]) for problem in error.errors())
        text = f"{LABEL} would not accept this call: check {fields.replace('_', ' ')}."
        text = f"{text} It was not sent. {NO_RING}"
        raise NotPlaced(text, cause=Cause.REFUSED, detail=f"our own check: {fields}") from None
    return body.model_dump(exclude_none=True)


def normal_word(word: str) -> str:
    """A status word as ``STATES`` lists it."""
    return re.sub(r"[- ]", "_", word.strip().lower())


def began_within(row: Row, since: datetime, until: datetime) -> bool:
    """A call that does not say when it began may be any."""
    return row.call_started_at is None or since <= row.call_started_at <= until


def micros(dollars: Decimal | None) -> int | None:
    """Millionths of a dollar, without a float on the way."""
    if dollars is None:
        return None
    return int((dollars * 1_000_000).to_integral_value(ROUND_HALF_UP))


def digits(number: str) -> str:
    """A number without its plus, spaces and dashes, to compare."""
    return re.sub(r"\D", "", number)


def _whole_letters(text: str | None) -> str:
    """A chat may deliver half a surrogate pair, which no request can carry."""
    return (text or "").encode("utf-8", "replace").decode("utf-8")
