"""The register of sub-commands: routing, help and the README are made from it."""

from bot.slack.commands import agents, call, cancel, list_calls
from bot.slack.commands.command import Command

COMMANDS: tuple[Command, ...] = (
    call.COMMAND,
    list_calls.COMMAND,
    cancel.COMMAND,
    agents.COMMAND,
)
