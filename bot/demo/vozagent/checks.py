"""What the stand-in refuses, as the real API would, in its documented error envelope."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.demo.telephony import Refusal

E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
DIAL_TEXTS = frozenset(
    {"phone_number", "assistant_id", "assistant_name", "first_name", "last_name", "source", "notes"}
)
EVENTS = frozenset(
    {
        "contact.created",
        "contact.updated",
        "call.started",
        "call.completed",
        "lead.qualified",
        "appointment.booked",
        "appointment.rescheduled",
    }
)
CALL_FILTERS = {
    "status": {"completed", "in-progress", "failed"},
    "call_type": {"inbound", "outbound"},
}


def check_dial(body: Any) -> None:
    """Raises ``Refusal`` unless ``body`` is a dial request with exactly the known fields."""
    _check_object(body)
    missing = [] if "phone_number" in body else ["phone_number"]
    if not {"assistant_id", "assistant_name"} & body.keys():
        missing.append("assistant_id")
    if missing:
        message = "Required fields are missing from the request."
        raise Refusal(400, "invalid_request", message, missing_fields=missing)
    _check_known(body, DIAL_TEXTS | {"tags"})
    wrong = [name for name in DIAL_TEXTS & body.keys() if not isinstance(body[name], str)]
    wrong += [name for name in ("assistant_id", "assistant_name") if body.get(name) == ""]
    if "tags" in body and not _are_tags(body["tags"]):
        wrong.append("tags")
    _refuse_fields(wrong)
    if not E164.fullmatch(body["phone_number"]):
        _refuse_fields(["phone_number"], "phone_number is not in E.164 format.")


def check_webhook(body: Any, *, change: bool) -> None:
    """Raises ``Refusal`` unless ``body`` is a new subscription, or a change of one."""
    _check_object(body)
    allowed = {"name", "url", "events"} | ({"isActive"} if change else set())
    missing = [] if change else sorted(allowed - body.keys())
    if missing or not body:
        message = "Required fields are missing from the request."
        raise Refusal(400, "invalid_request", message, missing_fields=missing)
    _check_known(body, allowed)
    good: Mapping[str, Callable[[Any], bool]] = {
        "name": lambda value: isinstance(value, str) and value != "",
        "url": lambda value: isinstance(value, str) and value.startswith("https://"),
        "events": _are_events,
        "isActive": lambda value: isinstance(value, bool),
    }
    _refuse_fields([name for name, value in body.items() if not good[name](value)])


def page_of(query: Mapping[str, str]) -> tuple[int, int]:
    """``limit`` and ``offset``. Raises ``Refusal`` when they are out of range."""
    limit, offset = query.get("limit", "50"), query.get("offset", "0")
    wrong = [] if _is_count(limit) and int(limit) <= 100 else ["limit"]
    wrong += [] if _is_count(offset) else ["offset"]
    _refuse_fields(wrong)
    return int(limit), int(offset)


def check_choice(query: Mapping[str, str], choices: Mapping[str, set[str]]) -> None:
    """Raises ``Refusal`` when a filter has a value outside its documented ones."""
    wrong = [name for name, known in choices.items() if query.get(name) not in {None, *known}]
    _refuse_fields(wrong)


def _check_object(body: Any) -> None:
    if not isinstance(body, dict):
        raise Refusal(400, "invalid_request", "The request body must be a JSON object.")


def _check_known(body: Mapping[str, Any], known: set[str] | frozenset[str]) -> None:
    unknown = sorted(body.keys() - known)
    if unknown:
        message = f"Unknown fields: {', '.join(unknown)}."
        raise Refusal(400, "invalid_request", message, unknown_fields=unknown)


def _refuse_fields(wrong: list[str], message: str = "") -> None:
    if wrong:
        message = message or f"Invalid fields: {', '.join(sorted(wrong))}."
        raise Refusal(400, "invalid_request", message, invalid_fields=sorted(wrong))


def _are_tags(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(tag, str) for tag in value)
    )


def _are_events(value: Any) -> bool:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        return False
    return bool(value) and set(value) <= EVENTS and len(set(value)) == len(value)


def _is_count(text: str) -> bool:
    return re.fullmatch(r"\d{1,9}", text, re.ASCII) is not None
