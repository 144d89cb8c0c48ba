"""What a person has chosen in a form, built into ``state.values`` the way Slack builds it."""

import re
from typing import Any

from bot.demo.slack.elements import LIST_SLOTS, OPTION_SLOTS, SLOTS, empty, options_of, walk
from bot.demo.slack.errors import Refused

Json = dict[str, Any]
Values = dict[str, dict[str, Json]]


def slot_of(element: Json, value: Any) -> Json:
    """One entry of ``state.values``."""
    return {"type": element["type"], SLOTS[element["type"]][0]: value}


def untouched(element: Json) -> Json:
    """The entry before anybody touched the element: its initial value, or nothing."""
    initial = element.get(SLOTS[element["type"]][1])
    return slot_of(element, empty(element) if initial is None else initial)


def state_of(blocks: list[Json], chosen: Values) -> Json:
    """The ``state`` of a message or view: choices on top of initial values."""
    values: Values = {}
    for block, element in walk(blocks):
        if element["type"] in SLOTS:
            block_id, action_id = block["block_id"], element["action_id"]
            mine = chosen.get(block_id, {}).get(action_id)
            values.setdefault(block_id, {})[action_id] = mine or untouched(element)
    return {"values": values}


def kept(blocks: list[Json], chosen: Values) -> Values:
    """What survives an update: choices whose block, element and type are still there."""
    left: Values = {}
    for block, element in walk(blocks):
        block_id, action_id = block["block_id"], element.get("action_id", "")
        mine = chosen.get(block_id, {}).get(action_id)
        if mine and mine["type"] == element["type"]:
            left.setdefault(block_id, {})[action_id] = mine
    return left


def _option(element: Json, given: Any, offered: list[Json]) -> Json:
    """The option meant by an option object, its value or its text."""
    for option in [*options_of(element), *offered]:
        if given in (option, option.get("value"), option["text"]["text"]):
            return option
    if isinstance(given, dict):
        for option in [*options_of(element), *offered]:
            if option.get("value") == given.get("value"):
                return option
    raise Refused("no_such_option", f"{given!r} is not offered by {element.get('action_id')!r}")


def chosen_value(element: Json, given: Any, offered: list[Json]) -> Any:
    """Bring what a person gave into the form of the element's slot.

    Options may be given as object, value or visible text; ``offered`` are those an external
    select has shown. Raises ``Refused`` for an option that is not there.
    """
    slot = SLOTS[element["type"]][0]
    if given is None or given == "":
        return empty(element)
    if slot in LIST_SLOTS and not isinstance(given, list | tuple):
        given = [given]
    if slot == "selected_options":
        return [_option(element, one, offered) for one in given]
    if slot in OPTION_SLOTS:
        return _option(element, given, offered)
    if slot == "selected_date_time":
        return int(given)
    return list(given) if slot in LIST_SLOTS else given


def _bounds_error(element: Json, value: str) -> str | None:
    if len(value) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters"
    if len(value) > element.get("max_length", 3000):
        return f"Please enter at most {element.get('max_length', 3000)} characters"
    return None


def _number_error(element: Json, value: str) -> str | None:
    pattern = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(pattern, value):
        return "Please enter a number"
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and float(value) < float(low):
        return f"Please enter {low} or more"
    if high is not None and float(value) > float(high):
        return f"Please enter {high} or less"
    return None


def _typed_error(element: Json, value: Any) -> str | None:
    """What Slack's own client refuses before it sends anything."""
    kind = element["type"]
    if kind == "number_input":
        return _number_error(element, str(value))
    if kind == "email_text_input" and not re.fullmatch(r"\S+@\S+\.\S+", value):
        return "Please enter an email address"
    if kind == "url_text_input" and not re.fullmatch(r"https?://\S+", value):
        return "Please enter a URL"
    if kind == "plain_text_input":
        return _bounds_error(element, value)
    return None


def form_errors(blocks: list[Json], state: Json) -> dict[str, str]:
    """Texts by block id for fields that are missing or cannot be sent as they are."""
    errors: dict[str, str] = {}
    for block, element in walk(blocks):
        if block["type"] != "input":
            continue
        value = state["values"][block["block_id"]][element["action_id"]][SLOTS[element["type"]][0]]
        if value in (None, "", []):
            if not block.get("optional", False):
                errors[block["block_id"]] = "Please complete this required field."
        elif problem := _typed_error(element, value):
            errors[block["block_id"]] = problem
    return errors
