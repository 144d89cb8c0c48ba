"""What VozAgent's API takes and gives: the parts we rely on, strict to write, tolerant to read."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.calls.errors import Cause, NotPlaced
from bot.calls.provider import News, NotGenuine, Order
from bot.calls.states import State
from bot.providers.answers import NO_RING, Lenient
from bot.providers.fields import Answer, Flag, Moment, Money, Seconds, Text, digits, whole_letters

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


class Created(Answer):
    """The 201 answer."""

    call_id: str = Field(min_length=1)
    status: Text = None


class Row(Answer):
    """A call in the list, which shows no phone number."""

    id: str = Field(min_length=1)
    assistant_id: Text = None
    call_type: Text = None
    call_status: str = ""
    call_started_at: Moment = None
    call_ended_at: Moment = None
    duration_seconds: Seconds = None
    call_intent: Text = None
    lead_qualification: Text = None
    appointment_booked: Flag = None


class Detail(Row):
    """One call, read by its id."""

    call_status: str
    customer_phone_number: Text = None
    transcript: Text = None
    analysis_summary: Text = None
    recording_url: Text = None
    cost: Money = None

    @property
    def number(self) -> str:
        """The digits of the person called; empty when not told."""
        return digits(self.customer_phone_number or "")

    @property
    def learned(self) -> dict[str, str]:
        """What their analysis drew from the call."""
        booked = {None: None, True: "yes", False: "no"}[self.appointment_booked]
        found = {
            "call intent": self.call_intent,
            "lead qualification": self.lead_qualification,
            "appointment booked": booked,
        }
        return {name: value for name, value in found.items() if value}


class Named(Answer):
    """Something with an id."""

    call_id: Text = None
    id: Text = None


class Hint(Named):
    """A webhook delivery. Its shape is not documented, so an id is looked for where one may be."""

    event: Text = None
    type: Text = None
    call: Annotated[Named | None, Lenient] = None
    data: Annotated[Named | None, Lenient] = None


class Assistant(Answer):
    """An assistant of the account."""

    id: str = Field(min_length=1)
    name: str
    is_active: Flag = None
    assistant_type: Text = None

    @property
    def why_not(self) -> str | None:
        """Why it cannot place calls; ``None`` when it can."""
        if self.is_active is False:
            return f"it is switched off at {LABEL}"
        if self.assistant_type == "inbound":
            return "it only takes incoming calls"
        return None


class OwnNumber(Answer):
    """A number of the account."""

    phone_number: str = Field(min_length=1)
    status: Text = None

    @property
    def in_use(self) -> bool:
        """Whether calls can come from it, as far as it says so."""
        return self.status in {None, "active"}


class Hook(Answer):
    """A webhook of the account; its secret is masked, but in the answer that made it."""

    id: str = Field(min_length=1)
    url: str
    is_active: Flag = None
    secret: Text = None


def dial_body(order: Order) -> dict[str, str]:
    """What is sent to place ``order``. Raises ``NotPlaced`` when it breaks their rules."""
    first, _, last = " ".join(whole_letters(order.name).split()).partition(" ")
    try:
        body = DialBody(
            phone_number=order.number,
            assistant_id=order.agent_id,
            first_name=first or None,
            last_name=last or None,
            notes=whole_letters(order.notes).strip() or None,
        )
    except ValidationError as error:
        fields = ", ".join(str(problem["loc"][0]) for problem in error.errors())
        text = f"{LABEL} would not accept this call: check {fields.replace('_', ' ')}."
        text = f"{text} It was not sent. {NO_RING}"
        raise NotPlaced(text, cause=Cause.REFUSED, detail=f"our own check: {fields}") from None
    return body.model_dump(exclude_none=True)


def began_within(row: Row, since: datetime, until: datetime) -> bool:
    """A call that does not say when it began may be any."""
    return row.call_started_at is None or since <= row.call_started_at <= until


def hints(body: bytes) -> tuple[News, ...]:
    """The calls a webhook delivery is about, each to be read. Raises ``NotGenuine``."""
    try:
        hint = Hint.model_validate_json(body)
    except ValidationError:
        raise NotGenuine("A webhook I can't read was refused.", detail="unreadable") from None
    ids = dict.fromkeys(_ids(hint))
    return tuple(News(None, hint.event or hint.type or "", one) for one in ids)


def _ids(hint: "Hint") -> Iterator[str]:
    for place in (hint, hint.call, hint.data):
        for found in (place and place.call_id, place and place.id):
            if found:
                yield found
