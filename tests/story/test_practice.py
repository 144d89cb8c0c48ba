"""Practice: a bot with real keys in its settings reaches no provider, and says so at every turn."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.demo.bot_process import BotProcess
from bot.demo.slack import SlackStandIn
from bot.demo.slack.messages import Message
from bot.demo.slack.world import acme
from bot.service import Service
from bot.settings import Mistake, load
from bot.slack.practice import MESSAGES, NOTE, VIEWS
from tests.story.world import APP_TOKEN, BOT_TOKEN, FRIDAY, SATURDAY_12, SECRET

KEYS = {
    "VOZAGENT": {"API_KEY": "gw_looks_like_a_real_one"},
    "VOICY": {"API_KEY": "voicy_sk_live_looks_real", "FROM_NUMBER": "+12025550123"},
    "UNLEASHX": {"API_KEY": "looks-like-a-real-token"},
    "VOZZO": {"API_KEY": "looks.like.a.real.token"},
}
LINE = "/dial +1 415 555 2671 with Voz tomorrow noon"


class Counting:
    """A server that every provider's base URL leads to. Nobody may ever come."""

    def __init__(self) -> None:
        self.came: list[str] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        """Whatever was asked."""
        self.came.append(request.path_qs)
        return web.json_response({})


@asynccontextmanager
async def counting() -> AsyncIterator[Counting]:
    """The server, up."""
    made, app = Counting(), web.Application()
    app.router.add_route("*", "/{path:.*}", made.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        await runner.cleanup()


class Rehearsal:
    """Slack's stand-in, the counting server, and the real bot as `switchboard serve` runs it."""

    def __init__(self, folder: Path, real: Counting) -> None:
        people = acme()
        people.user("rita").tz = "America/Chicago"
        self.slack = SlackStandIn(
            people, bot_token=BOT_TOKEN, app_token=APP_TOKEN, signing_secret=SECRET
        )
        self.slack.move_to(FRIDAY)
        self.real = real
        self.folder = folder
        self._clock = folder / "clock"
        self.slack.clock.on_change.append(self._write)
        self._write(self.slack.clock.offset)

    def settings(self, **changes: str) -> dict[str, str]:
        """Real keys, all four."""
        providers = {
            f"SWITCHBOARD_PROVIDERS__{name}__{field}": value
            for name, fields in KEYS.items()
            for field, value in {**fields, "BASE_URL": self.real.url}.items()
        }
        return {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": self.slack.api_url,
            "DATABASE_URL": f"sqlite+aiosqlite:///{self.folder / 'switchboard.db'}",
            "SWITCHBOARD_CLOCK_FILE": str(self._clock),
            "SWITCHBOARD_PRACTICE": "1",
            **providers,
            **changes,
        }

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[BotProcess]:
        """The bot in a process of its own."""
        process = BotProcess(self.folder, self.settings())
        await process.start()
        try:
            await self.slack.app_connected(30)
            yield process
        finally:
            await process.stop()

    async def refused(self, **changes: str) -> str:
        """The words with which a start is refused."""
        process = BotProcess(self.folder, self.settings(**changes))
        await process.start()
        assert await process.ended() == 2
        return process.last_words(1)

    async def types(self, line: str) -> Message:
        """Rita types; what she is answered."""
        before = len(self.ephemerals())
        await self.slack.command("rita", "#sales", line)
        return await self.slack.until(lambda _: self.ephemerals()[before:][0], 20)

    def ephemerals(self) -> list[Message]:
        """What only she sees."""
        return [each for each in self.slack.seen_by("rita", "#sales") if each.ephemeral]

    def live_message(self) -> Message:
        """The one all can see."""
        seen = self.slack.seen_by("rita", "#sales")
        return next(each for each in seen if each.bot and not each.ephemeral)

    def shown(self) -> list[dict[str, Any]]:
        """All messages and forms that went to Slack, each edit too, and all answers in place."""
        sent = [
            request.args.get("view", request.args)
            for request in self.slack.workspace.requests
            if request.method in MESSAGES | VIEWS
        ]
        messages = [
            {"text": each.text, "blocks": each.blocks}
            for each in self.slack.seen_by("rita", "#sales")
            if each.bot
        ]
        return [*sent, *messages]

    def _write(self, ahead: timedelta) -> None:
        fresh = self._clock.with_suffix(".new")
        fresh.write_text(str(ahead.total_seconds()), encoding="ascii")
        fresh.replace(self._clock)


@pytest.fixture
async def rehearsal(tmp_path: Path) -> AsyncIterator[Rehearsal]:
    """Everything but the bot."""
    async with counting() as real:
        made = Rehearsal(tmp_path, real)
        await made.slack.start()
        try:
            yield made
        finally:
            await made.slack.stop()
        assert not made.slack.refusals
        assert not real.came


async def test_a_whole_call_is_practised_and_no_provider_is_reached(rehearsal: Rehearsal) -> None:
    slack = rehearsal.slack
    async with rehearsal.bot():
        confirmation = await rehearsal.types(LINE)
        await slack.click("rita", confirmation, "draft_schedule")
        root = await slack.until(lambda _: rehearsal.live_message(), 20)
        await slack.until(lambda _: "Scheduled" in slack.drawn("rita", root), 20)
        slack.move_to(SATURDAY_12)
        await slack.until(lambda _: "Reached" in slack.drawn("rita", root), 30)
        await slack.until(
            lambda _: "Summary" in str([m.blocks for m in slack.thread(root.channel, root.ts)]), 20
        )
        await slack.command("rita", "#sales", "/dial")
        await slack.until(lambda s: s.views("rita")[-1], 20)
        await rehearsal.types("/dial help")
        await rehearsal.types("/dial nonsense")
    shown = rehearsal.shown()
    assert len(shown) > 10
    for each in shown:
        assert NOTE in str(each["blocks"][0]), each
        assert each.get("text", NOTE).startswith(NOTE), each
    assert not rehearsal.real.came


async def test_all_four_stand_ins_are_on(rehearsal: Rehearsal) -> None:
    async with rehearsal.bot() as bot:
        answer = await rehearsal.types("/dial agents")
        text = await rehearsal.slack.until(lambda _: complete(rehearsal, answer), 20)
        for label in ("VozAgent", "Vozzo", "UnleashX", "Voicy"):
            assert f"{label} · " in text
        origin = f"http://127.0.0.1:{await bot.port(10)}"
        async with aiohttp.ClientSession() as session, session.get(f"{origin}/healthz") as page:
            assert (await page.json())["practice"] is True


def complete(rehearsal: Rehearsal, answer: Message) -> str:
    """What the answer says once every provider has told its agents."""
    said = rehearsal.slack.drawn("rita", answer)
    return said if all(name in said for name in ("Voz", "Dana", "Maya", "Priya")) else ""


async def test_a_practice_database_never_becomes_real_nor_a_real_one_practice(
    rehearsal: Rehearsal, tmp_path: Path
) -> None:
    async with rehearsal.bot():
        pass
    assert "belongs to practice" in await rehearsal.refused(SWITCHBOARD_PRACTICE="0")
    other = f"sqlite+aiosqlite:///{tmp_path / 'real.db'}"
    service = Service(load(rehearsal.settings(SWITCHBOARD_PRACTICE="0", DATABASE_URL=other)))
    await service.start()
    await service.stop()
    rehearsal.real.came.clear()  # a real bot asks its providers
    assert "belongs to real work" in await rehearsal.refused(DATABASE_URL=other)


async def test_practice_by_any_other_way_than_serve_is_stopped(rehearsal: Rehearsal) -> None:
    there = {"SWITCHBOARD_PROVIDERS__VOZAGENT__BASE_URL": "https://api.vozagent.example/v1"}
    with pytest.raises(Mistake, match="Nothing was started"):
        Service(load(rehearsal.settings(**there)))


@pytest.mark.parametrize("value", ["2", "maybe", "", "practice"])
def test_a_value_nobody_knows_is_refused(value: str) -> None:
    with pytest.raises(Mistake, match="SWITCHBOARD_PRACTICE"):
        load({"SLACK_BOT_TOKEN": BOT_TOKEN, "SWITCHBOARD_PRACTICE": value})


@pytest.mark.parametrize(("value", "practice"), [("1", True), ("true", True), ("0", False)])
def test_the_usual_ways_to_say_yes_and_no_are_known(value: str, practice: bool) -> None:
    settings = load({"SLACK_BOT_TOKEN": BOT_TOKEN, "SWITCHBOARD_PRACTICE": value})
    assert settings.practice is practice
