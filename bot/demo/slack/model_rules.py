"""Layer one of the validation: what Slack's own Python models refuse."""

import copy
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block, BlockElement
from slack_sdk.models.views import View

Json = dict[str, Any]

# The SDK has no class for it yet; Slack knows it.
WITHOUT_MODEL = {"data_table"}


def model_problems_of_block(block: Json) -> list[str]:
    """What parsing and rendering the block with the SDK's model complains about."""
    if block["type"] in WITHOUT_MODEL:
        return []
    try:
        parsed = Block.parse(copy.deepcopy(block))
        if parsed is None:
            return [f"unsupported type: {block['type']}"]
        parsed.to_dict()
    except SlackObjectFormationError as problem:
        return [f"{block['type']}: {problem}"]
    except (TypeError, AttributeError, KeyError, ValueError) as problem:
        return [f"{block['type']} is malformed: {problem}"]
    extra = set(block) - set(parsed.attributes) - {"type"}
    return [f"unknown key in {block['type']}: {key}" for key in sorted(extra)]


def model_problems_of_element(element: Json) -> list[str]:
    """Unknown kinds and unknown keys, which the models drop without a word."""
    try:
        parsed = BlockElement.parse(copy.deepcopy(element))
    except (TypeError, AttributeError, KeyError, ValueError) as problem:
        return [f"{element.get('type')} is malformed: {problem}"]
    if parsed is None:
        return [f"unsupported element: {element.get('type')}"]
    extra = set(element) - set(parsed.attributes) - {"type"}
    return [f"unknown key in {element['type']}: {key}" for key in sorted(extra)]


def model_problems_of_view(view: Json) -> list[str]:
    """The frame only; the blocks are looked at one by one."""
    frame = {key: value for key, value in view.items() if key != "blocks"}
    dividers = [{"type": "divider"} for _ in view["blocks"]]
    try:
        View(**copy.deepcopy(frame), blocks=dividers).to_dict()
    except SlackObjectFormationError as problem:
        return [str(problem)]
    except (TypeError, AttributeError, KeyError, ValueError) as problem:
        return [f"the view is malformed: {problem}"]
    return []
