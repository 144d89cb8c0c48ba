"""What the stand-in refuses in blocks and views, and what it lets pass."""

from typing import Any

import pytest

from bot.demo.slack import problems_of_message, problems_of_view
from tests.demo.conftest import (
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

GOOD_MESSAGE = [
    {"type": "header", "text": plain("Approval needed")},
    section("*412* calls") | {"fields": [{"type": "mrkdwn", "text": "Cost"}]},
    {"type": "divider"},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "expires soon"}]},
    {"type": "markdown", "text": "**hi**"},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "Voicy"}]]},
    actions(button("yes", style="primary", visible_to_user_ids=["U0LEE"]), button("no")),
    {"type": "section", "text": plain("One"), "accessory": button("one")},
]
SELECT = {"type": "static_select", "action_id": "s", "options": [option("a"), option("b")]}
RADIO = {"type": "radio_buttons", "action_id": "r", "options": [option("a")]}


def message(*blocks: Json) -> list[str]:
    return problems_of_message({"text": "fallback", "blocks": list(blocks)})


def test_a_message_with_everything_we_use_is_fine() -> None:
    assert message(*GOOD_MESSAGE) == []


def test_a_form_with_every_input_we_use_is_fine() -> None:
    pickers = ["datepicker", "timepicker", "datetimepicker", "users_select", "file_input"]
    blocks = [field(kind, {"type": kind}) for kind in pickers]
    blocks += [
        text_input("note", optional=True, hint=plain("why")),
        field("pick", SELECT | {"action_id": "pick", "initial_option": option("a")}),
        field("many", SELECT | {"type": "multi_static_select", "action_id": "many"}),
        field("tick", SELECT | {"type": "checkboxes", "action_id": "tick"}),
        field("n", {"type": "number_input", "is_decimal_allowed": False}),
        field("e", {"type": "external_select", "placeholder": plain("Type")}),
    ]
    assert problems_of_view(modal("f", *blocks)) == []
    assert problems_of_view(home(*GOOD_MESSAGE[:4])) == []


