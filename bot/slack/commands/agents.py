"""``/dial agents``: who can call, at which provider, and why some cannot."""

from bot.calls.provider import Agent
from bot.slack.blocks import escape, notice
from bot.slack.commands.command import Command, Line
from bot.slack.tools import Tools


async def run(tools: Tools, line: Line) -> None:
    """List every assistant, freshly read."""
    home = line.typed.home
    agents = await tools.agents.refresh()
    rows = [_row(tools, agent) for agent in agents]
    text = "\n".join(rows) or (
        "I know no assistants: no provider is set up, or none answered. "
        "An admin can check the provider's key."
    )
    await tools.client.tell(home.channel, home.asker, notice(text), line.typed.response_url)


def _row(tools: Tools, agent: Agent) -> str:
    facts = [tools.labels.get(agent.provider, agent.provider)]
    if agent.language:
        facts.append(agent.language)
    facts.append("active" if agent.active else f"cannot call: {agent.why_not or 'not active'}")
    return f"• *{escape(agent.name)}* · {escape(' · '.join(facts))}"


COMMAND = Command(
    word="agents", usage="{command} agents", does="assistants, provider, active or not", run=run
)
