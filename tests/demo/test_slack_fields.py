"""Fields of a form: each kind in its slot, what is refused, what survives an update."""

from typing import Any

import pytest

from bot.demo.slack import Refused
from tests.demo.conftest import (
    TinyApp,
    actions,
    button,
    field,
    modal,
    opened,
    option,
    text_input,
)

Json = dict[str, Any]


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
