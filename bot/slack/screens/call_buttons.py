"""The buttons of a call's live message, and the form behind *Reschedule…*."""

from collections.abc import Mapping
from dataclasses import replace

from bot.calls.call import CallId
from bot.calls.errors import NotFound
from bot.calls.inbox import Delivery
from bot.flows.drafting import DRAFT_LIVES, usable
from bot.reports.buttons import Action
from bot.slack.blocks import escape, notice
from bot.slack.screens.form import read_move_form
from bot.slack.screens.form_drawing import call_form, form_of, move_form
from bot.slack.tools import Press, Pressed, Tools


async def now(tools: Tools, pressed: Pressed) -> None:
    """*Call now*."""
    helpers = await tools.helpers.all()
    await tools.booking.reschedule(CallId(pressed.value), None, pressed.person, helpers)


async def cancel(tools: Tools, pressed: Pressed) -> None:
    """*Cancel call*, before the dial only; *Stop retrying* between two tries."""
    helpers = await tools.helpers.all()
    await tools.booking.cancel(CallId(pressed.value), pressed.person, helpers)


async def move(tools: Tools, pressed: Pressed) -> None:
    """*Reschedule…*: the form with date, time and clock."""
    call = await tools.booking.find(CallId(pressed.value))
    await _open(tools, pressed.trigger_id, move_form(call))


async def submitted(tools: Tools, delivery: Delivery) -> None:
    """The new time of a call; no time means now."""
    body = delivery.body
    call_id, when, errors = read_move_form(body["view"], now=tools.clock.now())
    if errors:
        raise NotFound(" ".join(errors.values()))
    helpers = await tools.helpers.all()
    await tools.booking.reschedule(CallId(call_id), when, str(body["user"]["id"]), helpers)


async def check(tools: Tools, pressed: Pressed) -> None:
    """*Check now*: the provider is asked at once."""
    call = await tools.settling.check_now(CallId(pressed.value))
    provider = escape(tools.labels.get(call.request.provider, "the provider"))
    text = f"I am asking {provider} about {call.code} now. Its message shows what I find."
    await tools.client.tell(pressed.channel, pressed.person, notice(text), pressed.response_url)


async def rang(tools: Tools, pressed: Pressed) -> None:
    """*It rang*."""
    await tools.settling.it_rang(CallId(pressed.value), pressed.person, await tools.helpers.all())


async def not_rang(tools: Tools, pressed: Pressed) -> None:
    """*It did not*."""
    await tools.settling.it_did_not(
        CallId(pressed.value), pressed.person, await tools.helpers.all()
    )


async def again(tools: Tools, pressed: Pressed) -> None:
    """*Call again…*: a new draft like the old call, to be confirmed anew."""
    call = await tools.booking.find(CallId(pressed.value))
    zone = await tools.people.of(pressed.team, pressed.person)
    request = replace(call.request, when=None, said="", asker_zone=zone)
    draft = await tools.drafts.open(
        replace(call.home, asker=pressed.person),
        None,
        source=pressed.trigger_id,
        expires_at=tools.clock.now() + DRAFT_LIVES,
        response_url=None,
    )
    agents = list(usable(await tools.agents.all()).values())
    await _open(
        tools, pressed.trigger_id, call_form(form_of(request, agents, tools.labels), draft.id)
    )


async def _open(tools: Tools, trigger_id: str, view: dict[str, object]) -> None:
    if not await tools.client.open_view(trigger_id, view):
        raise NotFound(
            "Slack did not let me open the form in time; press the button once more. "
            "Nothing was changed."
        )


BUTTONS: Mapping[str, Press] = {
    Action.NOW: now,
    Action.MOVE: move,
    Action.CANCEL: cancel,
    Action.STOP: cancel,
    Action.CHECK: check,
    Action.RANG: rang,
    Action.NOT_RANG: not_rang,
    Action.AGAIN: again,
}
