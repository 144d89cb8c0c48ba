"""Forms: triggers, the stack, hashes, what is in the state, and what an ack does to a form."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.demo.slack import Refused, SlackStandIn, View
from bot.demo.slack.triggers import Triggers
from tests.demo.conftest import (
    TinyApp,
    actions,
    button,
    field,
    home,
    modal,
    option,
    plain,
    section,
    text_input,
)

Json = dict[str, Any]


@pytest.fixture
async def forms(tiny: TinyApp) -> TinyApp:
    """Acknowledges commands, clicks and forms; ``next_ack`` is the ack of a form."""

    @tiny.app.command("/dial")
    async def dial(ack: Any) -> None:
        await ack()

    @tiny.app.action("more")
    async def more(ack: Any) -> None:
        await ack()

    @tiny.app.view("form")
    async def form(ack: Any, body: Json) -> None:
        answer = tiny.next_ack
        tiny.got.append(body)
        await ack(**answer)

    await tiny.connect()
    return tiny


async def trigger(tiny: TinyApp) -> str:
    made = await tiny.slack.command("rita", "#sales", "/dial")
    return str(made.payload["trigger_id"])


async def opened(tiny: TinyApp, *blocks: Json, **more: Any) -> View:
    view = modal("form", *blocks, **more)
    await tiny.client.views_open(trigger_id=await trigger(tiny), view=view)
    return tiny.slack.views("rita")[-1]


async def refused(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_a_trigger_can_be_used_only_once(forms: TinyApp) -> None:
    token = await trigger(forms)
    view = modal("form", section("x"))
    bad = forms.client.views_open(trigger_id=token, view=view | {"title": plain("x" * 30)})
    assert await refused(bad) == "invalid_arguments"  # and the trigger is still good
    await forms.client.views_open(trigger_id=token, view=view)
    again = forms.client.views_open(trigger_id=token, view=view)
    assert await refused(again) == "exchanged_trigger_id"
    unknown = forms.client.views_open(trigger_id="1.2.abc", view=view)
    assert await refused(unknown) == "invalid_trigger_id"


async def test_a_trigger_lives_three_seconds(forms: TinyApp) -> None:
    now = [100.0]
    forms.slack.workspace.triggers = Triggers(real=lambda: now[0])
    early, late = await trigger(forms), await trigger(forms)
    view = modal("form", section("x"))
    now[0] = 102.9
    await forms.client.views_open(trigger_id=early, view=view)
    now[0] = 103.1
    too_late = forms.client.views_open(trigger_id=late, view=view)
    assert await refused(too_late) == "expired_trigger_id"


async def test_the_stack_takes_three_views(forms: TinyApp) -> None:
    await opened(forms, actions(button("more")))
    for _ in range(2):
        top = forms.slack.views("rita")[-1]
        clicked = await forms.slack.click("rita", top, "more")
        view = modal("form", actions(button("more")))
        await forms.client.views_push(trigger_id=clicked.payload["trigger_id"], view=view)
    stack = forms.slack.views("rita")
    assert len(stack) == 3
    assert (stack[2].previous, stack[2].root) == (stack[1].id, stack[0].id)
    clicked = await forms.slack.click("rita", stack[2], "more")
    fourth = forms.client.views_push(
        trigger_id=clicked.payload["trigger_id"], view=modal("form", section("x"))
    )
    assert await refused(fourth) == "push_limit_reached"
    await forms.slack.close("rita", stack[2])
    assert forms.slack.views("rita") == stack[:2]
    await forms.slack.close("rita", stack[1], everything=True)
    assert forms.slack.views("rita") == []


async def test_an_update_keeps_the_id_changes_the_hash_and_checks_it(forms: TinyApp) -> None:
    view = await opened(forms, section("Checking…"))
    old = view.hash
    new = modal("form", section("Done"))
    answer = await forms.client.views_update(view_id=view.id, hash=old, view=new)
    assert (answer["view"]["id"], answer["view"]["hash"] == old) == (view.id, False)
    stale = forms.client.views_update(view_id=view.id, hash=old, view=new)
    assert await refused(stale) == "hash_conflict"
    await forms.slack.close("rita", view)
    closed = forms.client.views_update(view_id=view.id, view=new)
    assert await refused(closed) == "not_found"


async def test_external_ids_find_a_view_and_are_unique(forms: TinyApp) -> None:
    view = await opened(forms, section("one"), external_id="draft-7")
    again = modal("form", section("two"), external_id="draft-7")
    await forms.client.views_update(external_id="draft-7", view=again)
    assert forms.slack.drawn("rita", view).splitlines()[1] == "two"
    made = await forms.slack.command("lee", "#sales", "/dial")
    other = forms.client.views_open(trigger_id=made.payload["trigger_id"], view=again)
    assert await refused(other) == "duplicate_external_id"


PICKS = [option("a", "Alpha"), option("b", "Beta")]
FIELDS: dict[str, tuple[Json, Any, Json]] = {
    "text": ({"type": "plain_text_input"}, "hi", {"value": "hi"}),
    "number": ({"type": "number_input", "is_decimal_allowed": False}, "3", {"value": "3"}),
    "date": ({"type": "datepicker"}, "2026-11-21", {"selected_date": "2026-11-21"}),
    "time": ({"type": "timepicker"}, "10:00", {"selected_time": "10:00"}),
    "when": ({"type": "datetimepicker"}, 1_795_219_200, {"selected_date_time": 1_795_219_200}),
    "pick": ({"type": "static_select", "options": PICKS}, "a", {"selected_option": PICKS[0]}),
    "radio": ({"type": "radio_buttons", "options": PICKS}, "Beta", {"selected_option": PICKS[1]}),
    "tick": ({"type": "checkboxes", "options": PICKS}, ["b"], {"selected_options": [PICKS[1]]}),
    "user": ({"type": "users_select"}, "U0LEE", {"selected_user": "U0LEE"}),
    "users": ({"type": "multi_users_select"}, ["U0LEE"], {"selected_users": ["U0LEE"]}),
    "room": ({"type": "channels_select"}, "C0SALES", {"selected_channel": "C0SALES"}),
}


async def test_every_kind_of_field_has_its_own_slot(forms: TinyApp) -> None:
    view = await opened(forms, *[field(name, element) for name, (element, _, _) in FIELDS.items()])
    given = {name: value for name, (_, value, _) in FIELDS.items()}
    made = await forms.slack.submit("rita", view, given)
    state = made.payload["view"]["state"]["values"]
    for name, (element, _, slot) in FIELDS.items():
        assert state[name][name] == {"type": element["type"]} | slot


async def test_initial_values_are_sent_and_empty_ones_are_empty(forms: TinyApp) -> None:
    view = await opened(
        forms,
        text_input("kept")
        | {"element": {"type": "plain_text_input", "action_id": "kept", "initial_value": "Voz"}},
        field("pick", {"type": "static_select", "options": PICKS, "initial_option": PICKS[0]}),
        text_input("note", optional=True),
        field("tick", {"type": "checkboxes", "options": PICKS}, optional=True),
    )
    made = await forms.slack.submit("rita", view)
    state = made.payload["view"]["state"]["values"]
    assert state["kept"]["kept"]["value"] == "Voz"
    assert state["pick"]["pick"]["selected_option"] == PICKS[0]
    assert state["note"]["note"] == {"type": "plain_text_input", "value": None}
    assert state["tick"]["tick"] == {"type": "checkboxes", "selected_options": []}


async def test_an_update_keeps_what_was_typed_in_fields_that_stay(forms: TinyApp) -> None:
    view = await opened(forms, text_input("kept"), text_input("gone"), actions(button("more")))
    typed = {"kept": {"kept": {"type": "plain_text_input", "value": "typed"}}}
    await forms.slack.clicking.act(
        "U0RITA", view, {"type": "button", "action_id": "more", "block_id": "acts"}, typed
    )
    await forms.client.views_update(view_id=view.id, view=modal("form", text_input("kept")))
    made = await forms.slack.submit("rita", view)
    assert made.payload["view"]["state"]["values"] == typed


async def test_a_form_that_is_not_complete_never_reaches_the_app(forms: TinyApp) -> None:
    number = {"type": "number_input", "is_decimal_allowed": False, "max_value": "5"}
    view = await opened(forms, text_input("who"), field("tries", number))
    with pytest.raises(Refused) as caught:
        await forms.slack.submit("rita", view, {"tries": "9"})
    assert caught.value.errors == {
        "who": "Please complete this required field.",
        "tries": "Please enter 5 or less",
    }
    assert forms.got == []
    with pytest.raises(Refused, match="no_such_block"):
        await forms.slack.submit("rita", view, {"whom": "x"})
    assert [d.kind for d in forms.slack.deliveries] == ["command"]


async def test_errors_are_shown_and_the_form_stays(forms: TinyApp) -> None:
    view = await opened(forms, text_input("who"), section("note") | {"block_id": "note"})
    forms.next_ack = {"response_action": "errors", "errors": {"who": "Nobody"}}
    made = await forms.slack.submit("rita", view, {"who": "x"})
    assert (made.errors, forms.slack.views("rita")) == ({"who": "Nobody"}, [view])
    forms.next_ack = {"response_action": "errors", "errors": {"note": "not an input"}}
    made = await forms.slack.submit("rita", view, {"who": "x"})
    assert made.status == "error"
    assert "trouble connecting" in forms.slack.drawn("rita", view)
    assert "note" in made.problems[0]


async def test_an_ack_can_replace_push_or_clear(forms: TinyApp) -> None:
    view = await opened(forms, text_input("who"))
    forms.next_ack = {"response_action": "push", "view": modal("form", section("two"))}
    await forms.slack.submit("rita", view, {"who": "x"})
    bottom, top = forms.slack.views("rita")
    assert bottom is view
    with pytest.raises(Refused, match="cannot_submit"):
        await forms.slack.submit("rita", bottom, {"who": "x"})  # it is covered
    forms.next_ack = {"response_action": "update", "view": modal("form", section("three"))}
    await forms.slack.submit("rita", top)
    assert "three" in forms.slack.drawn("rita", top)
    forms.next_ack = {"response_action": "clear"}
    await forms.slack.submit("rita", top)
    assert forms.slack.views("rita") == []


async def test_a_wrong_view_in_an_ack_is_refused_and_visible(forms: TinyApp) -> None:
    view = await opened(forms, text_input("who"))
    forms.next_ack = {"response_action": "update", "view": {"type": "modal", "blocks": []}}
    made = await forms.slack.submit("rita", view, {"who": "x"})
    assert made.status == "error"
    assert forms.slack.refusals[-1].code == "invalid_view"
    assert forms.slack.views("rita") == [view]


async def test_closing_tells_the_app_only_if_it_asked(forms: TinyApp) -> None:
    view = await opened(forms, section("x"))
    assert await forms.slack.close("rita", view) == []
    view = await opened(forms, section("x"), notify_on_close=True)
    (made,) = await forms.slack.close("rita", view)
    assert (made.kind, made.payload["is_cleared"]) == ("view_closed", False)


async def test_nobody_else_can_use_the_form(forms: TinyApp) -> None:
    view = await opened(forms, text_input("who"), actions(button("more")))
    with pytest.raises(Refused, match="not_visible"):
        await forms.slack.submit("lee", view, {"who": "x"})
    with pytest.raises(Refused, match="not_visible"):
        await forms.slack.click("lee", view, "more")


async def test_a_field_is_sent_with_the_form_unless_it_dispatches(forms: TinyApp) -> None:
    element = {"type": "static_select", "action_id": "more", "options": PICKS}
    view = await opened(forms, field("quiet", element))
    with pytest.raises(Refused, match="no_dispatch"):
        await forms.slack.click("rita", view, "more", value="a")
    view = await opened(forms, field("loud", element, dispatch_action=True))
    made = await forms.slack.click("rita", view, "more", value="b")
    assert made.payload["actions"][0]["selected_option"] == PICKS[1]
    state = made.payload["view"]["state"]["values"]
    assert state["loud"]["more"]["selected_option"] == PICKS[1]


async def test_options_from_outside_can_be_searched_and_chosen(forms: TinyApp) -> None:
    @forms.app.options("who")
    async def who(ack: Any, payload: Json) -> None:
        await ack(options=[option(payload["value"] + "-1", "Voz")])

    select = {"type": "external_select", "min_query_length": 2}
    view = await opened(forms, field("who", select))
    _, none = await forms.slack.suggest("rita", view, "who", "v")
    assert none == {"options": []}  # too short to ask
    _, found = await forms.slack.suggest("rita", view, "who", "vo")
    assert found["options"] == [option("vo-1", "Voz")]
    with pytest.raises(Refused, match="no_such_option"):
        await forms.slack.submit("rita", view, {"who": "vo-2"})
    made = await forms.slack.submit("rita", view, {"who": "Voz"})
    state = made.payload["view"]["state"]["values"]
    assert state["who"]["who"]["selected_option"]["value"] == "vo-1"


async def test_a_file_goes_into_a_form(forms: TinyApp) -> None:
    view = await opened(forms, field("list", {"type": "file_input", "filetypes": ["csv"]}))
    file = await forms.slack.upload("rita", "list.csv", b"number\n")
    made = await forms.slack.submit("rita", view, {"list": file})
    slot = made.payload["view"]["state"]["values"]["list"]["list"]
    assert [one["id"] for one in slot["files"]] == [file["id"]]


async def test_home_is_published_with_a_hash(slack: SlackStandIn, forms: TinyApp) -> None:
    @forms.app.event("app_home_opened")
    async def show(client: Any, event: Json) -> None:
        await client.views_publish(user_id=event["user"], view=home(actions(button("more"))))

    await slack.home("rita")
    view = await slack.until(lambda s: s.home_view("rita"))
    publish = forms.client.views_publish
    answer = await publish(user_id="U0RITA", hash=view.hash, view=home(section("new")))
    assert answer["view"]["id"] == view.id
    stale = publish(user_id="U0RITA", hash="old", view=home(section("x")))
    assert await refused(stale) == "hash_conflict"
    wrong = publish(user_id="U0RITA", view=modal("form", section("x")))
    assert await refused(wrong) == "invalid_arguments"
