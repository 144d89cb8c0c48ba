"""``/dial move C-4F7K friday 3pm``: another time for a call that has not been dialled."""

import re
from dataclasses import replace

from bot.calls.call import Call
from bot.calls.errors import Misunderstood, NotFound
from bot.flows.ask import Typed
from bot.slack.commands.call import show
from bot.slack.commands.command import Command, Line
from bot.slack.screens.form_drawing import move_form
from bot.slack.tools import Tools

CODE = re.compile(r"(?<!\w)C-[0-9A-Z]{4,8}(?!\w)", re.IGNORECASE)


async def run(tools: Tools, line: Line) -> None:
    """Propose the new time on both clocks; without words, open the form."""
    call, words = await call_named(tools, line, "move")
    if words.text or not await tools.client.open_view(line.trigger_id, move_form(call)):
        answer = await tools.asking.retime(words, call, moving=True)
        await show(tools, answer)


async def call_named(tools: Tools, line: Line, verb: str) -> tuple[Call, Typed]:
    """The call of the line, and the words behind its code.

    Raises ``Misunderstood`` without a code, ``NotFound`` and ``NotAllowed`` for somebody else's.
    """
    home = line.typed.home
    found = CODE.search(line.rest)
    if found is None:
        raise Misunderstood(
            f"Which call? Name it by its code, like `{tools.command} {verb} C-4F7K`; "
            f"`{tools.command} list` shows yours. Nothing was changed."
        )
    call = await tools.calls.by_code(home.team, found.group())
    if call is None:
        raise NotFound(
            f"I know no call {found.group().upper()}. `{tools.command} list` shows yours. "
            "Nothing was changed."
        )
    await tools.booking.theirs(call.id, home.asker, await tools.helpers.all())
    words = (line.rest[: found.start()] + line.rest[found.end() :]).strip(" ,:")
    return call, replace(line.typed, text=words)


COMMAND = Command(
    word="move",
    usage="{command} move C-4F7K friday 3pm",
    does="another time for a call, before it is dialled",
    run=run,
)
