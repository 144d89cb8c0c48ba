"""Says what Slack would refuse in a message or view: Slack's own models first, then our rules.

Both functions are public: the tests of every message and view builder call them too.
"""

from collections import Counter
from typing import Any

from bot.demo.slack.block_rules import problems_of_block
from bot.demo.slack.element_rules import plain_text_problems
from bot.demo.slack.elements import flat, walk
from bot.demo.slack.model_rules import model_problems_of_block, model_problems_of_view

Json = dict[str, Any]

MESSAGE_BLOCKS = 50
MESSAGE_TEXT = 40_000
MARKDOWN_TEXT = 12_000
BLOCK_TEXT = 13_200
MODAL_ONLY = {"file_input", "number_input", "email_text_input", "url_text_input"}
MESSAGE_ONLY = {"markdown", "table", "data_table", "card", "carousel", "plan", "task_card"}
ONE_PER_MESSAGE = ("table", "data_table")


def problems_of_message(payload: Json) -> list[str]:
    """Everything wrong with the arguments of a post or update; empty when Slack would take it.

    One rule is ours: blocks need a fallback ``text``, which screen readers and notifications use.
    """
    refusal = refusal_of_message(payload)
    problems = [f"{refusal[0]}: {text}" for text in refusal[1]] if refusal else []
    if payload.get("blocks") and not str(payload.get("text") or "").strip():
        problems.append("no fallback text: notifications and screen readers would be empty")
    return problems


def refusal_of_message(payload: Json) -> tuple[str, list[str]] | None:
    """The error code and the texts with which Slack refuses; ``None`` when it does not."""
    blocks, text = payload.get("blocks"), payload.get("text") or ""
    attachments, markdown = payload.get("attachments") or [], payload.get("markdown_text") or ""
    if not (blocks or text or attachments or markdown or payload.get("files")):
        return "no_text", ["neither text nor blocks"]
    if markdown and (blocks or text):
        return "markdown_text_conflict", ["markdown_text stands alone"]
    if len(text) > MESSAGE_TEXT or len(markdown) > MARKDOWN_TEXT:
        return "msg_too_long", ["the text is too long"]
    inside = [part for a in attachments for part in (a.get("blocks") or [])]
    return _refusal_of_blocks(blocks or [], inside)


def _refusal_of_blocks(blocks: Any, inside: list[Any]) -> tuple[str, list[str]] | None:
    if not isinstance(blocks, list):
        return "invalid_blocks_format", ["blocks is not a list"]
    problems = problems_of_message_blocks([*blocks, *inside])
    if problems:
        return "invalid_blocks", problems
    if text_length(blocks) > BLOCK_TEXT:
        return "msg_blocks_too_long", [f"more than {BLOCK_TEXT} characters in blocks"]
    return None


def problems_of_message_blocks(blocks: list[Any]) -> list[str]:
    """Layer one and two over the blocks of a message."""
    problems = _problems_of_blocks(blocks)
    if len(blocks) > MESSAGE_BLOCKS:
        problems.append(f"no more than {MESSAGE_BLOCKS} items allowed [json-pointer:/blocks]")
    kinds = Counter(block.get("type") for block in blocks if isinstance(block, dict))
    problems += [f"only one {kind} per message" for kind in ONE_PER_MESSAGE if kinds[kind] > 1]
    if kinds["alert"]:
        problems.append("an alert block belongs in a modal")
    for block, element in _walk(blocks):
        if element["type"] in MODAL_ONLY:
            problems.append(f"{element['type']} is for modals only ({block.get('block_id')})")
    markdown = sum(len(b.get("text") or "") for b in blocks if b.get("type") == "markdown")
    if markdown > MARKDOWN_TEXT:
        problems.append(f"markdown blocks together exceed {MARKDOWN_TEXT} characters")
    return problems


def problems_of_view(view: Any) -> list[str]:
    """Everything wrong with a modal or Home view; empty when Slack would take it."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return ["type must be modal or home"]
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        return ["missing required field: blocks"]
    problems = model_problems_of_view(view) + _problems_of_blocks(blocks)
    problems += _problems_of_frame(view)
    for block in flat([b for b in blocks if isinstance(b, dict)]):
        if block.get("type") in MESSAGE_ONLY:
            problems.append(f"{block['type']} blocks are for messages only")
    focused = [e for _, e in _walk(blocks) if e.get("focus_on_load")]
    if len(focused) > 1:
        problems.append("only one element may have focus_on_load")
    return problems


def _problems_of_frame(view: Json) -> list[str]:
    """Title, buttons and what a modal needs around its blocks."""
    problems = []
    for key in ("title", "submit", "close"):
        if view.get(key) is not None:
            problems += plain_text_problems(view[key], key)
    if view["type"] == "modal" and not view.get("title"):
        problems.append("missing required field: title")
    has_input = any(isinstance(b, dict) and b.get("type") == "input" for b in view["blocks"])
    if view["type"] == "modal" and has_input and not view.get("submit"):
        problems.append("missing required field: submit (the view has input blocks)")
    if len(view.get("external_id") or "") > 255:
        problems.append("external_id cannot exceed 255 characters")
    known = {"type", "title", "blocks", "close", "submit", "private_metadata", "callback_id"}
    known |= {"clear_on_close", "notify_on_close", "external_id", "submit_disabled"}
    problems += [f"unknown key in view: {key}" for key in sorted(set(view) - known)]
    return problems


def _problems_of_blocks(blocks: list[Any]) -> list[str]:
    problems: list[str] = []
    for index, block in enumerate(blocks):
        where = f"[json-pointer:/blocks/{index}]"
        if not isinstance(block, dict) or not isinstance(block.get("type"), str):
            problems.append(f"not a block {where}")
            continue
        found = model_problems_of_block(block) or problems_of_block(block)
        problems += [f"{problem} {where}" for problem in found]
    return problems + _duplicates(blocks)


def _duplicates(blocks: list[Any]) -> list[str]:
    dicts = [block for block in blocks if isinstance(block, dict)]
    ids = Counter(block["block_id"] for block in dicts if block.get("block_id"))
    problems = [f"block_id {name!r} already exists" for name, count in ids.items() if count > 1]
    for block in dicts:
        elements = block.get("elements") if block.get("type") == "actions" else None
        actions = Counter(e.get("action_id") for e in elements or [] if isinstance(e, dict))
        for name, count in actions.items():
            if name and count > 1:
                problems.append(f"action_id {name!r} already exists in this actions block")
    return problems


def _walk(blocks: list[Any]) -> list[tuple[Json, Json]]:
    return list(walk([block for block in blocks if isinstance(block, dict)]))


def text_length(part: Any) -> int:
    """All characters of text in blocks, at any depth; ids and values do not count."""
    if isinstance(part, list):
        return sum(text_length(one) for one in part)
    if not isinstance(part, dict):
        return 0
    total = 0
    for key, value in part.items():
        total += len(value) if key == "text" and isinstance(value, str) else text_length(value)
    return total
