"""Draws the form behind *Change…*, *Reschedule…* and a bare command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.calls.call import Call, Request
from bot.calls.provider import Agent
from bot.calls.timing import Instant, Window
from bot.flows.drafting import known
from bot.slack.blocks import Block, clip, context, input_block, option, plain
from bot.slack.screens.assistants import labelled, mark_of, provider_words
from bot.slack.screens.confirm import pack
from bot.slack.screens.form import CALL_FORM, MOVE_FORM, NO_AGENT, agent_key
from bot.slack.screens.form_retries import ONE_TRY, Tries, retry_blocks, tries_of
from bot.slack.screens.form_time import THEIRS
from bot.slack.times import between
from bot.understanding.known_agent import KnownAgent, like
from bot.understanding.phones import shown

COMMON_ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
    "America/Sao_Paulo", "Europe/London", "Europe/Paris", "Europe/Berlin", "Africa/Cairo",
    "Africa/Johannesburg", "Asia/Dubai", "Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo",
    "Australia/Sydney", "Pacific/Auckland", "UTC",
)  # fmt: skip
WHOM = (
    "A number with its country code, or the name of somebody called before. Leave it empty only if "
    "your words below name somebody called before."
)
READ_ON = "Read on the clock chosen in the next field."
EMPTY_IN_CALL = "Leave empty to call as soon as you confirm."
EMPTY_IN_MOVE = "Leave empty to call at once."
LONGEST_NUMBER, LONGEST_NAME, LONGEST_NOTES = 60, 150, 3_000  # characters; 3,000 is Slack's most
LONGEST_WORDS = 150
GROUP = 100  # options of a select, or of one group in it
MOST_AGENTS = 400  # a view may have 250 kB


@dataclass(frozen=True, slots=True)
class Form:
    """What the form is opened with."""

    agents: Sequence[Agent]
    asker_zone: str
    number: str = ""
    agent: str = ""  # name
    provider: str = ""  # of that agent; empty: whichever has one of that name
    agent_id: str = ""  # its id there; empty: whichever
    name: str = ""
    notes: str = ""
    when: Instant | Window | None = None
    callee_zones: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)  # provider → name people know
    tries: Tries = ONE_TRY
    region: str = ""  # of numbers without a country code; empty: the workspace's


def form_of(request: Request, agents: Sequence[Agent], labels: Mapping[str, str]) -> Form:
    """The form filled in with a complete request."""
    return Form(
        agents=agents,
        labels=labels,
        asker_zone=request.asker_zone,
        number=shown(request.number),
        agent=request.agent_name,
        provider=request.provider,
        agent_id=request.agent_id,
        name=request.name or "",
        notes=request.notes or "",
        when=request.when,
        callee_zones=request.callee_zones,
        tries=tries_of(request),
    )


def call_form(form: Form, draft_id: str, intro: str = "") -> Block:
    """The modal with everything a call needs."""
    number = text_input("number", form.number, LONGEST_NUMBER, "+1 415 555 2671")
    notes = {**text_input("notes", form.notes, LONGEST_NOTES), "multiline": True}
    name = text_input("name", form.name, LONGEST_NAME)
    blocks = [
        *([context(intro)] if intro else []),
        input_block("number", "Number or name", number, optional=True, hint=WHOM),
        input_block("agent", "Assistant", _agents(form)),
        input_block("name", "Name of the person called", name, optional=True),
        *_time_blocks(form.when, form.asker_zone, form.callee_zones, EMPTY_IN_CALL),
        input_block("notes", "Notes for the assistant", notes, optional=True),
        *retry_blocks(form.tries),
    ]
    meta = pack(
        draft=draft_id,
        zone=form.asker_zone,
        shown=_shown_epoch(form.when, form.asker_zone),
        shown_zone=_zone_value(form.when, form.asker_zone, form.callee_zones),
        region=form.region,
    )
    return modal(CALL_FORM, "Call someone", "Continue", blocks, meta)


def move_form(call: Call) -> Block:
    """The modal that gives a waiting call another time."""
    request = call.request
    when = Instant(call.due.astimezone(ZoneInfo(request.asker_zone)), request.asker_zone)
    blocks = _time_blocks(when, request.asker_zone, request.callee_zones, EMPTY_IN_MOVE)
    # A form's metadata is seen by nobody but us; words need the number they are said of.
    zones = list(request.callee_zones)
    meta = pack(call=call.id, zone=request.asker_zone, zones=zones, number=request.number)
    return modal(MOVE_FORM, "Reschedule call", "Reschedule", blocks, meta)


def _shown_epoch(when: Instant | Window | None, asker_zone: str) -> int | None:
    """The Unix second at which the viewer's picker shows the clock time of ``when``."""
    if when is None:
        return None
    wall = when.start.astimezone(ZoneInfo(when.zone)).replace(tzinfo=ZoneInfo(asker_zone))
    return int(wall.timestamp())


