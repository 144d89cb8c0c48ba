"""Which block elements exist, where their value lives, and how to walk over them."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

# element type -> (slot in state.values, key of the initial value)
SLOTS: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "file_input": ("files", ""),
}
LIST_SLOTS = {slot for slot, _ in SLOTS.values() if slot.endswith("s")}
OPTION_SLOTS = {"selected_option", "selected_options"}
STATELESS = {"button", "overflow", "workflow_button", "icon_button", "feedback_buttons"}


def elements_of(block: Json) -> list[Json]:
    """The elements of one block a person can act on."""
    kind = block.get("type")
    if kind in ("actions", "context_actions"):
        found = list(block.get("elements") or [])
    elif kind == "input":
        found = [block.get("element")]
    elif kind == "section":
        found = [block.get("accessory")]
    else:
        found = []
    return [e for e in found if isinstance(e, dict) and e.get("type") in {*SLOTS, *STATELESS}]


def flat(blocks: list[Json] | None) -> Iterator[Json]:
    """Blocks, with those inside containers after their container."""
    for block in blocks or []:
        yield block
        inner = block.get("blocks") or block.get("child_blocks")
        if isinstance(inner, list):
            yield from flat(inner)


def walk(blocks: list[Json] | None) -> Iterator[tuple[Json, Json]]:
    """Every (block, element) pair, in reading order."""
    for block in flat(blocks):
        for element in elements_of(block):
            yield block, element


def options_of(element: Json) -> list[Json]:
    """All options, those in groups included."""
    options = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        options.extend(group.get("options") or [])
    return [option for option in options if isinstance(option, dict)]


def label_of(element: Json) -> str:
    """The words on a button, or the hint in an empty field."""
    for key in ("text", "placeholder"):
        found = element.get(key)
        if isinstance(found, dict) and found.get("text"):
            return str(found["text"])
    return str(element.get("type", "")).replace("_", " ")


def empty(element: Json) -> Any:
    """What a slot holds while nothing is chosen."""
    return [] if SLOTS[element["type"]][0] in LIST_SLOTS else None
