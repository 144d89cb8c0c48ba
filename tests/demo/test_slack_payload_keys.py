"""The bodies we send have the keys of bodies that Slack was seen to send.

The tables hold key names only: those every recorded body of that kind has, and those some have.
"""

from typing import Any

import pytest
from slack_bolt import BoltResponse

from bot.demo.slack import Delivery, SlackStandIn
from bot.demo.slack.world import Shortcut
from tests.demo.conftest import TinyApp, actions, button, field, home, modal, section, text_input

Json = dict[str, Any]
Keys = tuple[set[str], set[str]]


def keys(always: str, sometimes: str = "") -> Keys:
    return set(always.split()), set(sometimes.split())


GRID = "enterprise is_enterprise_install"

COMMAND = keys(
    "token team_id team_domain channel_id channel_name user_id user_name command text"
    " response_url trigger_id",
    "api_app_id enterprise_id enterprise_name is_enterprise_install",
)
MESSAGE_ACTIONS = keys(
    "type user api_app_id token container trigger_id team channel response_url actions",
    f"message state {GRID}",
)
VIEW_ACTIONS = keys(
    "type user api_app_id token container trigger_id team view actions", f"{GRID} response_urls"
)
SUBMISSION = keys("type team user api_app_id token trigger_id view", f"response_urls {GRID}")
CLOSED = keys("type team user api_app_id token view", f"is_cleared response_urls {GRID}")
SUGGESTION = keys("type user container api_app_id token action_id block_id value team view", GRID)
MESSAGE_SHORTCUT = keys(
    "type token action_ts team user channel callback_id trigger_id message_ts message response_url",
    GRID,
)
SHORTCUT = keys("type token action_ts team user callback_id trigger_id", GRID)
EVENT = keys(
    "token team_id api_app_id event type event_id event_time",
    "authed_users authorizations enterprise_id event_context is_ext_shared_channel"
    " context_team_id context_enterprise_id",
)
AUTHORIZATION = keys("enterprise_id is_bot is_enterprise_install team_id user_id")

USER = keys("id team_id", "username name")
SHORTCUT_USER = keys("id", "username name team_id")
TEAM = keys("id domain", "enterprise_id enterprise_name")
IN_MESSAGE = keys("type message_ts channel_id is_ephemeral", "thread_ts")
IN_VIEW = keys("type view_id")
CHANNEL = keys("id name")
BUTTON = keys("action_id block_id text type action_ts", "value style")
PICKED = keys("action_id block_id selected_option type action_ts")
BOT_MESSAGE = keys("type user ts text team bot_id app_id blocks", "thread_ts edited reply_count")
TYPED_MESSAGE = keys("type user ts text team client_msg_id blocks", "thread_ts")
VIEW = keys(
    "id team_id type blocks private_metadata callback_id state hash title clear_on_close"
    " notify_on_close close submit previous_view_id root_view_id app_id external_id"
    " app_installed_team_id bot_id"
)

SAID = "type user ts text team channel event_ts client_msg_id"
MESSAGE_EVENT = keys(f"{SAID} channel_type", "blocks thread_ts")
MENTION_EVENT = keys(SAID, "blocks thread_ts")
BOT_EVENT = keys(
    "type user ts text team channel event_ts channel_type bot_id bot_profile",
    "app_id blocks thread_ts metadata",
)
CHANGED_EVENT = keys(
    "type subtype hidden message previous_message channel ts event_ts channel_type"
)
DELETED_EVENT = keys(
    "type subtype hidden deleted_ts previous_message channel ts event_ts channel_type"
)
FILE_SHARE_EVENT = keys(
    "type subtype text user upload ts channel event_ts channel_type display_as_bot files",
    "blocks client_msg_id team",
)
FILE = keys(
    "id created timestamp name title mimetype filetype pretty_type user editable size mode"
    " is_external external_type is_public public_url_shared display_as_bot username url_private"
    " url_private_download permalink permalink_public has_rich_preview"
)
FILE_SHARED_EVENT = keys("type file_id user_id file channel_id", "event_ts")
HOME_EVENT = keys("type user channel tab event_ts", "view")
JOINED_EVENT = keys("type user channel channel_type team inviter", "event_ts")
LEFT_EVENT = keys("type user channel channel_type team", "event_ts")

