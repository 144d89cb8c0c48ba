"""Typing, clicking and answering: commands, ephemerals, response URLs, who is notified."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from bot.demo.slack import Refused, SlackStandIn
from bot.demo.slack.world import NotInWorld
from tests.demo.conftest import TinyApp, actions, button, option, section

Json = dict[str, Any]


@pytest.fixture
async def talk(tiny: TinyApp) -> TinyApp:
    """Acknowledges commands with ``next_ack``, and clicks of "go"."""

    @tiny.app.command("/dial")
    async def dial(ack: Any, body: Json) -> None:
        tiny.got.append(body)
        await ack(**tiny.next_ack)

    @tiny.app.action("go")
    async def go(ack: Any, body: Json) -> None:
        tiny.got.append(body)
        await ack()

    @tiny.app.event("message")
    async def message(body: Json) -> None:
        tiny.got.append(body)

    @tiny.app.event("app_mention")
    async def mention(body: Json) -> None:
        tiny.got.append(body)

    await tiny.connect()
    return tiny


async def respond(url: str, **body: Any) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as answer:
        return answer.status, await answer.text()


async def test_the_text_of_an_ack_is_seen_by_the_asker_only(talk: TinyApp) -> None:
    talk.next_ack = {"text": "Who?", "blocks": [section("*Who?*")]}
    made = await talk.slack.command("rita", "#random", "/dial")
    assert (made.status, made.response["text"]) == ("ok", "Who?")
    (note,) = talk.slack.seen_by("rita", "random")  # the bot need not be a member for that
    assert note.ephemeral
    assert talk.slack.seen_by("lee", "random") == []
    talk.next_ack = {"text": "All of you!", "response_type": "in_channel"}
    await talk.slack.command("rita", "#random", "/dial")
    assert [m.text for m in talk.slack.seen_by("lee", "random")] == ["All of you!"]


async def test_what_was_typed_after_the_command_arrives_as_text(talk: TinyApp) -> None:
    made = await talk.slack.command("rita", "dm", "/dial  +1 415 555 0123 “now”")
    assert made.payload["text"] == "+1 415 555 0123 “now”"
    assert made.payload["channel_name"] == "directmessage"
    assert made.ack_ms < 1000
    with pytest.raises(Refused, match="unknown_command"):
        await talk.slack.command("rita", "#sales", "/call x")
    with pytest.raises(NotInWorld):
        await talk.slack.command("nobody", "#sales", "/dial")


async def test_a_command_that_is_not_acknowledged_tells_the_person(
    slack: SlackStandIn, tiny: TinyApp
) -> None:
    slack.courier.ack_seconds = 0.1
    await tiny.connect()  # nobody listens for /dial
    made = await slack.command("rita", "#sales", "/dial")
    assert (made.status, made.acked) == ("timeout", False)
    (note,) = slack.seen_by("rita", "sales")
    assert note.text == "/dial failed with the error operation_timeout"
    assert note.username == "Slackbot"


async def test_a_command_without_an_app_fails_at_once(slack: SlackStandIn) -> None:
    made = await slack.command("rita", "#sales", "/dial")
    assert made.status == "no_app"
    assert slack.seen_by("rita", "sales")[0].text.endswith("dispatch_failed")


async def test_a_response_url_answers_privately_unless_told_otherwise(talk: TinyApp) -> None:
    made = await talk.slack.command("rita", "#random", "/dial")
    url = made.payload["response_url"]
    assert await respond(url, text="one") == (200, "ok")
    await respond(url, text="two", response_type="in_channel")
    assert [m.text for m in talk.slack.seen_by("rita", "random")] == ["one", "two"]
    assert [m.text for m in talk.slack.seen_by("lee", "random")] == ["two"]


async def test_a_response_url_takes_five_answers_in_thirty_minutes(talk: TinyApp) -> None:
    made = await talk.slack.command("rita", "#sales", "/dial")
    for number in range(5):
        assert await respond(made.payload["response_url"], text=str(number)) == (200, "ok")
    status, text = await respond(made.payload["response_url"], text="six")
    assert (status, "used_url" in text) == (404, True)
    made = await talk.slack.command("rita", "#sales", "/dial")
    talk.slack.advance(30 * 60 + 1)
    status, text = await respond(made.payload["response_url"], text="late")
    assert (status, "expired_url" in text) == (404, True)


async def ask_privately(talk: TinyApp) -> Any:
    blocks = [section("Sure?"), actions(button("go", value="d1"))]
    await talk.client.chat_postEphemeral(
        channel="C0SALES", user="U0RITA", text="Sure?", blocks=blocks
    )
    return talk.slack.seen_by("rita", "sales")[-1]


async def test_the_ephemeral_that_was_clicked_can_be_replaced_and_deleted(talk: TinyApp) -> None:
    question = await ask_privately(talk)
    clicked = await talk.slack.click("rita", question, "go")
    url = clicked.payload["response_url"]
    await respond(url, text="Scheduled", replace_original=True)
    (message,) = talk.slack.seen_by("rita", "sales")
    assert (message.ts, message.text, message.blocks) == (question.ts, "Scheduled", None)
    with pytest.raises(Refused, match="no_such_element"):
        await talk.slack.click("rita", question, "go")
    await respond(url, delete_original=True)
    assert talk.slack.seen_by("rita", "sales") == []


async def test_blocks_sent_to_a_response_url_are_checked_too(talk: TinyApp) -> None:
    made = await talk.slack.command("rita", "#sales", "/dial")
    status, text = await respond(made.payload["response_url"], text="x", blocks=[section("")])
    assert (status, "invalid_blocks" in text) == (400, True)
    assert talk.slack.refusals[0].what == "response_url"


async def test_one_clicks_only_what_one_sees(talk: TinyApp) -> None:
    question = await ask_privately(talk)
    with pytest.raises(Refused, match="not_visible"):
        await talk.slack.click("lee", question, "go")
    with pytest.raises(Refused, match="no_such_element"):
        await talk.slack.click("rita", question, "went")
    blocks = [
        actions(button("go", "Approve", visible_to_user_ids=["U0LEE"]), button("no", "Look closer"))
    ]
    await talk.client.chat_postMessage(channel="C0SALES", text="Approve?", blocks=blocks)
    message = talk.slack.seen_by("lee", "sales")[-1]
    assert talk.slack.buttons("lee", message) == ["Approve", "Look closer"]
    assert talk.slack.buttons("rita", message) == ["Look closer"]
    assert "[Approve]" not in talk.slack.transcript("rita", "sales")
    with pytest.raises(Refused, match="not_visible"):
        await talk.slack.click("rita", message, "go")
    await talk.client.chat_delete(channel="C0SALES", ts=message.ts)
    with pytest.raises(Refused, match="not_visible"):
        await talk.slack.click("lee", message, "go")


async def test_of_two_buttons_with_one_name_the_value_decides(talk: TinyApp) -> None:
    rows = [
        section(name) | {"accessory": button("go", "Open", value=name)} for name in ("one", "two")
    ]
    await talk.client.chat_postMessage(channel="C0SALES", text="x", blocks=rows)
    (message,) = talk.slack.seen_by("rita", "sales")
    with pytest.raises(Refused, match="ambiguous"):
        await talk.slack.click("rita", message, "go")
    made = await talk.slack.click("rita", message, "go", value="two")
    assert made.payload["actions"][0]["value"] == "two"


async def test_the_words_of_a_confirm_dialog_are_recorded(talk: TinyApp) -> None:
    words = {"title": "Stop for good", "confirm": "Stop", "deny": "Keep on"}
    confirm: Json = {key: {"type": "plain_text", "text": text} for key, text in words.items()}
    confirm["text"] = {"type": "plain_text", "text": "161 people will not be called."}
    await talk.client.chat_postMessage(
        channel="C0SALES", text="x", blocks=[actions(button("go", confirm=confirm))]
    )
    made = await talk.slack.click("rita", talk.slack.seen_by("rita", "sales")[0], "go")
    assert made.confirm == "Stop for good: 161 people will not be called. [Stop] [Keep on]"


async def test_a_choice_in_a_message_is_in_the_state_of_the_next_click(talk: TinyApp) -> None:
    choices = [option("central", "10:00 AM Central"), option("eastern", "10:00 AM Eastern")]
    radio = {"type": "radio_buttons", "action_id": "zone", "options": choices}
    await talk.client.chat_postMessage(
        channel="C0SALES", text="Which?", blocks=[actions(radio, button("go"))]
    )
    (message,) = talk.slack.seen_by("rita", "sales")
    talk.slack.courier.ack_seconds = 0.05  # nobody listens for the choice itself
    await talk.slack.click("rita", message, "zone", value="eastern")
    made = await talk.slack.click("rita", message, "go")
    state = made.payload["state"]["values"]["acts"]["zone"]
    assert state == {"type": "radio_buttons", "selected_option": choices[1]}
    assert "(x) 10:00 AM Eastern" in talk.slack.transcript("rita", "sales")
    assert "(x)" not in talk.slack.transcript("lee", "sales")


async def test_an_overflow_menu_gives_its_option(talk: TinyApp) -> None:
    menu = {"type": "overflow", "action_id": "go", "options": [option("now", "Call now")]}
    await talk.client.chat_postMessage(
        channel="C0SALES", text="x", blocks=[section("C-4F7K") | {"accessory": menu}]
    )
    message = talk.slack.seen_by("rita", "sales")[0]
    made = await talk.slack.click("rita", message, "go", value="Call now")
    assert made.payload["actions"][0]["selected_option"]["value"] == "now"


async def test_the_bot_hears_only_where_it_is_a_member(talk: TinyApp) -> None:
    await talk.slack.message("rita", "#random", "@Switchboard hello")
    assert talk.slack.deliveries == []
    await talk.slack.message("rita", "#sales", "@switchboard hello")
    await talk.slack.until(lambda _: len(talk.got) == 2)
    assert {body["event"]["type"] for body in talk.got} == {"message", "app_mention"}
    assert talk.got[0]["event"]["text"] == "<@U0SWITCHBRD> hello"


async def test_what_people_type_is_escaped_but_links_stay(slack: SlackStandIn) -> None:
    said = await slack.message("rita", "#sales", "a < b & <tel:+14155550123|415>")
    assert said.text == "a &lt; b &amp; <tel:+14155550123|415>"
    assert "a < b & 415" in slack.transcript("lee", "sales")


async def test_a_name_in_a_message_can_notify_a_whole_channel_unless_it_is_escaped(
    slack: SlackStandIn, tiny: TinyApp
) -> None:
    say = tiny.client.chat_postMessage
    await say(channel="C0SALES", text="Call &lt;!channel&gt; tomorrow")
    await say(
        channel="C0SALES",
        text="x",
        blocks=[{"type": "header", "text": {"type": "plain_text", "text": "<!channel>"}}],
    )
    assert slack.notifications == []
    await say(channel="C0SALES", text="x", blocks=[section("Call <!channel> tomorrow")])
    await say(channel="C0SALES", text="Thanks <@U0LEE>, <!subteam^S0ONCALL>")
    assert [(n.kind, sorted(n.users)) for n in slack.notifications] == [
        ("channel", ["U0LEE", "U0OMAR", "U0RITA"]),
        ("user", ["U0LEE"]),
        ("group", ["U0OMAR"]),
    ]


async def test_everybody_reads_dates_in_their_own_zone(slack: SlackStandIn, tiny: TinyApp) -> None:
    slack.move_to(datetime(2026, 11, 20, 18, 0, tzinfo=UTC))
    ten = int(datetime(2026, 11, 21, 18, 0, tzinfo=UTC).timestamp())
    text = f"<!date^{ten}^{{date_short_pretty}} at {{time}}|21 Nov 18:00 UTC>"
    root = await tiny.client.chat_postMessage(channel="C0SALES", text=text)
    await tiny.client.chat_postMessage(
        channel="C0SALES",
        thread_ts=root["ts"],
        text="x",
        blocks=[section("done"), actions(button("go", "Open"))],
    )
    assert slack.transcript("rita", "sales").splitlines() == [
        "~~~ #sales, as Rita Rep sees it ~~~",
        "13:00 Switchboard:",
        "  tomorrow at 1:00 PM",
        "    13:00 Switchboard:",
        "      done",
        "      [Open]",
    ]
    assert "tomorrow at 6:00 PM" in slack.transcript("omar", "sales")


async def test_until_waits_for_changes_and_shows_the_conversation_when_it_gives_up(
    slack: SlackStandIn, tiny: TinyApp
) -> None:
    async def soon() -> None:
        await tiny.client.chat_postMessage(channel="C0SALES", text="here I am")

    task = asyncio.create_task(soon())
    message = await slack.until(lambda s: s.seen_by("rita", "sales")[0])
    assert message.text == "here I am"
    await task
    with pytest.raises(TimeoutError, match="here I am"):
        await slack.until(lambda s: s.views("rita"), timeout=0.05)


async def test_a_reset_forgets_everything_but_the_clock(slack: SlackStandIn) -> None:
    slack.advance(3600)
    await slack.message("rita", "#sales", "hello")
    await slack.invite("rita", "#random", "switchboard")
    await slack.reset()
    assert slack.seen_by("rita", "sales") == []
    assert not slack.world.bot_is_in(slack.world.channel("random"))
    assert slack.deliveries == []
    assert slack.clock.offset.total_seconds() == 3600
