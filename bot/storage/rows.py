"""Between rows and the dataclasses of ``calls``: nothing outside storage sees a row."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import RowMapping

from bot.calls.call import Attempt, AttemptId, Call, CallId, Change, Draft, DraftId, Home, Request
from bot.calls.inbox import Delivery
from bot.calls.posts import Post, Role
from bot.calls.states import State
from bot.calls.timing_json import timing_from_json, timing_to_json, window_from_json


def request_to_json(request: Request) -> dict[str, Any]:
    """A request as JSON."""
    return asdict(request) | {"when": timing_to_json(request.when)}


def request_from_json(facts: Mapping[str, Any]) -> Request:
    """The reverse of ``request_to_json``."""
    names = ("callee_zones", "warnings", "from_defaults")
    lists = {key: tuple(facts.get(key, ())) for key in names}
    return Request(**{**facts, **lists, "when": timing_from_json(facts["when"])})


def call_of(row: Mapping[str, Any] | RowMapping) -> Call:
    """A row of ``calls``."""
    return Call(
        id=CallId(row["id"]),
        code=row["code"],
        home=Home(row["team"], row["channel"], row["asker"], row["thread"]),
        request=request_from_json(row["request"]),
        state=State(row["state"]),
        rev=row["rev"],
        due=row["due"],
        window=window_from_json(row["window"]),
        created_at=row["created_at"],
        changed_at=row["changed_at"],
        attempts_used=row["attempts_used"],
        reason=row["reason"],
        reason_code=row["reason_code"],
        changed_by=row["changed_by"],
        campaign=row["campaign"],
    )


_ATTEMPT_FACTS = (
    "n", "provider", "claimed_by", "claimed_at", "provider_call_id", "raw_status", "answer",
    "detail", "started_at", "ended_at", "seconds", "summary", "transcript", "recording_url",
    "cost_micros", "currency", "until", "checks", "next_poll",
)  # fmt: skip


def attempt_of(row: Mapping[str, Any] | RowMapping) -> Attempt:
    """A row of ``attempts``."""
    facts = {name: row[name] for name in _ATTEMPT_FACTS}
    facts["variables"] = row["variables"] or {}
    return Attempt(id=AttemptId(row["id"]), call_id=CallId(row["call_id"]), **facts)


def draft_of(row: Mapping[str, Any] | RowMapping) -> Draft:
    """A row of ``drafts``."""
    return Draft(
        id=DraftId(row["id"]),
        home=Home(row["team"], row["channel"], row["asker"], row["thread"]),
        state=row["state"],
        expires_at=row["expires_at"],
        request=request_from_json(row["request"]) if row["request"] else None,
        response_url=row["response_url"],
        call_id=CallId(row["call_id"]) if row["call_id"] else None,
        partial=row["partial"],
    )


def post_of(row: Mapping[str, Any] | RowMapping) -> Post:
    """A row of ``posts``."""
    return Post(
        call_id=CallId(row["call_id"]),
        role=Role(row["role"]),
        channel=row["channel"],
        thread=row["thread"],
        ts=row["ts"],
        rev_wanted=row["rev_wanted"],
        rev_posted=row["rev_posted"],
        doubtful=row["doubtful"],
        failures=row["failures"],
        blocked=row["blocked"],
    )


def change_of(row: Mapping[str, Any] | RowMapping) -> Change:
    """A row of ``audit``."""
    names = ("rev", "at", "by", "what", "before", "after", "why")
    return Change(**{name: row[name] for name in names})


def delivery_of(row: Mapping[str, Any] | RowMapping) -> Delivery:
    """A row of ``inbox``."""
    return Delivery(
        id=row["id"],
        team=row["team"],
        key=row["delivery_key"],
        kind=row["kind"],
        body=row["body"],
        received_at=row["received_at"],
        failures=row["failures"],
    )
