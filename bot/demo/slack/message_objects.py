"""A message as the Web API and the payloads show it, and the rich text of what people type."""

import html
import re
from typing import Any

from bot.demo.slack.messages import Message
from bot.demo.slack.world import World

Json = dict[str, Any]

# What the client makes of links and names; every other < > & is escaped before it is sent.
_TOKENS = re.compile(r"(<(?:[@#][A-Z0-9]+|!\w+|tel:|mailto:|https?://)[^<>]*>|&(?:amp|lt|gt);)")


def slack_message(message: Message, world: World, *, metadata: bool = False) -> Json:
    """The message object of history, replies and block_actions."""
    body: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    body["team"] = world.team_id
    if message.bot:
        body |= {"bot_id": world.app.bot_id, "app_id": world.app.id}
    if message.reactions:
        body["reactions"] = [
            {"name": name, "users": users, "count": len(users)}
            for name, users in message.reactions.items()
        ]
    if message.edited:
        body["edited"] = {"user": message.user, "ts": message.ts}
    if message.broadcast:
        body["subtype"] = "thread_broadcast"
    if metadata and message.metadata is not None:
        body["metadata"] = message.metadata
    # Slack leaves these out while they are empty.
    for key in ("client_msg_id", "blocks", "files", "attachments", "thread_ts", "reply_count"):
        if getattr(message, key):
            body[key] = getattr(message, key)
    return body


def as_sent(text: str) -> str:
    """What a person typed, escaped the way Slack's client does it."""
    parts = _TOKENS.split(text)
    for index in range(0, len(parts), 2):  # the odd ones are tokens
        escaped = parts[index].replace("&", "&amp;")
        parts[index] = escaped.replace("<", "&lt;").replace(">", "&gt;")
    return "".join(parts)


def typed_blocks(text: str, block_id: str) -> list[Json]:
    """What a person types arrives as one rich_text block; ``text`` is escaped already."""
    parts = [_rich(part) for part in _TOKENS.split(text) if part]
    section = {"type": "rich_text_section", "elements": parts}
    return [{"type": "rich_text", "block_id": block_id, "elements": [section]}]


def _rich(part: str) -> Json:
    body, _, label = part.strip("<>").partition("|")
    if part.startswith("<@"):
        return {"type": "user", "user_id": body[1:]}
    if part.startswith("<#"):
        return {"type": "channel", "channel_id": body[1:]}
    if part.startswith("<!"):
        return {"type": "broadcast", "range": body[1:]}
    if part.startswith("<"):
        return {"type": "link", "url": body} | ({"text": label} if label else {})
    return {"type": "text", "text": html.unescape(part)}
