"""The demo page's forms: checked, sent, kept while they change, and fed with choices and files."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, expect

from tests.demo.page_blocks import CHOICE, field, modal, plain, section, text_input
from tests.demo.page_browser import Screen, browsing, screen_on
from tests.demo.page_server import START, FakeDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

TEN_TOMORROW = START + 15 * 3600  # 10 AM in New York on the day after START


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with browsing() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def screen(browser: Browser) -> AsyncIterator[Screen]:
    async with screen_on(browser, FakeDesk()) as opened:
        yield opened


async def test_a_form_is_checked_before_it_is_sent(screen: Screen) -> None:
    tries = {"type": "number_input", "action_id": "tries", "max_value": "5", "initial_value": "9"}
    screen.desk.show_views("U1", modal(field("Number", text_input("who")), field("Tries", tries)))
    await screen["modal-submit"].click()
    await expect(screen["modal"]).to_contain_text("Please fill in this field.")
    await expect(screen["modal"]).to_contain_text("at most 5")
    await expect(screen.control("who")).to_be_focused()
    await screen.control("who").fill("Maria")
    await screen.control("tries").fill("2")
    await screen["modal-submit"].click()
    values = (await screen.desk.posted("submit"))["state"]["values"]
    assert values["who_block"]["who"] == {"type": "plain_text_input", "value": "Maria"}
    assert values["tries_block"]["tries"]["value"] == "2"


async def test_the_apps_own_errors_stand_under_their_fields(screen: Screen) -> None:
    screen.desk.show_views("U1", modal(field("Number", text_input("who", initial_value="555"))))
    screen.desk.answers["submit"] = {"response": {"errors": {"who_block": "It has no area code."}}}
    await screen["modal-submit"].click()
    await expect(screen.page.locator("[data-error-for=who_block]")).to_have_text(
        "It has no area code."
    )


async def test_a_picked_time_is_read_on_the_viewers_clock(screen: Screen) -> None:
    when = {"type": "datetimepicker", "action_id": "when"}
    screen.desk.show_views("U1", modal(field("When", when)))
    await screen.control("when").fill("2026-11-21T10:00")
    await screen["modal-submit"].click()
    values = (await screen.desk.posted("submit"))["state"]["values"]
    assert values["when_block"]["when"]["selected_date_time"] == TEN_TOMORROW


async def test_what_was_entered_survives_an_update_and_a_view_on_top(screen: Screen) -> None:
    below = modal(field("Name", text_input("name")))
    screen.desk.show_views("U1", below)
    await screen.control("name").fill("Black Friday")
    screen.desk.show_views("U1", below, modal(section("450 rows"), view_id="V2", title="Check"))
    await expect(screen["modal"]).to_contain_text("450 rows")
    await screen.page.keyboard.press("Escape")
    assert (await screen.desk.posted("close"))["view_id"] == "V2"
    await expect(screen.control("name")).to_have_value("Black Friday")
    screen.desk.show_views("U1", below | {"hash": "h2", "title": plain("Changed")})
    await expect(screen["modal"]).to_contain_text("Changed")
    await expect(screen.control("name")).to_have_value("Black Friday")
    await screen["modal-close"].click()
    await expect(screen["modal"]).not_to_be_visible()


async def test_an_input_that_dispatches_tells_the_app_at_once(screen: Screen) -> None:
    pick = {"type": "static_select", "action_id": "pick", "options": CHOICE}
    screen.desk.show_views("U1", modal(field("Assistant", pick, dispatch_action=True)))
    await screen.control("pick").select_option("two")
    posted = await screen.desk.posted("action")
    assert posted["container"] == {"type": "view", "view_id": "V1"}
    assert posted["action"]["selected_option"] == CHOICE[1]


async def test_an_external_select_asks_the_app_for_its_options(screen: Screen) -> None:
    pick = {"type": "external_select", "action_id": "pick", "min_query_length": 2}
    screen.desk.answers["options"] = {"options": CHOICE}
    screen.desk.show_views("U1", modal(field("Assistant", pick)))
    await screen.control("pick").press_sequentially("tw")
    assert (await screen.desk.posted("options"))["value"] == "tw"
    await screen.page.get_by_role("option", name="Two").click()
    await screen["modal-submit"].click()
    values = (await screen.desk.posted("submit"))["state"]["values"]
    assert values["pick_block"]["pick"]["selected_option"] == CHOICE[1]


async def test_a_file_is_uploaded_when_picked_and_named_in_the_form(screen: Screen) -> None:
    csv = {"type": "file_input", "action_id": "list", "filetypes": ["csv"], "max_files": 1}
    screen.desk.show_views("U1", modal(field("List", csv)))
    rows = FilePayload(name="people.csv", mimeType="text/csv", buffer=b"number\n+14155550100\n")
    await screen.control("list").set_input_files(rows)
    assert (await screen.desk.posted("upload"))["name"] == "people.csv"
    await expect(screen["modal"]).to_contain_text("people.csv")
    await screen["modal-submit"].click()
    values = (await screen.desk.posted("submit"))["state"]["values"]
    assert [file["id"] for file in values["list_block"]["list"]["files"]] == ["F1"]


async def test_an_answer_that_never_came_leaves_the_form_open(screen: Screen) -> None:
    screen.desk.show_views("U1", modal(field("Name", text_input("name", initial_value="x"))))
    screen.desk.answers["submit"] = {"delivery": {"status": "timeout"}, "response": {}}
    await screen["modal-submit"].click()
    await expect(screen["modal-problem"]).to_contain_text("operation_timeout")
    await expect(screen["modal-submit"]).to_be_enabled()


async def test_fields_the_desk_itself_refuses_are_marked(screen: Screen) -> None:
    screen.desk.show_views("U1", modal(field("Name", text_input("name", initial_value="x"))))
    refusal = {"ok": False, "error": "missing_fields", "errors": {"name_block": "Too short."}}
    screen.desk.answers["submit"] = refusal
    await screen["modal-submit"].click()
    await expect(screen["modal"]).to_contain_text("Too short.")
