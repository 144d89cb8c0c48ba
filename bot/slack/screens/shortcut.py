"""The message shortcut *Call this number…*: the form, filled in from somebody's message."""

from collections.abc import Mapping
from typing import Any

from bot.calls.call import Home
from bot.calls.inbox import Delivery
from bot.flows.drafting import DRAFT_LIVES, usable
from bot.flows.people import MOST_OFFERED, Found
from bot.slack.blocks import clip, escape, notice
from bot.slack.screens.confirm import number_from
from bot.slack.screens.form_drawing import Form, call_form
from bot.slack.screens.form_retries import usual_tries
from bot.slack.tools import Tools
from bot.understanding.phones import shown

CALL_THIS_NUMBER = "call_this_number"
NAME = "Call this number…"
LONGEST_NOTE = 1_000  # characters of the message that go along as notes
NO_NUMBER = "I found no phone number in that message."
NONE_FOUND = f"{NO_NUMBER} Fill one in."


async def call_this_number(tools: Tools, delivery: Delivery) -> None:
    """Open the form; the call's own message will go to the thread of the message it came from."""
    body = delivery.body
    home = _home(body)
    text = str(body.get("message", {}).get("text") or "")
    heard = await tools.asking.heard(home, text)
    reading = heard.reading
    draft = await tools.drafts.open(
        home,
        None,
        source=delivery.id,
        expires_at=tools.clock.now() + DRAFT_LIVES,
        response_url=None,
    )
    own = await tools.preferences.defaults_of(home.team, home.asker)
    form = Form(
        agents=list(usable(await tools.agents.all()).values()),
        labels=tools.labels,
        asker_zone=await tools.people.of(home.team, home.asker),
        number=shown(reading.phones[0]) if reading.phones else "",
        agent=reading.agent.name if reading.agent else "",
        provider=reading.agent.provider if reading.agent else "",
        agent_id=reading.agent.id if reading.agent else "",
        name=(reading.name or "") if heard.found and heard.found.called else "",
        notes=clip(text, LONGEST_NOTE),
        tries=usual_tries(own),
        region=own.region or "",
        callee_zones=reading.callee_zones,
    )
    intro = _known_people(heard.found) if heard.found else ""
    view = call_form(form, draft.id, intro or _intro(reading.phones))
    if not await tools.client.open_view(str(body.get("trigger_id", "")), view):
        again = notice("Slack did not let me open the form in time. Use the shortcut once more.")
        await tools.client.tell(home.channel, home.asker, again, None, home.thread)


def _home(body: Mapping[str, Any]) -> Home:
    message = body.get("message", {})
    return Home(
        team=str((body.get("team") or {}).get("id", "")),
        channel=str(body["channel"]["id"]),
        asker=str(body["user"]["id"]),
        thread=str(message.get("thread_ts") or message.get("ts") or body.get("message_ts", "")),
    )


def _known_people(found: Found) -> str:
    """Who is known by the name in a message without a number; only one person sees a form."""
    if found.called is not None:
        return f"{NO_NUMBER} {number_from(found.called)}"
    people = [f"{escape(one.name)} {shown(one.number)}" for one in found.people[:MOST_OFFERED]]
    return f"{NO_NUMBER} From earlier calls I know {'; '.join(people)}." if people else ""


def _intro(phones: tuple[str, ...]) -> str:
    if not phones:
        return NONE_FOUND
    others = ", ".join(shown(phone) for phone in phones[1:5])
    return f"Also in that message: {others}" if others else ""