ENVELOPE = keys("envelope_id type payload accepts_response_payload")
EVENT_ENVELOPE = keys(
    "envelope_id type payload accepts_response_payload retry_attempt retry_reason"
)
HELLO = keys("type num_connections debug_info connection_info")
DEBUG_INFO = keys("host build_number approximate_connection_time")


def fits(body: Json, table: Keys) -> None:
    always, sometimes = table
    assert always - set(body) == set(), "missing keys"
    assert set(body) - always - sometimes == set(), "keys Slack does not send"


@pytest.fixture
async def listening(tiny: TinyApp) -> TinyApp:
    """Acknowledges whatever comes."""

    @tiny.app.middleware
    async def take(body: Json) -> BoltResponse:
        tiny.got.append(body)
        return BoltResponse(status=200)

    await tiny.connect()
    return tiny


async def test_a_command(listening: TinyApp) -> None:
    made = await listening.slack.command("rita", "#sales", "/dial help")
    fits(made.payload, COMMAND)
    assert listening.got[0]["text"] == "help"


async def post_buttons(tiny: TinyApp, **more: Any) -> None:
    blocks = [section("Choose"), actions(button("go", value="1"))]
    method = tiny.client.chat_postEphemeral if more else tiny.client.chat_postMessage
    await method(channel="C0SALES", text="Choose", blocks=blocks, **more)


async def test_a_click_in_a_message(listening: TinyApp) -> None:
    await post_buttons(listening)
    (message,) = listening.slack.seen_by("lee", "sales")
    body = (await listening.slack.click("lee", message, "go")).payload
    fits(body, MESSAGE_ACTIONS)
    fits(body["message"], BOT_MESSAGE)
    fits(body["container"], IN_MESSAGE)
    fits(body["user"], USER)
    fits(body["team"], TEAM)
    fits(body["channel"], CHANNEL)
    fits(body["actions"][0], BUTTON)
    assert set(body["state"]) == {"values"}


async def test_a_click_in_an_ephemeral_message_does_not_quote_it(listening: TinyApp) -> None:
    await post_buttons(listening, user="U0LEE")
    (message,) = listening.slack.seen_by("lee", "sales")
    body = (await listening.slack.click("lee", message, "go")).payload
    fits(body, MESSAGE_ACTIONS)
    assert "message" not in body
    assert body["container"]["is_ephemeral"] is True


SELECT = {"type": "external_select", "min_query_length": 0}
FORM = modal(
    "form",
    text_input("note", optional=True),
    field("who", SELECT, optional=True),
    {"type": "actions", "block_id": "acts", "elements": [button("go")]},
    notify_on_close=True,
)


async def open_form(tiny: TinyApp) -> Delivery:
    made = await tiny.slack.command("rita", "#sales", "/dial")
    await tiny.client.views_open(trigger_id=made.payload["trigger_id"], view=FORM)
    return made


async def test_a_click_in_a_modal(listening: TinyApp) -> None:
    await open_form(listening)
    (view,) = listening.slack.views("rita")
    body = (await listening.slack.click("rita", view, "go")).payload
    fits(body, VIEW_ACTIONS)
    fits(body["container"], IN_VIEW)
    fits(body["view"], VIEW)
    assert "response_url" not in body


async def test_a_submission_and_a_close(listening: TinyApp) -> None:
    await open_form(listening)
    (view,) = listening.slack.views("rita")
    body = (await listening.slack.submit("rita", view, {"note": "hi"})).payload
    fits(body, SUBMISSION)
    fits(body["view"], VIEW)
    assert body["view"]["state"]["values"]["note"]["note"] == {
        "type": "plain_text_input",
        "value": "hi",
    }
    await open_form(listening)
    (closed,) = await listening.slack.close("rita", listening.slack.views("rita")[0])
    fits(closed.payload, CLOSED)
    fits(closed.payload["view"], VIEW)


async def test_a_search_in_an_external_select(listening: TinyApp) -> None:
    await open_form(listening)
    (view,) = listening.slack.views("rita")
    made, _ = await listening.slack.suggest("rita", view, "who", "vo")
    fits(made.payload, SUGGESTION)
    fits(made.payload["container"], IN_VIEW)


