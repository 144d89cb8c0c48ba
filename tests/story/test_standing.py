"""What stands still is told to on-call staff, shown to machines, and forgotten when it moves."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.calls.posts import Role
from tests.story.world import SATURDAY_12, World

LAST_WORD = "; its last word was “queued”"


class Watched(World):
    """With somebody on call."""

    def settings(self) -> dict[str, str]:
        """Omar is in that group."""
        return super().settings() | {"SWITCHBOARD_ONCALL": "S0ONCALL"}

    def look(self) -> None:
        """Nobody waits half a minute here."""
        assert self.bot is not None
        assert self.bot.shop is not None
        for loop in self.bot.shop.loops:
            if loop.name in {"standing", "standing alerts"}:
                loop.nudge()

    async def told(self, words: str) -> str:
        """What Omar is told with those words; looked for again and again."""
        async with asyncio.timeout(20):
            while not (found := [text for text in self._said() if words in text]):
                self.look()
                await asyncio.sleep(0.05)
        return found[0]

    def _said(self) -> list[str]:
        return [each.text for each in self.slack.seen_by("omar", "dm") if each.bot]

    async def message_refused(self) -> None:
        """Slack did not take the message of a call."""
        assert self.bot is not None
        assert self.bot.shop is not None
        shop = self.bot.shop
        (call,) = await shop.calls.latest_of("T0ACME", "U0RITA", 9)
        while (post := await shop.posts.of(call.id, Role.ROOT)) is None or not post.blocked:
            await asyncio.sleep(0.02)

    async def page(self, path: str) -> str:
        """One of our own pages."""
        assert self.bot is not None
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{self.bot.port}{path}") as answer,
        ):
            return await answer.text()


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    """Closed whatever the story came to."""
    world = Watched(tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'switchboard.db'}", "socket")
    try:
        await world.open()
        yield world
        assert not world.slack.refusals
    finally:
        await world.close()


async def test_a_call_without_news_is_named_until_it_ends(watched: Watched) -> None:
    watched.vozagent.account.pace = None
    root = await watched.books("/dial +1 415 555 2671 with Voz tomorrow noon")
    text = watched.text(root)
    code = text[text.index("C-") :][:6]
    assert '"placed": 0' in await standing(watched)
    watched.skip_to(SATURDAY_12)
    await watched.reads(root, "VozAgent is placing the call")
    watched.skip(seconds=3)
    await watched.reads_thread(root, "Dialling")
    watched.skip(minutes=14)
    alert = await watched.told("stands still")
    assert alert.splitlines() == [
        "🟠 1 call stands still longer than it should:",
        f"• {code} · placed 14 min ago · no news from VozAgent for 14 min{LAST_WORD}",
    ]
    assert '"placed": 1' in await standing(watched)
    assert 'switchboard_standing_still{state="placed"} 1.0' in await watched.page("/metrics")
    (call_id,) = watched.vozagent.account.calls
    for _ in range(3):
        watched.vozagent.account.advance(call_id)
    watched.skip(minutes=1)
    await watched.reads(root, "Reached", timeout=20)
    await watched.told("Nothing stands still any more")
    assert 'switchboard_standing_still{state="placed"} 0.0' in await watched.page("/metrics")


async def standing(world: Watched) -> str:
    """That part of the health page, once somebody has looked."""
    page = ""
    while '"standing_still": {"' not in page:
        world.look()
        page = await world.page("/healthz")
    return page[page.index('"standing_still"') :]


async def test_a_message_slack_does_not_take_is_named_with_its_reason(watched: Watched) -> None:
    answer = await watched.types("/dial +1 415 555 2671 with Voz monday noon", where="#random")
    await watched.press(answer, "draft_schedule")
    await watched.reads(answer, "is kept and will be dialled")
    await watched.message_refused()
    watched.skip(minutes=6)
    alert = await watched.told("its message is 6 min behind")
    assert "Slack refuses it: not in channel" in alert
    assert "1 message stands still" in alert
    await watched.slack.invite("rita", "#random", "switchboard")
    await watched.told("Nothing stands still any more")
