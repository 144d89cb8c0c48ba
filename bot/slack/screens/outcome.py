"""*Mark outcome…*: a person says how a call went whose provider reports nothing."""

from collections.abc import Collection, Mapping
from typing import Any

from bot.calls.call import Call, CallId
from bot.calls.errors import NotFound
from bot.calls.inbox import Delivery
from bot.flows.settle import Said
from bot.reports.buttons import Action
from bot.slack.blocks import Block, context, escape, input_block, option
from bot.slack.screens.confirm import pack, unpack
from bot.slack.screens.form import values_of
from bot.slack.screens.form_drawing import modal, text_input
from bot.slack.screens.live import whom
from bot.slack.tools import Press, Pressed, Tools

MARK_FORM = "mark_form"
LONGEST_NOTE = 300  # characters
CHOICES: Mapping[Said, str] = {
    Said.ANSWERED: "It was answered",
    Said.NOBODY: "Nobody answered",
    Said.VOICEMAIL: "Voicemail",
    Said.BUSY: "Line busy",
    Said.NEVER_RANG: "It never rang",
    Said.NO_IDEA: "No idea",
}
UNDER_YOUR_NAME = (
    "What you say is shown under your name. Nothing is dialled again by itself; "
    "with “No idea” the question stays open."
)


def mark_form(call: Call, labels: Mapping[str, str]) -> Block:
    """The modal with the six answers and a note."""
    provider = escape(labels.get(call.request.provider, call.request.provider))
    agent = escape(call.request.agent_name)
    about = f"{call.code} · {agent} was to call {whom(call)} · {provider} reports no outcome"
    radio: Block = {
        "type": "radio_buttons",
        "action_id": "outcome",
        "options": [option(text, said.value) for said, text in CHOICES.items()],
    }
    note = {**text_input("note", "", LONGEST_NOTE), "multiline": True}
    hint = "Everybody in the channel can read it."
    blocks = [
        context(about),
        input_block("outcome", "How did the call go?", radio),
        input_block("note", "Note", note, optional=True, hint=hint),
        context(UNDER_YOUR_NAME),
    ]
    return modal(MARK_FORM, "Mark outcome", "Save", blocks, pack(call=call.id))


async def mark(tools: Tools, pressed: Pressed) -> None:
    """*Mark outcome…*: whoever may not say it hears so before they fill in a form."""
    call_id = CallId(pressed.value)
    call = await tools.settling.markable(
        call_id, pressed.person, await helpers_for(tools, call_id, pressed.person)
    )
    if not await tools.client.open_view(pressed.trigger_id, mark_form(call, tools.labels)):
        raise NotFound(
            "Slack did not let me open the form in time; press the button once more. "
            "Nothing was changed."
        )


async def helpers_for(tools: Tools, call_id: CallId, person: str) -> Collection[str]:
    """Nobody is looked up for the asker: a form must open within three seconds."""
    call = await tools.calls.get(call_id)
    return () if call is not None and call.home.asker == person else await tools.helpers.all()


async def submitted(tools: Tools, delivery: Delivery) -> None:
    """The answer; rights are checked again, and the call may have been marked meanwhile."""
    view, person = delivery.body["view"], str(delivery.body["user"]["id"])
    call_id, said, note = read_mark_form(view)
    await tools.settling.mark(call_id, said, note, person, await tools.helpers.all())


def read_mark_form(view: Mapping[str, Any]) -> tuple[CallId, Said, str]:
    """Which call, how it went and the note. Raises ``ValueError`` for an answer that is none."""
    values = values_of(view)
    call_id = unpack(str(view.get("private_metadata", ""))).get("call", "")
    note = str(values.get("note") or "").strip()[:LONGEST_NOTE]
    return CallId(str(call_id)), Said(str(values.get("outcome"))), note


BUTTONS: Mapping[str, Press] = {Action.MARK: mark}
