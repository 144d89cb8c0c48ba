"""Somebody on call stops all dialling, everybody sees who and why, and later it goes on."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.demo.slack.messages import Message
from tests.databases import postgresql_database
from tests.story.world import SATURDAY_12, World

NOON = "/dial +1 415 555 2671 with Voz tomorrow noon"
BETWEEN = "/dial +1 415 555 2672 with Voz tomorrow between noon and 12:30pm"


class Guarded(World):
    """With somebody on call."""

    def settings(self) -> dict[str, str]:
        """Omar is in that group."""
        return super().settings() | {"SWITCHBOARD_ONCALL": "S0ONCALL"}

    async def tells_all(self, line: str, who: str = "omar", where: str = "#sales") -> str:
        """Type a command that everybody in the channel reads the answer of."""
        before = len(self.said(where))
        delivery = await self.slack.command(who, where, line)
        assert delivery.acked
        message = await self.slack.until(lambda _: self.said(where)[before])
        return self.text(message)

    def said(self, where: str = "#sales") -> list[Message]:
        """What the bot said there to everybody, but for the messages of calls."""
        return [m for m in self.roots(where) if "C-" not in self.text(m)]

    def calls(self) -> list[Message]:
        """The messages of calls."""
        return [m for m in self.roots() if "C-" in self.text(m)]

    async def page(self, path: str) -> str:
        """One of our own pages."""
        assert self.bot is not None
        url = f"http://127.0.0.1:{self.bot.port}{path}"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return await answer.text()


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[Guarded]:
    """Closed whatever the story came to."""
    world = Guarded(tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'switchboard.db'}", "socket")
    try:
        await world.open()
        yield world
        assert not world.slack.refusals
    finally:
        await world.close()


async def test_a_pause_holds_a_call_that_falls_due_until_it_is_resumed(guarded: Guarded) -> None:
    root = await guarded.books(NOON)
    assert "switchboard_paused 0.0" in await guarded.page("/metrics")
    told = await guarded.tells_all("/dial pause vozagent key leaked")
    assert "*Calls through VozAgent are paused* by @omar: key leaked." in told
    assert "`/dial resume vozagent`" in told
    guarded.skip_to(SATURDAY_12)
    text = await guarded.reads(root, "Held: calls are paused")
    assert "by @omar: key leaked. It goes out when they are resumed." in text
    listed = guarded.text(await guarded.types("/dial list"))
    assert "Calls through VozAgent are paused by @omar" in listed
    assert "Held: calls are paused" in listed
    page = await guarded.page("/healthz")
    assert '"paused": true' in page
    assert '"scope": "provider:vozagent", "by": "U0OMAR"' in page
    assert '"reason": "key leaked"' in page
    assert "switchboard_paused 1.0" in await guarded.page("/metrics")
    assert guarded.vozagent.posts == []
    told = await guarded.tells_all("/dial resume vozagent new key", who="lee")
    assert "*Calls through VozAgent go out again*, resumed by @lee" in told
    assert "They were paused by @omar since" in told
    await guarded.reads(root, "Reached")
    assert guarded.vozagent.posts_to("+14155552671") == 1
    assert '"paused": false' in await guarded.page("/healthz")


async def test_what_comes_too_late_for_it_is_judged_anew(guarded: Guarded) -> None:
    root, window = await guarded.books(NOON), await guarded.books(BETWEEN)
    await guarded.tells_all("/dial pause storm")
    guarded.skip_to(SATURDAY_12)
    await guarded.reads(root, "Held: calls are paused")
    await guarded.reads(window, "Held: calls are paused")
    guarded.skip(hours=2)
    await guarded.tells_all("/dial resume")
    await guarded.reads(root, "Held: this call is late", "Call now")
    await guarded.reads(window, "Window passed")
    assert guarded.vozagent.posts == []


async def test_a_call_asked_for_during_a_pause_is_held_and_says_so(guarded: Guarded) -> None:
    await guarded.tells_all("/dial pause everything: storm")
    answer = await guarded.types("/dial +1 415 555 2671 with Voz now")
    await guarded.press(answer, "draft_schedule")
    root = await guarded.slack.until(lambda _: guarded.calls()[0])
    await guarded.reads(root, "Held: calls are paused", "by @omar: storm.")
    await guarded.press(root, "call_now")
    await guarded.reads(root, "Held: calls are paused")
    await guarded.tells_all("/dial resume")
    await guarded.reads(root, "Reached")
    assert guarded.vozagent.posts_to("+14155552671") == 1


async def test_a_call_on_the_line_is_followed_to_its_end(guarded: Guarded) -> None:
    guarded.vozagent.account.pace = None
    root = await guarded.books("/dial +1 415 555 2671 with Voz now")
    call = await guarded.slack.until(lambda _: guarded.vozagent.calls[0])
    await guarded.tells_all("/dial pause")
    for _ in range(3):
        guarded.vozagent.advance(call.id)
    await guarded.reads(root, "Reached")


async def test_who_comes_second_reads_who_was_first(guarded: Guarded) -> None:
    nothing = await guarded.types("/dial resume", who="lee")
    assert "Nothing is paused" in guarded.text(nothing, "lee")
    told = await guarded.tells_all("/dial pause a *bold* & <!channel> reason")
    assert "*All calls are paused* by @omar: a *bold* & <!channel> reason." in told
    again = await guarded.types("/dial pause me too", who="lee")
    assert "All calls are paused already, by @omar since" in guarded.text(again, "lee")
    assert "*bold* & <!channel>" in guarded.text(again, "lee")
    other = await guarded.types("/dial resume voz agent", who="lee")
    assert "Calls through VozAgent are not paused as such" in guarded.text(other, "lee")
    assert "`/dial resume` ends that" in guarded.text(other, "lee")


async def test_a_rep_may_neither_pause_nor_resume(guarded: Guarded) -> None:
    refused = guarded.text(await guarded.types("/dial pause everything is fine"))
    assert "Only on-call staff, leads and admins may pause" in refused
    assert '"paused": false' in await guarded.page("/healthz")
    await guarded.tells_all("/dial pause")
    refused = guarded.text(await guarded.types("/dial resume"))
    assert "Nothing was changed" in refused
    assert '"paused": true' in await guarded.page("/healthz")


async def test_nobody_counts_as_on_call_while_slack_does_not_say_who_is(
    guarded: Guarded,
) -> None:
    guarded.slack.world.groups.clear()
    refused = await guarded.types("/dial pause", who="omar")
    assert "Nothing was changed" in guarded.text(refused, "omar")
    guarded.slack.refusals.clear()  # Slack knows no such group


async def test_a_slip_in_the_providers_name_is_asked_back(guarded: Guarded) -> None:
    refused = await guarded.types("/dial pause vozagnt key leaked", who="omar")
    assert "Did you mean VozAgent?" in guarded.text(refused, "omar")
    assert '"paused": false' in await guarded.page("/healthz")


async def test_where_the_bot_is_no_member_everybody_reads_it_all_the_same(
    guarded: Guarded,
) -> None:
    told = await guarded.tells_all("/dial pause", where="#random")
    assert "no reason was given" in told


async def test_a_mention_pauses_too(guarded: Guarded) -> None:
    before = len(guarded.said())
    await guarded.slack.message("omar", "#sales", "@Switchboard pause line trouble")
    await guarded.slack.until(lambda _: guarded.said()[before])
    again = guarded.text(await guarded.types("/dial pause", who="lee"), "lee")
    assert "All calls are paused already" in again


async def test_a_pause_outlives_a_restart(tmp_path: Path, postgresql: str) -> None:
    async with postgresql_database(postgresql) as url:
        world = Guarded(tmp_path, url, "socket")
        try:
            await world.open()
            root = await world.books(NOON)
            await world.tells_all("/dial pause storm")
            await world.stop_bot()
            world.skip_to(SATURDAY_12)
            await world.start_bot()
            await world.reads(root, "Held: calls are paused")
            await world.tells_all("/dial resume")
            await world.reads(root, "Reached")
        finally:
            await world.close()
