"""The Web API, asked by Slack's own client: what it does, and how it refuses."""

import re
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack import SlackStandIn
from bot.demo.slack.world import Channel
from tests.demo.conftest import section

Json = dict[str, Any]


async def refusal(call: Awaitable[Any]) -> str:
    """The error code of a call that must fail."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_who_may_call(slack: SlackStandIn, client: AsyncWebClient) -> None:
    assert (await client.auth_test())["user_id"] == slack.world.app.bot_user
    assert await refusal(client.auth_test(token="xoxb-wrong")) == "invalid_auth"
    app_only = client.apps_connections_open(app_token=slack.workspace.tokens.bot)
    assert await refusal(app_only) == "not_allowed_token_type"
    answer = await client.apps_connections_open(app_token=slack.workspace.tokens.app)
    assert re.match(r"ws://127\.0\.0\.1:\d+/link/\?ticket=", answer["url"])
    assert await refusal(client.api_call("chat.dance")) == "unknown_method"
    async with aiohttp.ClientSession() as nobody, nobody.get(f"{slack.api_url}auth.test") as raw:
        assert await raw.json() == {"ok": False, "error": "not_authed"}


async def test_arguments_arrive_by_query_and_form_with_the_token_anywhere(
    slack: SlackStandIn,
) -> None:
    token = slack.workspace.tokens.bot
    url = f"{slack.api_url}users.info"
    async with aiohttp.ClientSession() as session:
        ways = [
            session.get(url, params={"token": token, "user": "U0LEE"}),
            session.post(url, data={"token": token, "user": "U0LEE"}),
            session.post(url, data={"user": "U0LEE"}, headers={"Authorization": f"Bearer {token}"}),
        ]
        for way in ways:
            async with way as answer:
                assert (await answer.json())["user"]["name"] == "lee"
    assert all(request.args == {"user": "U0LEE"} for request in slack.requests("users.info"))


async def test_missing_fields_are_named(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as caught:
        await client.api_call("users.info", json={})
    assert caught.value.response["error"] == "invalid_arguments"
    messages = caught.value.response["response_metadata"]["messages"]
    assert messages == ["[ERROR] missing required field: user"]


async def test_broken_json_is_said_to_be_broken(slack: SlackStandIn) -> None:
    headers = {"Authorization": f"Bearer {slack.workspace.tokens.bot}"}
    headers["Content-Type"] = "application/json"
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.api_url}users.info", data="{", headers=headers) as answer,
    ):
        assert (await answer.json())["error"] == "invalid_json"


async def test_a_message_is_posted_changed_and_deleted(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    sent = await client.chat_postMessage(channel="#sales", text="one", blocks=[section("one")])
    await client.chat_update(channel="C0SALES", ts=sent["ts"], text="two")
    (message,) = slack.seen_by("omar", "sales")
    assert (message.text, message.blocks, message.edited) == ("two", None, True)
    link = await client.chat_getPermalink(channel="C0SALES", message_ts=sent["ts"])
    assert link["permalink"].endswith(f"/archives/C0SALES/p{sent['ts'].replace('.', '')}")
    await client.chat_delete(channel="C0SALES", ts=sent["ts"])
    assert slack.seen_by("omar", "sales") == []
    gone = client.chat_update(channel="C0SALES", ts=sent["ts"], text="three")
    assert await refusal(gone) == "message_not_found"
    assert len(slack.requests("chat.update")) == 2


async def test_where_a_bot_may_not_write(slack: SlackStandIn, client: AsyncWebClient) -> None:
    say = client.chat_postMessage
    assert await refusal(say(channel="C0RANDOM", text="x")) == "not_in_channel"
    assert await refusal(say(channel="C0NOWHERE", text="x")) == "channel_not_found"
    slack.world.channels.append(Channel("C0SECRET", "secret", ["U0LEE"], is_private=True))
    assert await refusal(say(channel="C0SECRET", text="x")) == "channel_not_found"
    slack.world.channel("sales").is_archived = True
    assert await refusal(say(channel="C0SALES", text="x")) == "is_archived"


async def test_what_a_message_may_not_be(client: AsyncWebClient) -> None:
    async def post(**parts: Any) -> str:
        return await refusal(client.chat_postMessage(channel="C0SALES", **parts))

    empty = client.api_call("chat.postMessage", json={"channel": "C0SALES"})
    assert await refusal(empty) == "no_text"
    assert await post(text="x" * 40_001) == "msg_too_long"
    assert await post(text="x", blocks=[{"type": "sectoin"}]) == "invalid_blocks"
    assert await post(text="x", blocks=[section("x" * 2990)] * 5) == "msg_blocks_too_long"
    assert await post(text="x", thread_ts="1.2") == "thread_not_found"
    sent = await client.chat_postMessage(channel="C0SALES", text="x")
    long = client.chat_update(channel="C0SALES", ts=sent["ts"], text="x" * 4001)
    assert await refusal(long) == "msg_too_long"


async def test_refused_blocks_come_with_reasons_and_are_remembered(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="C0SALES", text="x", blocks=[section("")])
    (reason,) = caught.value.response["response_metadata"]["messages"]
    assert "must be more than 0 characters" in reason
    (noted,) = slack.refusals
    assert noted.code == "invalid_blocks"


async def test_only_its_own_messages_can_be_changed(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    said = await slack.message("rita", "#sales", "mine")
    change = client.chat_update(channel="C0SALES", ts=said.ts, text="yours")
    assert await refusal(change) == "cant_update_message"
    erase = client.chat_delete(channel="C0SALES", ts=said.ts)
    assert await refusal(erase) == "cant_delete_message"
    sent = await client.chat_postEphemeral(channel="C0SALES", user="U0RITA", text="psst")
    ephemeral = client.chat_update(channel="C0SALES", ts=sent["message_ts"], text="x")
    assert await refusal(ephemeral) == "message_not_found"


async def test_an_ephemeral_is_seen_by_one_person_and_is_not_in_the_history(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    await client.chat_postEphemeral(channel="C0SALES", user="U0RITA", text="psst")
    assert [m.text for m in slack.seen_by("rita", "sales")] == ["psst"]
    assert slack.seen_by("lee", "sales") == []
    assert (await client.conversations_history(channel="C0SALES"))["messages"] == []
    stranger = client.chat_postEphemeral(
        channel="C0SALES", user=slack.world.app.bot_user + "X", text="x"
    )
    assert await refusal(stranger) == "user_not_in_channel"


async def test_threads_and_metadata_are_read_back(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    about = {"event_type": "call", "event_payload": {"call_id": "C-4F7K"}}
    root = await client.chat_postMessage(channel="C0SALES", text="root", metadata=about)
    reply = {"channel": "C0SALES", "thread_ts": root["ts"]}
    await client.chat_postMessage(text="reply", **reply)
    await client.chat_postMessage(text="loud", reply_broadcast=True, **reply)
    history = await client.conversations_history(channel="C0SALES", include_all_metadata=True)
    assert [m["text"] for m in history["messages"]] == ["loud", "root"]
    assert history["messages"][1]["metadata"] == about
    assert history["messages"][1]["reply_count"] == 2
    plainly = await client.conversations_history(channel="C0SALES")
    assert "metadata" not in plainly["messages"][1]
    replies = await client.conversations_replies(channel="C0SALES", ts=root["ts"])
    assert [m["text"] for m in replies["messages"]] == ["root", "reply", "loud"]
    nothing = client.conversations_replies(channel="C0SALES", ts="1.2")
    assert await refusal(nothing) == "thread_not_found"
    assert [m.text for m in slack.thread("sales", root["ts"])] == ["root", "reply", "loud"]


async def test_metadata_has_a_form(client: AsyncWebClient) -> None:
    odd = client.chat_postMessage(channel="C0SALES", text="x", metadata={"call": "C-4F7K"})
    assert await refusal(odd) == "invalid_metadata_format"


async def test_a_deleted_root_stays_as_a_tombstone(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    root = await client.chat_postMessage(channel="C0SALES", text="root")
    await client.chat_postMessage(channel="C0SALES", thread_ts=root["ts"], text="reply")
    await client.chat_delete(channel="C0SALES", ts=root["ts"])
    assert [m.deleted for m in slack.seen_by("rita", "sales")] == [True, False]
    assert "This message was deleted." in slack.transcript("rita", "sales")


async def test_long_lists_come_in_pages(client: AsyncWebClient) -> None:
    for number in range(5):
        await client.chat_postMessage(channel="C0SALES", text=str(number))
    pages = []
    async for page in await client.conversations_history(channel="C0SALES", limit=2):
        pages.append([m["text"] for m in page["messages"]])  # noqa: PERF401 - one object, re-used
    assert pages == [["4", "3"], ["2", "1"], ["0"]]
    people = [len(page["members"]) async for page in await client.users_list(limit=3)]
    assert people == [3, 1]
    members = await client.conversations_members(channel="C0SALES", limit=2)
    assert members["response_metadata"]["next_cursor"]
    odd = client.users_list(cursor="nonsense")
    assert await refusal(odd) == "invalid_cursor"
    everything = await client.conversations_list(types="public_channel,im")
    assert {c["id"] for c in everything["channels"]} >= {"C0SALES", "C0RANDOM", "D0RITA"}


async def test_channels_can_be_looked_at_joined_and_filled(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    info = await client.conversations_info(channel="C0RANDOM")
    assert info["channel"]["is_member"] is False
    closed = client.conversations_history(channel="C0RANDOM")
    assert await refusal(closed) == "not_in_channel"
    await client.conversations_join(channel="C0RANDOM")
    await client.chat_postMessage(channel="C0RANDOM", text="hello")
    slack.world.channel("random").members.remove("U0LEE")
    await client.conversations_invite(channel="C0RANDOM", users="U0LEE")
    again = client.conversations_invite(channel="C0RANDOM", users="U0LEE")
    assert await refusal(again) == "already_in_channel"


async def test_a_direct_message_is_opened_or_written_by_user_id(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    opened = await client.conversations_open(users="U0LEE")
    assert opened["channel"]["id"] == "D0LEE"
    sent = await client.chat_postMessage(channel="U0LEE", text="psst")
    assert sent["channel"] == "D0LEE"
    assert [m.text for m in slack.seen_by("lee", "dm")] == ["psst"]
    by_user = client.chat_update(channel="U0LEE", ts=sent["ts"], text="x")
    assert await refusal(by_user) == "channel_not_found"


async def test_users_have_a_zone_whose_offset_follows_the_clock(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    slack.move_to(datetime(2026, 7, 1, tzinfo=UTC))
    summer = (await client.users_info(user="U0RITA"))["user"]
    slack.move_to(datetime(2026, 12, 1, tzinfo=UTC))
    winter = (await client.users_info(user="U0RITA"))["user"]
    assert summer["tz"] == winter["tz"] == "America/New_York"
    assert (summer["tz_offset"], winter["tz_offset"]) == (-4 * 3600, -5 * 3600)
    assert await refusal(client.users_info(user="U0NOBODY")) == "user_not_found"
    found = await client.users_lookupByEmail(email="lee@acme.example")
    assert found["user"]["id"] == "U0LEE"
    nobody = client.users_lookupByEmail(email="who@acme.example")
    assert await refusal(nobody) == "users_not_found"


async def test_groups_the_team_and_the_bot_can_be_asked_for(client: AsyncWebClient) -> None:
    groups = (await client.usergroups_list(include_users=True))["usergroups"]
    assert {g["handle"]: g["users"] for g in groups}["sales-leads"] == ["U0LEE"]
    assert (await client.usergroups_users_list(usergroup="S0LEADS"))["users"] == ["U0LEE"]
    missing = client.usergroups_users_list(usergroup="S0NONE")
    assert await refusal(missing) == "no_such_subteam"
    assert (await client.team_info())["team"]["name"] == "Acme"
    assert (await client.bots_info(bot="B0SWITCHBRD"))["bot"]["app_id"] == "A0SWITCHBRD"


async def test_a_reaction_is_added_once(slack: SlackStandIn, client: AsyncWebClient) -> None:
    said = await slack.message("rita", "#sales", "done")
    about = {"channel": "C0SALES", "timestamp": said.ts, "name": "eyes"}
    await client.reactions_add(**about)
    assert said.reactions == {"eyes": ["U0SWITCHBRD"]}
    assert await refusal(client.reactions_add(**about)) == "already_reacted"


async def test_methods_that_read_do_not_see_json(client: AsyncWebClient) -> None:
    assert await refusal(client.api_call("users.info", json={"user": "U0RITA"})) != ""
    answer = await client.api_call("users.info", http_verb="GET", params={"user": "U0RITA"})
    assert answer["user"]["id"] == "U0RITA"
