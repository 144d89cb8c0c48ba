"""*My defaults*: assistant, country, whose clock and retries, for one person's own calls."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.calls.inbox import Delivery
from bot.calls.person import MINE, THEIRS, Defaults
from bot.calls.provider import Agent
from bot.flows.drafting import usable
from bot.slack.blocks import Block, actions, button, clip, input_block, message, option, section
from bot.slack.screens.form import retries_of, values_of
from bot.slack.screens.form_drawing import TRIES, modal, retries_select, text_input
from bot.slack.tools import Pressed, Tools
from bot.understanding.phones import is_region

ME_FORM, OPEN_DEFAULTS = "me_form", "me_open"
ASK = "ask"
MOST_AGENTS = 99  # options of a select, less the one that asks
CLOCKS = {MINE: "My clock", THEIRS: "The clock of the person called"}
COUNTRY_HINT = "Two letters, like US, GB or IN: for numbers written without a country code."
BAD_COUNTRY = "I don't know that country. Use its two letters, like US, GB, DE or IN."


def defaults_form(own: Defaults, agents: Sequence[Agent], region: str) -> Block:
    """The modal, filled in with what is set."""
    names = list(dict.fromkeys(agent.name for agent in agents))[:MOST_AGENTS]
    ask = option("None: ask me", ASK)
    choices = {ASK: ask, **{name: option(clip(name, 75), clip(name, 150)) for name in names}}
    clocks = {key: option(text, key) for key, text in CLOCKS.items()}
    assistant = _select("agent", list(choices.values()), choices.get(own.agent or ASK, ask))
    clock = {**_select("clock", list(clocks.values()), clocks[own.clock]), "type": "radio_buttons"}
    blocks = [
        input_block("agent", "Assistant, when I name none", assistant),
        input_block(
            "region", "My country", text_input("region", own.region or region, 2), hint=COUNTRY_HINT
        ),
        input_block("clock", "A time without a word about it means", clock),
        input_block("retries", "When nobody answers, try again", retries_select(own.retries)),
    ]
    return modal(ME_FORM, "My defaults", "Save", blocks, "{}")


def read_defaults(view: Mapping[str, Any]) -> tuple[Defaults, dict[str, str]]:
    """What was filled in, and the errors by field."""
    values = values_of(view)
    region = str(values.get("region") or "").strip().upper()
    agent = str(values.get("agent") or ASK)
    own = Defaults(
        agent=None if agent == ASK else agent,
        region=region or None,
        clock=THEIRS if values.get("clock") == THEIRS else MINE,
        retries=retries_of(values),
    )
    return own, {} if is_region(region) else {"region": BAD_COUNTRY}


def defaults_message(own: Defaults, region: str, intro: str) -> dict[str, Any]:
    """What is set, with the button that changes it."""
    facts = [
        f"Assistant: {own.agent or 'asked each time'}",
        f"Country: {own.region or f'{region} (of this workspace)'}",
        f"A bare time means: {CLOCKS[own.clock].lower()}",
        f"When nobody answers, try again: {TRIES[own.retries].lower()}",
    ]
    text = "\n".join([f"*{intro}*", *facts])
    press = button("My defaults…", OPEN_DEFAULTS, "me")
    return message(text.replace("*", ""), [section(text), actions(press)])


async def open_form(tools: Tools, team: str, person: str, trigger_id: str) -> bool:
    """Open the modal; whether Slack let us."""
    own = await tools.preferences.defaults_of(team, person)
    agents = list(usable(await tools.agents.all()).values())
    view = defaults_form(own, agents, tools.default_region)
    return await tools.client.open_view(trigger_id, view)


async def pressed_open(tools: Tools, pressed: Pressed) -> None:
    """*My defaults…*."""
    await open_form(tools, pressed.team, pressed.person, pressed.trigger_id)


async def submitted(tools: Tools, delivery: Delivery) -> None:
    """Keep them, and say so in a direct message: a modal has no channel."""
    own, errors = read_defaults(delivery.body["view"])
    if errors:
        return
    person = str(delivery.body["user"]["id"])
    await tools.preferences.set_defaults(delivery.team, person, own, tools.clock.now())
    saved = defaults_message(own, tools.default_region, "Saved. Your defaults are now")
    await tools.client.direct(person, saved)


def _select(action_id: str, options: list[Block], chosen: Block) -> Block:
    return {
        "type": "static_select",
        "action_id": action_id,
        "options": options,
        "initial_option": chosen,
    }
