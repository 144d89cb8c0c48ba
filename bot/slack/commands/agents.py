"""``/dial agents``: who can call, at which provider, and why some cannot."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.calls.provider import Agent
from bot.slack.blocks import escape, message, notice, rows_of
from bot.slack.commands.command import Command, Line
from bot.slack.tools import Tools

NAMELESS = "(no name)"


async def run(tools: Tools, line: Line) -> None:
    """List every assistant, freshly read."""
    home = line.typed.home
    drawn = catalogue(await tools.agents.refresh(), tools.labels)
    await tools.client.answer(home, drawn, line.typed.response_url)


def catalogue(agents: Sequence[Agent], labels: Mapping[str, str]) -> dict[str, Any]:
    """The message with one row per assistant, those that can call first."""
    if not agents:
        return notice(
            "I know no assistants: no provider is set up, or none answered. "
            "An admin can check the provider's key."
        )
    order = sorted(agents, key=lambda agent: (not agent.active, agent.name.casefold()))
    rows = [_row(agent, labels) for agent in order]
    blocks, text = rows_of(rows, "… and {count} more; write any of their names in a command")
    return message(text, blocks)


def _row(agent: Agent, labels: Mapping[str, str]) -> str:
    facts = [labels.get(agent.provider, agent.provider)]
    if agent.language:
        facts.append(agent.language)
    facts.append("active" if agent.active else f"cannot call: {agent.why_not or 'not active'}")
    return f"• *{escape(agent.name) or NAMELESS}* · {escape(' · '.join(facts))}"


COMMAND = Command(
    word="agents", usage="{command} agents", does="assistants, provider, active or not", run=run
)
