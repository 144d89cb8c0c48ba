"""A call at each of the four providers in the demo's page, from the typed line to its end."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot.demo.stage import Stage
from bot.demo.telephony import StandIn
from tests.demo.page_browser import browsing

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

ROOT = Path(__file__).parents[2]
PATIENCE = 20_000  # milliseconds
PACE = 0.5  # seconds between two steps of a call
NEW_YORK, KOLKATA = ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")
FRIDAY = 4


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with browsing() as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One demo for all: the bot in a process of its own, the stand-ins here to be looked into."""
    opened = Stage(tmp_path_factory.mktemp("demo"), pace=PACE)
    try:
        await opened.start(0)
        opened.slack.move_to(tomorrow_morning(opened.slack.clock()))  # within calling hours
        yield opened
    finally:
        await opened.stop()


class Viewer:
    """A rep at the page, with the panel of the providers open."""

    def __init__(self, page: Page, stage: Stage, pictures: Path) -> None:
        self.page, self.stage, self._pictures = page, stage, pictures
        self.troubles: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))

    async def arrive(self, user: str) -> None:
        await self.page.goto(f"{self.stage.slack.origin}/#user={user}")
        await self.page.wait_for_selector(f"body[data-ready={user}]")
        await self.page.get_by_test_id("panel-toggle").click()

    async def type(self, line: str) -> None:
        await self.page.get_by_test_id("composer").fill(line)
        await self.page.get_by_test_id("composer").press("Enter")

    async def choose(self, knob: str, value: str) -> None:
        """A knob of the panel, such as ``voicy.webhook``."""
        async with self.page.expect_response(lambda answer: answer.url.endswith("/panel")):
            await self.page.locator(f"[data-knob='{knob}']").select_option(value)

    def last(self, words: str) -> Locator:
        """The newest message in the channel with those words."""
        return self.page.locator("#channel-messages [data-ts]", has_text=words).last

    def root(self, number: str) -> Locator:
        """The message of the call to a masked number."""
        calls = self.page.locator("#channel-messages [data-ts]", has_text="asked by")
        return calls.filter(has_text=number).last

    async def schedule(self, number: str) -> Locator:
        """Confirm the newest draft; the message of its call."""
        await self.page.get_by_role("button", name="Schedule call").last.click()
        await expect(self.root(number)).to_contain_text("Scheduled", timeout=PATIENCE)
        return self.root(number)

    async def skip_to_the_call(self) -> None:
        await self.page.get_by_test_id("clock-next-due").click()

    async def thread_of(self, root: Locator) -> Locator:
        await root.get_by_test_id("replies").click()
        return self.page.locator("#thread-messages")

    def card(self, provider: str) -> Locator:
        return self.page.locator(f".card[data-provider={provider}]")

    async def photograph(self, name: str, provider: str) -> None:
        """What is to be seen now; kept for who wants to look at it."""
        await expect(self.page.locator(".cannot-draw")).to_have_count(0)
        await self.card(provider).scroll_into_view_if_needed()
        await self.page.screenshot(path=self._pictures / f"{name}.png")


@pytest_asyncio.fixture(loop_scope="module")
async def viewer(browser: Browser, stage: Stage, tmp_path: Path) -> AsyncIterator[Viewer]:
    context = await browser.new_context(viewport={"width": 1280, "height": 860})
    made = Viewer(await context.new_page(), stage, tmp_path)
    await made.arrive("U0RITA")
    yield made
    await context.close()
    assert not made.troubles


def bodies(stand_in: StandIn, number: str) -> list[Any]:
    """Of the dial requests for a number."""
    return [post.body for post in stand_in.posts if number in post.numbers]


def rang(stand_in: StandIn, number: str) -> int:
    return sum(call.number == number for call in stand_in.calls)


async def test_vozagent_tells_when_asked(viewer: Viewer) -> None:
    await viewer.type("/dial +1 415 555 0170 with Voz in 20 minutes")
    root = await viewer.schedule("••70")
    await viewer.skip_to_the_call()
    await expect(root).to_contain_text("Reached", timeout=PATIENCE)
    thread = await viewer.thread_of(root)
    await expect(thread).to_contain_text("Summary", timeout=PATIENCE)
    await expect(thread).to_contain_text("Cost $0.27")
    await viewer.photograph("vozagent", "vozagent")
    assert len(bodies(viewer.stage.stand_ins.vozagent, "+14155550170")) == 1


