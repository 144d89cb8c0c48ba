"""The filled-in form, read back and checked: a request or another time, or the errors by field."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.calls.call import Request
from bot.calls.errors import NotAllowed
from bot.calls.provider import Agent
from bot.calls.timing import Instant, Window
from bot.flows.book import check_time
from bot.slack.screens.confirm import unpack
from bot.slack.screens.form_retries import read_tries
from bot.slack.screens.form_time import problem_error, read_time
from bot.understanding.command import Problem
from bot.understanding.phones import Phone, read_phone

CALL_FORM, MOVE_FORM = "call_form", "move_form"
NO_AGENT = "none"
LONGEST_VALUE = 150  # characters of an option's value
Errors = dict[str, str]
AGENT_GONE = "That assistant can't call any more. Choose another one. Nothing was dialled."
NOBODY = (
    "No assistant can call at the moment. Try again in a minute; if it stays so, an admin can "
    "check the provider's key. Nothing was dialled."
)


def agent_key(agent: Agent) -> str:
    """An assistant as the value of an option; a digest where that is long.

    One id can have two names: its own, and one from the settings.
    """
    key = f"{agent.provider}|{agent.id}|{agent.name}"
    if len(key) <= LONGEST_VALUE:
        return key
    return f"sha256|{hashlib.sha256(key.encode()).hexdigest()}"


def read_call_form(
    view: Mapping[str, Any],
    *,
    now: datetime,
    default_region: str,
    previous: Request | None = None,
    agents: Sequence[Agent] | None = None,
) -> tuple[Request | None, Errors]:
    """The filled-in form as a request, or the errors by field.

    Without ``agents`` the assistant is not looked up: good enough for a first check of the fields,
    not for booking.
    """
    values, meta = values_of(view), unpack(str(view.get("private_metadata", "")))
    region = str(meta.get("region") or default_region)
    typed = str(values.get("number") or "")
    phone = read_phone(typed, region)
    if isinstance(phone, Problem):
        return None, {"number": problem_error(phone, typed)}
    agent, error = _agent(str(values.get("agent") or NO_AGENT), agents)
    if agent is None:
        return None, {"agent": error}
    time, errors = read_time(values, meta, phone.e164, phone.zones, now)
    if errors:
        return None, errors
    request = Request(
        number=phone.e164,
        agent_name=agent.name,
        agent_id=agent.id,
        provider=agent.provider,
        asker_zone=str(meta.get("zone", "UTC")),
        when=time.when,
        said=time.said,
        name=_said(values, "name"),
        notes=_said(values, "notes"),
        callee_zones=phone.zones,
        zone_source=time.source,
        warnings=_warnings(phone),
        **read_tries(values).of(),
    )
    if previous is not None and not time.said and _untouched(values, meta):
        request = _as_before(request, previous)
    return _checked(request, now)


def read_move_form(
    view: Mapping[str, Any], *, now: datetime
) -> tuple[str, Instant | Window | None, Errors]:
    """The call's id and its new time, or the errors by field."""
    meta = unpack(str(view.get("private_metadata", "")))
    number, call_id = str(meta.get("number", "")), str(meta.get("call", ""))
    zones = tuple(meta.get("zones", ()))
    time, errors = read_time(values_of(view), meta, number, zones, now)
    if errors:
        return call_id, None, errors
    probe = Request(
        number=number, agent_name="", agent_id="", provider="",
        asker_zone=str(meta.get("zone", "UTC")), when=time.when, callee_zones=zones,
    )  # fmt: skip
    _, errors = _checked(probe, now)
    return call_id, time.when, errors


def _checked(request: Request, now: datetime) -> tuple[Request | None, Errors]:
    try:
        check_time(request, now)
    except NotAllowed as error:
        return None, {"when": error.for_user}
    return request, {}


def _agent(value: str, agents: Sequence[Agent] | None) -> tuple[Agent | None, str]:
    if value == NO_AGENT:
        return None, NOBODY
    if agents is None:
        return Agent(name=value, provider="", id=""), ""
    found = next((agent for agent in agents if agent_key(agent) == value), None)
    return found, AGENT_GONE


def _warnings(phone: Phone) -> tuple[str, ...]:
    return ("number_not_verified",) * (not phone.valid) + ("extension_dropped",) * bool(
        phone.extension
    )


def _untouched(values: Mapping[str, Any], meta: Mapping[str, Any]) -> bool:
    same_minute = values.get("when") == meta.get("shown")
    return same_minute and values.get("zone") == meta.get("shown_zone")


def _as_before(request: Request, previous: Request) -> Request:
    """Fields of time that nobody touched mean what they meant, windows and words included."""
    if request.zone_source == "recipient" and request.callee_zones != previous.callee_zones:
        return request  # another number: "their time" is another one now
    return replace(
        request, when=previous.when, said=previous.said, zone_source=previous.zone_source
    )


def values_of(view: Mapping[str, Any]) -> dict[str, Any]:
    """Each field's value, whatever slot Slack put it into."""
    found: dict[str, Any] = {}
    for block_id, slots in view.get("state", {}).get("values", {}).items():
        for slot in slots.values():
            choice, ticked = slot.get("selected_option"), slot.get("selected_options")
            if ticked is not None:
                found[block_id] = [each["value"] for each in ticked]
                continue
            found[block_id] = (
                choice["value"] if choice else slot.get("selected_date_time", slot.get("value"))
            )
    return found


def _said(values: Mapping[str, Any], name: str) -> str | None:
    text = str(values.get(name) or "").strip()
    return text or None
