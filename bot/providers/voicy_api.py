"""What Voicy's API takes and gives: the parts we rely on, strict to write, tolerant to read."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from bot.calls.errors import Cause, NotPlaced
from bot.calls.provider import Order
from bot.calls.states import ENDED_AT_PROVIDER, State
from bot.providers.answers import NO_RING, Lenient
from bot.providers.fields import Answer, Flag, Text, digits, normal_word, whole_letters

LABEL = "Voicy"
E164 = r"^\+[1-9][0-9]{6,14}$"
UUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAME_THERE, NOTES_THERE = "customer_name", "notes"  # what the agents' prompts call them

# Two generations of words, after lower-casing and with "-" and " " as "_". Some accounts end a good
# call in "ended", others say who hung up, or that nobody spoke any more: the word itself is kept
# beside the state. At "initiated" nothing rings for sure. Their "canceled" is not ours: we cancel
# before the dial, they can only end it after.
STATES: Mapping[str, State] = {
    "initiated": State.PLACED,
    "ringing": State.RINGING,
    "ongoing": State.IN_PROGRESS,
    "in_progress": State.IN_PROGRESS,
    "ended": State.COMPLETED,
    "user_hangup": State.COMPLETED,
    "agent_hangup": State.COMPLETED,
    "inactivity": State.COMPLETED,
    "error_inactivity": State.COMPLETED,
    "no_answer": State.NO_ANSWER,
    "busy": State.BUSY,
    "error": State.FAILED,
    "canceled": State.FAILED,
    "cancelled": State.FAILED,
}
# On a call that goes out, their "caller" and "user" are both the person called.
SPEAKERS = {"user": "Customer", "caller": "Customer"}

Span = Annotated[Annotated[FiniteFloat, Field(ge=0)] | None, Lenient]  # milliseconds
Facts = Annotated[dict[str, Any] | None, Lenient]


class DialBody(BaseModel):
    """The request, strict. Variables go into the agent's prompt, so they are words alone."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    from_number: str = Field(pattern=E164)
    to_number: str = Field(pattern=E164)
    override_agent_id: str = Field(pattern=UUID)
    vars_provided: dict[str, str] | None = None


class Created(Answer):
    """The answer to a dial that was taken."""

    call_id: str = Field(min_length=1)
    call_status: Text = None


class Speaker(Answer):
    """The agent of a call. Lists leave its id out."""

    id: Text = None


class Turn(Answer):
    """What one of them said."""

    role: Text = None
    content: Text = None

    @property
    def line(self) -> str:
        """``Agent: …``; empty when nothing was said."""
        said, role = one_line(self.content), one_line(self.role).lower()
        speaker = SPEAKERS.get(role, role.capitalize()) or "Somebody"
        return f"{speaker}: {said}" if said else ""


class Row(Answer):
    """A call in the list, without anything that was said."""

    call_id: str = Field(min_length=1)
    call_status: Text = None
    agent: Annotated[Speaker | None, Lenient] = None
    to_number: Text = None
    direction: Text = None
    start_timestamp: Span = None
    duration_ms: Span = None

    @property
    def word(self) -> str:
        """Their word for how it stands; empty when not told."""
        return self.call_status or ""

    @property
    def state(self) -> State | None:
        """What that word means; ``None`` for one we do not know."""
        return STATES.get(normal_word(self.word))

    @property
    def started_at(self) -> datetime | None:
        """When it began; ``None`` before that."""
        return after(EPOCH, self.start_timestamp) if self.start_timestamp else None

    @property
    def ended_at(self) -> datetime | None:
        """When it was over, worked out from its length."""
        over = self.state in ENDED_AT_PROVIDER
        return after(self.started_at, self.duration_ms) if over and self.started_at else None

    @property
    def seconds(self) -> float | None:
        """Time on the line."""
        length = after(EPOCH, self.duration_ms)
        return (length - EPOCH).total_seconds() if length else None