def _zone_value(when: Instant | Window | None, asker_zone: str, callee_zones: Sequence[str]) -> str:
    """The clock chosen at first. *Their time* follows the number when that is changed."""
    if when is None or when.zone == asker_zone:
        return asker_zone
    return THEIRS if [when.zone] == list(callee_zones) else when.zone


def _time_blocks(
    when: Instant | Window | None, asker_zone: str, callee_zones: Sequence[str], empty: str
) -> list[Block]:
    picker: Block = {"type": "datetimepicker", "action_id": "when"}
    epoch = _shown_epoch(when, asker_zone)
    if epoch is not None:
        picker["initial_date_time"] = epoch
    kept = []
    if isinstance(when, Window):
        words = between(when, when.zone)
        kept = [context(f"{words}. That stays unless you change the date, time or clock.")]
    return [
        *kept,
        input_block("when", "Date and time", picker, optional=True, hint=f"{READ_ON} {empty}"),
        input_block(
            "words",
            "Or in words, instead of the date",
            text_input("words", "", LONGEST_WORDS, "tomorrow 3pm · mon 14:30 their time"),
            optional=True,
        ),
        input_block("zone", "On whose clock", _zones(when, asker_zone, callee_zones)),
    ]


def _zones(when: Instant | Window | None, asker_zone: str, callee_zones: Sequence[str]) -> Block:
    theirs = f"Their time ({_place(callee_zones[0])})" if len(callee_zones) == 1 else "Their time"
    options = {
        asker_zone: option(f"My time ({_place(asker_zone)})", asker_zone),
        THEIRS: option(theirs, THEIRS),
    }
    chosen = _zone_value(when, asker_zone, callee_zones)
    for zone in (*callee_zones[:5], *((when.zone,) if when else ()), *COMMON_ZONES):
        options.setdefault(zone, option(_place(zone), zone))
    return {
        "type": "static_select",
        "action_id": "zone",
        "options": list(options.values()),
        "initial_option": options[chosen],
    }


def _agents(form: Form) -> Block:
    """Every assistant that can call; Slack takes more than a hundred only in groups."""
    chosen = _chosen(form)
    others = sorted(
        (agent for agent in form.agents if agent is not chosen),
        key=lambda agent: agent.name.casefold(),
    )
    listed = [*([chosen] if chosen else []), *others][:MOST_AGENTS]
    twins = [known(agent) for agent in listed]
    options = [_agent_option(agent, twins, form.labels) for agent in listed]
    select: Block = {"type": "static_select", "action_id": "agent"}
    if not options:
        select["options"] = [option("No assistant can call at the moment", NO_AGENT)]
    elif len(options) <= GROUP:
        select["options"] = options
    else:
        starts = range(0, len(options), GROUP)
        select["option_groups"] = [_group(options[at : at + GROUP]) for at in starts]
    if chosen:
        select["initial_option"] = options[0]
    return select


def _chosen(form: Form) -> Agent | None:
    """The assistant that is selected at first: the one asked for, or the only one."""
    listed = {known(agent): agent for agent in form.agents}
    fits = like(listed, KnownAgent(form.agent, form.provider, form.agent_id))
    if len(fits) == 1:
        return listed[fits[0]]
    return form.agents[0] if len(form.agents) == 1 else None


def _agent_option(agent: Agent, listed: Sequence[KnownAgent], labels: Mapping[str, str]) -> Block:
    mark = mark_of(known(agent), listed)
    parts = [provider_words(agent.provider, labels), *([mark] if mark else [])]
    return option(labelled(agent.name, f" ({', '.join(parts)})"), agent_key(agent))


def _group(options: list[Block]) -> Block:
    first, last = (clip(str(each["text"]["text"]), 30) for each in (options[0], options[-1]))
    return {"label": plain(f"{first} – {last}"), "options": options}


def text_input(action_id: str, initial: str, limit: int, placeholder: str = "") -> Block:
    made: Block = {"type": "plain_text_input", "action_id": action_id, "max_length": limit}
    if initial:
        made["initial_value"] = initial[:limit]
    if placeholder:
        made["placeholder"] = plain(placeholder, 150)
    return made


def modal(callback_id: str, title: str, submit: str, blocks: list[Block], meta: str) -> Block:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, 24),
        "submit": plain(submit, 24),
        "close": plain("Close", 24),
        "private_metadata": meta,
        "blocks": blocks,
    }


def _place(zone: str) -> str:
    return zone.rsplit("/", maxsplit=1)[-1].replace("_", " ")
