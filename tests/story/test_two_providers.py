"""One assistant's name at two providers: asked, chosen, kept, and dialled at the right one."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.demo.slack.messages import Message
from bot.demo.voicy import AGENTS, DANA, DEMO_FROM, VoicyStandIn
from tests.story.test_corrections import code
from tests.story.test_defaults import sets
from tests.story.world import SATURDAY_12, World

NUMBER = "+14155552671"
LINE = "/dial +1 415 555 2671 with Voz tomorrow noon"


class TwoProviders(World):
    """VozAgent, and Voicy with a Voz of its own beside its usual agents."""

    def __init__(self, folder: Path, database_url: str, mode: str) -> None:
        super().__init__(folder, database_url, mode)
        agents = (replace(DANA, name="Voz", id="3b9d1f60-52c4-4e0f-9a8e-6c1d2f7a0b19"), *AGENTS)
        self.voicy = VoicyStandIn(clock=self.slack.clock, agents=agents)
        self.voicy.account.pace = 0.05

    def settings(self) -> dict[str, str]:
        """Both accounts."""
        name = "SWITCHBOARD_PROVIDERS__VOICY__"
        return super().settings() | {
            f"{name}API_KEY": self.voicy.api_key,
            f"{name}BASE_URL": self.voicy.base_url,
            f"{name}FROM_NUMBER": DEMO_FROM,
        }

    async def open(self) -> None:
        """Voicy's stand-in before the bot."""
        await self.voicy.start()
        await super().open()

    async def close(self) -> None:
        """Both stand-ins down."""
        await super().close()
        await self.voicy.stop()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[TwoProviders]:
    """Closed whatever the story came to."""
    world = TwoProviders(tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'switchboard.db'}", "socket")
    try:
        await world.open()
        yield world
        assert not world.slack.refusals
    finally:
        await world.close()


async def test_each_provider_has_its_button_and_gets_its_call(world: TwoProviders) -> None:
    question = await world.types(LINE)
    assert "“Voz” can be several assistants" in world.text(question)
    buttons = world.slack.buttons("rita", question)
    assert set(buttons[:2]) == {"Voz · VozAgent", "Voz · Voicy"}
    await world.press(question, f"choose_agent:{buttons.index('Voz · Voicy')}")
    await world.reads(question, "Schedule this call?", "Voz · provider: Voicy")
    root = await schedules(world, question)
    world.skip_to(SATURDAY_12)
    await world.reads(root, "Reached")
    assert (world.voicy.posts_to(NUMBER), world.vozagent.posts_to(NUMBER)) == (1, 0)


async def schedules(world: World, confirmation: Message) -> Message:
    """Press the button, and see the live message."""
    before = len(world.roots())
    await world.press(confirmation, "draft_schedule")
    return await world.slack.until(lambda _: world.roots()[before])


@pytest.mark.parametrize("words", ["with Voz via voicy", "with Voz via Voicy", "using voicy Voz"])
async def test_the_provider_can_be_said(world: TwoProviders, words: str) -> None:
    answer = await world.types(f"/dial +1 415 555 2671 {words} tomorrow noon")
    assert "Voz · provider: Voicy" in world.text(answer)


async def test_where_an_assistant_is_instead_is_said(world: TwoProviders) -> None:
    answer = await world.types("/dial +1 415 555 2671 with Nova via Voicy tomorrow noon")
    text = world.text(answer).replace("*", "")
    assert "Voicy has no assistant “Nova”. Nova is at VozAgent." in text
    answer = await world.types("/dial +1 415 555 2671 with Nova via vozzo tomorrow noon")
    text = world.text(answer).replace("*", "")
    assert "I can't call via “vozzo”: no provider of that name is set up" in text
    assert "Nova is at VozAgent. " in text
    await world.press(answer, "choose_agent:0")
    await world.reads(answer, "Nova · provider: VozAgent")


async def test_a_call_moved_or_repeated_stays_at_its_provider(world: TwoProviders) -> None:
    confirmation = await world.types(f"{LINE} via Voicy")
    root = await schedules(world, confirmation)
    for verb in ("move", "again"):
        answer = await world.types(f"/dial {verb} {code(world, root)} monday 1pm")
        assert "Voz · provider: Voicy" in world.text(answer)


async def test_a_default_remembers_its_provider(world: TwoProviders) -> None:
    await sets(world, agent="Voz · Voicy")
    assert "Assistant: Voz · Voicy" in world.slack.transcript("rita", "dm")
    text = world.text(await world.types("/dial +1 415 555 2671 tomorrow noon"))
    assert "Voz · provider: Voicy" in text
    assert "From your defaults: assistant Voz" in text
    await world.slack.command("rita", "#sales", "/dial me")
    view = await world.slack.until(lambda s: s.views("rita")[-1])
    assert "Voz · Voicy" in world.slack.drawn("rita", view)


async def test_the_form_tells_them_apart(world: TwoProviders) -> None:
    await world.slack.command("rita", "#sales", "/dial")
    view = await world.slack.until(lambda s: s.views("rita")[-1])
    filled = {"number": NUMBER, "agent": "Voz (Voicy)", "words": "tomorrow noon"}
    await world.slack.submit("rita", view, filled)
    confirmation = await world.slack.until(lambda _: world.ephemerals()[-1])
    assert "Voz · provider: Voicy" in world.text(confirmation)
    await world.press(confirmation, "draft_change")
    view = await world.slack.until(lambda s: s.views("rita")[-1])
    assert "Voz (Voicy)" in world.slack.drawn("rita", view)
