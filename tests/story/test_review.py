"""Promises under attack: whose draft, what is shown, what is found again, how it stops."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.demo.bot_process import BotProcess
from bot.demo.slack.messages import Message
from bot.demo.slack.workspace import Delivery
from bot.demo.telephony import Outcome
from bot.demo.vozagent import Fault, Kind
from bot.service import Service
from bot.settings import Mistake, load
from bot.slack.client import SlackClient
from bot.slack.limits import Limiter
from tests.story.world import World, opened_world

NUMBER = "+14155552671"
NOON = "/dial +1 415 555 2671 with Voz tomorrow noon"
NOW = "/dial +1 415 555 2671 with Voz now"


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """Look into the bot's database beside it."""
    with sqlite3.connect(folder / "switchboard.db", timeout=10) as connection:
        found = connection.execute(query).fetchall()
    connection.close()
    return found


async def all_worked_off(folder: Path) -> None:
    """Wait until whatever was delivered has had its effect."""
    async with asyncio.timeout(10):
        while rows(folder, "SELECT 1 FROM inbox WHERE done_at IS NULL"):
            await asyncio.sleep(0.05)


async def last_press(world: World, **changes: Any) -> Delivery:
    """The newest click, sent once more as another delivery, with some of it changed."""
    press = next(d for d in reversed(world.slack.deliveries) if "actions" in d.payload)
    press.payload = {**press.payload, "trigger_id": "another.press", **changes}
    return await world.slack.redeliver(press)


# whose draft -------------------------------------------------------------------------------------


async def test_a_draft_is_confirmed_by_its_owner_only(one_world: World, tmp_path: Path) -> None:
    confirmation = await one_world.types(NOON)
    await one_world.press(confirmation, "draft_change")
    press = next(d for d in reversed(one_world.slack.deliveries) if "actions" in d.payload)
    action = {**press.payload["actions"][0], "action_id": "draft_schedule"}
    other = {**press.payload["user"], "id": "U0OMAR"}
    await last_press(one_world, actions=[action], user=other)
    await all_worked_off(tmp_path)
    assert rows(tmp_path, "SELECT code FROM calls") == []
    await one_world.press(confirmation, "draft_schedule")
    await one_world.slack.until(lambda _: one_world.roots()[0])


# what becomes known late -------------------------------------------------------------------------


async def test_a_call_found_after_a_lost_answer_gets_its_result(one_world: World) -> None:
    one_world.vozagent.misbehave(Fault(Kind.LOST_ANSWER))
    root = await one_world.books(NOW)
    await one_world.reads(root, "Reached", timeout=20)
    await one_world.reads_thread(root, "want to be called again next week")
    assert one_world.vozagent.posts_to(NUMBER) == 1


async def test_a_call_without_a_summary_gets_its_result_all_the_same(one_world: World) -> None:
    one_world.vozagent.outcome(Outcome(summary="", transcript=""))
    root = await one_world.books(NOW)
    await one_world.reads(root, "Reached", timeout=20)
    for _ in range(10):
        one_world.skip(seconds=11)
        await asyncio.sleep(0.7)  # the watcher looks twice a second
    await one_world.reads_thread(root, "wrote no summary of this call")
    settled = len(one_world.vozagent.account.reads)
    one_world.skip(minutes=10)
    await asyncio.sleep(1.2)
    assert len(one_world.vozagent.account.reads) == settled


# messages in doubt -------------------------------------------------------------------------------


async def test_a_post_that_cannot_be_looked_for_is_not_posted_twice(one_world: World) -> None:
    one_world.slack.faults("chat.postMessage", [{"kind": "lost"}])
    one_world.slack.faults("conversations.history", [{"kind": "error", "error": "ratelimited"}])
    root = await one_world.books(NOON)
    await one_world.press(root, "call_cancel")
    await one_world.reads(root, "Cancelled", timeout=20)
    assert len(one_world.roots()) == 1


async def test_a_thread_whose_message_was_deleted_starts_anew(one_world: World) -> None:
    one_world.vozagent.account.pace = None
    root = await one_world.books(NOW)
    await one_world.reads_thread(root, "Dialling")
    one_world.slack.workspace.messages.delete(root)
    (call,) = one_world.vozagent.calls
    while one_world.vozagent.advance(call.id) != "completed":
        await asyncio.sleep(0)
    anew = await one_world.slack.until(
        lambda _: next(m for m in one_world.roots() if m.ts != root.ts), 20
    )
    await one_world.reads(anew, "Reached", timeout=20)
    await one_world.reads_thread(anew, "Summary")


async def test_a_bot_that_was_sent_away_a_moment_ago_says_so(one_world: World) -> None:
    await one_world.books(NOON)  # it remembers that it may post there
    bot = one_world.slack.world.app.bot_user
    await one_world.slack.kick("rita", "#sales", bot)
    answer = await one_world.types(NOON)
    await one_world.press(answer, "draft_schedule")
    told = await one_world.slack.until(lambda _: direct_messages(one_world)[-1], 20)
    assert "/invite" in one_world.text(told)
    await one_world.slack.invite("rita", "#sales", bot)
    await one_world.slack.until(lambda _: one_world.roots()[1], 20)


def direct_messages(world: World) -> list[Message]:
    """What the bot said to Rita alone."""
    return [message for message in world.slack.seen_by("rita", "dm") if message.bot]