async def test_an_assistant_at_two_providers_is_asked_back(viewer: Viewer) -> None:
    await viewer.type("/dial +1 415 555 0171 with Nova in 20 minutes")
    question = viewer.last("Nova")
    await expect(question.get_by_role("button", name="Nova · VozAgent")).to_be_visible()
    await viewer.photograph("which-nova", "vozagent")
    await question.get_by_role("button", name="Nova · Voicy").click()
    await expect(question).to_contain_text("provider: Voicy", timeout=PATIENCE)
    await question.get_by_role("button", name="Cancel").click()
    await viewer.type("/dial +1 415 555 0171 with Nova via vozagent in 20 minutes")
    confirmation = viewer.last("Schedule this call?")
    await expect(confirmation).to_contain_text("provider: VozAgent", timeout=PATIENCE)
    await confirmation.get_by_role("button", name="Cancel").click()
    await expect(viewer.last("Nothing was scheduled")).to_be_visible()


async def test_unleashx_loses_its_answer_and_the_list_of_executions_settles_it(
    viewer: Viewer,
) -> None:
    stand_in, number = viewer.stage.stand_ins.unleashx, "+14155550172"
    await viewer.choose("unleashx.trouble", "answer-lost")
    await viewer.type("/dial +1 415 555 0172 with Maya in 20 minutes")
    root = await viewer.schedule("••72")
    await viewer.skip_to_the_call()
    await expect(root).to_contain_text("Not sure it rang", timeout=PATIENCE)
    card = viewer.card("unleashx")
    await expect(card).to_contain_text("no answer")
    await expect(card).to_contain_text("the phone rang all the same")
    await viewer.photograph("unleashx-in-doubt", "unleashx")
    await expect(root).to_contain_text("Reached", timeout=PATIENCE)
    thread = await viewer.thread_of(root)
    await expect(thread).to_contain_text("Transcript", timeout=PATIENCE)
    await expect(thread).to_contain_text("Not sure it rang")
    await expect(card.get_by_test_id("received")).to_contain_text("executions/list → 200")
    await viewer.photograph("unleashx-found", "unleashx")
    assert (len(bodies(stand_in, number)), rang(stand_in, number)) == (1, 1)
    await expect(viewer.page.locator("[data-knob='unleashx.trouble']")).to_have_value("none")


async def test_voicys_webhook_comes_before_any_poll_could_see_the_call(viewer: Viewer) -> None:
    stand_in, number = viewer.stage.stand_ins.voicy, "+14155550173"
    await viewer.choose("voicy.webhook", "before")
    await viewer.type("/dial +1 415 555 0173 with Dana in 20 minutes")
    root = await viewer.schedule("••73")
    await viewer.skip_to_the_call()
    await expect(root).to_contain_text("Reached", timeout=PATIENCE)
    thread = await viewer.thread_of(root)
    await expect(thread).to_contain_text("Summary", timeout=PATIENCE)
    await expect(viewer.card("voicy")).to_contain_text("call_ended → 200")
    await viewer.photograph("voicy-webhook-first", "voicy")
    assert (len(bodies(stand_in, number)), rang(stand_in, number)) == (1, 1)
    (told,) = [p for p in stand_in.parcels if p.call_id == stand_in.calls[-1].id]
    assert told.statuses == [200]
    assert not [call for call in stand_in.account.visible() if call.number == number]


