"""What the stand-in refuses: all that the document forbids, and slots that make no sense."""

import json
from datetime import date, time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, ValidationError

from bot.demo.telephony import Refusal
from bot.demo.vozzo.slots import Slot

UUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
ZONES = {"IST": "Asia/Kolkata"}  # the only word that is documented


def _is_a_date(text: str) -> str:
    date.fromisoformat(text)
    return text


def _is_an_object(text: str) -> str:
    """The document only wants braces at both ends, and promises JSON."""
    if not text.startswith("{"):
        raise ValueError("an object is wanted")
    json.loads(text)
    return text


HourMinute = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Date = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_is_a_date)]


class Part(BaseModel):
    """Only the known fields, each of its own type."""

    model_config = ConfigDict(strict=True, extra="forbid")


class TimeslotSettings(Part):
    """A daily slot."""

    timezone: Literal["IST"]
    allow_on_weekends: bool
    start_time: HourMinute
    end_time: HourMinute
    start_date: Date


class ScheduledCallConfig(Part):
    """Both are required."""

    searchable_attr: Literal["phone_number"]
    timeslot_settings: TimeslotSettings


class PostCallConfig(Part):
    """Five lists of anything."""

    goals: list[JsonValue] = Field(default_factory=list)
    criteria: list[JsonValue] = Field(default_factory=list)
    buckets: list[JsonValue] = Field(default_factory=list)
    tags: list[JsonValue] = Field(default_factory=list)
    questions: list[JsonValue] = Field(default_factory=list)


class ScheduledCall(Part):
    """One recipient; its metadata is a string."""

    to_phone_number: str = Field(pattern=r"^\+[1-9][0-9]{6,14}$")
    agent_language: str = Field(min_length=1)
    metadata: Annotated[str, AfterValidator(_is_an_object)]

    @property
    def facts(self) -> dict[str, Any]:
        """What the metadata holds."""
        return dict(json.loads(self.metadata))


class Dispatch(Part):
    """The whole request."""

    agent_uuid: str = Field(pattern=UUID)
    prompt_history_id: str | None = None
    scheduled_call_config: ScheduledCallConfig
    post_call_config: PostCallConfig = Field(default_factory=PostCallConfig)
    recipients: list[ScheduledCall] = Field(min_length=1, alias="scheduled_call_data")

    @property
    def slot(self) -> Slot:
        """When it rings."""
        told = self.scheduled_call_config.timeslot_settings
        return Slot(
            zone=ZONES[told.timezone],
            first_day=date.fromisoformat(told.start_date),
            start=time.fromisoformat(told.start_time),
            end=time.fromisoformat(told.end_time),
            weekends=told.allow_on_weekends,
        )


def checked(body: Any) -> Dispatch:
    """The request as it is meant. Raises ``Refusal``."""
    if not isinstance(body, dict):
        raise Refusal(400, "invalid_request", "The request body must be a JSON object.")
    try:
        dispatch = Dispatch.model_validate(body)
    except ValidationError as error:
        found = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise Refusal(422, "invalid_request", "; ".join(found)) from None
    slot = dispatch.slot
    if slot.end <= slot.start:  # not documented, and surely no slot
        raise Refusal(422, "invalid_request", "end_time must be after start_time.")
    return dispatch
