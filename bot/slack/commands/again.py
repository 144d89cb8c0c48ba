"""``/dial again C-4F7K tomorrow``: a new call like an old one, to be confirmed anew."""

from bot.slack.commands.call import show
from bot.slack.commands.command import Command, Line
from bot.slack.commands.move import call_named
from bot.slack.tools import Tools


async def run(tools: Tools, line: Line) -> None:
    """Propose the call once more; without a time, as soon as it is confirmed."""
    call, words = await call_named(tools, line, "again")
    answer = await tools.asking.retime(words, call, moving=False)
    await show(tools, answer)


COMMAND = Command(
    word="again",
    usage="{command} again C-4F7K tomorrow 10am",
    does="call the same person once more",
    run=run,
)
