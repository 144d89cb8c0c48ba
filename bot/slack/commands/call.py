"""``/dial +1 … with Voz tomorrow 10am``: a draft to confirm, or a question. Bare: the form."""

from bot.calls.call import Draft
from bot.flows.ask import Proposal, Question
from bot.flows.drafting import DRAFT_LIVES, usable
from bot.slack.blocks import actions, button, message, section
from bot.slack.commands.command import Command, Line
from bot.slack.screens.confirm import CHANGE, confirmation
from bot.slack.screens.form_drawing import Form, call_form
from bot.slack.screens.form_retries import usual_tries
from bot.slack.screens.question import asked_back
from bot.slack.tools import Tools

TIP = "Quicker: type it, like `{command} +1 415 555 2671 with Voz tomorrow 10am`."


async def run(tools: Tools, line: Line) -> None:
    """Answer a call command; nothing is scheduled before the asker presses."""
    if not line.typed.text.strip():
        await _open_form(tools, line)
        return
    for answer in await tools.asking.propose(line.typed):
        await show(tools, answer)


async def show(tools: Tools, answer: Proposal | Question, *, replace: bool = False) -> None:
    """A confirmation or question, to the asker only; ``replace`` puts it over the last one."""
    drawn = (
        confirmation(answer, tools.labels, mute=tools.mute, ahead=tools.ahead)
        if isinstance(answer, Proposal)
        else asked_back(answer, tools.command, tools.labels)
    )
    draft = answer.draft
    if replace and draft.response_url:
        over = {"replace_original": True, "response_type": "ephemeral"}
        if await tools.client.respond(draft.response_url, {**over, **drawn}):
            return
    await tools.client.answer(draft.home, drawn, draft.response_url)


async def _open_form(tools: Tools, line: Line) -> None:
    draft = await tools.drafts.open(
        line.typed.home,
        None,
        source=line.typed.source,
        expires_at=tools.clock.now() + DRAFT_LIVES,
        response_url=line.typed.response_url,
    )
    own = await tools.preferences.defaults_of(draft.home.team, draft.home.asker)
    form = Form(
        agents=list(usable(await tools.agents.all()).values()),
        labels=tools.labels,
        agent=own.agent or "",
        provider=own.agent_provider or "",
        agent_id=own.agent_id or "",
        tries=usual_tries(own),
        region=own.region or "",
        asker_zone=await tools.people.of(draft.home.team, draft.home.asker),
    )
    view = call_form(form, draft.id, TIP.format(command=tools.command))
    if not await tools.client.open_view(line.trigger_id, view):
        await _offer_form(tools, draft)


async def _offer_form(tools: Tools, draft: Draft) -> None:
    """The three seconds in which a form can be opened are over: a button has three new ones."""
    text = (
        f"`{tools.command}` alone opens the form. {TIP.format(command=tools.command)} "
        "Nothing was dialled."
    )
    drawn = message(text, [section(text), actions(button("Open the form", CHANGE, draft.id))])
    await tools.client.answer(draft.home, drawn, draft.response_url)


COMMAND = Command(
    word="call",
    usage="{command} +1 415 555 2671 with Voz tomorrow 10am",
    does="call someone; nothing is scheduled before you confirm",
    run=run,
    more=(
        (
            "{command} John Smith with Voz friday 3pm",
            "call somebody by name, once called by number",
        ),
        ("{command} … with Voz via Vozzo", "choose between assistants of one name"),
        ("{command} … retry 2 every 45 min", "try again when nobody answers; or `no retry`"),
    ),
)
