"""Socket Mode: hello, one envelope to one connection, broken lines, second tries."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack import SlackStandIn
from tests.demo.conftest import TinyApp

Json = dict[str, Any]


@pytest.fixture
async def ears(tiny: TinyApp) -> TinyApp:
    """Hears commands and messages; notes how often an event was sent before."""

    @tiny.app.command("/dial")
    async def dial(ack: Any, body: Json) -> None:
        tiny.got.append(body)
        await ack()

    @tiny.app.event("message")
    async def message(body: Json, request: Any) -> None:
        retry = request.headers.get("x-slack-retry-num", ["0"])[0]
        tiny.got.append(body | {"retry": retry})

    await tiny.connect()
    return tiny


class Plug:
    """A socket in a test's own hand; it acknowledges what it gets unless told not to."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws
        self.got: list[Json] = []
        self.acks = True
        self.task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for message in self.ws:
            body = message.json()
            self.got.append(body)
            if "envelope_id" in body and self.acks:
                await self.ws.send_json({"envelope_id": body["envelope_id"]})


Connect = Callable[[], Awaitable[Plug]]


@pytest.fixture
async def connect(slack: SlackStandIn, client: AsyncWebClient) -> AsyncIterator[Connect]:
    plugs: list[Plug] = []
    async with aiohttp.ClientSession() as session:

        async def make() -> Plug:
            opened = await client.apps_connections_open(app_token=slack.workspace.tokens.app)
            plugs.append(Plug(await session.ws_connect(opened["url"])))
            return plugs[-1]

        yield make
        for plug in plugs:
            await plug.ws.close()
            await plug.task


async def test_each_envelope_goes_to_exactly_one_connection(
    slack: SlackStandIn, connect: Connect
) -> None:
    plugs = [await connect(), await connect()]
    await slack.until(lambda s: len(s.hub.usable()) == 2)
    for _ in range(4):
        assert (await slack.command("rita", "#sales", "/dial")).status == "ok"
    envelopes = [[b for b in plug.got if "envelope_id" in b] for plug in plugs]
    assert [len(got) for got in envelopes] == [2, 2]
    hellos = [body for plug in plugs for body in plug.got if body["type"] == "hello"]
    assert [hello["num_connections"] for hello in hellos] == [1, 2]


async def test_an_eleventh_connection_is_turned_away(slack: SlackStandIn, connect: Connect) -> None:
    for _ in range(10):
        await connect()
    await slack.until(lambda s: len(s.hub.usable()) == 10)
    extra = await connect()
    await extra.task
    assert [body["reason"] for body in extra.got] == ["too_many_websockets"]


async def test_a_ticket_opens_one_connection(slack: SlackStandIn, client: AsyncWebClient) -> None:
    opened = await client.apps_connections_open(app_token=slack.workspace.tokens.app)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(opened["url"]):
            pass
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(opened["url"])


async def test_an_ack_on_another_connection_does_not_count(
    slack: SlackStandIn, connect: Connect
) -> None:
    slack.courier.ack_seconds = 0.2
    first = await connect()
    first.acks = False
    await slack.app_connected()
    waiting = asyncio.create_task(slack.command("rita", "#sales", "/dial"))
    await slack.until(lambda s: s.deliveries)
    second = await connect()
    await slack.until(lambda s: len(s.hub.usable()) == 2)
    (envelope,) = [b for b in first.got if "envelope_id" in b]
    await second.ws.send_json({"envelope_id": envelope["envelope_id"]})
    assert (await waiting).status == "timeout"


async def test_after_a_refresh_the_app_is_back_on_a_new_connection(ears: TinyApp) -> None:
    await ears.slack.disconnect("refresh_requested")
    await ears.slack.app_connected()
    assert len(ears.slack.hub.hellos) == 2
    assert (await ears.slack.command("rita", "#sales", "/dial")).status == "ok"


async def test_after_a_hard_drop_the_app_comes_back_by_itself(ears: TinyApp) -> None:
    assert ears.slack.drop_sockets(hard=True) == 1
    assert (await ears.slack.command("rita", "#sales", "/dial")).status == "no_app"
    await ears.slack.app_connected()
    assert (await ears.slack.command("rita", "#sales", "/dial")).status == "ok"


async def test_a_line_that_breaks_before_the_ack_is_a_timeout_for_the_person(
    slack: SlackStandIn, connect: Connect
) -> None:
    slack.courier.ack_seconds = 0.2
    plug = await connect()
    plug.acks = False
    await slack.app_connected()
    waiting = asyncio.create_task(slack.command("rita", "#sales", "/dial"))
    await slack.until(lambda s: s.deliveries)
    slack.drop_sockets(hard=True)
    assert (await waiting).status == "timeout"


async def test_a_command_can_be_brought_twice_word_for_word(ears: TinyApp) -> None:
    made = await ears.slack.command("rita", "#sales", "/dial +1 415 555 0123")
    await ears.slack.redeliver(made)
    first, second = ears.got
    assert first == second
    assert made.attempts == 2


async def test_an_event_that_was_not_acknowledged_comes_again_with_its_marks(
    slack: SlackStandIn, ears: TinyApp, connect: Connect
) -> None:
    slack.courier.ack_seconds = 0.5
    silent = await connect()
    silent.acks = False
    await slack.until(lambda s: len(s.hub.usable()) == 2)
    for _ in range(2):  # one of the two goes to the silent connection
        await slack.message("rita", "dm", "hello")
    (lost,) = slack.courier.unacknowledged
    assert [body["retry"] for body in ears.got] == ["0"]
    await silent.ws.close()
    await slack.until(lambda s: len(s.hub.usable()) == 1)
    assert await slack.courier.retry_now() == [lost]
    await slack.until(lambda _: len(ears.got) == 2)
    assert ears.got[1]["retry"] == "1"
    assert ears.got[1]["event_id"] == lost.payload["event_id"]
    assert slack.courier.unacknowledged == []


async def test_slack_itself_tries_an_event_again_three_times(
    slack: SlackStandIn, connect: Connect
) -> None:
    slack.courier.ack_seconds, slack.courier.retry_delays = 0.05, (0.0, 0.0, 0.0)
    plug = await connect()
    plug.acks = False
    await slack.app_connected()
    await slack.message("rita", "dm", "hello")
    await slack.until(lambda s: not s.courier.unacknowledged)
    events = [b for b in plug.got if b["type"] == "events_api"]
    assert [b["retry_attempt"] for b in events] == [0, 1, 2, 3]
    assert [b["retry_reason"] for b in events] == ["", "timeout", "timeout", "timeout"]
    assert len({b["envelope_id"] for b in events}) == 4
    assert len({b["payload"]["event_id"] for b in events}) == 1


async def test_an_event_the_app_is_not_subscribed_to_is_not_sent(
    slack: SlackStandIn, ears: TinyApp
) -> None:
    slack.world.app.events -= {"message.im"}
    await slack.message("rita", "dm", "hello")
    assert ears.got == []
