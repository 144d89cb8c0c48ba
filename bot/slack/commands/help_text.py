"""``/dial help``, made from the register; an unknown word is answered with the nearest one."""

import difflib
from collections.abc import Sequence
from typing import Any

from bot.slack.blocks import context, escape, message, section
from bot.slack.commands.command import Command

TIMES = "“in 20 min”, “tomorrow 10am”, “mon 14:30 their time”, “24 Nov 9:00 Berlin”"
CLOCKS = (
    "Times mean your clock unless you write “their time” or a place. "
    "I always show both before dialling."
)


def help_message(commands: Sequence[Command], command: str, intro: str = "") -> dict[str, Any]:
    """What can be typed, with examples."""
    lines = [line for one in commands for line in one.lines]
    rows = [f"`{usage.format(command=command)}`\n{does}" for usage, does in lines]
    rows += [f"`{command}`\nthe same as a form", f"*Times*\n{TIMES}"]
    blocks = [*([section(intro)] if intro else []), section("\n".join(rows)), context(CLOCKS)]
    return message("\n".join([*([intro] if intro else []), *rows, CLOCKS]), blocks)


def unknown_word(word: str, commands: Sequence[Command], command: str) -> str:
    """The first line of the help when somebody typed a word nobody knows."""
    known = [one.word for one in commands] + ["help"]
    near = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    hint = f" Did you mean `{command} {near[0]}`?" if near else ""
    return f"I don't know `{escape(word[:40])}`.{hint} Nothing was dialled."
