"""``/dial pause vozagent key leaked`` and ``/dial resume vozagent``: at once, in every process."""

from bot.reports.pauses import Tongue, not_paused, note, paused, paused_already, resumed
from bot.slack.blocks import notice
from bot.slack.client import SlackRefused
from bot.slack.commands.command import Command, Line
from bot.slack.times import token
from bot.slack.tools import Tools

WHEN = "{time}, {date_short_pretty}"


def tongue_of(tools: Tools) -> Tongue:
    """Names of providers as here, instants on the reader's own clock."""
    return Tongue(tools.labels, tools.command, lambda moment: token(moment, WHEN))


async def pause(tools: Tools, line: Line) -> None:
    """Nothing of that scope is dialled any more; everybody in the channel reads who did it."""
    home = line.typed.home
    staff = await tools.helpers.all()
    done = await tools.pausing.pause(home.team, home.asker, line.rest, staff)
    tools.nudge()
    if done.already:
        text = paused_already(done.pause, tongue_of(tools))
        await tools.client.answer(home, notice(text), line.typed.response_url)
        return
    await _tell_all(tools, line, paused(done.pause, tongue_of(tools)))


async def resume(tools: Tools, line: Line) -> None:
    """What was held goes out, judged anew."""
    home = line.typed.home
    staff = await tools.helpers.all()
    done = await tools.pausing.resume(home.asker, line.rest, staff)
    tools.nudge()
    if done.pause is None:
        text = not_paused(done.scope, done.left, tongue_of(tools))
        await tools.client.answer(home, notice(text), line.typed.response_url)
        return
    await _tell_all(tools, line, resumed(done.pause, home.asker, done.left, tongue_of(tools)))


async def notes(tools: Tools) -> list[str]:
    """A line for each pause, for lists of calls."""
    return [note(each, tongue_of(tools)) for each in await tools.calls.pauses()]


async def _tell_all(tools: Tools, line: Line, text: str) -> None:
    """In the channel, by the command's own address where the bot is no member of it."""
    home, url, drawn = line.typed.home, line.typed.response_url, notice(text)
    public = {"response_type": "in_channel", "replace_original": False, **drawn}
    if url and await tools.client.respond(url, public):
        return
    thread = {"thread_ts": home.thread} if home.thread else {}
    try:
        await tools.client.call("chat.postMessage", channel=home.channel, **thread, **drawn)
    except SlackRefused:
        await tools.client.answer(home, drawn, None)


PAUSE = Command(
    word="pause",
    usage="{command} pause vozagent key leaked",
    does="on-call staff: no call goes out through a provider until it is resumed",
    run=pause,
    more=(("{command} pause line trouble", "the same for all calls; the words say why"),),
)
RESUME = Command(
    word="resume",
    usage="{command} resume vozagent",
    does="what was held goes out; without a provider, of a pause for all calls",
    run=resume,
)
