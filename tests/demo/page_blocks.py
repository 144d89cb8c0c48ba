"""Small builders of blocks and views for the tests of the demo page."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(text: str, value: str) -> Json:
    return {"text": plain(text), "value": value}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "block_id": "s", "text": {"type": "mrkdwn", "text": text}, **more}


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": "v", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "block_id": "row", "elements": list(elements)}


def field(label: str, element: Json, **more: Any) -> Json:
    block_id = f"{element['action_id']}_block"
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": element,
        **more,
    }


def text_input(action_id: str, **more: Any) -> Json:
    return {"type": "plain_text_input", "action_id": action_id, **more}


def modal(*blocks: Json, view_id: str = "V1", version: str = "h1", title: str = "Change") -> Json:
    return {
        "id": view_id,
        "hash": version,
        "type": "modal",
        "title": plain(title),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "callback_id": "change",
        "blocks": list(blocks),
    }


CHOICE = [option("One", "one"), option("Two", "two")]

# One of each element the page can draw, as Slack's documentation writes them.
ELEMENTS: dict[str, Json] = {
    "button": button("Press", "button"),
    "overflow": {"options": CHOICE},
    "image": {"image_url": "https://example.com/a.png", "alt_text": "A cat"},
    "static_select": {"options": CHOICE},
    "multi_static_select": {"options": CHOICE},
    "external_select": {"min_query_length": 1},
    "users_select": {},
    "multi_users_select": {},
    "conversations_select": {},
    "channels_select": {},
    "radio_buttons": {"options": CHOICE},
    "checkboxes": {"options": CHOICE},
    "datepicker": {"initial_date": "2026-11-21"},
    "timepicker": {"initial_time": "10:00"},
    "datetimepicker": {"initial_date_time": 1_795_273_200},
    "plain_text_input": {"multiline": True},
    "number_input": {"is_decimal_allowed": False},
    "email_text_input": {},
    "url_text_input": {},
    "file_input": {"filetypes": ["csv"], "max_files": 1},
}

CELLS = [[{"type": "raw_text", "text": "Live"}], [{"type": "raw_text", "text": "9"}]]
TEXT = {"type": "rich_text_section", "elements": [{"type": "text", "text": "rich words"}]}

# One of each block but input, which the elements above are put into.
BLOCKS: dict[str, Json] = {
    "section": {"fields": [plain("a field")]},
    "header": {"text": plain("A header")},
    "context": {"elements": [plain("small print")]},
    "divider": {},
    "actions": {"elements": [button("Press", "pressed")]},
    "image": {"image_url": "https://example.com/a.png", "alt_text": "A chart"},
    "markdown": {"text": "**bold** words"},
    "rich_text": {"elements": [TEXT]},
    "table": {"rows": CELLS},
    "data_table": {"caption": "Lines", "rows": CELLS},
}


def one_of_each() -> list[Json]:
    """Every drawable block, and every drawable element inside an input (an image: a context)."""
    blocks = [{"type": kind, "block_id": kind, **body} for kind, body in BLOCKS.items()]
    for kind, body in ELEMENTS.items():
        element = {"action_id": kind, **body, "type": kind}
        home = "context" if kind == "image" else "actions" if kind in PRESSED else "input"
        inside = {"element": element} if home == "input" else {"elements": [element]}
        blocks.append({"type": home, "block_id": f"{kind}_e", "label": plain(kind), **inside})
    return blocks


PRESSED = {"button", "overflow"}