LONG = {
    "a section over 3000": section("x" * 3001),
    "a header over 150": {"type": "header", "text": plain("x" * 151)},
    "more than 25 buttons": actions(*[button(f"b{n}") for n in range(26)]),
    "a button label over 75": actions(button("b", "x" * 76)),
    "a button value over 2000": actions(button("b", value="x" * 2001)),
    "more than 5 in an overflow": actions(
        {"type": "overflow", "action_id": "o", "options": [option(str(n)) for n in range(6)]}
    ),
    "more than 100 options": actions(SELECT | {"options": [option(str(n)) for n in range(101)]}),
    "more than 10 context elements": {
        "type": "context",
        "elements": [plain("x")] * 11,
    },
    "more than 10 fields": {"type": "section", "fields": [plain("x")] * 11},
    "a block_id over 255": section("x") | {"block_id": "x" * 256},
    "more than 10 radio buttons": actions(RADIO | {"options": [option(str(n)) for n in range(11)]}),
    "an option text over 75": actions(SELECT | {"options": [option("a", "x" * 76)]}),
    "an option value over 150": actions(SELECT | {"options": [option("x" * 151)]}),
    "a table over 100 rows": {
        "type": "table",
        "rows": [[{"type": "raw_text", "text": "x"}]] * 101,
    },
}
CONFIRM = {
    "title": plain("Sure?"),
    "text": plain("Really"),
    "confirm": plain("Yes"),
    "deny": plain("No"),
}
WRONG = {
    "an unknown block": {"type": "sectoin", "text": plain("x")},
    "an unknown key": section("x") | {"colour": "red"},
    "an unknown key in an element": actions(button("b") | {"colour": "red"}),
    "an unknown key in a text": {"type": "section", "text": plain("x") | {"size": 3}},
    "a bad style": actions(button("b", style="green")),
    "a bad date": actions({"type": "datepicker", "action_id": "d", "initial_date": "tomorrow"}),
    "a bad time": actions({"type": "timepicker", "action_id": "t", "initial_time": "25:00"}),
    "milliseconds": actions(
        {"type": "datetimepicker", "action_id": "d", "initial_date_time": 1_795_219_200_000}
    ),
    "an empty text": section(""),
    "an empty section": {"type": "section"},
    "markup in a header": {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
    "markup on a button": actions(button("b") | {"text": {"type": "mrkdwn", "text": "x"}}),
    "markup in a confirm button": actions(
        button("b", confirm=CONFIRM | {"deny": {"type": "mrkdwn", "text": "No"}})
    ),
    "no options": actions(SELECT | {"options": []}),
    "an initial option of its own": actions(SELECT | {"initial_option": option("c")}),
    "the same action twice": actions(button("b"), button("b")),
    "a file input in a message": field("f", {"type": "file_input"}),
    "a number input in a message": field("n", {"type": "number_input", "is_decimal_allowed": True}),
    "an input element in actions": actions({"type": "plain_text_input", "action_id": "p"}),
    "a button as input": field("b", button("b")),
    "a local file block": {"type": "file", "external_id": "x", "source": "local"},
    "an alert": {"type": "alert", "text": plain("x")},
}


@pytest.mark.parametrize("block", LONG.values(), ids=LONG)
def test_too_much_is_refused(block: Json) -> None:
    assert message(block)


@pytest.mark.parametrize("block", WRONG.values(), ids=WRONG)
def test_wrong_blocks_are_refused(block: Json) -> None:
    assert message(block)


def test_the_confirm_above_is_wrong_only_because_of_its_markup() -> None:
    assert message(actions(button("b", confirm=CONFIRM))) == []


def test_a_message_has_at_most_50_blocks_and_different_ids() -> None:
    assert message(*[section("x")] * 51)
    assert message(section("x") | {"block_id": "same"}, section("y") | {"block_id": "same"})


def test_all_texts_of_a_message_together_are_limited() -> None:
    (problem,) = message(*[section("x" * 2900)] * 5)
    assert problem.startswith("msg_blocks_too_long")


def test_blocks_need_a_fallback_text_for_those_who_listen() -> None:
    (problem,) = problems_of_message({"blocks": [section("x")]})
    assert "fallback" in problem


def test_a_message_needs_something_to_say() -> None:
    assert problems_of_message({"text": ""})[0].startswith("no_text")
    assert problems_of_message({"text": "x" * 40_001})[0].startswith("msg_too_long")
    both = {"text": "a", "markdown_text": "b"}
    assert problems_of_message(both)[0].startswith("markdown_text_conflict")


VIEWS = {
    "no title": modal("f", section("x")) | {"title": None},
    "a long title": modal("f", section("x"), title=plain("x" * 25)),
    "a long submit": modal("f", section("x"), submit=plain("x" * 25)),
    "markup in the title": modal("f", section("x"), title={"type": "mrkdwn", "text": "x"}),
    "inputs without submit": modal("f", text_input("n")) | {"submit": None},
    "two focused fields": modal(
        "f",
        field("a", {"type": "plain_text_input", "focus_on_load": True}),
        field("b", {"type": "plain_text_input", "focus_on_load": True}),
    ),
    "a table": modal("f", GOOD_MESSAGE[5]),
    "a markdown block": modal("f", GOOD_MESSAGE[4]),
    "no blocks": modal("f"),
    "more than 100 blocks": modal("f", *[{"type": "divider"}] * 101),
    "much metadata": modal("f", section("x"), private_metadata="x" * 3001),
    "a long callback id": modal("x" * 256, section("x")),
    "an input without label": modal("f", text_input("n") | {"label": None}),
    "markup in a label": modal("f", text_input("n") | {"label": {"type": "mrkdwn", "text": "x"}}),
    "markup in a placeholder": modal(
        "f",
        field("n", {"type": "plain_text_input", "placeholder": {"type": "mrkdwn", "text": "x"}}),
    ),
    "a submit at home": home(section("x")) | {"submit": plain("Go")},
    "an unknown kind": {"type": "dialog", "blocks": [section("x")]},
    "an unknown key": modal("f", section("x"), colour="red"),
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_wrong_views_are_refused(view: Json) -> None:
    assert problems_of_view({key: value for key, value in view.items() if value is not None})
