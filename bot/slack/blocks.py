"""Small pieces of Block Kit, as plain dicts that Slack accepts."""

from collections.abc import Sequence
from typing import Any

from bot.reports.escaping import cut, escape

__all__ = ["cut", "escape"]  # the pieces below are made for escaped text

Block = dict[str, Any]
MOST_TEXT = 2_900  # Slack's 3,000 characters of a section, with some room
MOST_FIELD = 1_900  # the same of one field: 2,000
MOST_ROWS = 12_000  # Slack refuses messages somewhat over 13,000 characters of block text
NOTHING = "–"  # Slack refuses a whole message for one empty text


def clip(text: str, limit: int) -> str:
    """Cut to ``limit`` characters with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def mrkdwn(text: str) -> Block:
    """A mrkdwn text object."""
    return {"type": "mrkdwn", "text": cut(text, MOST_TEXT) if text.strip() else NOTHING}


def plain(text: str, limit: int = 75) -> Block:
    """A plain text object."""
    return {"type": "plain_text", "text": clip(text.strip(), limit) or NOTHING, "emoji": True}


def section(text: str) -> Block:
    """A paragraph."""
    return {"type": "section", "text": mrkdwn(text)}


def fields(pairs: Sequence[tuple[str, str]]) -> Block:
    """Facts in two columns; at most ten."""
    return {
        "type": "section",
        "fields": [mrkdwn(f"*{name}*\n{cut(value, MOST_FIELD)}") for name, value in pairs[:10]],
    }


def rows_of(rows: Sequence[str], more: str) -> tuple[list[Block], str]:
    """Rows as few paragraphs, and as one text; ``more`` ("and {count} more") if some don't fit."""
    kept, length = [], 0
    for row in rows:
        length += min(len(row), MOST_TEXT) + 1
        if length > MOST_ROWS:
            break
        kept.append(cut(row, MOST_TEXT))
    if len(kept) < len(rows):
        kept.append(more.format(count=len(rows) - len(kept)))
    return [section(text) for text in _packed(kept)], "\n".join(kept)


def _packed(rows: Sequence[str]) -> list[str]:
    """Neighbouring rows joined as long as they fit into one section."""
    texts: list[str] = []
    for row in rows:
        if texts and len(texts[-1]) + len(row) < MOST_TEXT:
            texts[-1] += f"\n{row}"
        else:
            texts.append(row)
    return texts


def context(*texts: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [mrkdwn(text) for text in texts if text]}


def actions(*elements: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def button(
    text: str,
    action_id: str,
    value: str,
    *,
    style: str | None = None,
    confirm: Block | None = None,
) -> Block:
    """A button; ``style`` is ``primary`` or ``danger``."""
    made: Block = {
        "type": "button",
        "text": plain(text),
        "action_id": action_id,
        "value": value,
    }
    if style:
        made["style"] = style
    if confirm:
        made["confirm"] = confirm
    return made


def confirm(title: str, text: str, yes: str, no: str) -> Block:
    """The dialog before a button acts."""
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
    }


def input_block(
    block_id: str, label: str, element: Block, *, optional: bool = False, hint: str | None = None
) -> Block:
    """A labelled input of a form."""
    made: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2_000),
        "element": element,
        "optional": optional,
    }
    if hint:
        made["hint"] = plain(hint, 2_000)
    return made


def option(text: str, value: str) -> Block:
    """One choice of a select."""
    return {"text": plain(text), "value": value}


def message(text: str, blocks: Sequence[Block]) -> dict[str, Any]:
    """A message; ``text`` is the whole of it for notifications and screen readers."""
    return {"text": cut(text, 3_000) if text.strip() else NOTHING, "blocks": list(blocks)}


def notice(text: str) -> dict[str, Any]:
    """A message of one paragraph."""
    return message(text, [section(text)])
