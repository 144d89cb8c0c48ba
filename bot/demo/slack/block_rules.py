"""Our own rules for single blocks: what the SDK's models let through."""

from collections.abc import Callable
from typing import Any

from bot.demo.slack.element_rules import element_problems, plain_text_problems, text_problems
from bot.demo.slack.elements import SLOTS, elements_of

Json = dict[str, Any]

IN_ACTIONS = {
    "button", "overflow", "checkboxes", "radio_buttons", "workflow_button",
    "datepicker", "timepicker", "datetimepicker",
    "static_select", "external_select", "users_select",
    "conversations_select", "channels_select",
}  # fmt: skip
IN_SECTION = (IN_ACTIONS - {"datetimepicker"}) | {
    "image", "multi_static_select", "multi_external_select",
    "multi_users_select", "multi_conversations_select", "multi_channels_select",
}  # fmt: skip
IN_INPUT = set(SLOTS)
TABLE_ROWS, TABLE_CELLS, DATA_TABLE_ROWS = 100, 20, 101
LABEL = 2000


def problems_of_block(block: Json) -> list[str]:
    """Everything our rules find in one block."""
    check = _CHECKS.get(block["type"])
    return check(block) if check else []


def _allowed(element: Any, allowed: set[str], where: str) -> list[str]:
    if isinstance(element, dict) and element.get("type") not in allowed:
        return [f"{element.get('type')} does not belong in {where}"]
    return element_problems(element)


def _section(block: Json) -> list[str]:
    problems: list[str] = []
    if not block.get("text") and not block.get("fields"):
        problems.append("section needs text or fields")
    if block.get("text") is not None:
        problems += text_problems(block["text"], "section.text")
    for field in block.get("fields") or []:
        problems += text_problems(field, "section.fields")
        if isinstance(field, dict) and len(field.get("text") or "") > 2000:
            problems.append("a field cannot exceed 2000 characters")
    if block.get("accessory") is not None:
        problems += _allowed(block["accessory"], IN_SECTION, "a section")
    return problems


def _header(block: Json) -> list[str]:
    return plain_text_problems(block.get("text"), "header.text")


def _context(block: Json) -> list[str]:
    problems: list[str] = []
    elements = block.get("elements") or []
    if not elements:
        problems.append("context needs at least one element")
    for element in elements:
        if isinstance(element, dict) and element.get("type") == "image":
            problems += element_problems(element)
        else:
            problems += text_problems(element, "context element")
    return problems


def _actions(block: Json) -> list[str]:
    elements = block.get("elements") or []
    problems = [] if elements else ["actions needs at least one element"]
    for element in elements:
        problems += _allowed(element, IN_ACTIONS, "an actions block")
    return problems


def _context_actions(block: Json) -> list[str]:
    elements = block.get("elements") or []
    problems = [] if elements else ["context_actions needs at least one element"]
    for element in elements:
        problems += _allowed(element, {"feedback_buttons", "icon_button"}, "context_actions")
    return problems


def _input(block: Json) -> list[str]:
    problems = plain_text_problems(block.get("label"), "input.label")
    if not problems and len(block["label"]["text"]) > LABEL:
        problems.append(f"label cannot exceed {LABEL} characters")
    if block.get("hint") is not None:
        problems += plain_text_problems(block["hint"], "input.hint")
    return problems + _allowed(block.get("element"), IN_INPUT, "an input block")


def _image(block: Json) -> list[str]:
    problems = [] if block.get("alt_text") else ["missing required field: alt_text"]
    if block.get("title") is not None:
        problems += plain_text_problems(block["title"], "image.title")
    if bool(block.get("image_url")) == bool(block.get("slack_file")):
        problems.append("image needs either image_url or slack_file")
    return problems


def _file(block: Json) -> list[str]:
    return [] if block.get("source") == "remote" else ["a file block must have source remote"]


def _markdown(block: Json) -> list[str]:
    text = block.get("text")
    return [] if isinstance(text, str) and text else ["markdown needs text"]


def _table(block: Json) -> list[str]:
    rows = block.get("rows") or []
    limit = DATA_TABLE_ROWS if block["type"] == "data_table" else TABLE_ROWS
    problems = [] if rows else [f"{block['type']} needs rows"]
    if len(rows) > limit:
        problems.append(f"{block['type']}: no more than {limit} rows")
    if any(not isinstance(row, list) or not 0 < len(row) <= TABLE_CELLS for row in rows):
        problems.append(f"{block['type']}: each row has 1 to {TABLE_CELLS} cells")
    cells = [cell for row in rows if isinstance(row, list) for cell in row]
    if any(not isinstance(c, dict) or c.get("type") not in _CELLS for c in cells):
        problems.append(f"{block['type']}: a cell is one of {', '.join(sorted(_CELLS))}")
    if any(c.get("type") == "raw_text" and not c.get("text") for c in cells):
        problems.append(f"{block['type']}: a raw_text cell must have text")
    if block["type"] == "data_table":
        problems += _data_table(block)
    return problems


def _data_table(block: Json) -> list[str]:
    problems = [] if block.get("caption") else ["missing required field: caption"]
    if not 1 <= block.get("page_size", 5) <= 100:
        problems.append("page_size must be 1 to 100")
    return problems


def _children(block: Json) -> list[str]:
    children = block.get("child_blocks") or []
    problems = [] if 0 < len(children) <= 10 else ["container takes 1 to 10 blocks"]
    for child in children:
        problems += problems_of_block(child)
    return problems


def _any_elements(block: Json) -> list[str]:
    return [problem for element in elements_of(block) for problem in element_problems(element)]


_CELLS = {"raw_text", "raw_number", "rich_text"}
_CHECKS: dict[str, Callable[[Json], list[str]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "context_actions": _context_actions,
    "input": _input,
    "image": _image,
    "file": _file,
    "markdown": _markdown,
    "table": _table,
    "data_table": _table,
    "container": _children,
    "card": _any_elements,
}
