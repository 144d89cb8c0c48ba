"""The confirmation only the asker sees: how the line was understood, on both clocks."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot.calls.call import Call, Request
from bot.calls.contact import Contact
from bot.calls.timing import Instant
from bot.flows.ask import Proposal
from bot.flows.drafting import MOVES, RETRIES
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
from bot.slack.screens.form_retries import tries_of, tries_words
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
    "retries_cut": "⚠️ I try again 3 times at most, from 5 minutes to 24 hours apart.",
}


def confirmation(
    proposal: Proposal,
    labels: Mapping[str, str],
    *,
    mute: Collection[str] = (),
    ahead: Collection[str] = (),
) -> dict[str, Any]:
    """The message of a complete draft.

    ``mute`` are the providers that report no outcome, ``ahead`` those that get a call at once.
    """
    request, draft = proposal.request, proposal.draft
    lines, silent = when_lines(request, proposal.now), request.provider in mute
    provider = escape(labels.get(request.provider, request.provider))
    no_answer = _no_outcome(request, provider) if silent else tries_words(tries_of(request))
    warnings = [WARNINGS[each] for each in request.warnings if each in WARNINGS]
    if request.provider in ahead:
        warnings.append(f"⚠️ {_given_ahead(provider)}")
    title, press = _titles(proposal)
    still = "changed" if draft.partial.get(MOVES) else "scheduled"
    idle = {RETRIES} if silent else set()
    blocks = [
        section(f"*{title}*"),
        fields(_facts(request, provider, lines, no_answer)),
        *([context(*warnings)] if warnings else []),
        context(how_read(request), used_defaults(request, idle), number_from(proposal.contact)),
        actions(
            button(press, SCHEDULE, draft.id, style="primary"),
            button("Change…", CHANGE, draft.id),
            button("Cancel", CANCEL, draft.id),
        ),
        context(f"Nothing is {still} yet. This draft expires in 15 minutes."),
    ]
    name = f"{request.name}, " if request.name else ""
    spoken = f"{title} {name}{shown(request.number)} with {request.agent_name}: {'; '.join(lines)}"
    ends = " ".join((f"No answer: {no_answer}.", *warnings, f"Nothing is {still} yet."))
    return message(f"{cut(escape(spoken), 2_000)}. {ends}", blocks)


def _facts(
    request: Request, provider: str, lines: Sequence[str], no_answer: str
) -> list[tuple[str, str]]:
    """The rows, top to bottom."""
    facts = [
        ("Number", number_words(request)),
        ("Assistant", f"{escape(request.agent_name)} · provider: {provider}"),
        ("When", "\n".join(lines)),
        ("No answer", no_answer),
    ]
    if request.name:
        facts.insert(1, ("Name", escape(request.name)))
    if request.notes:
        facts.append(("Notes", cut(escape(request.notes), NOTES_SHOWN)))
    return facts


def _titles(proposal: Proposal) -> tuple[str, str]:
    """What is asked, and the button that says yes to it."""
    if proposal.draft.partial.get(MOVES):
        return f"Move {proposal.draft.partial['code']} to this time?", "Move call"
    if proposal.request.when is None:
        return "Call now?", "Call now"
    return "Schedule this call?", "Schedule call"


def _no_outcome(request: Request, provider: str) -> str:
    """What is not reported can't be tried again; who asked for that in words is told so."""
    asked = request.retries and RETRIES not in request.from_defaults
    so = ", so I can't try again" if asked else ""
    return f"{provider} reports no outcome{so}; I will ask you how it went"


def _given_ahead(provider: str) -> str:
    return (
        f"{provider} gets this call as soon as you confirm; after that nobody can move or cancel "
        "it."
    )


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


def used_defaults(request: Request, idle: Collection[str] = ()) -> str:
    """Which of the asker's defaults were used, but for ``idle`` ones; empty when none was."""
    used = [each for each in request.from_defaults if each not in idle]
    return f"From your defaults: {escape(', '.join(used))}." if used else ""


def number_from(contact: Contact | None) -> str:
    """From which earlier call the number is; empty when the asker typed it."""
    if contact is None:
        return ""
    whose = "your call of" if contact.own else "a call of this workspace on"
    return f"Number from {whose} {token(contact.last_asked_at, '{date_short}')}."


def booked(call: Call, *, fresh: bool, given_to: str = "") -> dict[str, Any]:
    """What the confirmation turns into once it is pressed.

    ``given_to`` is the name of a provider that gets the call now, and calls by itself.
    """
    direct = call.home.channel.startswith("D")
    where = "here" if direct else f"in <#{call.home.channel}>"
    if not fresh:
        return notice(
            f"This is already *{call.code}*; pressing again changes nothing. "
            f"Its message {where} shows how it stands."
        )
    what = f"{escape(call.request.agent_name)} will call {whom(call)}"
    when = "as soon as a line is free" if call.request.when is None else due_words(call)
    until = "change or cancel it there until it is dialled."
    if given_to:
        until = f"{escape(given_to)} gets it now, and nobody can move or cancel it any more."
    return notice(
        f"Scheduled *{call.code}*: {what}, {when}.\n"
        f"Its message {where} follows it to its end; {until}"
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
