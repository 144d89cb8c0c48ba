"""How the demo page draws text and blocks, and that it draws nothing it should not."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.demo.page import PAGE_DIR
from bot.demo.page.drawable import DRAWABLE_BLOCKS, DRAWABLE_ELEMENTS
from tests.demo.page_blocks import BLOCKS, ELEMENTS, modal, one_of_each, section
from tests.demo.page_browser import Screen, browsing, screen_on
from tests.demo.page_server import START, FakeDesk

in_a_browser = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
TEN_TOMORROW = int(START + 15 * 3600)


def registry(file: str, name: str) -> set[str]:
    """The keys of one registry object of the page's script."""
    script = (PAGE_DIR / file).read_text("utf-8")
    body = re.search(rf"export const {name} = \{{\n(.*?)\n\}};", script, re.DOTALL)
    assert body
    return set(re.findall(r"^  (\w+): \w+,$", body[1], re.MULTILINE))


def test_the_drawable_types_are_those_of_the_script() -> None:
    assert registry("blocks.js", "BLOCKS") == DRAWABLE_BLOCKS
    assert registry("elements.js", "ELEMENTS") == DRAWABLE_ELEMENTS


def test_the_samples_hold_one_of_each_drawable_type() -> None:
    assert set(BLOCKS) | {"input"} == DRAWABLE_BLOCKS
    assert set(ELEMENTS) == DRAWABLE_ELEMENTS


def test_no_script_writes_markup_or_names_another_server() -> None:
    for file in PAGE_DIR.glob("*.js"):
        script = file.read_text("utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", script), (
            file
        )
    for file in PAGE_DIR.glob("*.*"):
        assert not re.search(r"(?:src|href|url\()\W*https?:", file.read_text("utf-8")), file


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with browsing() as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def screen(browser: Browser) -> AsyncIterator[Screen]:
    async with screen_on(browser, FakeDesk()) as opened:
        yield opened


class TestBlocks:
    pytestmark = in_a_browser

    async def test_every_drawable_block_and_element_is_drawn(self, screen: Screen) -> None:
        screen.desk.show_views("U1", modal(*one_of_each()))
        for action_id in DRAWABLE_ELEMENTS - {"image"}:
            await expect(screen["modal"].locator(f"[data-action-id={action_id}]")).to_be_attached()
        await expect(screen["modal"].locator(".block")).to_have_count(len(one_of_each()))
        await expect(screen.page.locator(".cannot-draw")).to_have_count(0)
        screen.desk.show_views("U1")
        await expect(screen["modal"]).not_to_be_visible()

    @pytest.mark.parametrize(
        "block",
        [
            {"type": "hologram"},
            {"type": "constructor"},
            {"type": "actions", "elements": [{"type": "lever", "action_id": "a"}]},
            {"type": "rich_text", "elements": [{"type": "rich_text_riddle", "elements": []}]},
        ],
    )
    async def test_what_cannot_be_drawn_is_a_red_box(self, screen: Screen, block: Any) -> None:
        ts = screen.desk.say("Odd", blocks=[block])
        await expect(screen.message(ts).locator(".cannot-draw")).to_contain_text("cannot draw")

    async def test_hostile_words_stay_words(self, screen: Screen) -> None:
        evil = "<img src=x onerror=alert(1)> <javascript:alert(1)|click> &lt;b&gt;"
        ts = screen.desk.say(evil, username="<b>Eve</b>", blocks=[section(evil)])
        await expect(screen.message(ts)).to_contain_text("click <b>")
        await expect(screen.message(ts).locator("img, a, b")).to_have_count(0)
        await expect(screen.message(ts)).to_contain_text("<b>Eve</b>")

    async def test_pictures_keep_their_character_for_copying(self, screen: Screen) -> None:
        ts = screen.desk.say(":telephone_receiver: 🗓️ :no_such_thing:")
        await expect(screen.message(ts).locator(".emoji[data-emoji]")).to_have_count(2)
        await expect(screen.message(ts)).to_contain_text("📞 🗓️ :no_such_thing:")


DRAW_TEXT = """async ([text, now]) => {
  const { mrkdwn } = await import("/static/mrkdwn.js");
  const world = {
    app: { name: "Switchboard", bot_user: "UBOT" },
    users: [{ id: "U1", real_name: "Rita Rep" }],
    channels: [{ id: "C1", name: "sales" }],
    groups: [{ id: "S1", handle: "leads" }],
  };
  const root = document.createElement("div");
  root.append(...mrkdwn(text, { user: "U2", world, zone: "America/New_York", now: () => now }));
  const marks = { STRONG: "b", EM: "i", S: "s", CODE: "code", PRE: "pre", A: "a" };
  marks.BLOCKQUOTE = "quote";
  const read = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    const inner = [...node.childNodes].map(read).join("");
    if (node.tagName === "BR") return "/";
    return marks[node.tagName] ? `[${marks[node.tagName]} ${inner}]` : inner;
  };
  return read(root);
}"""


