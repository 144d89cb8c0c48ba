"""``/dial me``: what holds for all my calls."""

from bot.slack.commands.command import Command, Line
from bot.slack.screens.defaults import defaults_message, open_form
from bot.slack.tools import Tools


async def run(tools: Tools, line: Line) -> None:
    """Open the form; where none can be opened, show what is set with a button to it."""
    home = line.typed.home
    if await open_form(tools, home.team, home.asker, line.trigger_id):
        return
    own = await tools.preferences.defaults_of(home.team, home.asker)
    drawn = defaults_message(own, tools.default_region, "Your defaults", tools.labels)
    await tools.client.answer(home, drawn, line.typed.response_url)


COMMAND = Command(
    word="me", usage="{command} me", does="my assistant, country, clock and retries", run=run
)
