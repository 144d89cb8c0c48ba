"""The buttons of a confirmation or question, and the form behind *Change…*."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.calls.call import Draft, DraftId
from bot.calls.errors import NotFound
from bot.calls.inbox import Delivery
from bot.calls.person import Defaults
from bot.calls.timing_json import timing_from_json
from bot.flows.ask import Proposal
from bot.flows.drafting import agent_from_json, usable
from bot.flows.hear import USUAL_RETRIES, Choice
from bot.flows.people import contact_of
from bot.slack.blocks import Block, actions, button, escape, message, notice, section
from bot.slack.commands.call import show
from bot.slack.screens.confirm import (
    CANCEL,
    CHANGE,
    SCHEDULE,
    booked,
    dropped,
    unpack,
)
from bot.slack.screens.form import read_call_form
from bot.slack.screens.form_drawing import Form, call_form, form_of
from bot.slack.screens.form_people import with_number
from bot.slack.screens.form_retries import Tries, usual_tries
from bot.slack.screens.question import CHOOSE_AGENT, CHOOSE_PERSON, CHOOSE_TIME
from bot.slack.tools import Pressed, Tools
from bot.understanding.phones import shown, zones_of
from bot.understanding.reading import Reading

POST_AGAIN = "post_again"
# Why the bot may not post in a channel, by Slack's word, and what a person can do.
NOT_A_MEMBER = ("I'm not a member", "Type `/invite` with my name there")
CLOSED = {
    "is_archived": ("it is archived", "Unarchive it"),
    "restricted_action": ("only some may post there", "Ask an admin to let me"),
}


async def schedule(tools: Tools, pressed: Pressed) -> None:
    """*Schedule call*: the draft becomes a call, once."""
    done = await tools.booking.confirm(
        DraftId(pressed.value), pressed.person, await tools.helpers.all()
    )
    tools.nudge()
    label = tools.labels.get(done.call.request.provider, done.call.request.provider)
    given_to = label if done.call.request.provider in tools.ahead else ""
    drawn = booked(done.call, fresh=done.fresh, given_to=given_to)
    if not await tools.channels.may_post(done.call.home.channel):
        tools.channels.told(done.call.id)
        drawn = invite(done.call.code, done.call.home.channel)
    await _replace(tools, pressed, drawn)


async def change(tools: Tools, pressed: Pressed) -> None:
    """*Change…*: the form, filled in with what was understood."""
    draft_id, choice = _chosen(pressed)
    draft = await tools.asking.open_draft(draft_id, pressed.person)
    if pressed.response_url:
        await tools.drafts.remember_url(draft.id, pressed.response_url)
    agents = list(usable(await tools.agents.all()).values())
    if draft.request is not None:
        form = form_of(draft.request, agents, tools.labels)
    else:
        form = await _partial(tools, draft, choice)
    if not await tools.client.open_view(pressed.trigger_id, call_form(form, draft.id)):
        raise NotFound(
            "Slack did not let me open the form in time; press *Change…* once more. "
            "Nothing was dialled."
        )


async def cancel(tools: Tools, pressed: Pressed) -> None:
    """*Cancel*: the draft is dropped."""
    was_open = await tools.booking.drop(DraftId(pressed.value), pressed.person)
    await _replace(tools, pressed, dropped(was_open=was_open))


async def choose(tools: Tools, pressed: Pressed) -> None:
    """One reading of a question: the same draft goes on."""
    draft_id, choice = _chosen(pressed)
    answer = await tools.asking.answer(draft_id, choice, pressed.person)
    if pressed.response_url:
        await tools.drafts.remember_url(draft_id, pressed.response_url)
    over = replace(answer.draft, response_url=pressed.response_url)
    await show(tools, replace(answer, draft=over), replace=True)


def _chosen(pressed: Pressed) -> tuple[DraftId, Choice]:
    """A button's draft, and what was chosen with it and before it."""
    facts = unpack(pressed.value)
    person = facts.get("person")
    choice = Choice(
        agent=agent_from_json(facts),
        when=timing_from_json(facts.get("when")),
        person=person if isinstance(person, int) else None,
    )
    return DraftId(str(facts.get("draft", pressed.value))), choice