class TestText:
    pytestmark = in_a_browser

    @pytest.mark.parametrize(
        ("text", "drawn"),
        [
            ("*bold* _it_ ~gone~ `code`", "[b bold] [i it] [s gone] [code code]"),
            ("*bold _and it_*", "[b bold [i and it]]"),
            ("2*3*4, US_FL_hours, a * b *", "2*3*4, US_FL_hours, a * b *"),
            ("`*not bold*`", "[code *not bold*]"),
            ("*a `*` b*", "[b a [code *] b]"),
            ("> quoted\nafter", "[quote quoted]after"),
            ("&gt; one\n&gt; two", "[quote one/two]"),
            (">>> all\nof it", "[quote all/of it]"),
            ("```x = *1*```", "[pre x = *1*]"),
            ("one\ntwo", "one/two"),
            ("Q&amp;A &lt;3 &amp;lt;", "Q&A <3 &lt;"),
            ("<https://example.com/a|the *list*>", "[a the *list*]"),
            ("<tel:+14155550100>", "[a +14155550100]"),
            ("see https://example.com/x.", "see [a https://example.com/x]."),
            ("<@U1> <@UBOT> <#C1|sales> <!subteam^S1> <!here>",
             "@Rita Rep @Switchboard #sales @leads @here"),
            ("<!date^oops^{time}|later>", "later"),
        ],
    )  # fmt: skip
    async def test_mrkdwn_reads_as_in_slack(self, screen: Screen, text: str, drawn: str) -> None:
        assert await screen.page.evaluate(DRAW_TEXT, [text, START]) == drawn

    @pytest.mark.parametrize(
        ("template", "zone", "shown"),
        [
            ("{date_num} {time}", "America/New_York", "2026-11-21 10:00 AM"),
            ("{date}", "Europe/Berlin", "November 21st, 2026"),
            ("{date_short}", "Europe/Berlin", "Nov 21, 2026"),
            ("{date_long}", "Europe/Berlin", "Saturday, November 21st, 2026"),
            ("{date_long_full}", "Europe/Berlin", "November 21, 2026"),
            ("{date_pretty}", "America/New_York", "Tomorrow"),
            ("on {date_long_pretty}", "America/New_York", "on tomorrow"),
            ("{date_short_pretty}", "Europe/Berlin", "Today"),
            ("{day_divider_pretty}", "Pacific/Auckland", "Tomorrow"),
            ("{time_secs} {nonsense}", "UTC", "3:00:00 PM {nonsense}"),
            ("{ago}", "UTC", "in 15 hours"),
        ],
    )
    async def test_date_tokens_follow_the_viewers_zone(
        self, screen: Screen, template: str, zone: str, shown: str
    ) -> None:
        script = """async (given) => (await import("/static/dates.js")).slackDate(...given)"""
        given = [TEN_TOMORROW, template, zone, START]
        assert await screen.page.evaluate(script, given) == shown

    @pytest.mark.parametrize(
        ("days", "shown"), [(3, "Monday, November 23rd"), (50, "Saturday, January 9th, 2027")]
    )
    async def test_the_line_between_days_names_the_year_only_when_it_differs(
        self, screen: Screen, days: int, shown: str
    ) -> None:
        script = """async (given) => (await import("/static/dates.js")).dayLabel(...given)"""
        given = [START + days * 86400, "America/New_York", START]
        assert await screen.page.evaluate(script, given) == shown

    @pytest.mark.parametrize(
        ("typed", "zone", "instant"),
        [
            ("2026-11-21T10:00", "America/New_York", TEN_TOMORROW),
            ("2026-11-21T16:00", "Europe/Berlin", TEN_TOMORROW),
            ("2027-03-14T02:30", "America/Chicago", 1_805_013_000),  # skipped by the clocks: 3:30
            ("2026-11-01T01:30", "America/Chicago", 1_793_514_600),  # twice there: the first
            ("", "UTC", None),
        ],
    )
    async def test_a_typed_time_becomes_the_right_instant(
        self, screen: Screen, typed: str, zone: str, instant: int | None
    ) -> None:
        script = """async (given) => (await import("/static/dates.js")).inputInstant(...given)"""
        assert await screen.page.evaluate(script, [typed, zone]) == instant

    async def test_markdown_blocks_draw_headings_lists_and_tables(self, screen: Screen) -> None:
        words = "# Summary\n- **one**\n- two\n\n| A | B |\n|---|---|\n| 1 | `x` |\n\n1. first"
        ts = screen.desk.say("Summary", blocks=[{"type": "markdown", "text": words}])
        drawn = screen.message(ts).locator(".markdown")
        await expect(drawn.locator("h3")).to_have_text("Summary")
        await expect(drawn.locator("ul li")).to_have_text(["one", "two"])
        await expect(drawn.locator("td")).to_have_text(["1", "x"])
        await expect(drawn.locator("ol li")).to_have_text("first")
