"""Faults in their order, rate tiers, and the clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack import SlackStandIn
from bot.demo.slack.clock import MovableClock
from bot.demo.slack.faults import RateTiers


async def outcome(call: Any) -> str:
    """ "ok", the error code, or "broken line"."""
    try:
        await call
    except SlackApiError as problem:
        return str(problem.response["error"])
    except aiohttp.ClientError:
        return "broken line"
    return "ok"


async def test_faults_come_in_their_order_and_each_only_once(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    slack.faults(
        "chat.postMessage",
        [
            {"kind": "ratelimited", "retry_after": 7},
            {"kind": "error", "error": "internal_error"},
            {"kind": "delay", "seconds": 0.01},
            {"kind": "lost"},
            {"kind": "refused"},
        ],
    )
    outcomes = [
        await outcome(client.chat_postMessage(channel="C0SALES", text=str(number)))
        for number in range(6)
    ]
    assert outcomes == [
        "ratelimited",
        "internal_error",
        "ok",
        "broken line",
        "broken line",
        "ok",
    ]
    # The lost one happened, the refused one did not.
    assert [m.text for m in slack.seen_by("rita", "sales")] == ["2", "3", "5"]
    assert slack.workspace.faults.left() == {}


async def test_a_429_says_how_long_to_wait(slack: SlackStandIn, client: AsyncWebClient) -> None:
    slack.faults("users.info", [{"kind": "ratelimited", "retry_after": 7}])
    with pytest.raises(SlackApiError) as caught:
        await client.users_info(user="U0LEE")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"


async def test_an_edit_window_can_close(slack: SlackStandIn, client: AsyncWebClient) -> None:
    sent = await client.chat_postMessage(channel="C0SALES", text="one")
    slack.faults("chat.update", [{"kind": "error", "error": "edit_window_closed"}])
    update = client.chat_update(channel="C0SALES", ts=sent["ts"], text="two")
    assert await outcome(update) == "edit_window_closed"
    assert slack.seen_by("rita", "sales")[0].text == "one"


def test_there_is_no_fault_of_another_kind(slack: SlackStandIn) -> None:
    with pytest.raises(ValueError, match="no fault of kind"):
        slack.faults("chat.update", [{"kind": "explosion"}])


async def test_every_call_is_in_the_log_without_its_token(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    await client.users_info(user="U0LEE")
    await outcome(client.chat_postMessage(channel="C0RANDOM", text="x"))
    first, second = slack.requests()
    assert (first.method, first.args, first.error) == ("users.info", {"user": "U0LEE"}, None)
    assert (second.method, second.error) == ("chat.postMessage", "not_in_channel")


async def test_tiers_are_enforced_only_when_asked_for(client: AsyncWebClient) -> None:
    outcomes = [
        await outcome(client.chat_postMessage(channel="C0SALES", text="x")) for _ in range(8)
    ]
    assert set(outcomes) == {"ok"}


def test_one_message_a_second_and_channel_with_a_small_burst() -> None:
    now = [0.0]
    tiers = RateTiers(real=lambda: now[0])
    waits = [tiers.wait_for("chat.postMessage", "C1") for _ in range(6)]
    assert waits == [0, 0, 0, 0, 0, 1]
    assert tiers.wait_for("chat.postMessage", "C2") == 0
    now[0] = 1.0
    assert tiers.wait_for("chat.postMessage", "C1") == 0
    assert tiers.wait_for("chat.postMessage", "C1") == 1


def test_fifty_updates_a_minute() -> None:
    now = [0.0]
    tiers = RateTiers(real=lambda: now[0])
    assert {tiers.wait_for("chat.update", "C1") for _ in range(50)} == {0}
    now[0] = 45.0
    assert tiers.wait_for("chat.update", "C2") == 16
    now[0] = 61.0
    assert tiers.wait_for("chat.update", "C1") == 0


async def test_too_many_calls_get_a_429(client: AsyncWebClient, slack: SlackStandIn) -> None:
    slack.workspace.enforce_tiers = True
    outcomes = [
        await outcome(client.chat_postMessage(channel="C0SALES", text="x")) for _ in range(6)
    ]
    assert outcomes == ["ok"] * 5 + ["ratelimited"]
    assert len(slack.seen_by("rita", "sales")) == 5


def test_the_clock_is_real_time_plus_an_offset_and_tells_when_it_moves() -> None:
    real = [1_795_219_200.0]
    moved: list[timedelta] = []
    clock = MovableClock(real=lambda: real[0])
    clock.on_change.append(moved.append)
    clock.advance(3600)
    real[0] += 10
    assert clock() == datetime.fromtimestamp(1_795_219_200 + 3610, UTC)
    clock.move_to(datetime(2027, 1, 1, tzinfo=UTC))
    assert clock.now() == datetime(2027, 1, 1, tzinfo=UTC)
    assert moved[0] == timedelta(hours=1)
    assert len(moved) == 2
    with pytest.raises(ValueError, match="zone"):
        clock.move_to(datetime(2027, 1, 1))


async def test_messages_are_dated_by_the_moved_clock_and_never_share_a_ts(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    slack.move_to(datetime(2027, 1, 1, tzinfo=UTC))
    first = await client.chat_postMessage(channel="C0SALES", text="1")
    slack.advance(-3600)
    second = await client.chat_postMessage(channel="C0SALES", text="2")
    assert float(first["ts"]) == pytest.approx(datetime(2027, 1, 1, tzinfo=UTC).timestamp(), abs=2)
    assert float(second["ts"]) > float(first["ts"])
