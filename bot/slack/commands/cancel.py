"""``/dial cancel C-4F7K``: before the dial only."""

import re

from bot.calls.errors import Misunderstood, NotFound
from bot.slack.blocks import notice
from bot.slack.commands.command import Command, Line
from bot.slack.screens.live import whom
from bot.slack.tools import Tools

CODE = re.compile(r"\bC-[0-9A-Z]{4,8}\b", re.IGNORECASE)


async def run(tools: Tools, line: Line) -> None:
    """Cancel a waiting call by its code. Raises ``TooLate`` once it is dialled."""
    home = line.typed.home
    code = CODE.search(line.rest)
    if code is None:
        raise Misunderstood(
            "Which call? Name it by its code, like "
            f"`{tools.command} cancel C-4F7K`; `{tools.command} list` shows yours. "
            "Nothing was cancelled."
        )
    call = await tools.calls.by_code(home.team, code.group())
    if call is None:
        raise NotFound(
            f"I know no call {code.group().upper()}. `{tools.command} list` shows yours. "
            "Nothing was cancelled."
        )
    done = await tools.booking.cancel(call.id, home.asker, await tools.helpers.all())
    text = f"Cancelled {done.code}: {whom(done)} will not be called."
    await tools.client.answer(home, notice(text), line.typed.response_url)


COMMAND = Command(
    word="cancel",
    usage="{command} cancel C-4F7K",
    does="cancel a call before it is dialled",
    run=run,
)
