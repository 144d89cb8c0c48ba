"""``/dial cancel C-4F7K``: before the dial only."""

from bot.calls.states import State
from bot.slack.blocks import notice
from bot.slack.commands.command import Command, Line
from bot.slack.commands.move import call_named
from bot.slack.screens.live import whom
from bot.slack.tools import Tools


async def run(tools: Tools, line: Line) -> None:
    """Cancel a waiting call by its code. Raises ``TooLate`` once it is dialled."""
    home = line.typed.home
    call, _ = await call_named(tools, line, "cancel")
    done = await tools.booking.cancel(call.id, home.asker, await tools.helpers.all())
    did, more = ("Cancelled", "") if done.state == State.CANCELLED else ("Stopped", " again")
    text = f"{did} {done.code}: {whom(done)} will not be called{more}."
    await tools.client.answer(home, notice(text), line.typed.response_url)


COMMAND = Command(
    word="cancel",
    usage="{command} cancel C-4F7K",
    does="cancel a call before it is dialled",
    run=run,
)
