"""The register of sub-commands: routing, help and the README are made from it."""

from bot.slack.commands import again, agents, call, cancel, list_calls, me, move, pause
from bot.slack.commands.command import Command

COMMANDS: tuple[Command, ...] = (
    call.COMMAND,
    list_calls.COMMAND,
    move.COMMAND,
    again.COMMAND,
    cancel.COMMAND,
    agents.COMMAND,
    me.COMMAND,
    pause.PAUSE,
    pause.RESUME,
)
