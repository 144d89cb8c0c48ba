"""A fresh stand-in for Slack, and a tiny real app that talks to it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack import SlackStandIn, View

Json = dict[str, Any]


@dataclass
class TinyApp:
    """A real Bolt app on Socket Mode.

    ``got`` collects the bodies its listeners saw; ``next_ack`` is what a test wants acknowledged.
    """

    slack: SlackStandIn
    app: AsyncApp
    client: AsyncWebClient
    handler: AsyncSocketModeHandler
    got: list[Json] = dataclass_field(default_factory=list)
    next_ack: Json = dataclass_field(default_factory=dict)

    async def connect(self) -> None:
        await self.handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt has no types here
        await self.slack.app_connected()


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    stand_in = SlackStandIn()
    stand_in.courier.retry_delays = None  # tests say when an event comes again
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
async def client(slack: SlackStandIn) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(
            token=slack.workspace.tokens.bot,
            base_url=slack.api_url,
            session=session,
            retry_handlers=[],
        )


@pytest.fixture
async def tiny(slack: SlackStandIn, client: AsyncWebClient) -> AsyncIterator[TinyApp]:
    """Not connected yet: a test adds its listeners first."""
    app = AsyncApp(client=client, process_before_response=True)
    handler = AsyncSocketModeHandler(app, slack.workspace.tokens.app, ping_interval=2)
    made = TinyApp(slack, app, client, handler)
    yield made
    await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt has no types here


@pytest.fixture
async def forms(tiny: TinyApp) -> TinyApp:
    """Acknowledges commands, clicks and forms; ``next_ack`` is the ack of a form."""

    @tiny.app.command("/dial")
    async def dial(ack: Any) -> None:
        await ack()

    @tiny.app.action("more")
    async def more(ack: Any) -> None:
        await ack()

    @tiny.app.view("form")
    async def form(ack: Any, body: Json) -> None:
        answer = tiny.next_ack
        tiny.got.append(body)
        await ack(**answer)

    @tiny.app.view_closed("form")
    async def closed(ack: Any) -> None:
        await ack()

    await tiny.connect()
    return tiny


async def trigger(tiny: TinyApp) -> str:
    made = await tiny.slack.command("rita", "#sales", "/dial")
    return str(made.payload["trigger_id"])


async def opened(tiny: TinyApp, *blocks: Json, **more: Any) -> View:
    view = modal("form", *blocks, **more)
    await tiny.client.views_open(trigger_id=await trigger(tiny), view=view)
    return tiny.slack.views("rita")[-1]


# --- small blocks and views that Slack would take


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(action_id: str, label: str = "Go", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(label), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "block_id": "acts", "elements": list(elements)}


def option(value: str, text: str = "") -> Json:
    return {"text": plain(text or value.title()), "value": value}


def field(name: str, element: Json, **more: Any) -> Json:
    """An input block whose block id and action id are both ``name``."""
    element = {"action_id": name, **element}
    return {"type": "input", "block_id": name, "label": plain(name), "element": element, **more}


def text_input(name: str, **more: Any) -> Json:
    return field(name, {"type": "plain_text_input"}, **more)


def modal(callback_id: str, *blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain("New call"),
        "submit": plain("Send"),
        "blocks": list(blocks),
        **more,
    }


def home(*blocks: Json) -> Json:
    return {"type": "home", "blocks": list(blocks)}
