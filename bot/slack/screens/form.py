"""The form behind *Change…*, *Reschedule…* and a bare command: fill in, read back, check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.calls.call import Call, Request
from bot.calls.errors import NotAllowed
from bot.calls.provider import Agent
from bot.calls.timing import Instant, Window
from bot.flows.book import check_time
from bot.reports.problems import problem_text
from bot.slack.blocks import Block, context, input_block, option, plain
from bot.slack.screens.confirm import pack, unpack
from bot.understanding.command import Problem
from bot.understanding.phones import read_phone, shown

CALL_FORM, MOVE_FORM = "call_form", "move_form"
COMMON_ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
    "America/Sao_Paulo", "Europe/London", "Europe/Paris", "Europe/Berlin", "Africa/Cairo",
    "Africa/Johannesburg", "Asia/Dubai", "Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo",
    "Australia/Sydney", "Pacific/Auckland", "UTC",
)  # fmt: skip
LATER = "Leave empty to call as soon as you confirm."
READ_ON = "Read on the clock chosen in the next field."


@dataclass(frozen=True, slots=True)
class Form:
    """What the form is opened with."""

    agents: Sequence[Agent]
    asker_zone: str
    number: str = ""
    agent: str = ""  # name
    name: str = ""
    notes: str = ""
    when: Instant | Window | None = None
    callee_zones: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)  # provider → name people know


def form_of(request: Request, agents: Sequence[Agent], labels: Mapping[str, str]) -> Form:
    """The form filled in with a complete request."""
    return Form(
        agents=agents,
        labels=labels,
        asker_zone=request.asker_zone,
        number=shown(request.number),
        agent=request.agent_name,
        name=request.name or "",
        notes=request.notes or "",
        when=request.when,
        callee_zones=request.callee_zones,
    )


def call_form(form: Form, draft_id: str, intro: str = "") -> Block:
    """The modal with everything a call needs."""
    blocks = [
        *([context(intro)] if intro else []),
        input_block(
            "number",
            "Number",
            _text("number", form.number, "+1 415 555 2671", 60),
            hint="With its country code, in any written form.",
        ),
        input_block("agent", "Assistant", _agents(form)),
        input_block(
            "name", "Name of the person called", _text("name", form.name, "", 80), optional=True
        ),
        *_time_blocks(form.when, form.asker_zone, form.callee_zones),
        input_block(
            "notes",
            "Notes for the assistant",
            {**_text("notes", form.notes, "", 2_000), "multiline": True},
            optional=True,
        ),
    ]
    meta = pack(
        draft=draft_id,
        zone=form.asker_zone,
        shown=_shown_epoch(form.when, form.asker_zone),
        shown_zone=form.when.zone if form.when else form.asker_zone,
    )
    return _modal(CALL_FORM, "Call someone", "Continue", blocks, meta)


def move_form(call: Call) -> Block:
    """The modal that gives a waiting call another time."""
    request = call.request
    when = Instant(call.due.astimezone(ZoneInfo(request.asker_zone)), request.asker_zone)
    blocks = _time_blocks(when, request.asker_zone, request.callee_zones)
    meta = pack(call=call.id, zone=request.asker_zone, zones=list(request.callee_zones))
    return _modal(MOVE_FORM, "Reschedule call", "Reschedule", blocks, meta)


def read_call_form(
    view: Mapping[str, Any], *, now: datetime, default_region: str, previous: Request | None = None
) -> tuple[Request | None, dict[str, str]]:
    """The filled-in form as a request, or the errors by field."""
    values, meta = _values(view), unpack(str(view.get("private_metadata", "")))
    phone = read_phone(str(values.get("number") or ""), default_region)
    if isinstance(phone, Problem):
        found = phone.found or str(values.get("number") or "")
        return None, {"number": problem_text(phone.code.value, found=found, detail=phone.detail)}
    provider, agent_id, agent_name = str(values.get("agent") or "||").split("|", 2)
    when, error = _when(values, meta)
    if error:
        return None, {"when": error}
    kept = previous.when if previous else None
    untouched = values.get("when") == meta.get("shown") and values.get("zone") == meta.get(
        "shown_zone"
    )
    request = Request(
        number=phone.e164,
        agent_name=agent_name,
        agent_id=agent_id,
        provider=provider,
        asker_zone=str(meta.get("zone", "UTC")),
        when=kept if untouched and isinstance(kept, Window) else when,
        name=_said(values, "name"),
        notes=_said(values, "notes"),
        callee_zones=phone.zones,
        zone_source="named",
        warnings=() if phone.valid else ("number_not_verified",),
    )
    return _checked(request, now)


def read_move_form(
    view: Mapping[str, Any], *, now: datetime
) -> tuple[str, Instant | None, dict[str, str]]:
    """The call's id and its new time, or the errors by field."""
    meta = unpack(str(view.get("private_metadata", "")))
    when, error = _when(_values(view), meta)
    call_id = str(meta.get("call", ""))
    if error:
        return call_id, None, {"when": error}
    probe = Request(
        number="", agent_name="", agent_id="", provider="", asker_zone=str(meta.get("zone", "UTC")),
        when=when, callee_zones=tuple(meta.get("zones", ())),
    )  # fmt: skip
    _, errors = _checked(probe, now)
    return call_id, when, errors