class Detail(Row):
    """One call with all that is known of it, read by its id or told by a webhook."""

    transcript: Annotated[list[Annotated[Turn | None, Lenient]] | None, Lenient] = None
    summary: Text = None
    recording_url: Text = None
    vars_provided: Facts = None
    vars_extracted: Facts = None
    vars_collected: Facts = None

    @property
    def lines(self) -> str:
        """What was said, a line for each turn."""
        return "\n".join(turn.line for turn in self.transcript or [] if turn and turn.line)

    @property
    def learned(self) -> dict[str, Any]:
        """What the agent asked for, and what was drawn from the words afterwards."""
        return {**(self.vars_extracted or {}), **(self.vars_collected or {})}


class Page(Answer):
    """A page of the list."""

    calls: list[Any]


class Assistant(Answer):
    """An agent of the account."""

    agent_id: str = Field(min_length=1)
    name: Text = None
    language: Text = None
    active: Flag = None

    @property
    def title(self) -> str:
        """What it is called; by its id where it has no name."""
        return (self.name or "").strip() or self.agent_id

    @property
    def why_not(self) -> str | None:
        """Why it cannot place calls; ``None`` when it can."""
        return f"it is switched off at {LABEL}" if self.active is False else None


def after(moment: datetime, milliseconds: float | None) -> datetime | None:
    """That much later; ``None`` beyond the calendar."""
    try:
        return None if milliseconds is None else moment + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def millis(moment: datetime) -> int:
    """An aware instant as Unix milliseconds."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def variables_of(order: Order, reference_variable: str | None) -> dict[str, str]:
    """What the agent is told. Our reference only where its name was set: it may be spoken."""
    told = {
        NAME_THERE: one_line(order.name),
        NOTES_THERE: whole_letters(order.notes).strip(),
    }
    if reference_variable is not None:
        told[reference_variable] = order.reference
    return {name: value for name, value in told.items() if value}


def dial_body(order: Order, from_number: str, variables: Mapping[str, str]) -> dict[str, Any]:
    """What is sent to place ``order``. Raises ``NotPlaced`` when it breaks their rules."""
    try:
        body = DialBody(
            from_number=from_number,
            to_number=order.number,
            override_agent_id=order.agent_id,
            vars_provided=dict(variables) or None,
        )
    except ValidationError as error:
        fields = ", ".join(str(problem["loc"][0]) for problem in error.errors())
        text = f"{LABEL} would not accept this call: check {fields.replace('_', ' ')}."
        text = f"{text} It was not sent. {NO_RING}"
        raise NotPlaced(text, cause=Cause.REFUSED, detail=f"our own check: {fields}") from None
    return body.model_dump(exclude_none=True)


def fits(row: Row, order: Order) -> bool:
    """Whether a call was to the number of an order, by its agent where that is told."""
    if row.direction not in {None, "outgoing"} or not row.to_number:
        return False
    agent_id = (row.agent and row.agent.id) or order.agent_id
    same_agent = agent_id.lower() == order.agent_id.lower()
    return same_agent and digits(row.to_number) == digits(order.number)


def began_within(row: Row, since: datetime, until: datetime) -> bool:
    """A call that does not say when it began may be any."""
    return row.started_at is None or since <= row.started_at <= until


def may_be(detail: Detail, order: Order, reference_variable: str | None) -> bool:
    """Whether nothing that a fitting call was dialled with speaks against it being the order's.

    Our reference proves it either way. Without that, a call over without ever saying when it began
    is not taken: it may be one of last week, and to take it for this one would dial again.
    """
    told = {name: one_line(value) for name, value in (detail.vars_provided or {}).items()}
    if reference_variable in told:
        return told[reference_variable] == order.reference
    name = one_line(order.name)
    if name and told.get(NAME_THERE, name).casefold() != name.casefold():
        return False
    return detail.started_at is not None or detail.state not in ENDED_AT_PROVIDER


def one_line(value: Any) -> str:
    """Its words with single spaces between them."""
    return " ".join(whole_letters(str(value or "")).split())
