"""*My defaults*: assistant, country, whose clock and retries, for one person's own calls."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.calls.errors import NotFound
from bot.calls.inbox import Delivery
from bot.calls.person import MINE, NONE_SET, THEIRS, Defaults
from bot.calls.provider import Agent
from bot.flows.drafting import default_agent, known, usable
from bot.slack.blocks import Block, actions, button, escape, input_block, message, option, section
from bot.slack.screens.assistants import provider_words, short_names
from bot.slack.screens.form import agent_key, values_of
from bot.slack.screens.form_drawing import modal, text_input
from bot.slack.screens.form_retries import TRIES, read_tries, retry_blocks, usual_tries
from bot.slack.tools import Pressed, Tools
from bot.understanding.known_agent import like
from bot.understanding.phones import is_region

ME_FORM, OPEN_DEFAULTS = "me_form", "me_open"
ASK = "ask"
MOST_AGENTS = 99  # options of a select, less the one that asks
CLOCKS = {MINE: "My clock", THEIRS: "The clock of the person called"}
COUNTRY_HINT = "Two letters, like US, GB or IN: for numbers written without a country code."
GONE = "That assistant can't call any more. Choose another one. Your defaults were not changed."
BAD_COUNTRY = "I don't know that country. Use its two letters, like US, GB, DE or IN."


def defaults_form(
    own: Defaults, agents: Sequence[Agent], region: str, labels: Mapping[str, str]
) -> Block:
    """The modal, filled in with what is set."""
    clocks = {key: option(text, key) for key, text in CLOCKS.items()}
    assistant = _assistants(own, agents, labels)
    clock = {**_select("clock", list(clocks.values()), clocks[own.clock]), "type": "radio_buttons"}
    blocks = [
        input_block("agent", "Assistant, when I name none", assistant),
        input_block(
            "region", "My country", text_input("region", own.region or region, 2), hint=COUNTRY_HINT
        ),
        input_block("clock", "A time without a word about it means", clock),
        *retry_blocks(usual_tries(own)),
    ]
    return modal(ME_FORM, "My defaults", "Save", blocks, "{}")


def _assistants(own: Defaults, agents: Sequence[Agent], labels: Mapping[str, str]) -> Block:
    """Every assistant that can call; the one set is among them however many there are."""
    by_name = {known(agent): agent for agent in agents}
    wanted = default_agent(own)
    fits = like(by_name, wanted) if wanted is not None else ()
    listed = list(dict.fromkeys((*fits, *by_name)))[:MOST_AGENTS]
    names = short_names(list(by_name), labels)
    texts = dict(zip(by_name, names, strict=True))
    options = {agent: option(texts[agent], agent_key(by_name[agent])) for agent in listed}
    ask = option("None: ask me", ASK)
    chosen = options[fits[0]] if len(fits) == 1 else ask
    return _select("agent", [ask, *options.values()], chosen)


def read_defaults(
    view: Mapping[str, Any], agents: Sequence[Agent] | None = None
) -> tuple[Defaults, dict[str, str]]:
    """What was filled in, and the errors by field.

    Without ``agents`` the assistant is not looked up: good enough for a check of the fields.
    """
    values = values_of(view)
    region = str(values.get("region") or "").strip().upper()
    chosen = str(values.get("agent") or ASK)
    agent = next((one for one in agents or () if agent_key(one) == chosen), None)
    if chosen != ASK and agent is None and agents is not None:
        return NONE_SET, {"agent": GONE}
    tries = read_tries(values)
    own = Defaults(
        agent=agent.name if agent else None,
        agent_provider=agent.provider if agent else None,
        agent_id=agent.id if agent else None,
        region=region or None,
        clock=THEIRS if values.get("clock") == THEIRS else MINE,
        retries=tries.retries,
        retry_voicemail=tries.voicemail,
    )
    return own, {} if is_region(region) else {"region": BAD_COUNTRY}


def defaults_message(
    own: Defaults, region: str, intro: str, labels: Mapping[str, str]
) -> dict[str, Any]:
    """What is set, with the button that changes it."""
    facts = [
        f"Assistant: {_assistant_words(own, labels)}",
        f"Country: {own.region or f'{region} (of this workspace)'}",
        f"A bare time means: {CLOCKS[own.clock].lower()}",
        f"When nobody answers, try again: {TRIES[own.retries].lower()}"
        + (", after a voicemail, too" if own.retries and own.retry_voicemail else ""),
    ]
    text = "\n".join([f"*{intro}*", *facts])
    press = button("My defaults…", OPEN_DEFAULTS, "me")
    return message(text.replace("*", ""), [section(text), actions(press)])


def _assistant_words(own: Defaults, labels: Mapping[str, str]) -> str:
    if not own.agent:
        return "asked each time"
    name = escape(own.agent)
    if not own.agent_provider:
        return name
    return f"{name} · {escape(provider_words(own.agent_provider, labels))}"


async def open_form(tools: Tools, team: str, person: str, trigger_id: str) -> bool:
    """Open the modal; whether Slack let us."""
    own = await tools.preferences.defaults_of(team, person)
    agents = list(usable(await tools.agents.all()).values())
    view = defaults_form(own, agents, tools.default_region, tools.labels)
    return await tools.client.open_view(trigger_id, view)


async def pressed_open(tools: Tools, pressed: Pressed) -> None:
    """*My defaults…*."""
    await open_form(tools, pressed.team, pressed.person, pressed.trigger_id)


async def submitted(tools: Tools, delivery: Delivery) -> None:
    """Keep them, and say so in a direct message: a modal has no channel."""
    agents = list(usable(await tools.agents.all()).values())
    own, errors = read_defaults(delivery.body["view"], agents)
    if errors:
        raise NotFound(" ".join(errors.values()))
    person = str(delivery.body["user"]["id"])
    await tools.preferences.set_defaults(delivery.team, person, own, tools.clock.now())
    saved = defaults_message(
        own, tools.default_region, "Saved. Your defaults are now", tools.labels
    )
    await tools.client.direct(person, saved)


def _select(action_id: str, options: list[Block], chosen: Block) -> Block:
    return {
        "type": "static_select",
        "action_id": action_id,
        "options": options,
        "initial_option": chosen,
    }