def _checked(request: Request, now: datetime) -> tuple[Request | None, dict[str, str]]:
    try:
        check_time(request, now)
    except NotAllowed as error:
        return None, {"when": error.for_user}
    return request, {}


def _when(values: Mapping[str, Any], meta: Mapping[str, Any]) -> tuple[Instant | None, str]:
    """The picked minute, read on the chosen clock: the picker itself knows only the viewer's."""
    picked = values.get("when")
    if not picked:
        return None, ""
    asker, chosen = str(meta.get("zone", "UTC")), str(values.get("zone") or "UTC")
    wall = datetime.fromtimestamp(int(picked), UTC).astimezone(ZoneInfo(asker))
    start = wall.replace(tzinfo=ZoneInfo(chosen), fold=0)
    if start.astimezone(UTC).astimezone(ZoneInfo(chosen)).replace(tzinfo=None) != start.replace(
        tzinfo=None
    ):
        return (
            None,
            "That clock time does not exist there: the clocks go forward then. Choose another.",
        )
    return Instant(start, chosen), ""


def _shown_epoch(when: Instant | Window | None, asker_zone: str) -> int | None:
    """The Unix second at which the viewer's picker shows the clock time of ``when``."""
    if when is None:
        return None
    wall = when.start.astimezone(ZoneInfo(when.zone)).replace(tzinfo=ZoneInfo(asker_zone))
    return int(wall.timestamp())


def _time_blocks(
    when: Instant | Window | None, asker_zone: str, callee_zones: Sequence[str]
) -> list[Block]:
    picker: Block = {"type": "datetimepicker", "action_id": "when"}
    epoch = _shown_epoch(when, asker_zone)
    if epoch is not None:
        picker["initial_date_time"] = epoch
    return [
        input_block("when", "Date and time", picker, optional=True, hint=f"{READ_ON} {LATER}"),
        input_block("zone", "On whose clock", _zones(when, asker_zone, callee_zones)),
    ]


def _zones(when: Instant | Window | None, asker_zone: str, callee_zones: Sequence[str]) -> Block:
    options = {asker_zone: option(f"My time ({_place(asker_zone)})", asker_zone)}
    for zone in callee_zones[:5]:
        label = (
            f"Their time ({_place(zone)})"
            if zone != asker_zone
            else f"My time and theirs ({_place(zone)})"
        )
        options[zone] = option(label, zone)
    for zone in (*((when.zone,) if when else ()), *COMMON_ZONES):
        options.setdefault(zone, option(_place(zone), zone))
    chosen = when.zone if when else asker_zone
    return {
        "type": "static_select",
        "action_id": "zone",
        "options": list(options.values()),
        "initial_option": options[chosen],
    }


def _agents(form: Form) -> Block:
    options = [
        option(
            f"{agent.name} ({form.labels.get(agent.provider, agent.provider)})",
            f"{agent.provider}|{agent.id}|{agent.name}"[:150],
        )
        for agent in form.agents[:100]
    ]
    chosen = next(
        (one for one, agent in zip(options, form.agents, strict=False) if agent.name == form.agent),
        options[0] if len(options) == 1 else None,
    )
    select: Block = {"type": "static_select", "action_id": "agent", "options": options}
    return {**select, "initial_option": chosen} if chosen else select


def _text(action_id: str, initial: str, placeholder: str, limit: int) -> Block:
    made: Block = {"type": "plain_text_input", "action_id": action_id, "max_length": limit}
    if initial:
        made["initial_value"] = initial[:limit]
    if placeholder:
        made["placeholder"] = plain(placeholder, 150)
    return made


def _modal(callback_id: str, title: str, submit: str, blocks: list[Block], meta: str) -> Block:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, 24),
        "submit": plain(submit, 24),
        "close": plain("Close", 24),
        "private_metadata": meta,
        "blocks": blocks,
    }


def _values(view: Mapping[str, Any]) -> dict[str, Any]:
    """Each field's value, whatever slot Slack put it into."""
    found: dict[str, Any] = {}
    for block_id, slots in view.get("state", {}).get("values", {}).items():
        for slot in slots.values():
            choice = slot.get("selected_option")
            found[block_id] = (
                choice["value"] if choice else slot.get("selected_date_time", slot.get("value"))
            )
    return found


def _said(values: Mapping[str, Any], name: str) -> str | None:
    text = str(values.get(name) or "").strip()
    return text or None


def _place(zone: str) -> str:
    return zone.rsplit("/", maxsplit=1)[-1].replace("_", " ")
