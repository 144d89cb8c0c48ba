"""The confirmation only the asker sees: how the line was understood, on both clocks."""

import json
from collections.abc import Mapping
from typing import Any

from bot.calls.call import Call, Request
from bot.calls.contact import Contact
from bot.calls.retries import retry_pauses
from bot.calls.timing import Instant
from bot.flows.ask import Proposal
from bot.flows.drafting import MOVES
from bot.slack.blocks import (
    actions,
    button,
    context,
    cut,
    escape,
    fields,
    message,
    notice,
    section,
)
from bot.slack.screens.live import whom
from bot.slack.times import due_words, token, when_lines
from bot.understanding.phones import shown
from bot.understanding.zones import country_label, zone_label

SCHEDULE, CHANGE, CANCEL = "draft_schedule", "draft_change", "draft_cancel"
WHOSE = {
    "user": "your clock",
    "recipient": "the clock of the person called",
    "named": "the clock you chose",
}
NOTES_SHOWN, SAID_SHOWN = 500, 200  # characters
WARNINGS = {
    "number_not_verified": "⚠️ That looks like a number, but no phone company uses it. "
    "Check the digits; you can call it anyway.",
    "extension_dropped": "⚠️ I left the extension out: assistants can't dial one.",
}


def confirmation(proposal: Proposal, labels: Mapping[str, str]) -> dict[str, Any]:
    """The message of a complete draft."""
    request = proposal.request
    now = proposal.now
    lines = when_lines(request, now)
    provider = escape(labels.get(request.provider, request.provider))
    facts = [
        ("Number", number_words(request)),
        ("Assistant", f"{escape(request.agent_name)} · provider: {provider}"),
        ("When", "\n".join(lines)),
        ("No answer", _no_answer(request)),
    ]
    if request.name:
        facts.insert(1, ("Name", escape(request.name)))
    if request.notes:
        facts.append(("Notes", cut(escape(request.notes), NOTES_SHOWN)))
    title, press = _titles(proposal)
    still = "changed" if proposal.draft.partial.get(MOVES) else "scheduled"
    blocks = [
        section(f"*{title}*"),
        fields(facts),
        *([context(*(WARNINGS[each] for each in request.warnings if each in WARNINGS))]
          if any(each in WARNINGS for each in request.warnings) else []),
        context(how_read(request), used_defaults(request), number_from(proposal.contact)),
        actions(
            button(press, SCHEDULE, proposal.draft.id, style="primary"),
            button("Change…", CHANGE, proposal.draft.id),
            button("Cancel", CANCEL, proposal.draft.id),
        ),
        context(f"Nothing is {still} yet. This draft expires in 15 minutes."),
    ]  # fmt: skip
    name = f"{request.name}, " if request.name else ""
    spoken = f"{title} {name}{shown(request.number)} with {request.agent_name}: {'; '.join(lines)}"
    return message(f"{cut(escape(spoken), 2_000)}. Nothing is {still} yet.", blocks)


def _titles(proposal: Proposal) -> tuple[str, str]:
    """What is asked, and the button that says yes to it."""
    if proposal.draft.partial.get(MOVES):
        return f"Move {proposal.draft.partial['code']} to this time?", "Move call"
    if proposal.request.when is None:
        return "Call now?", "Call now"
    return "Schedule this call?", "Schedule call"


def _no_answer(request: Request) -> str:
    if request.retries == 0:
        return "One try; I tell you how it ended"
    waits = [f"{wait.seconds // 60}" for wait in retry_pauses(request.retries)]
    return f"Try again {request.retries} × ({', '.join(waits)} min later)"


def number_words(request: Request) -> str:
    """The full number with its country and zone: only the asker reads it."""
    country = country_label(request.number)
    if len(request.callee_zones) == 1:
        place = request.callee_zones[0].rsplit("/", maxsplit=1)[-1].replace("_", " ")
        return f"{shown(request.number)} · {country}, {place} time"
    where = "time zone unknown" if not request.callee_zones else "several time zones"
    return f"{shown(request.number)} · {country}, {where}" if country else shown(request.number)


def how_read(request: Request) -> str:
    """Which words were taken for the time, and on whose clock."""
    said = f"“{cut(escape(request.said), SAID_SHOWN)}”" if request.said else ""
    if request.when is None:
        return f"I read {said or 'no time in that'}, so I call as soon as you confirm."
    whose = WHOSE.get(request.zone_source or "user", WHOSE["user"])
    zone = zone_label(request.when.zone, request.when.start)
    kind = "" if isinstance(request.when, Instant) else " as a window"
    return f"I read {said or 'the time you chose'}{kind} on {whose} ({zone})."


def used_defaults(request: Request) -> str:
    """Which of the asker's defaults were used; empty when none was."""
    if not request.from_defaults:
        return ""
    return f"From your defaults: {escape(', '.join(request.from_defaults))}."


def number_from(contact: Contact | None) -> str:
    """From which earlier call the number is; empty when the asker typed it."""
    if contact is None:
        return ""
    whose = "your call of" if contact.own else "a call of this workspace on"
    return f"Number from {whose} {token(contact.last_asked_at, '{date_short}')}."


def booked(call: Call, *, fresh: bool) -> dict[str, Any]:
    """What the confirmation turns into once it is pressed."""
    direct = call.home.channel.startswith("D")
    where = "here" if direct else f"in <#{call.home.channel}>"
    if not fresh:
        return notice(
            f"This is already *{call.code}*; pressing again changes nothing. "
            f"Its message {where} shows how it stands."
        )
    what = f"{escape(call.request.agent_name)} will call {whom(call)}"
    when = "as soon as a line is free" if call.request.when is None else due_words(call)
    return notice(
        f"Scheduled *{call.code}*: {what}, {when}.\n"
        f"Its message {where} follows it to its end; change or cancel it there until it is dialled."
    )


def dropped(*, was_open: bool) -> dict[str, Any]:
    """What the confirmation turns into when it is cancelled."""
    if was_open:
        return notice("Cancelled. Nothing was scheduled and nothing was dialled.")
    return notice("This draft was used or had expired already; a call made from it stays.")


def pack(**facts: Any) -> str:
    """A button's value: ids and small choices, never personal data."""
    return json.dumps(facts, separators=(",", ":"), ensure_ascii=False)


def unpack(value: str) -> dict[str, Any]:
    """The reverse of ``pack``; nonsense gives an empty dict."""
    try:
        facts = json.loads(value)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}
