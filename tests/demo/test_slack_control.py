"""The control API: what the demo page asks of the stand-in, over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.demo.slack import SlackStandIn
from tests.demo.conftest import TinyApp, button, modal, section, text_input

Json = dict[str, Any]


@pytest.fixture
async def page(slack: SlackStandIn) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"{slack.origin}/_demo/") as session:
        yield session


async def get(page: aiohttp.ClientSession, what: str, **query: str) -> Json:
    async with page.get(what, params=query) as answer:
        return dict(await answer.json())


async def post(page: aiohttp.ClientSession, what: str, **body: Any) -> tuple[int, Json]:
    async with page.post(what, json=body) as answer:
        return answer.status, dict(await answer.json())


async def answer_with_a_form(tiny: TinyApp) -> None:
    """The app opens a form at each command and refuses one number in it."""

    @tiny.app.command("/dial")
    async def dial(ack: Any, command: Json, client: Any) -> None:
        await ack()
        form = modal("call", text_input("number"))
        await client.views_open(trigger_id=command["trigger_id"], view=form)

    @tiny.app.view("call")
    async def call(ack: Any, view: Json) -> None:
        number = view["state"]["values"]["number"]["number"]["value"]
        wrong = {"response_action": "errors", "errors": {"number": "No such number"}}
        await ack(**wrong) if number == "555" else await ack()

    await tiny.connect()


async def test_the_page_learns_who_and_what_there_is(page: aiohttp.ClientSession) -> None:
    world = await get(page, "world", user="U0RITA")
    assert world["app"] == {
        "name": "Switchboard",
        "bot_user": "U0SWITCHBRD",
        "command": "/dial",
    }
    by_name = {channel["name"]: channel for channel in world["channels"]}
    assert by_name["sales"]["bot_is_member"]
    assert not by_name["random"]["bot_is_member"]
    assert [c["id"] for c in world["channels"] if c["is_im"]] == ["D0RITA"]
    assert {user["role"] for user in world["users"]} == {"rep", "lead", "on-call", "bot"}
    assert world["groups"][0]["handle"] == "sales-leads"
    assert world["panel"] == {}
    assert (await get(page, "world"))["users"] == world["users"]  # before anybody is chosen


async def test_a_command_a_form_and_its_errors_go_round(
    page: aiohttp.ClientSession, tiny: TinyApp
) -> None:
    await answer_with_a_form(tiny)
    status, answer = await post(page, "command", user="U0RITA", channel="C0SALES", text="/dial")
    assert (status, answer["delivery"]["status"], answer["delivery"]["acked"]) == (200, "ok", True)
    await tiny.slack.until(lambda s: s.views("rita"))
    (view,) = (await get(page, "views", user="U0RITA"))["stack"]
    entry = {"type": "plain_text_input", "value": "555"}
    state = {"values": {"number": {"number": entry}}}
    about = {"user": "U0RITA", "view_id": view["id"]}
    _, answer = await post(page, "submit", **about, state=state)
    assert answer["response"]["errors"] == {"number": "No such number"}
    entry["value"] = "+1 415 555 0123"
    _, answer = await post(page, "submit", **about, state=state)
    assert answer["response"] == {}
    assert (await get(page, "views", user="U0RITA"))["stack"] == []


async def test_an_empty_required_field_is_refused_before_the_app_hears_of_it(
    page: aiohttp.ClientSession, tiny: TinyApp
) -> None:
    await answer_with_a_form(tiny)
    await tiny.slack.command("rita", "#sales", "/dial")
    (view,) = await tiny.slack.until(lambda s: s.views("rita"))
    status, answer = await post(page, "submit", user="U0RITA", view_id=view.id, state={})
    assert (status, answer["error"]) == (422, "missing_fields")
    assert set(answer["errors"]) == {"number"}
    status, answer = await post(page, "close", user="U0RITA", view_id=view.id)
    assert (status, tiny.slack.views("rita")) == (200, [])


async def test_a_click_on_the_page_reaches_the_listener(
    page: aiohttp.ClientSession, tiny: TinyApp
) -> None:
    @tiny.app.action("go")
    async def go(ack: Any, body: Json) -> None:
        await ack()
        tiny.got.append(body)

    await tiny.connect()
    blocks = [section("Ready?"), {"type": "actions", "elements": [button("go", value="42")]}]
    sent = await tiny.client.chat_postMessage(channel="C0SALES", text="Ready?", blocks=blocks)
    (message,) = (await get(page, "history", user="U0LEE", channel="C0SALES"))["messages"]
    status, answer = await post(
        page,
        "action",
        user="U0LEE",
        container={"type": "message", "channel": "C0SALES", "ts": sent["ts"]},
        action={"block_id": message["blocks"][1]["block_id"], "action_id": "go", "value": "42"},
        state={"values": {}},
    )
    assert (status, answer["delivery"]["status"]) == (200, "ok")
    assert tiny.got[0]["actions"][0]["value"] == "42"


async def test_messages_uploads_and_members_go_through_the_page(
    page: aiohttp.ClientSession, slack: SlackStandIn
) -> None:
    form = aiohttp.FormData({"user": "U0RITA", "channel": "C0SALES"})
    form.add_field("file", b"name,number\n", filename="list.csv")
    async with page.post("upload", data=form) as answer:
        file = (await answer.json())["file"]
    about = {"user": "U0RITA", "channel": "C0SALES"}
    _, said = await post(page, "message", **about, text="Hi @Switchboard", files=[file])
    (message,) = slack.seen_by("lee", "sales")
    assert (message.ts, message.text) == (said["ts"], "Hi <@U0SWITCHBRD>")
    assert message.files[0]["name"] == "list.csv"
    status, _ = await post(page, "invite", user="U0RITA", channel="C0RANDOM", who="U0SWITCHBRD")
    assert (status, slack.world.bot_is_in(slack.world.channel("random"))) == (200, True)
    await post(page, "kick", user="U0RITA", channel="C0RANDOM", who="U0SWITCHBRD")
    assert not slack.world.bot_is_in(slack.world.channel("random"))


async def next_event(content: aiohttp.StreamReader, kind: str) -> Json:
    async with asyncio.timeout(5):
        async for line in content:
            if line.startswith(b"data: "):
                event: Json = json.loads(line.removeprefix(b"data: "))
                if event["type"] == kind:
                    return event
    raise AssertionError("the stream ended")


async def test_the_stream_tells_each_person_what_they_may_see(
    page: aiohttp.ClientSession, slack: SlackStandIn, client: Any
) -> None:
    async with page.get("stream", params={"user": "U0RITA"}) as answer:
        assert answer.content_type == "text/event-stream"
        await client.chat_postEphemeral(channel="C0SALES", user="U0LEE", text="not for Rita")
        sent = await client.chat_postMessage(channel="C0SALES", text="for all")
        event = await next_event(answer.content, "message")
        assert event["message"]["text"] == "for all"
        await client.chat_update(channel="C0SALES", ts=sent["ts"], text="for all of us")
        event = await next_event(answer.content, "message")
        assert (event["message"]["ts"], event["message"]["edited"]) == (sent["ts"], True)
        await client.chat_delete(channel="C0SALES", ts=sent["ts"])
        assert (await next_event(answer.content, "message_deleted"))["ts"] == sent["ts"]
        await post(page, "clock", advance=3600)
        event = await next_event(answer.content, "clock")
        assert event["now"] == pytest.approx(slack.clock.epoch(), abs=2)
        await post(page, "reset")
        await next_event(answer.content, "reset")


async def test_the_clock_the_faults_and_the_panel_are_levers(
    page: aiohttp.ClientSession, slack: SlackStandIn, client: Any
) -> None:
    turned: list[tuple[str, Any]] = []

    async def sink(knob: str, value: Any) -> None:
        turned.append((knob, value))

    slack.panel_sink, slack.panel_source = sink, lambda: {"turned": len(turned)}
    _, answer = await post(page, "panel", id="answer", value="busy")
    assert (turned, answer["panel"]) == ([("answer", "busy")], {"turned": 1})
    assert (await get(page, "panel"))["panel"] == {"turned": 1}
    _, answer = await post(page, "clock", to=1_900_000_000)
    assert answer["now"] == pytest.approx(1_900_000_000, abs=2)
    faults = [{"kind": "error", "error": "internal_error"}]
    await post(page, "faults", method="auth.test", faults=faults)
    with pytest.raises(Exception, match="internal_error"):
        await client.auth_test()


async def test_what_cannot_be_done_is_said_in_a_sentence(page: aiohttp.ClientSession) -> None:
    status, answer = await post(page, "command", user="U0RITA", channel="C0SALES", text="/what")
    assert (status, answer["ok"], answer["error"]) == (400, False, "unknown_command")
    status, answer = await post(page, "command", user="U0NOBODY", channel="C0SALES", text="/dial")
    assert status == 400
    status, answer = await post(page, "command", user="U0RITA", channel="C0SALES")
    assert (status, answer["error"]) == (400, "missing_argument")
    async with page.get("stream", params={"user": "U0NOBODY"}) as stream:
        assert stream.status == 404


async def test_a_command_nobody_takes_fails_without_a_second_note(
    page: aiohttp.ClientSession, slack: SlackStandIn
) -> None:
    _, answer = await post(page, "command", user="U0RITA", channel="C0SALES", text="/dial")
    assert answer["delivery"]["status"] == "no_app"
    assert slack.seen_by("rita", "sales") == []  # the page itself shows the failure


async def test_other_sites_may_not_use_the_control_api(slack: SlackStandIn) -> None:
    async with aiohttp.ClientSession() as stranger:
        headers = {"Origin": "http://evil.example"}
        async with stranger.post(f"{slack.origin}/_demo/reset", json={}, headers=headers) as answer:
            assert answer.status == 403
        async with stranger.get(slack.origin, headers={"Host": "evil.example"}) as answer:
            assert answer.status == 403


async def test_the_page_and_its_files_are_served(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<title>here</title>")
    (tmp_path / "secret.py").write_text("")
    slack = SlackStandIn()
    slack.page_dir = tmp_path
    mounted = web.Application()

    async def up(_: web.Request) -> web.Response:
        return web.Response(text="yes")

    mounted.router.add_get("/up", up)
    slack.mount("/provider", mounted)
    await slack.start()
    async with aiohttp.ClientSession(slack.origin) as browser:
        assert "here" in await (await browser.get("/")).text()
        assert (await browser.get("/static/secret.py")).status == 404
        assert await (await browser.get("/provider/up")).text() == "yes"
    await slack.stop()
