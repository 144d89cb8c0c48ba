"""What the stand-in refuses, as the documents of the real API say."""

import re
import uuid
from collections.abc import Mapping
from typing import Any

from bot.demo.telephony import Refusal

E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
DIAL_FIELDS = frozenset({"from_number", "to_number", "override_agent_id", "vars_provided"})
LIST_FIELDS = frozenset({"filter_criteria", "sort_order", "limit", "pagination_key"})
FILTERS = frozenset(
    {"agent_id", "call_status", "direction", "start_timestamp", "include_test_calls"}
)
THRESHOLDS = frozenset({"lower_threshold", "upper_threshold"})
MOST_ROWS = 1000


def check_dial(body: Any) -> None:
    """Raises ``Refusal`` unless ``body`` is a dial request with exactly the known fields."""
    _check_fields(body, DIAL_FIELDS)
    for name in ("from_number", "to_number"):
        if name not in body:
            raise Refusal(400, "invalid_request", f"{name} is required")
        if not isinstance(body[name], str) or not E164.fullmatch(body[name]):
            raise wrong(f"{name} must be in E.164 format")
    if "override_agent_id" in body and not is_uuid(body["override_agent_id"]):
        raise wrong("override_agent_id must be a UUID")
    variables = body.get("vars_provided", {})
    if not isinstance(variables, dict):
        raise wrong("vars_provided must be an object")
    if not all(isinstance(value, str | int | float) for value in variables.values()):
        raise wrong("vars_provided must hold texts, numbers and booleans")


def check_list(body: Any) -> None:
    """Raises ``Refusal`` unless ``body`` asks for a list in the documented way."""
    _check_fields(body, LIST_FIELDS)
    if body.get("sort_order", "descending") not in {"ascending", "descending"}:
        raise wrong("sort_order must be ascending or descending")
    limit = body.get("limit", 50)
    if not _is_whole(limit) or not 1 <= limit <= MOST_ROWS:
        raise wrong(f"limit must be between 1 and {MOST_ROWS}")
    if not isinstance(body.get("pagination_key", ""), str):
        raise wrong("pagination_key must be a call_id")
    _check_filters(body.get("filter_criteria", {}))


def wrong(message: str) -> Refusal:
    """What is said of a value that does not fit."""
    return Refusal(422, "unprocessable", message)


def is_uuid(value: Any) -> bool:
    """Whether it is written as an id."""
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


def _check_filters(filters: Any) -> None:
    _check_fields(filters, FILTERS)
    for name in ("agent_id", "call_status", "direction"):
        if name in filters and not _are_texts(filters[name]):
            raise wrong(f"{name} must be a list of texts")
    if not all(map(is_uuid, filters.get("agent_id", []))):
        raise wrong("agent_id must hold UUIDs")
    if not set(filters.get("direction", [])) <= {"incoming", "outgoing"}:
        raise wrong("direction must be incoming or outgoing")
    times = filters.get("start_timestamp", {})
    _check_fields(times, THRESHOLDS)
    if not all(_is_whole(value) and value >= 0 for value in times.values()):
        raise wrong("thresholds must be Unix times in milliseconds")
    if not isinstance(filters.get("include_test_calls", False), bool):
        raise wrong("include_test_calls must be true or false")


def _check_fields(body: Any, known: frozenset[str]) -> None:
    if not isinstance(body, Mapping):
        raise Refusal(400, "invalid_request", "The request body must be a JSON object")
    unknown = sorted(body.keys() - known)
    if unknown:
        raise wrong(f"Unknown fields: {', '.join(unknown)}")


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
