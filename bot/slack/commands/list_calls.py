"""``/dial list``: my newest calls, where they stand and when they are due."""

from bot.calls.call import Call
from bot.calls.states import WAITING
from bot.slack.blocks import notice
from bot.slack.commands.command import Command, Line
from bot.slack.screens.live import whom
from bot.slack.times import due_words, token
from bot.slack.tools import Tools

NEWEST = 10


async def run(tools: Tools, line: Line) -> None:
    """List the asker's newest calls."""
    home = line.typed.home
    calls = await tools.calls.latest_of(home.team, home.asker, NEWEST)
    rows = [_row(call) for call in calls]
    text = "\n".join(rows) or f"You have no calls yet. Try `{tools.command} help`."
    await tools.client.tell(home.channel, home.asker, notice(text), line.typed.response_url)


def _row(call: Call) -> str:
    state = call.state.value.replace("_", " ")
    when = due_words(call) if call.state in WAITING else token(call.changed_at)
    return f"• *{call.code}* {state} · {whom(call)} · {when}"


COMMAND = Command(word="list", usage="{command} list", does="my newest calls", run=run)
