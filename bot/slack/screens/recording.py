"""*Recording*: the asker and helpers get a link, asked for at that moment, that only they see."""

from collections.abc import Mapping
from typing import Any

from bot.calls.call import CallId
from bot.flows.recordings import Recording
from bot.slack.blocks import escape, message, section
from bot.slack.screens.result import RECORDING, link
from bot.slack.tools import Press, Pressed, Tools


async def hear(tools: Tools, pressed: Pressed) -> None:
    """Answer with the link, where the button stands."""
    helpers = await tools.helpers.all()
    found = await tools.recordings.fresh(CallId(pressed.value), pressed.person, helpers)
    drawn = recording_message(found)
    await tools.client.tell(pressed.channel, pressed.person, drawn, None, pressed.thread)


def recording_message(found: Recording) -> dict[str, Any]:
    """The link, where it comes from, and how long it may work."""
    provider, code = escape(found.provider), found.call.code
    address = link(found.url, "Listen")
    where = f"Recording of *{code}*: {address}."
    if not address:
        where = f"{provider} has the recording of *{code}*, but its link is none I can show."
    age = f"{provider} gave the link just now. Such links expire; press again for another one."
    if found.trouble:
        age = (
            f"I asked {provider} for a new link, but {found.trouble}: this is the one I got with "
            "the result, and it may have expired."
        )
    text = f"{where} {age}"
    return message(text, [section(text)])


BUTTONS: Mapping[str, Press] = {RECORDING: hear}