async def test_shortcuts(slack: SlackStandIn, listening: TinyApp) -> None:
    said = await slack.message("rita", "#sales", "Call +1 415 555 0123")
    body = (await slack.shortcut("rita", "call_this_number", said)).payload
    fits(body, MESSAGE_SHORTCUT)
    fits(body["message"], TYPED_MESSAGE)
    fits(body["user"], SHORTCUT_USER)
    slack.world.app.shortcuts.append(Shortcut("new_call", "New call", "global"))
    fits((await slack.shortcut("rita", "new_call")).payload, SHORTCUT)


def events(tiny: TinyApp, kind: str) -> list[Json]:
    found = [d.payload for d in tiny.slack.deliveries if d.envelope == "events_api"]
    return [body for body in found if body["event"]["type"] == kind]


async def test_messages_and_mentions(slack: SlackStandIn, listening: TinyApp) -> None:
    await slack.message("rita", "#sales", "@Switchboard status")
    (mention,) = events(listening, "app_mention")
    (message,) = events(listening, "message")
    for body in (mention, message):
        fits(body, EVENT)
        fits(body["authorizations"][0], AUTHORIZATION)
    fits(mention["event"], MENTION_EVENT)
    fits(message["event"], MESSAGE_EVENT)
    assert message["event"]["channel_type"] == "channel"
    assert mention["event_id"] != message["event_id"]
    await slack.message("rita", "dm", "status")
    assert events(listening, "message")[-1]["event"]["channel_type"] == "im"


async def test_the_apps_own_messages_coming_back(slack: SlackStandIn, listening: TinyApp) -> None:
    slack.workspace.echo = slack.people.echo
    sent = await listening.client.chat_postMessage(channel="C0SALES", text="one")
    await listening.client.chat_update(channel="C0SALES", ts=sent["ts"], text="two")
    slack.erase(slack.seen_by("rita", "sales")[0])
    await slack.until(lambda s: sum(d.acked for d in s.deliveries) == 3)
    posted, changed, deleted = events(listening, "message")
    fits(posted["event"], BOT_EVENT)
    fits(changed["event"], CHANGED_EVENT)
    fits(deleted["event"], DELETED_EVENT)
    assert changed["event"]["previous_message"]["text"] == "one"
    assert changed["event"]["message"]["text"] == "two"


async def test_files(slack: SlackStandIn, listening: TinyApp) -> None:
    await slack.upload("rita", "list.csv", b"number\n", "#sales")
    (message,) = events(listening, "message")
    fits(message["event"], FILE_SHARE_EVENT)
    fits(message["event"]["files"][0], FILE)
    (shared,) = events(listening, "file_shared")
    fits(shared["event"], FILE_SHARED_EVENT)


async def test_home_and_members(slack: SlackStandIn, listening: TinyApp) -> None:
    await slack.home("rita")
    await listening.client.views_publish(user_id="U0RITA", view=home(section("Hi")))
    await slack.home("rita")
    first, second = events(listening, "app_home_opened")
    fits(first["event"], HOME_EVENT)
    assert "view" not in first["event"]
    fits(second["event"]["view"], VIEW)
    await slack.invite("rita", "#random", "switchboard")
    await slack.kick("rita", "#random", "lee")
    fits(events(listening, "member_joined_channel")[0]["event"], JOINED_EVENT)
    fits(events(listening, "member_left_channel")[0]["event"], LEFT_EVENT)


async def test_envelopes_and_the_hello(slack: SlackStandIn, listening: TinyApp) -> None:
    seen: list[Json] = []

    async def note(message: Any) -> None:
        seen.append(message.json())

    listening.handler.client.on_message_listeners.append(note)
    await slack.command("rita", "#sales", "/dial help")
    await slack.message("rita", "dm", "hi")
    fits(seen[0], ENVELOPE)
    fits(seen[1], EVENT_ENVELOPE)
    assert [one["type"] for one in seen] == ["slash_commands", "events_api"]
    fits(slack.hub.hellos[0], HELLO)
    fits(slack.hub.hellos[0]["debug_info"], DEBUG_INFO)
