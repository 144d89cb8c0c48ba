"""Which handler answers which delivery: commands, buttons, forms, events."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from bot.calls.inbox import Delivery
from bot.flows.ask import Typed
from bot.slack.commands import COMMANDS, agents
from bot.slack.commands.command import Line
from bot.slack.commands.help_text import help_message, unknown_word
from bot.slack.desk import Handler
from bot.slack.keys import team_of
from bot.slack.mentions import is_said_to_us, said_to_us
from bot.slack.screens import call_buttons, defaults, draft_buttons, outcome, recording
from bot.slack.screens.form import CALL_FORM, MOVE_FORM, read_call_form, read_move_form
from bot.slack.screens.form_people import with_number
from bot.slack.screens.shortcut import CALL_THIS_NUMBER, call_this_number
from bot.slack.tools import Press, Tools, home_of, pressed_of

log = structlog.get_logger(__name__)

LONGEST_WORD = 40  # a longer one is no misremembered command
Submitted = Callable[[Tools, Delivery], Awaitable[None]]
FORMS: Mapping[str, Submitted] = {
    CALL_FORM: draft_buttons.submitted,
    MOVE_FORM: call_buttons.submitted,
    defaults.ME_FORM: defaults.submitted,
    outcome.MARK_FORM: outcome.submitted,
}
BUTTONS: Mapping[str, Press] = {
    **agents.BUTTONS,
    **draft_buttons.BUTTONS,
    **call_buttons.BUTTONS,
    **outcome.BUTTONS,
    **recording.BUTTONS,
    defaults.OPEN_DEFAULTS: defaults.pressed_open,
}


class Routes:
    """The handlers of each kind of delivery; ``bot_user`` is who we are in this workspace."""

    def __init__(self, tools: Tools, bot_user: str) -> None:
        self._tools = tools
        self._bot_user = bot_user
        self.handlers: Mapping[str, Handler] = {
            "command": self.command,
            "action": self.action,
            "view": self.view,
            "event": self.event,
            "shortcut": self.shortcut,
        }

    async def command(self, delivery: Delivery) -> None:
        """A slash command."""
        body = delivery.body
        text = str(body.get("text") or "").strip()
        typed = Typed(home_of(body), text, delivery.id, body.get("response_url"))
        await run_line(self._tools, typed, trigger_id=str(body.get("trigger_id", "")))

    async def action(self, delivery: Delivery) -> None:
        """A button."""
        pressed = pressed_of(delivery)
        press = BUTTONS.get(pressed.action_id.split(":")[0])
        if press is None:
            log.warning("unknown_button", action=pressed.action_id)
            return
        await press(self._tools, pressed)
        self._tools.nudge()

    async def view(self, delivery: Delivery) -> None:
        """A submitted form."""
        submitted = FORMS.get(str(delivery.body["view"].get("callback_id")))
        if submitted is not None:
            await submitted(self._tools, delivery)
            self._tools.nudge()

    async def event(self, delivery: Delivery) -> None:
        """Words said to us, or an invitation into a channel."""
        about = delivery.body["event"]
        if is_said_to_us(about):
            await run_line(self._tools, said_to_us(delivery, self._bot_user), trigger_id="")
        elif about["type"] == "member_joined_channel" and about.get("user") == self._bot_user:
            freed = await self._tools.posts.unblock(str(about["channel"]))
            log.info("channel_joined", freed=freed)
            self._tools.nudge()

    async def shortcut(self, delivery: Delivery) -> None:
        """The shortcut of a message."""
        if delivery.body.get("callback_id") == CALL_THIS_NUMBER:
            await call_this_number(self._tools, delivery)


async def run_line(tools: Tools, typed: Typed, *, trigger_id: str) -> None:
    """Find the sub-command by its first word; anything else is read as a call."""
    text = typed.text
    word, _, rest = text.partition(" ")
    known = {one.word: one for one in COMMANDS if one.word != "call"}
    if word.lower() in known:
        await known[word.lower()].run(tools, Line(typed, rest.strip(), trigger_id))
    elif word.lower() == "help":
        await _help(tools, typed)
    elif _is_unknown_word(text) and not await _is_somebody(tools, typed):
        await _help(tools, typed, unknown_word(word, COMMANDS, tools.command))
    else:
        await COMMANDS[0].run(tools, Line(typed, text, trigger_id))


def _is_unknown_word(text: str) -> bool:
    """One lonely word without a digit is a sub-command somebody misremembered."""
    return (
        0 < len(text) <= LONGEST_WORD
        and " " not in text
        and not any(sign.isdigit() for sign in text)
    )


async def _is_somebody(tools: Tools, typed: Typed) -> bool:
    """Is the word the name, or a part of it, of somebody called before?"""
    found = (await tools.asking.heard(typed.home, typed.text)).found
    return found is not None and bool(found.people)


async def _help(tools: Tools, typed: Typed, intro: str = "") -> None:
    home = typed.home
    drawn = help_message(COMMANDS, tools.command, intro)
    await tools.client.answer(home, drawn, typed.response_url)


async def check_form(tools: Tools, body: Mapping[str, Any]) -> dict[str, str]:
    """The errors of a submitted form by field; empty when it can be taken."""
    now, view = tools.clock.now(), body["view"]
    if view.get("callback_id") == CALL_FORM:
        named = await with_number(tools, view, team_of(body), str(body["user"]["id"]))
        region = tools.default_region
        return named.errors or read_call_form(named.view, now=now, default_region=region)[1]
    if view.get("callback_id") == MOVE_FORM:
        return read_move_form(view, now=now)[2]
    if view.get("callback_id") == defaults.ME_FORM:
        return defaults.read_defaults(view)[1]
    return {}
