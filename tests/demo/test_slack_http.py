"""Signed HTTP: the same deliveries, posted to the request URL of a real app."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.app.async_server import AsyncSlackAppServer
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack import SlackStandIn
from tests.demo.conftest import actions, button, modal, text_input

Json = dict[str, Any]


@pytest.fixture
async def heard() -> list[Json]:
    return []


async def serve(handler: Any) -> tuple[web.AppRunner, str]:
    """A small server on a free port; its request URL."""
    app = handler if isinstance(handler, web.Application) else web.Application()
    if handler is not app:
        app.router.add_post("/slack/events", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"


@pytest.fixture
async def http_app(
    slack: SlackStandIn, client: AsyncWebClient, heard: list[Json]
) -> AsyncIterator[AsyncApp]:
    """A real Bolt app behind HTTP, which checks the signatures."""
    app = AsyncApp(
        client=client,
        signing_secret=slack.workspace.tokens.signing_secret,
        process_before_response=True,
    )

    @app.command("/dial")
    async def dial(ack: Any, body: Json) -> None:
        heard.append(body)
        await ack("Who?")

    @app.action("go")
    async def go(ack: Any, body: Json) -> None:
        heard.append(body)
        await ack()

    @app.view("form")
    async def form(ack: Any, body: Json) -> None:
        heard.append(body)
        await ack(response_action="errors", errors={"who": "Nobody"})

    @app.event("message")
    async def message(body: Json) -> None:
        heard.append(body)

    server = AsyncSlackAppServer(port=0, path="/slack/events", app=app)
    runner, url = await serve(server.web_app)
    slack.deliver_to("http", request_url=url)
    await slack.app_connected()
    yield app
    await runner.cleanup()


async def test_the_request_url_gives_the_challenge_back(
    slack: SlackStandIn, http_app: AsyncApp
) -> None:
    await slack.app_connected()  # raises if it did not


async def test_commands_clicks_forms_and_events_arrive_signed(
    slack: SlackStandIn, http_app: AsyncApp, client: AsyncWebClient, heard: list[Json]
) -> None:
    made = await slack.command("rita", "#sales", "/dial +1 415 555 0123")
    assert (made.status, made.response) == ("ok", {"text": "Who?"})
    assert slack.seen_by("rita", "sales")[0].text == "Who?"
    assert heard[0]["text"] == "+1 415 555 0123"
    blocks = [actions(button("go", value="1"))]
    await client.chat_postMessage(channel="C0SALES", text="x", blocks=blocks)
    made = await slack.click("rita", slack.seen_by("rita", "sales")[-1], "go")
    view = modal("form", text_input("who"))
    await client.views_open(trigger_id=made.payload["trigger_id"], view=view)
    made = await slack.submit("rita", slack.views("rita")[0], {"who": "Vox"})
    assert made.errors == {"who": "Nobody"}
    await slack.message("rita", "dm", "hello")
    assert [d.status for d in slack.deliveries] == ["ok"] * 4
    assert heard[-1]["event"]["text"] == "hello"


async def test_a_wrong_secret_is_refused_by_the_app(
    slack: SlackStandIn, http_app: AsyncApp, heard: list[Json]
) -> None:
    slack.workspace.tokens.signing_secret = "another"
    slack.deliver_to("http", request_url=slack.courier.transport.url)  # type: ignore[union-attr]  # it is HTTP here
    assert (await slack.command("rita", "#sales", "/dial")).status == "error"
    assert heard == []


async def test_signatures_carry_real_time_even_when_the_clock_has_moved(
    slack: SlackStandIn, http_app: AsyncApp
) -> None:
    slack.advance(24 * 3600)
    assert (await slack.command("rita", "#sales", "/dial")).status == "ok"


async def test_a_slow_app_is_a_timeout_and_a_missing_one_is_no_app(slack: SlackStandIn) -> None:
    done = asyncio.Event()

    async def sleepy(_: web.Request) -> web.Response:
        await done.wait()
        return web.Response()

    runner, url = await serve(sleepy)
    slack.deliver_to("http", request_url=url)
    slack.courier.ack_seconds = 0.2
    assert (await slack.command("rita", "#sales", "/dial")).status == "timeout"
    done.set()
    await runner.cleanup()
    assert (await slack.command("rita", "#sales", "/dial")).status == "no_app"


async def test_an_event_comes_again_with_retry_headers(slack: SlackStandIn) -> None:
    seen: list[web.Request] = []
    bodies: list[str] = []

    async def flaky(request: web.Request) -> web.Response:
        seen.append(request)
        bodies.append(await request.text())
        return web.Response(status=500 if len(seen) == 1 else 200)

    runner, url = await serve(flaky)
    slack.deliver_to("http", request_url=url)
    await slack.message("rita", "dm", "hello")
    await slack.courier.retry_now()
    first, second = (request.headers for request in seen)
    assert "X-Slack-Retry-Num" not in first
    assert (second["X-Slack-Retry-Num"], second["X-Slack-Retry-Reason"]) == ("1", "http_error")
    assert bodies[0] == bodies[1]
    verifier = SignatureVerifier(slack.workspace.tokens.signing_secret)
    assert verifier.is_valid_request(bodies[1], dict(second))
    await runner.cleanup()