async def post_again(tools: Tools, pressed: Pressed) -> None:
    """*Try again* after the bot was invited, or the channel opened."""
    if not await tools.channels.may_post(pressed.value):
        raise NotFound(
            f"I still can't post in <#{pressed.value}>: I am not a member, or it is archived. "
            "Type `/invite` with my name there. Your call is kept."
        )
    await tools.posts.unblock(pressed.value)
    await _replace(tools, pressed, notice("Thank you. The message appears in a moment."))


async def submitted(tools: Tools, delivery: Delivery) -> None:
    """The form came back right: its draft now says that, and is shown for confirmation."""
    meta = unpack(str(delivery.body["view"].get("private_metadata", "")))
    person = str(delivery.body["user"]["id"])
    draft = await tools.asking.open_draft(DraftId(str(meta.get("draft", ""))), person)
    now = tools.clock.now()
    named = await with_number(tools, delivery.body["view"], delivery.team, person)
    request, errors = read_call_form(
        named.view,
        now=now,
        default_region=tools.default_region,
        previous=draft.request,
        agents=list(usable(await tools.agents.all()).values()),
    )
    if request is None or named.errors:
        raise NotFound(escape(" ".join((named.errors or errors).values())))
    changed = await tools.booking.revise(draft.id, request)
    contact = named.contact or contact_of(changed)
    proposal = Proposal(changed, changed.request or request, now, contact)
    await show(tools, proposal, replace=draft.request is not None)


BUTTONS: Mapping[str, Callable[[Tools, Pressed], Awaitable[None]]] = {
    SCHEDULE: schedule,
    CHANGE: change,
    CANCEL: cancel,
    CHOOSE_AGENT: choose,
    CHOOSE_TIME: choose,
    CHOOSE_PERSON: choose,
    POST_AGAIN: post_again,
}


async def _partial(tools: Tools, draft: Draft, choice: Choice) -> Form:
    """What was understood of a line that lacked something."""
    agents = list(usable(await tools.agents.all()).values())
    zone = await tools.people.of(draft.home.team, draft.home.asker)
    reading = await tools.asking.reading_of(draft, choice)
    number = _number_of(draft, reading)
    own = await tools.preferences.defaults_of(draft.home.team, draft.home.asker)
    return Form(
        agents=agents,
        labels=tools.labels,
        asker_zone=zone,
        number=shown(number) if number else "",
        agent=reading.agent.name if reading and reading.agent else "",
        provider=reading.agent.provider if reading and reading.agent else "",
        agent_id=reading.agent.id if reading and reading.agent else "",
        name=_name_in(reading) if reading else "",
        notes=(reading.notes or "") if reading else "",
        when=reading.when if reading else None,
        callee_zones=zones_of(number),
        tries=_tries(reading, own),
    )


def _tries(reading: Reading | None, own: Defaults) -> Tries:
    """Those that were said, else those that are set."""
    said, usual = reading.retries if reading else None, usual_tries(own)
    if said is None:
        return usual
    times = (usual.retries or USUAL_RETRIES) if said.times is None else said.times
    return replace(usual, retries=times, every=said.every)


def _name_in(reading: Reading) -> str:
    return reading.name or (reading.who.words if reading.who else "")


def _number_of(draft: Draft, reading: Reading | None) -> str:
    """A line with several numbers became as many drafts: the one this draft is about."""
    first = reading.phones[0] if reading and reading.phones else ""
    return draft.partial.get("phone") or first


async def _replace(tools: Tools, pressed: Pressed, drawn: Block) -> None:
    """Put a message in the place of the one the button was on."""
    over = {"replace_original": True, "response_type": "ephemeral", **drawn}
    if pressed.response_url and await tools.client.respond(pressed.response_url, over):
        return
    await tools.client.tell(pressed.channel, pressed.person, drawn, None)


def invite(code: str, channel: str, why: str = "", *, waits: bool = True) -> Block:
    """What to do about a channel the bot may not post in; seen there, or in a direct message.

    ``why`` is Slack's word for it. The call itself goes on; ``waits`` says that it has yet to.
    """
    fate = "is kept and will be dialled" if waits else "is not affected"
    because, how = CLOSED.get(why, NOT_A_MEMBER)
    text = (
        f"*{code}* {fate}. But I can't post in <#{channel}>, because {because}. {how}, then press "
        "*Try again*."
    )
    return message(text, [section(text), actions(button("Try again", POST_AGAIN, channel))])
