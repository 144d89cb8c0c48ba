"""``/dial agents``: who can call, at which provider, and why some cannot."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from bot.calls.agents import Listing, every_agent
from bot.calls.call import Home
from bot.calls.provider import Agent
from bot.slack.blocks import actions, button, escape, message, notice, rows_of
from bot.slack.commands.command import Command, Line
from bot.slack.times import token
from bot.slack.tools import Press, Pressed, Tools

NAMELESS = "(no name)"
AGAIN = "agents_again"
AT_ONCE = 0.3  # seconds; whoever answers within them needs no "asking …" first


async def run(tools: Tools, line: Line) -> None:
    """List every assistant: what is remembered at once, then what each provider says now."""
    await _list(tools, line.typed.home, line.typed.response_url, over=False)


async def again(tools: Tools, pressed: Pressed) -> None:
    """*Ask again*: the same in place of the old answer."""
    home = Home(pressed.team, pressed.channel, pressed.person, pressed.thread)
    await _list(tools, home, pressed.response_url, over=True)


async def _list(tools: Tools, home: Home, url: str | None, *, over: bool) -> None:
    """``over``: a click's address puts an answer in the old one's place; a command's never does.

    Without an address a first answer could not be followed by another in the same place, so
    there is only the whole one.
    """
    refreshing = asyncio.create_task(tools.agents.refresh())
    try:
        done, _ = await asyncio.wait({refreshing}, timeout=AT_ONCE)
        if not done and url:
            await _say(tools, home, url, await tools.agents.listings(), over=over)
        await _say(tools, home, url, await refreshing, over=over)
    finally:
        refreshing.cancel()


async def _say(
    tools: Tools, home: Home, url: str | None, listings: Sequence[Listing], *, over: bool
) -> None:
    drawn = catalogue(listings, tools.labels)
    replacing = {"replace_original": True, "response_type": "ephemeral", **drawn}
    if not (over and url and await tools.client.respond(url, replacing)):
        await tools.client.answer(home, drawn, url)


def catalogue(listings: Sequence[Listing], labels: Mapping[str, str]) -> dict[str, Any]:
    """The message: providers whose list is not fresh, then a row per assistant, callers first."""
    agents = every_agent(listings)
    asked = [labels.get(each.provider, each.provider) for each in listings if each.asking]
    rows = [f"Asking {escape(', '.join(asked))} … Until then, what I know:"] if asked else []
    rows += [row for each in listings for row in _trouble(each, labels)]
    if not agents and not rows:
        return notice(
            "I know no assistants: no provider is set up, or none has any. "
            "An admin can look with `switchboard providers`."
        )
    order = sorted(agents, key=lambda agent: (not agent.active, agent.name.casefold()))
    rows += [_row(agent, labels) for agent in order]
    blocks, text = rows_of(rows, "… and {count} more; write any of their names in a command")
    return message(text, blocks if asked else [*blocks, actions(button("Ask again", AGAIN, "-"))])


def _trouble(listing: Listing, labels: Mapping[str, str]) -> list[str]:
    """Why a provider's list may be old; nothing while the answer is under way."""
    if listing.why_not is None or listing.asking:
        return []
    label = escape(labels.get(listing.provider, listing.provider))
    age = "I have no list of it yet"
    if listing.seen_at is not None:
        age = f"list of {token(listing.seen_at, '{time}, {date_short_pretty}')}"
    return [f"*{label} could not be asked just now*; {age}.\n> {escape(listing.why_not)}"]


def _row(agent: Agent, labels: Mapping[str, str]) -> str:
    facts = [labels.get(agent.provider, agent.provider)]
    if agent.language:
        facts.append(agent.language)
    facts.append("active" if agent.active else f"cannot call: {agent.why_not or 'not active'}")
    return f"• *{escape(agent.name) or NAMELESS}* · {escape(' · '.join(facts))}"


BUTTONS: Mapping[str, Press] = {AGAIN: again}
COMMAND = Command(
    word="agents", usage="{command} agents", does="assistants, provider, active or not", run=run
)
