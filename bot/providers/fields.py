"""How all adapters read what providers send: tolerant, exact, and aware of time zones."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, TypeVar

import structlog
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from bot.calls.states import State
from bot.providers.answers import Lenient

MOST_WORDS = 200  # unknown status words remembered, so that each is logged once

Model = TypeVar("Model", bound=BaseModel)
log = structlog.get_logger()


def utc(moment: datetime | None) -> datetime | None:
    """Times without a zone are taken as UTC; one at the edge of the calendar as absent."""
    if moment is None or moment.tzinfo is None:
        return moment and moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None


Text = Annotated[str | None, Lenient]
Flag = Annotated[bool | None, Lenient]
Whole = Annotated[int | None, Lenient]
Moment = Annotated[datetime | None, AfterValidator(utc), Lenient]
Seconds = Annotated[Annotated[FiniteFloat, Field(ge=0)] | None, Lenient]
Money = Annotated[Annotated[Decimal, Field(ge=0, lt=1_000_000)] | None, Lenient]


class Answer(BaseModel):
    """Unknown fields pass, and an id may come as a number."""

    model_config = ConfigDict(coerce_numbers_to_str=True, hide_input_in_errors=True)


class Words:
    """A provider's status words. One we do not know is no news; it is logged, once."""

    def __init__(self, provider: str, states: Mapping[str, State]) -> None:
        self._provider = provider
        self._states = states
        self._unknown: set[str] = set()

    def state(self, word: str) -> State | None:
        """What the word means for the call."""
        normal = normal_word(word)
        if normal in self._states:
            return self._states[normal]
        if normal not in self._unknown and len(self._unknown) < MOST_WORDS:
            self._unknown.add(normal)
            log.warning("provider_word_unknown", provider=self._provider, word=normal[:60])
        return None


def normal_word(word: str) -> str:
    """Lower case, with "-" and " " as "_"."""
    return re.sub(r"[- ]", "_", word.strip().lower())


def readable(model: type[Model], rows: list[Any], provider: str) -> list[Model]:
    """One bad row does not hide the others."""
    good: list[Model] = []
    for row in rows:
        try:
            good.append(model.model_validate(row))
        except ValidationError:
            log.warning("provider_row_unreadable", provider=provider, kind=model.__name__)
    return good


def micros(amount: Decimal | None) -> int | None:
    """Millionths, without a float on the way."""
    if amount is None:
        return None
    return int((amount * 1_000_000).to_integral_value(ROUND_HALF_UP))


def digits(number: str) -> str:
    """A number without its plus, spaces and dashes, to compare."""
    return re.sub(r"\D", "", number)


def whole_letters(text: str | None) -> str:
    """A chat may deliver half a surrogate pair, which no request can carry."""
    return (text or "").encode("utf-8", "replace").decode("utf-8")


def plain_variables(found: Mapping[str, Any] | None) -> dict[str, str]:
    """What an agent learned, as names and short words; nothing that is empty."""
    named = {str(name): _plain(value) for name, value in (found or {}).items()}
    return {name: value for name, value in named.items() if value}


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or isinstance(value, dict | list):
        return ""
    return str(value).strip()
