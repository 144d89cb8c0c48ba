"""What UnleashX's API takes and gives: the parts we rely on, strict to write, tolerant to read."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.calls.errors import Cause, NotPlaced
from bot.calls.provider import Order
from bot.calls.states import State
from bot.providers.answers import NO_RING
from bot.providers.fields import Answer, Flag, Text, Whole, whole_letters

LABEL = "UnleashX"
DEEPEST = 4  # envelopes around an answer; two are the most that was seen
ACTIVE, DELETED = 1, 2  # an agent's status
CHAT, TELEPHONE = 2, 3  # its type
OUTBOUND, INBOUND = 1, 2  # its calling type

# Words after lower-casing, with "-" and " " as "_". Documented are initiated, completed and failed;
# the others are guesses. A word that is not listed, or a number in its place, is no news. Nothing
# is concluded from a duration of zero: busy and unanswered calls may hide there, or may not.
STATES: Mapping[str, State] = {
    "initiated": State.PLACED,
    "running": State.IN_PROGRESS,
    "completed": State.COMPLETED,
    "no_answer": State.NO_ANSWER,
    "busy": State.BUSY,
    "failed": State.FAILED,
}


class Metadata(BaseModel):
    """What goes with a call, as an object. ``call_ref`` is how its record may be found again."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    call_ref: str = Field(min_length=1)
    name: str | None = None
    notes: str | None = None


class DialBody(BaseModel):
    """The request, strict. They would add a missing plus by themselves; we do not rely on it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    agent_id: int = Field(ge=1)
    phone_number: str = Field(pattern=r"^\+[1-9][0-9]{6,14}$")
    metadata: Metadata


class Created(Answer):
    """The answer to a dial, or the inside of its envelope."""

    execution_id: str = Field(min_length=1)
    call_status: Text = None


class AgentRow(Answer):
    """An agent of the account."""

    agent_id: int = Field(ge=1)
    agent_name: Text = None
    status: Whole = None
    agent_type: Whole = None
    calling_type: Whole = None

    @property
    def id(self) -> str:
        """As we keep it."""
        return str(self.agent_id)

    @property
    def name(self) -> str:
        """As people call it."""
        return (self.agent_name or "").strip() or f"Agent {self.agent_id}"

    @property
    def why_not(self) -> str | None:
        """The first rule it breaks; ``None`` when it can place calls."""
        if self.status == DELETED:
            return f"it is deleted at {LABEL}"
        if self.status != ACTIVE:
            return f"it is not active (status {_told(self.status)})"
        if self.agent_type == CHAT:
            return "it is a chat agent"
        if self.agent_type != TELEPHONE:
            return f"it is not a telephone agent (type {_told(self.agent_type)})"
        if self.calling_type == INBOUND:
            return "it only takes incoming calls"
        return None if self.calling_type == OUTBOUND else "its calling type is not set to outbound"


class Complaining(Answer):
    """An envelope that may say that something went wrong, whatever the HTTP status."""

    error: Flag = None


def dial_body(order: Order) -> dict[str, Any]:
    """What is sent to place ``order``. Raises ``NotPlaced`` when it breaks their rules."""
    agent_id = agent_number(order.agent_id)
    if agent_id is None:
        why = f"{LABEL} knows its agents by whole numbers, and this agent's id is none."
        text = f"{why} An admin should correct it in the settings. The call was not sent. {NO_RING}"
        raise NotPlaced(text, cause=Cause.REFUSED, detail="our own check: agent_id")
    name = " ".join(whole_letters(order.name).split())
    notes = whole_letters(order.notes).strip()
    try:
        metadata = Metadata(call_ref=order.reference, name=name or None, notes=notes or None)
        body = DialBody(agent_id=agent_id, phone_number=order.number, metadata=metadata)
    except ValidationError as error:
        fields = ", ".join(str(problem["loc"][-1]) for problem in error.errors())
        text = f"{LABEL} would not accept this call: check {fields.replace('_', ' ')}."
        text = f"{text} It was not sent. {NO_RING}"
        raise NotPlaced(text, cause=Cause.REFUSED, detail=f"our own check: {fields}") from None
    return body.model_dump(exclude_none=True)


def agent_number(agent_id: str) -> int | None:
    """Their id of an agent; ``None`` for a text that cannot be one."""
    return int(agent_id) if re.fullmatch(r"[1-9][0-9]{0,17}", agent_id) else None


def created_in(answer: Any) -> Created | None:
    """What a dial was answered, flat or wrapped; ``None`` when it names no id.

    ``error: true`` under a 2xx is not documented: with an id it is a call, without one a call of
    which the id is not known. A phone may ring in both cases.
    """
    for layer in layers(answer):
        try:
            return Created.model_validate(layer)
        except ValidationError:
            continue
    return None


def rows_in(answer: Any) -> list[Any] | None:
    """The rows of a list, however it is wrapped; ``None`` when there is no list, or a complaint."""
    if _complains(answer):
        return None
    for layer in layers(answer):
        rows = layer["datalist"] if isinstance(layer, dict) and "datalist" in layer else layer
        if isinstance(rows, list):
            return rows
    return None


def agents_in(answer: Any) -> list[Any] | None:
    """All agents: whether they come as a list, or one alone, is not documented."""
    rows = rows_in(answer)
    if rows is not None or _complains(answer):
        return rows
    *_, inmost = layers(answer)
    return [inmost] if isinstance(inmost, dict) and "agent_id" in inmost else None


def layers(answer: Any) -> Iterator[Any]:
    """An answer and what its envelopes hold, from the outermost inwards."""
    for _ in range(DEEPEST):
        yield answer
        if not isinstance(answer, dict) or "data" not in answer:
            return
        answer = answer["data"]


def _complains(answer: Any) -> bool:
    envelopes = (layer for layer in layers(answer) if isinstance(layer, dict))
    return any(Complaining.model_validate(envelope).error for envelope in envelopes)


def _told(number: int | None) -> str:
    return "not told" if number is None else str(number)
