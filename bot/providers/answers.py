"""What a provider's HTTP answer to a dial means for the call, and how people are told."""

import re
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Annotated, Any

from pydantic import BaseModel, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from bot.calls.errors import Cause, MaybePlaced, NotPlaced, ProviderError

REFUSED = frozenset({400, 404, 422})
CREDENTIALS = frozenset({401, 402, 403})  # 402, no credit left, also waits for an admin
BUSY_LINE = 429
LONGEST_WAIT = timedelta(hours=1)
LONGEST_QUOTE = 300

NO_RING = "No phone rang."
MAY_HAVE_RUNG = "The phone may have rung."
NOTHING_DIALLED = "Asking dialled nothing."


def or_none(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """For what is nice to have: unreadable counts as absent instead of spoiling the rest."""
    try:
        return read(value)
    except ValidationError:
        return None


Lenient = WrapValidator(or_none)


class Complaint(BaseModel):
    """The inside of an error envelope."""

    code: Annotated[str | None, Lenient] = None
    message: Annotated[str | None, Lenient] = None


class ErrorBody(BaseModel):
    """Every documented shape: a nested error, a bare text, or a message beside a flag."""

    error: Annotated[Complaint | str | bool | None, Lenient] = None
    message: Annotated[str | None, Lenient] = None

    @property
    def words(self) -> str | None:
        """What the provider says to people."""
        if isinstance(self.error, Complaint):
            return self.error.message
        return self.error if isinstance(self.error, str) else self.message

    @property
    def code(self) -> str | None:
        """Its short code, safe to log."""
        return self.error.code if isinstance(self.error, Complaint) else None


def words_of(body: Any) -> str | None:
    """The provider's own words in one line, without long numbers and keys; ``None`` for none."""
    words = _error_body(body).words
    if words is None or not words.strip():
        return None
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    line = re.sub(r"\b(gw|whsec|voicy_sk)_\S+|\bBearer \S+", "•••", line)
    line = re.sub(r"\+?\d[\d ().-]{4,}(?=\d{2})", "•••", line)  # keeps the last two digits
    return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1] + "…"


def refusal(label: str, status: int, headers: Mapping[str, str], body: Any) -> ProviderError:
    """The error for a dial that was answered with anything but a 2xx."""
    detail = _detail(status, body)
    said: dict[str, Any] = {"detail": detail, "answered": True}
    if status in REFUSED:
        words = words_of(body)
        why = f"refused the call: “{words}”" if words else f"refused the call ({status})"
        how = "Change what it complains about and place the call again."
        return NotPlaced(f"{label} {why}. {how} {NO_RING}", cause=Cause.REFUSED, **said)
    if status in CREDENTIALS:
        why = f"{label} does not accept our account ({status})."
        how = f"The call waits; an admin must check the key and the plan at {label}."
        return NotPlaced(f"{why} {how} {NO_RING}", cause=Cause.CREDENTIALS, **said)
    if status == BUSY_LINE:
        text = f"{label} takes no more requests right now. The call waits and goes out later."
        wait = wait_of(headers, body)
        return NotPlaced(f"{text} {NO_RING}", cause=Cause.BUSY_LINE, wait=wait, **said)
    if 300 <= status < 400:
        why = f"{label} pointed to another address ({status}), which a dial never follows."
        how = f"An admin should check the base URL of {label}; I won't dial again by myself."
        return MaybePlaced(f"{why} {how} {MAY_HAVE_RUNG}", detail=detail)
    why = f"{label} answered with an error ({status}) after the call was sent."
    return MaybePlaced(f"{why} I won't dial again until I know. {MAY_HAVE_RUNG}", detail=detail)


def not_readable(label: str, status: int, body: Any) -> ProviderError:
    """The error for a question that was answered with anything but a readable 2xx."""
    why = f"{label} did not answer my question ({status})."
    if status in CREDENTIALS:
        why = f"{label} does not accept our account ({status}); an admin must check its key."
    elif 200 <= status < 300:
        why = f"{label} answered something I can't read."
    return ProviderError(
        f"{why} I will ask again later. {NOTHING_DIALLED}", detail=_detail(status, body)
    )


def wait_of(headers: Mapping[str, str], body: Any = None) -> timedelta | None:
    """The pause asked for by headers, or else in the words of the answer; never over an hour."""
    for name in ("retry-after", "x-ratelimit-reset"):
        seconds = _seconds(headers.get(name, ""), headers.get("date", ""))
        if seconds is not None:
            return min(timedelta(seconds=max(seconds, 0)), LONGEST_WAIT)
    words = _error_body(body).words or ""
    said = re.search(r"retry after (\d{1,6}) seconds?", words, re.IGNORECASE)
    return min(timedelta(seconds=int(said[1])), LONGEST_WAIT) if said else None


def _seconds(value: str, now: str) -> float | None:
    """A pause, or a date (ten digits or words), which the provider's own clock is taken from."""
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", value.strip()):
        return float(value)
    try:
        told = parsedate_to_datetime(now).timestamp()
        if re.fullmatch(r"[0-9]{10}", value.strip()):
            return float(value) - told
        return parsedate_to_datetime(value).timestamp() - told
    except ValueError:
        return None


def _error_body(body: Any) -> ErrorBody:
    try:
        return ErrorBody.model_validate(body)
    except ValidationError:
        return ErrorBody()


def _detail(status: int, body: Any) -> str:
    """For the log: no words of the provider, since they may repeat what we sent."""
    code = _error_body(body).code or ""
    return f"{status} {code}" if re.fullmatch(r"[a-z][a-z_]{1,40}", code) else str(status)
