"""Our own rules for texts, options and elements: what the SDK's models let through."""

import re
from typing import Any

from bot.demo.slack.elements import options_of
from bot.demo.slack.model_rules import model_problems_of_element

Json = dict[str, Any]

TEXT_KEYS = {"plain_text": {"type", "text", "emoji"}, "mrkdwn": {"type", "text", "verbatim"}}
FEW_OPTIONS = {"radio_buttons": 10, "checkboxes": 10, "overflow": 5}
NEEDS_OPTIONS = {"static_select", "multi_static_select", *FEW_OPTIONS}


def text_problems(text: Any, where: str) -> list[str]:
    """Any text object."""
    if not isinstance(text, dict) or text.get("type") not in TEXT_KEYS:
        return [f"{where} must be a text object"]
    if not isinstance(text.get("text"), str) or not text["text"]:
        return [f"{where}: must be more than 0 characters"]
    extra = set(text) - TEXT_KEYS[text["type"]]
    return [f"unknown key in {where}: {key}" for key in sorted(extra)]


def plain_text_problems(text: Any, where: str) -> list[str]:
    """A text object where no markup is allowed."""
    if isinstance(text, dict) and text.get("type") == "mrkdwn":
        return [f"{where} must be plain_text"]
    return text_problems(text, where)


def element_problems(element: Any) -> list[str]:
    """One element inside an actions, section, input or context_actions block."""
    if not isinstance(element, dict) or "type" not in element:
        return ["an element must have a type"]
    problems = model_problems_of_element(element)
    for key in ("text", "placeholder"):
        if key in element and element["type"] != "image":
            problems += plain_text_problems(element[key], f"{element['type']}.{key}")
    if element["type"] == "button" and "text" not in element:
        problems.append("missing required field: text of a button")
    if element.get("confirm") is not None:
        problems += _confirm_problems(element["confirm"])
    problems += _options_problems(element)
    return problems + _value_problems(element)


def _confirm_problems(confirm: Any) -> list[str]:
    if not isinstance(confirm, dict):
        return ["confirm must be an object"]
    problems = text_problems(confirm.get("text"), "confirm.text")
    for key in ("title", "confirm", "deny"):
        problems += plain_text_problems(confirm.get(key), f"confirm.{key}")
    extra = set(confirm) - {"title", "text", "confirm", "deny", "style"}
    return problems + [f"unknown key in confirm: {key}" for key in sorted(extra)]


def _options_problems(element: Json) -> list[str]:
    kind = element["type"]
    options = options_of(element)
    problems = [problem for option in options for problem in option_problems(option, kind)]
    if kind in NEEDS_OPTIONS and not options:
        problems.append(f"{kind} needs at least one option")
    if "options" in element and "option_groups" in element:
        problems.append(f"{kind} takes options or option_groups, not both")
    if len(options) > FEW_OPTIONS.get(kind, 100) and "option_groups" not in element:
        problems.append(f"{kind}: no more than {FEW_OPTIONS.get(kind, 100)} options")
    return problems + _initial_problems(element, options)


def option_problems(option: Json, kind: str) -> list[str]:
    """One option, as it stands in a select, radio group, checkbox group or overflow menu."""
    check = text_problems if kind in ("radio_buttons", "checkboxes") else plain_text_problems
    problems = check(option.get("text"), "option.text")
    if not problems and len(option["text"]["text"]) > 75:
        problems.append("option text cannot exceed 75 characters")
    value = option.get("value")
    if not isinstance(value, str) or not 0 < len(value) <= 150:
        problems.append("option value must have 1 to 150 characters")
    if "description" in option:
        problems += check(option["description"], "option.description")
    allowed = {"text", "value", "description"} | ({"url"} if kind == "overflow" else set())
    return problems + [f"unknown key in option: {key}" for key in sorted(set(option) - allowed)]


def _initial_problems(element: Json, options: list[Json]) -> list[str]:
    if element["type"] not in NEEDS_OPTIONS:
        return []
    initial = list(element.get("initial_options") or [])
    if "initial_options" in element and not initial:
        return ["initial_options must not be empty"]
    if element.get("initial_option") is not None:
        initial.append(element["initial_option"])
    if any(option not in options for option in initial):
        return ["an initial option must be exactly one of the options"]
    return []


def _value_problems(element: Json) -> list[str]:
    """Initial values and limits of the single kinds."""
    kind, problems = element["type"], []
    moment = element.get("initial_date_time")
    if moment is not None and not (isinstance(moment, int) and len(str(moment)) == 10):
        problems.append("initial_date_time must be a 10-digit Unix time")
    hour = element.get("initial_time")
    if hour is not None and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", str(hour)):
        problems.append("initial_time must be HH:mm")
    if kind == "number_input" and not isinstance(element.get("is_decimal_allowed"), bool):
        problems.append("missing required field: is_decimal_allowed")
    if kind == "file_input" and not 1 <= element.get("max_files", 1) <= 10:
        problems.append("max_files must be 1 to 10")
    if kind == "button" and element.get("visible_to_user_ids") == []:
        problems.append("visible_to_user_ids must not be empty")
    return problems
