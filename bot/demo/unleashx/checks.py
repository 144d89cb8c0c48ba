"""What the stand-in refuses, with the codes and words of the real API where they are known."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.demo.telephony import Refusal

NUMBER = re.compile(r"\+?[1-9]\d{6,14}", re.ASCII)
FIELDS = frozenset({"agent_id", "phone_number", "metadata"})
DEFAULT_LIMIT = 20
DEFAULT_SPAN = timedelta(days=31)


def check_dial(body: Any) -> None:
    """Raises ``Refusal`` unless ``body`` is a dial request."""
    if not isinstance(body, dict):
        raise Refusal(400, "bad_request", "The request body must be a JSON object")
    for name, words in (("phone_number", "Phone Number"), ("agent_id", "Agent ID")):
        if body.get(name) in (None, ""):
            raise Refusal(400, "bad_request", f"{words} is required")
    metadata = body.get("metadata", {})
    wrong = sorted(body.keys() - FIELDS)
    wrong += [] if _is_whole(body["agent_id"]) else ["agent_id"]
    wrong += [] if _is_number(body["phone_number"]) else ["phone_number"]
    wrong += [] if isinstance(metadata, dict) else ["metadata"]
    _refuse(wrong)


def with_plus(number: str) -> str:
    """They add a missing one."""
    return f"+{number.removeprefix('+')}"


def page_of(query: Mapping[str, str]) -> tuple[int, int]:
    """Number of the page and rows on it, both from 1 on. Raises ``Refusal``."""
    told = {"page": query.get("page", "1"), "limit": query.get("limit", str(DEFAULT_LIMIT))}
    _refuse([name for name, text in told.items() if not re.fullmatch(r"[1-9]\d{0,8}", text)])
    return int(told["page"]), int(told["limit"])


def whole(query: Mapping[str, str], name: str) -> int | None:
    """A filter that is a whole number. Raises ``Refusal``."""
    text = query.get(name)
    _refuse([] if text is None or re.fullmatch(r"[1-9]\d{0,17}", text) else [name])
    return None if text is None else int(text)


def span_of(query: Mapping[str, str], now: datetime) -> tuple[datetime, datetime]:
    """From when to when records are wanted, aware UTC. Raises ``Refusal``.

    Dates are whole days, the last one included: a guess, like the zone.
    """
    try:
        begin = _moment(query["fromdate"], time.min) if "fromdate" in query else now - DEFAULT_SPAN
        end = _moment(query["todate"], time.max) if "todate" in query else now
    except ValueError:
        raise Refusal(422, "invalid", "fromdate and todate must be dates") from None
    return begin, end


def _moment(text: str, of_day: time) -> datetime:
    moment = datetime.fromisoformat(text)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        moment = datetime.combine(moment, of_day)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _refuse(wrong: list[str]) -> None:
    if wrong:
        raise Refusal(422, "invalid", f"Validation error: {', '.join(wrong)}")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and NUMBER.fullmatch(value) is not None
