"""The demo page as a person uses it: type, click, fill in, change who one is, skip the clock."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.demo.page_blocks import CHOICE, actions, button, plain, section
from tests.demo.page_browser import Screen, browsing, screen_on
from tests.demo.page_server import START, FakeDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

TIMED_OUT = {"delivery": {"id": "D1", "status": "timeout", "acked": False, "ack_ms": 3000}}
TEN_TOMORROW = START + 15 * 3600  # 10 AM in New York on the day after START


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with browsing() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def screen(browser: Browser) -> AsyncIterator[Screen]:
    async with screen_on(browser, FakeDesk()) as opened:
        yield opened


# typing


async def test_an_empty_channel_offers_a_line_to_try(screen: Screen) -> None:
    await screen["type-it"].first.click()
    line = "/dial +1 415 555 2671 with Voz tomorrow 10am"
    await expect(screen["composer"]).to_have_value(line)
    await screen["send"].click()
    posted = await screen.desk.posted("command")
    assert posted == {"user": "U1", "channel": "C1", "text": line}


async def test_a_slash_shows_the_commands_and_enter_completes_one(screen: Screen) -> None:
    await screen["composer"].fill("/d")
    await expect(screen.page.locator("[data-command='/dial']")).to_contain_text("with <assistant>")
    await screen["composer"].press("Enter")
    await expect(screen["composer"]).to_have_value("/dial ")


async def test_enter_sends_and_shift_enter_begins_a_new_line(screen: Screen) -> None:
    await screen["composer"].fill("one")
    await screen["composer"].press("Shift+Enter")
    await screen.page.keyboard.type("two")
    await screen["composer"].press("Enter")
    assert (await screen.desk.posted("message"))["text"] == "one\ntwo"
    await expect(screen["message"]).to_contain_text("Rita Rep")


async def test_a_command_nobody_acknowledges_says_so_as_slack_does(screen: Screen) -> None:
    screen.desk.answers["command"] = TIMED_OUT
    await screen.type("/dial status")
    notice = "/dial failed with the error “operation_timeout”"
    await expect(screen["notice"]).to_contain_text(notice)


async def test_an_unknown_command_is_never_sent(screen: Screen) -> None:
    await screen.type("/dail 555")
    await expect(screen["notice"]).to_contain_text("/dail is not a command here")


async def test_invite_brings_the_app_in(screen: Screen) -> None:
    await screen.page.locator("[data-channel=C2]").click()
    await expect(screen["place-note"]).to_contain_text("/invite @Switchboard")
    await screen.type("/invite @Switchboard")
    assert await screen.desk.posted("invite") == {"user": "U1", "channel": "C2", "who": "UBOT"}


# messages and threads


async def test_a_message_is_edited_in_place_and_can_vanish(screen: Screen) -> None:
    ts = screen.desk.say("Dialling")
    await expect(screen.message(ts)).to_contain_text("APP")
    screen.desk.edit(ts, text="Reached")
    await expect(screen.message(ts)).to_contain_text("Reached")
    await expect(screen.message(ts)).to_contain_text("(edited)")
    screen.desk.delete(ts)
    await expect(screen.message(ts)).to_have_count(0)


async def test_a_thread_opens_beside_the_channel_and_refuses_commands(screen: Screen) -> None:
    root = screen.desk.say("Reached")
    screen.desk.say("Wants a demo", thread_ts=root)
    await expect(screen["messages"]).not_to_contain_text("Wants a demo")
    await screen["replies"].click()
    await expect(screen["thread"]).to_contain_text("Wants a demo")
    await screen.type("/dial status", "thread-composer")
    await expect(screen["thread"]).to_contain_text("/dial is not supported in threads")
    await screen.type("thanks", "thread-composer")
    assert (await screen.desk.posted("message"))["thread_ts"] == root
    await expect(screen["replies"]).to_contain_text("2 replies")


async def test_an_ephemeral_message_is_seen_by_one_person_only(screen: Screen) -> None:
    screen.desk.say("Schedule this call?", only_for="U1")
    await expect(screen["message"]).to_contain_text("Only visible to you")
    await screen.become("U2")
    await expect(screen["message"]).to_have_count(0)


async def test_times_are_those_of_the_person_one_is(screen: Screen) -> None:
    when = "{date_short_pretty} at {time}"
    ts = screen.desk.say(f"<!date^{TEN_TOMORROW:.0f}^{when}|Sat 15:00 UTC>")
    await expect(screen.message(ts)).to_contain_text("Tomorrow at 10:00 AM")
    await expect(screen.message(ts)).to_contain_text("7:00 PM")
    await screen.become("U2")
    await expect(screen["person-switcher"]).to_contain_text("You are Leo Lead · Berlin")
    await expect(screen.message(ts)).to_contain_text("Today at 4:00 PM")


async def test_a_message_elsewhere_is_counted_as_unread(screen: Screen) -> None:
    entry = screen.page.locator("[data-channel=C2]")
    screen.desk.say("psst", channel="C2")
    await expect(entry.locator(".unread")).to_have_text("1")
    await entry.click()
    await expect(screen["messages"]).to_contain_text("psst")
    await expect(entry.locator(".unread")).to_have_count(0)


async def test_after_a_broken_stream_the_history_is_read_again(screen: Screen) -> None:
    ts = screen.desk.say("Scheduled")
    await expect(screen.message(ts)).to_be_visible()
    screen.desk.hang_up()
    screen.desk.messages[ts]["text"] = "Reached while you were away"
    await expect(screen.message(ts)).to_contain_text("Reached while you were away")


async def test_a_link_to_a_message_opens_it_in_place(screen: Screen) -> None:
    root = screen.desk.say("Reached")
    reply = screen.desk.say("Wants a demo", thread_ts=root)
    address = f"{screen.url}/archives/C1/p{reply.replace('.', '')}?thread_ts={root}"
    screen.desk.say(f"<{address}|the result>", channel="C2")
    await screen.page.locator("[data-channel=C2]").click()
    await screen.page.get_by_role("link", name="the result").click()
    await expect(screen["thread"]).to_contain_text("Wants a demo")
    await screen.page.goto(address)
    await expect(screen["thread"]).to_contain_text("Wants a demo")


async def test_an_address_with_an_unknown_person_shows_the_first_one(screen: Screen) -> None:
    await screen.page.goto("about:blank")
    await screen.page.goto(f"{screen.url}/#user=U0NOBODY")
    await expect(screen["person-switcher"]).to_contain_text("You are Rita Rep")


# clicking


async def test_a_click_carries_the_value_and_what_was_chosen_beside_it(screen: Screen) -> None:
    clock = {"type": "radio_buttons", "action_id": "clock", "options": CHOICE}
    ts = screen.desk.say("Whose clock?", blocks=[actions(clock, button("Go on", "go"))])
    await screen.control("clock").get_by_label("Two").check()
    assert (await screen.desk.posted("action"))["action"]["selected_option"] == CHOICE[1]
    await screen.control("go").click()
    posted = await screen.desk.posted("action")
    assert posted["container"] == {"type": "message", "channel": "C1", "ts": ts}
    assert posted["action"]["value"] == "v"
    assert posted["state"]["values"]["row"]["clock"]["selected_option"] == CHOICE[1]


async def test_a_confirm_dialog_comes_first_and_no_means_no(screen: Screen) -> None:
    sure = {"title": plain("Sure?"), "text": plain("412 calls"), "confirm": plain("Approve")}
    screen.desk.say("Approve?", blocks=[actions(button("Approve…", "ok", confirm=sure))])
    await screen.control("ok").click()
    await screen["confirm-no"].click()
    await expect(screen.control("ok")).to_be_focused()
    await screen.control("ok").click()
    await screen["confirm-yes"].click()
    await screen.desk.posted("action")
    assert screen.desk.waiting("action") == 0


async def test_a_button_for_others_is_not_drawn(screen: Screen) -> None:
    for_leo = button("Approve…", "ok", visible_to_user_ids=["U2"])
    screen.desk.say("Approve?", blocks=[actions(for_leo, button("See", "see"))])
    await expect(screen.control("see")).to_be_visible()
    await expect(screen.control("ok")).to_have_count(0)


async def test_a_click_the_app_missed_is_told_at_the_message(screen: Screen) -> None:
    screen.desk.answers["action"] = TIMED_OUT
    ts = screen.desk.say("Scheduled", blocks=[actions(button("Call now", "now"))])
    await screen.control("now").click()
    await expect(screen.message(ts)).to_contain_text("could not take this click")


async def test_menus_work_by_keyboard_and_start_shortcuts(screen: Screen) -> None:
    ts = screen.desk.say("Call +1 415 555 0100 please", user="U2")
    await screen.message(ts).hover()
    await screen["message-menu"].focus()
    await screen.page.keyboard.press("Enter")
    await screen.page.keyboard.press("Enter")
    posted = await screen.desk.posted("shortcut")
    assert posted == {"user": "U1", "callback_id": "call_number", "channel": "C1", "ts": ts}
    await screen["composer-plus"].click()
    await screen.page.locator("[data-shortcut=new_call]").click()
    assert await screen.desk.posted("shortcut") == {"user": "U1", "callback_id": "new_call"}


async def test_the_app_home_is_opened_and_drawn(screen: Screen) -> None:
    screen.desk.homes["U1"] = {"id": "VH", "type": "home", "blocks": [section("*Your calls*")]}
    await screen["app-home"].click()
    assert await screen.desk.posted("home_opened") == {"user": "U1"}
    await expect(screen["home"]).to_contain_text("Your calls")


# the clock and the provider


@pytest.mark.parametrize(
    ("control", "asked"),
    [
        ("clock-10min", {"advance": 600}),
        ("clock-1h", {"advance": 3600}),
        ("clock-next-due", {"to": TEN_TOMORROW}),
        ("clock-tomorrow", {"to": TEN_TOMORROW}),
    ],
)
async def test_the_clock_can_be_skipped(screen: Screen, control: str, asked: object) -> None:
    await expect(screen["clock"]).to_contain_text("Nov 20, 2026 · New York")
    await screen[control].click()
    assert await screen.desk.posted("clock") == asked
    await expect(screen["toast"]).to_contain_text("The clock is at")


async def test_skipping_past_midnight_changes_what_today_is(screen: Screen) -> None:
    ts = screen.desk.say(f"<!date^{TEN_TOMORROW:.0f}^{{date_pretty}}|x>")
    screen.desk.say("noted", thread_ts=ts)
    await expect(screen.message(ts)).to_contain_text("Tomorrow")
    await expect(screen["replies"]).to_contain_text("last reply today at 7:00 PM")
    await screen["clock-input"].fill("2026-11-21T09:00")
    await screen["clock-go"].click()
    assert await screen.desk.posted("clock") == {"to": TEN_TOMORROW - 3600}
    await expect(screen.message(ts).locator(".date")).to_have_text("Today")
    await expect(screen["replies"]).to_contain_text("last reply yesterday at 7:00 PM")


async def test_the_knobs_of_a_provider_can_be_turned(screen: Screen) -> None:
    await expect(screen["provider-panel"]).to_be_hidden()
    await screen["panel-toggle"].click()
    knob = screen.page.locator("[data-knob='voicy.outcome']")
    await knob.select_option("no-answer")
    posted = await screen.desk.posted("panel")
    assert posted == {"id": "voicy.outcome", "value": "no-answer"}
    await expect(knob).to_have_value("no-answer")
    await knob.press("Escape")
    await expect(screen["provider-panel"]).to_be_hidden()
    await expect(screen["panel-toggle"]).to_be_focused()


async def test_what_a_provider_received_appears_while_a_list_of_choices_is_open(
    screen: Screen,
) -> None:
    await screen["panel-toggle"].click()
    knob = screen.page.locator("[data-knob='voicy.outcome']")
    await knob.focus()
    card = screen.desk.panel["providers"][0]
    dial = {"words": "POST call-dial", "answer": "201", "note": "from Dana", "dial": True}
    read = {"words": "GET call-get/…", "answer": "404", "note": "", "dial": False}
    card["received"] = [{**read, "at": START, "times": 3}, {**dial, "at": START, "times": 1}]
    card |= {"dials": 1, "tally": "1 dial · 1 rang"}
    screen.desk.push({"type": "panel", "panel": screen.desk.panel})
    lines = screen["received"].locator("li")
    await expect(lines).to_contain_text(["GET call-get/… → 404 ×3", "POST call-dial → 201"])
    await expect(lines.first.locator(".bad")).to_have_text("→ 404 ×3")
    await expect(screen["tally"]).to_have_text("1 dial · 1 rang")
    await expect(screen["panel-count"]).to_have_text("1 dial request")
    await expect(knob).to_be_focused()


async def test_a_narrow_screen_needs_no_sideways_scrolling(screen: Screen) -> None:
    screen.desk.say("Approve?", blocks=[section("word " * 60), actions(button("Yes", "yes"))])
    await screen.page.set_viewport_size({"width": 360, "height": 700})
    await expect(screen.control("yes")).to_be_visible()
    assert await screen.page.evaluate("document.documentElement.scrollWidth") == 360
    await screen.page.get_by_role("button", name="Channels").click()
    await expect(screen["app-home"]).to_be_visible()