async def test_voicys_webhook_after_the_poll_moves_nothing_back(viewer: Viewer) -> None:
    stand_in = viewer.stage.stand_ins.voicy
    await viewer.choose("voicy.webhook", "after")
    await viewer.type("/dial +1 415 555 0174 with Dana in 20 minutes")
    root = await viewer.schedule("••74")
    before = len(stand_in.parcels)
    await viewer.skip_to_the_call()
    await expect(root).to_contain_text("Reached", timeout=PATIENCE)
    assert len(stand_in.parcels) == before  # the poll came first
    thread = await viewer.thread_of(root)
    await expect(thread).to_contain_text("Summary", timeout=PATIENCE)
    await stand_in.all_told()
    assert stand_in.parcels[-1].statuses == [200]
    await expect(viewer.card("voicy")).to_contain_text("call_ended → 200")
    await viewer.page.wait_for_timeout(1_500)  # a second result, or a step back, would show by now
    await expect(root).to_contain_text("Reached")
    await expect(thread.get_by_text("Summary", exact=True)).to_have_count(1)
    await viewer.photograph("voicy-webhook-last", "voicy")


async def test_vozzo_takes_a_window_that_is_friday_here_and_saturday_there(
    viewer: Viewer,
) -> None:
    stand_in, number = viewer.stage.stand_ins.vozzo, "+14155550175"
    page = viewer.page
    await page.locator("[data-user=U0NORA]").click()
    await page.wait_for_selector("body[data-ready=U0NORA]")
    friday = next_friday(viewer.stage.slack.clock())
    await page.get_by_test_id("clock-input").fill(f"{friday:%Y-%m-%dT%H:%M}")
    await page.get_by_test_id("clock-go").click()
    await viewer.type("/dial +1 415 555 0175 with Priya today between 7pm and 8:30pm")
    confirmation = viewer.last("Schedule this call?")
    await expect(confirmation).to_contain_text("(your time)", timeout=PATIENCE)
    await expect(confirmation).to_contain_text("(their time)")
    await viewer.photograph("vozzo-confirmation", "vozzo")
    root = await viewer.schedule("••75")
    await viewer.skip_to_the_call()
    await expect(root).to_contain_text("Handed to Vozzo", timeout=PATIENCE)
    await viewer.photograph("vozzo-handed-over", "vozzo")
    (body,) = bodies(stand_in, number)
    slot = body["scheduled_call_config"]["timeslot_settings"]
    opens = datetime.combine(friday, time(19), NEW_YORK).astimezone(KOLKATA)
    assert opens.weekday() == FRIDAY + 1
    assert slot == {
        "timezone": "IST",
        "allow_on_weekends": True,
        "start_time": f"{opens:%H:%M}",
        "end_time": f"{opens + timedelta(hours=1, minutes=30):%H:%M}",
        "start_date": f"{opens:%Y-%m-%d}",
    }
    await expect(viewer.card("vozzo")).to_contain_text("IST, weekends too")
    assert rang(stand_in, number) == 1
    await mark(viewer, root)
    assert len(bodies(stand_in, number)) == 1


async def mark(viewer: Viewer, root: Locator) -> None:
    """*Mark outcome…* after the window: a person says what the provider does not."""
    await viewer.page.get_by_test_id("clock-1h").click()
    await viewer.page.get_by_test_id("clock-1h").click()
    await expect(root).to_contain_text("does not say how it went", timeout=PATIENCE)
    await root.get_by_role("button", name="Mark outcome…").click()
    form = viewer.page.get_by_test_id("modal")
    await form.get_by_label("It was answered").check()
    await form.get_by_label("Note").fill("Wants a visit on Tuesday")
    await viewer.photograph("vozzo-mark-outcome", "vozzo")
    await viewer.page.get_by_test_id("modal-submit").click()
    await expect(root).to_contain_text(re.compile("Reached, says @Nora Rep"), timeout=PATIENCE)
    thread = await viewer.thread_of(root)
    await expect(thread).to_contain_text("It was answered, says @Nora Rep")
    await viewer.photograph("vozzo-marked", "vozzo")


def tomorrow_morning(now: datetime) -> datetime:
    """11 AM in New York: 8 AM where they are called."""
    tomorrow = now.astimezone(NEW_YORK).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(11), NEW_YORK)


def next_friday(now: datetime) -> datetime:
    """10 AM in New York, not before now."""
    morning = datetime.combine(now.astimezone(NEW_YORK), time(10), NEW_YORK)
    days = (FRIDAY - morning.weekday()) % 7
    friday = morning + timedelta(days=days)
    return friday if friday > now else friday + timedelta(days=7)
