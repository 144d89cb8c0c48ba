"""In practice mode everything people see says that no phone rings."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.slack.blocks import MOST_TEXT, Block, context, cut

NOTE = "Practice: no phone rings"
HEADLINE = f"*{NOTE}*"
MOST_BLOCKS = {"message": 50, "view": 100}  # Slack's limits
MOST_WORDS = 4_000  # of a message's text when it is edited
MOST_ELEMENTS = 10  # of a context block
MESSAGES = frozenset({"chat.postMessage", "chat.update", "chat.postEphemeral"})
VIEWS = frozenset({"views.open", "views.push", "views.update", "views.publish"})
FILES = "files.completeUploadExternal"


def said(method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a Web API method, with the note in whatever people will see of them."""
    if method in MESSAGES:
        return marked(arguments)
    if method in VIEWS and "view" in arguments:
        view = arguments["view"]
        blocks = _headed(view.get("blocks", ()), MOST_BLOCKS["view"])
        return {**arguments, "view": {**view, "blocks": blocks}}
    if method == FILES:
        words = f"{NOTE}. {arguments.get('initial_comment') or ''}"
        return {**arguments, "initial_comment": words.strip()}
    return dict(arguments)


def marked(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message with the note in front of its text and above its blocks."""
    text, blocks = message.get("text"), message.get("blocks")
    if not text and not blocks:
        return dict(message)  # such as one that only deletes another
    made = {**message, "text": cut(f"{NOTE}. {text or ''}".strip(), MOST_WORDS)}
    return {**made, "blocks": _headed(blocks, MOST_BLOCKS["message"])} if blocks else made


def _headed(blocks: Sequence[Block], most: int) -> list[Block]:
    """The note above the blocks; in the first that has room when there may be no more of them."""
    if len(blocks) < most:
        return [context(HEADLINE), *blocks]
    for index, block in enumerate(blocks):
        roomier = _with_note(block)
        if roomier is not None:
            return [*blocks[:index], roomier, *blocks[index + 1 :]]
    return [context(HEADLINE), *blocks[: most - 1]]


def _with_note(block: Block) -> Block | None:
    if block["type"] == "context" and len(block["elements"]) < MOST_ELEMENTS:
        return {**block, "elements": [*context(HEADLINE)["elements"], *block["elements"]]}
    text = block.get("text", {})
    if block["type"] != "section" or text.get("type") != "mrkdwn":
        return None
    words = f"{HEADLINE}\n{text['text']}"
    return {**block, "text": {**text, "text": words}} if len(words) <= MOST_TEXT else None
