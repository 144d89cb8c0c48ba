"""Files both ways, and messages that are scheduled."""

from collections.abc import Awaitable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack import SlackStandIn

Json = dict[str, Any]


async def refusal(call: Awaitable[Any]) -> str:
    """The error code of a call that must fail."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_a_file_of_a_person_needs_the_token_to_be_read(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    info = await slack.upload("rita", "list.csv", b"number\n+14155550123\n", "#sales")
    known = (await client.files_info(file=info["id"]))["file"]
    url = known["url_private_download"]
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {slack.workspace.tokens.bot}"}
        async with session.get(url, headers=headers) as answer:
            assert await answer.read() == b"number\n+14155550123\n"
        async with session.get(url) as answer:
            assert answer.content_type == "text/html"  # as in Slack: a sign-in page, not a file
    assert await refusal(client.files_info(file="F0NONE")) == "file_not_found"


async def test_the_bot_uploads_a_file_into_a_thread(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    root = await client.chat_postMessage(channel="C0SALES", text="root")
    await client.files_upload_v2(
        channel="C0SALES",
        thread_ts=root["ts"],
        filename="problems.csv",
        content="row,problem\n",
        initial_comment="38 problems",
    )
    _, reply = slack.thread("sales", root["ts"])
    assert (reply.text, reply.files[0]["name"]) == ("38 problems", "problems.csv")
    assert slack.workspace.files[reply.files[0]["id"]].content == b"row,problem\n"


async def test_an_upload_can_be_finished_once(slack: SlackStandIn, client: AsyncWebClient) -> None:
    place = await client.files_getUploadURLExternal(filename="a.txt", length=5)
    async with (
        aiohttp.ClientSession() as session,
        session.post(place["upload_url"], data=b"Hello") as answer,
    ):
        assert answer.status == 200
    assert slack.seen_by("rita", "sales") == []  # nobody sees a file before it is shared
    files = [{"id": place["file_id"], "title": "A"}]
    await client.files_completeUploadExternal(files=files, channel_id="C0SALES")
    again = client.files_completeUploadExternal(files=files, channel_id="C0SALES")
    assert await refusal(again) == "file_not_found"
    (shared,) = slack.seen_by("rita", "sales")
    assert shared.files[0]["title"] == "A"


async def test_the_page_opens_a_file_for_people_of_the_workspace(slack: SlackStandIn) -> None:
    info = await slack.upload("rita", "words.txt", "Grüße".encode(), "#sales")
    door = f"{slack.workspace.origin}/_demo/file"
    async with aiohttp.ClientSession() as session:
        async with session.get(door, params={"user": "U0RITA", "id": info["id"]}) as answer:
            assert answer.content_type == "text/plain"
            assert await answer.text() == "Grüße"
        for wrong in ({"user": "U0NOBODY", "id": info["id"]}, {"user": "U0RITA", "id": "F0"}):
            async with session.get(door, params=wrong) as answer:
                assert answer.status == 404


async def test_a_scheduled_message_comes_when_the_clock_gets_there(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    now = int(slack.clock.epoch())
    later: Json = {"channel": "C0SALES", "text": "later"}
    past = client.chat_scheduleMessage(post_at=now - 5, **later)
    assert await refusal(past) == "time_in_past"
    far = client.chat_scheduleMessage(post_at=now + 121 * 24 * 3600, **later)
    assert await refusal(far) == "time_too_far"
    await client.chat_scheduleMessage(post_at=now + 600, **later)
    about = {"event_type": "call", "event_payload": {}}
    await client.chat_scheduleMessage(post_at=now + 600, metadata=about, **later)
    assert slack.seen_by("rita", "sales") == []
    slack.advance(601)
    assert [m.text for m in slack.seen_by("rita", "sales")] == [
        "later"
    ]  # not the one with metadata
