"""``/dial list``: my newest calls, where they stand and when they are due."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.calls.call import Call
from bot.calls.states import WAITING
from bot.reports.live import headline
from bot.slack.blocks import message, notice, rows_of
from bot.slack.commands.command import Command, Line
from bot.slack.commands.pause import notes
from bot.slack.screens.live import scene_of, whom
from bot.slack.times import due_words, token
from bot.slack.tools import Tools

NEWEST = 10


async def run(tools: Tools, line: Line) -> None:
    """List the asker's newest calls."""
    home = line.typed.home
    calls = await tools.calls.latest_of(home.team, home.asker, NEWEST)
    drawn = listed(calls, tools.command, tools.labels, await notes(tools))
    await tools.client.answer(home, drawn, line.typed.response_url)


def listed(
    calls: Sequence[Call], command: str, labels: Mapping[str, str], notes: Sequence[str] = ()
) -> dict[str, Any]:
    """The message with one row per call, under ``notes`` on all of them."""
    if not calls:
        return notice("\n".join([*notes, f"You have no calls yet. Try `{command} help`."]))
    rows = [*notes, *(_row(call, labels) for call in calls)]
    blocks, text = rows_of(rows, "… and {count} older ones")
    return message(text, blocks)


def _row(call: Call, labels: Mapping[str, str]) -> str:
    state = headline(call, None, scene_of(call, None, labels)).word
    when = due_words(call) if call.state in WAITING else token(call.changed_at)
    return f"• *{call.code}* {state} · {whom(call)} · {when}"


COMMAND = Command(word="list", usage="{command} list", does="my newest calls", run=run)
