"""What Vozzo's API takes, and the little of its answers that is known."""

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    PlainSerializer,
    TypeAdapter,
    ValidationError,
)

from bot.calls.errors import Cause, NotPlaced
from bot.calls.provider import Order, Receipt
from bot.providers.answers import NO_RING, Lenient
from bot.providers.fields import Answer, Text, whole_letters
from bot.providers.vozzo_timeslot import Slot

LABEL = "Vozzo"
MOST_RECIPIENTS = 500
LONGEST_METADATA = 2_000  # characters; "small and meaningful" is all that is said of its size
CUT_FIRST = ("notes", "name")


FLAT_OBJECT = TypeAdapter(dict[str, str])


def _holds_an_object(text: str) -> str:
    FLAT_OBJECT.validate_json(text)
    return text


HourMinute = Annotated[time, PlainSerializer(lambda moment: moment.isoformat("minutes"))]
ObjectText = Annotated[str, Field(max_length=LONGEST_METADATA), AfterValidator(_holds_an_object)]


class Strict(BaseModel):
    """A part of the request."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class PostCallConfig(Strict):
    """What Vozzo works out after a call; the shapes inside are its own."""

    goals: list[JsonValue] = Field(default_factory=list)
    criteria: list[JsonValue] = Field(default_factory=list)
    buckets: list[JsonValue] = Field(default_factory=list)
    tags: list[JsonValue] = Field(default_factory=list)
    questions: list[JsonValue] = Field(default_factory=list)


class TimeslotSettings(Strict):
    """When it may ring, on the clock that ``timezone`` is Vozzo's word for."""

    timezone: str = Field(min_length=1)
    allow_on_weekends: bool
    start_time: HourMinute
    end_time: HourMinute
    start_date: date


class ScheduledCallConfig(Strict):
    """Required even for a call that shall go out now."""

    searchable_attr: str = "phone_number"
    timeslot_settings: TimeslotSettings


class Dispatch(Strict):
    """The request without its recipients: those with equal ones may share a request."""

    agent_uuid: str
    prompt_history_id: str | None
    scheduled_call_config: ScheduledCallConfig
    post_call_config: PostCallConfig | None = Field(default=None, exclude_if=lambda v: v is None)


class Recipient(Strict):
    """One call of a request."""

    to_phone_number: str = Field(pattern=r"^\+[1-9][0-9]{6,14}$")
    agent_language: str = Field(min_length=1)
    metadata: ObjectText


class DispatchRequest(Dispatch):
    """The whole request."""

    scheduled_call_data: list[Recipient] = Field(min_length=1, max_length=MOST_RECIPIENTS)


class Told(Answer):
    """Where an answer may tell of a call."""

    call_id: Text = None
    status: Text = None


class Accepted(Told):
    """The answer is not documented, so a call is looked for where one may be."""

    data: Annotated[Told | None, Lenient] = None
    result: Annotated[Told | None, Lenient] = None

    def first(self, name: str) -> str | None:
        """What the first place says that says anything."""
        places = (place for place in (self, self.data, self.result) if place is not None)
        return next((told for place in places if (told := getattr(place, name))), None)


def timeslot_settings(slot: Slot) -> TimeslotSettings:
    """A slot in Vozzo's words."""
    return TimeslotSettings(
        timezone=slot.zone,
        allow_on_weekends=slot.on_weekend,
        start_time=slot.start,
        end_time=slot.end,
        start_date=slot.day,
    )


def dispatch_body(
    dispatch: Dispatch, orders: Sequence[Order], languages: Sequence[str]
) -> dict[str, Any]:
    """What is sent to place ``orders``. Raises ``NotPlaced`` when it breaks Vozzo's rules."""
    data = [
        {"to_phone_number": order.number, "agent_language": language, "metadata": metadata(order)}
        for order, language in zip(orders, languages, strict=True)
    ]
    try:
        body = DispatchRequest.model_validate({**dict(dispatch), "scheduled_call_data": data})
    except ValidationError as error:
        named = [[part for part in each["loc"] if isinstance(part, str)] for each in error.errors()]
        fields = ", ".join(dict.fromkeys(names[-1] for names in named))
        text = f"{LABEL} would not accept this call: check {fields.replace('_', ' ')}."
        text = f"{text} It was not sent. {NO_RING}"
        raise NotPlaced(text, cause=Cause.REFUSED, detail=f"our own check: {fields}") from None
    return body.model_dump(mode="json")


def metadata(order: Order) -> str:
    """A flat JSON object as a string: what the agent may know, and our reference.

    When it is too long, the notes are cut, then the name.
    """
    name, notes = (whole_letters(words).strip() for words in (order.name, order.notes))
    facts = {"name": name, "notes": notes, "call_ref": order.reference}
    facts = {key: words for key, words in facts.items() if words}
    for key in CUT_FIRST:
        if key in facts and len(_written(facts)) > LONGEST_METADATA:
            facts[key] = _shortened(facts, key)
    return _written(facts)


def receipt_of(answer: Any, *, alone: bool, until: datetime) -> Receipt:
    """Any answer with a good status is a yes. An id is only believed when one call was sent."""
    try:
        accepted = Accepted.model_validate(answer)
    except ValidationError:
        accepted = Accepted()
    call_id = accepted.first("call_id") if alone else None
    return Receipt(call_id, accepted.first("status") or "", until)


def _shortened(facts: Mapping[str, str], key: str) -> str:
    """As many letters as fit; some are longer once they are written as JSON."""
    words = facts[key]

    def length(letters: int) -> int:
        return len(_written({**facts, key: words[:letters] + "…"}))

    fitting = bisect_right(range(len(words)), LONGEST_METADATA, key=length) - 1
    return words[:fitting] + "…" if fitting > 0 else ""


def _written(facts: Mapping[str, str]) -> str:
    return json.dumps(facts, ensure_ascii=False)