async def test_a_closed_channel_costs_no_busy_loop(one_world: World, tmp_path: Path) -> None:
    answer = await one_world.types(NOW, where="#random")
    await one_world.press(answer, "draft_schedule")
    async with asyncio.timeout(20):
        while not rows(tmp_path, "SELECT 1 FROM calls WHERE state = 'completed'"):
            await asyncio.sleep(0.1)
    await asyncio.sleep(3)  # two seconds until the diary is due, and a try of it
    query = "SELECT not_before FROM posts WHERE role IN ('diary', 'result')"
    now = one_world.slack.clock().isoformat(sep=" ")
    assert all(moment > now for (moment,) in rows(tmp_path, query))
    await asyncio.sleep(1)
    assert all(moment > now for (moment,) in rows(tmp_path, query))


# forms -------------------------------------------------------------------------------------------


async def test_a_form_without_its_values_dials_nothing(one_world: World, tmp_path: Path) -> None:
    root = await one_world.books(NOON)
    await one_world.press(root, "call_move")
    view = await one_world.slack.until(lambda s: s.views("rita")[-1])
    await one_world.slack.submit("rita", view)
    sent = next(d for d in reversed(one_world.slack.deliveries) if "view" in d.payload)
    bare = {**sent.payload["view"], "state": {"values": {}}, "hash": "another.hash"}
    sent.payload = {**sent.payload, "view": bare}
    await one_world.slack.redeliver(sent)
    await all_worked_off(tmp_path)
    assert rows(tmp_path, "SELECT state FROM calls") == [("scheduled",)]
    await asyncio.sleep(1.5)  # as long as the dialler rests at most
    assert one_world.vozagent.posts == []


# assistants --------------------------------------------------------------------------------------


class AliasWorld(World):
    """The settings give an assistant of the provider's list a second name."""

    def settings(self) -> dict[str, str]:
        agents = '{"Priya": {"id": "asst-7d0c2a51-voz"}}'
        return super().settings() | {"SWITCHBOARD_PROVIDERS__VOZAGENT__AGENTS": agents}


async def test_an_assistant_answers_to_its_own_name_and_to_ours(tmp_path: Path) -> None:
    world = AliasWorld(tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'switchboard.db'}", "socket")
    try:
        await world.open()
        for name in ("Priya", "Voz"):
            answer = await world.types(f"/dial +1 415 555 2671 with {name} tomorrow noon")
            assert name in world.text(answer)
    finally:
        await world.close()


# what Slack reads --------------------------------------------------------------------------------


@asynccontextmanager
async def strict_slack() -> AsyncIterator[tuple[str, list[str]]]:
    """As the real one: methods that read see their arguments in the query, not in JSON."""
    unseen: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        if not {"user", "channel", "usergroup"} & set(request.query):
            unseen.append(request.match_info["method"])
        return web.json_response({"ok": True})

    app = web.Application()
    app.router.add_route("*", "/api/{method}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/", unseen
    finally:
        await runner.cleanup()


async def test_what_is_read_from_slack_is_asked_in_a_way_slack_understands() -> None:
    async with strict_slack() as (url, unseen), aiohttp.ClientSession() as session:
        limiter = Limiter(asyncio.get_running_loop().time)
        client = SlackClient(token="xoxb-x", base_url=url, session=session, limiter=limiter)
        await client.call("users.info", user="U0RITA")
        await client.call("conversations.info", channel="C0SALES")
        await client.call("conversations.history", channel="C0SALES", include_all_metadata=True)
        await client.call("conversations.replies", channel="C0SALES", ts="1.1", cursor=None)
        await client.call("usergroups.users.list", usergroup="S0LEADS")
    assert unseen == []


# starting and stopping ---------------------------------------------------------------------------


async def test_a_refused_app_token_stops_the_start_with_a_reason(one_world: World) -> None:
    wrong = {**one_world.settings(), "SLACK_APP_TOKEN": "xapp-wrong"}
    wrong["DATABASE_URL"] = wrong["DATABASE_URL"].replace("switchboard.db", "other.db")
    service = Service(load(wrong))
    with pytest.raises(Mistake, match="SLACK_APP_TOKEN"):
        await service.start()
    await service.stop()


async def test_a_stop_while_slack_cannot_be_reached_is_obeyed(
    one_world: World, tmp_path: Path
) -> None:
    away = {**one_world.settings(), "SLACK_API_URL": "http://127.0.0.1:9/api/"}
    away["DATABASE_URL"] = away["DATABASE_URL"].replace("switchboard.db", "other.db")
    bot = BotProcess(tmp_path, away)
    await bot.start()
    async with asyncio.timeout(20):
        while "slack_not_reached" not in bot.last_words():
            await asyncio.sleep(0.1)
    async with asyncio.timeout(8):
        await bot.stop()


async def test_a_stop_in_mid_dial_takes_less_than_ten_seconds(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'switchboard.db'}"
    async with opened_world(tmp_path, url, "socket") as world:
        world.vozagent.misbehave(Fault(Kind.BLACK_HOLE))
        await world.books(NOW)
        await world.slack.until(lambda _: world.vozagent.posts[0])
        before = asyncio.get_running_loop().time()
        await world.stop_bot()
        assert asyncio.get_running_loop().time() - before < 8
        await world.start_bot()
        await world.reads(world.roots()[0], "Not sure it rang", timeout=20)
        assert world.vozagent.posts_to(NUMBER) == 1
