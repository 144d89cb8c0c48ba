"""chat.*: post, update, delete, ephemerals, scheduled messages, links."""

from typing import Any

from bot.demo.slack.answers import replace
from bot.demo.slack.errors import SlackError, bad_arguments
from bot.demo.slack.message_objects import slack_message
from bot.demo.slack.messages import Message
from bot.demo.slack.validation import refusal_of_message
from bot.demo.slack.web_api.arguments import Call, Method
from bot.demo.slack.workspace import Scheduled
from bot.demo.slack.world import Channel

Json = dict[str, Any]

UPDATE_TEXT = 4000
FARTHEST = 120 * 24 * 3600
METADATA_BYTES = 16_000


def _parts(call: Call) -> Json:
    """Text, blocks and the rest, checked. Raises ``SlackError`` as Slack would."""
    refusal = refusal_of_message(call.args)
    if refusal is not None:
        raise call.ws.refuse("a message", *refusal)
    metadata = call.args.get("metadata")
    if metadata is not None:
        _check_metadata(metadata)
    return {
        "text": call.text("text") or call.text("markdown_text"),
        "blocks": call.args.get("blocks") or None,
        "attachments": call.args.get("attachments") or [],
    }


def _check_metadata(metadata: Any) -> None:
    if not isinstance(metadata, dict) or set(metadata) - {"entities"} != {
        "event_type",
        "event_payload",
    }:
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata["event_payload"], dict):
        raise SlackError("invalid_metadata_format")
    if len(str(metadata)) > METADATA_BYTES:
        raise SlackError("metadata_too_large")


def _where(call: Call, *, users: bool = False) -> Channel:
    """A conversation the bot may write in; with ``users`` a user id means their direct message."""
    (given,) = call.need("channel")
    if users and call.ws.world.has_user(given):
        return call.ws.world.dm(given)
    channel = call.channel()
    if not call.ws.world.bot_is_in(channel):
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


def _thread(call: Call, channel: Channel) -> str | None:
    ts = call.text("thread_ts")
    if not ts:
        return None
    root = call.ws.messages.find(channel.id, ts)
    if root is None:
        raise SlackError("thread_not_found")
    if root.is_reply:
        return root.thread_ts
    return ts


async def post_message(call: Call) -> Json:
    channel = _where(call, users=True)
    parts = _parts(call) | {"metadata": call.args.get("metadata")}
    thread = _thread(call, channel)
    said = call.ws.bot_message(channel.id, **parts, thread_ts=thread)
    said.username = call.text("username") or said.username
    said.broadcast = bool(thread) and call.flag("reply_broadcast")
    call.ws.post(said)
    body = slack_message(said, call.ws.world, metadata=True)
    return {"channel": channel.id, "ts": said.ts, "message": body} | _warning(call)


def _warning(call: Call) -> Json:
    """Slack takes blocks without a fallback text, but says so."""
    if call.args.get("blocks") and not call.text("text"):
        word = "missing_text_in_message"
        return {"warning": word, "response_metadata": {"warnings": [word]}}
    return {}


async def post_ephemeral(call: Call) -> Json:
    channel = _where(call)
    (user,) = call.need("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    thread = call.text("thread_ts") or None
    parts = _parts(call) | {"visible_to": user, "thread_ts": thread}
    said = call.ws.post(call.ws.bot_message(channel.id, **parts))
    return {"message_ts": said.ts}


def _mine(call: Call, channel: Channel, error: str) -> Message:
    """The bot's own message with that ts; ephemerals cannot be reached this way."""
    (ts,) = call.need("ts")
    message = call.ws.messages.find(channel.id, ts)
    if message is None or message.ephemeral:
        raise SlackError("message_not_found")
    if message.user != call.ws.world.app.bot_user:
        raise SlackError(error)
    return message


async def update(call: Call) -> Json:
    """A text alone drops the blocks, as in Slack."""
    call.need("channel", "ts")
    channel = _where(call)
    message = _mine(call, channel, "cant_update_message")
    parts = _parts(call)
    if len(parts["text"]) > UPDATE_TEXT:
        raise call.ws.refuse("an update", "msg_too_long", ["text over 4000 characters"])
    if call.args.get("metadata") is not None:
        message.metadata = call.args["metadata"]
    replace(call.ws, message, parts)
    shown = slack_message(message, call.ws.world, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


async def delete(call: Call) -> Json:
    call.need("channel", "ts")
    channel = _where(call)
    message = _mine(call, channel, "cant_delete_message")
    call.ws.delete(message)
    return {"channel": channel.id, "ts": message.ts}


async def schedule_message(call: Call) -> Json:
    """Posted when the movable clock reaches ``post_at``; with metadata it never is."""
    channel = _where(call, users=True)
    call.need("post_at")
    post_at, now = call.number("post_at", 0), call.ws.clock.epoch()
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + FARTHEST:
        raise SlackError("time_too_far")
    parts = _parts(call) | {"thread_ts": _thread(call, channel), "channel": channel.id}
    made = Scheduled(call.ws.ids.next("Q"), post_at, parts)
    if call.args.get("metadata") is None:
        call.ws.scheduled.append(made)
    return {
        "channel": channel.id,
        "scheduled_message_id": made.id,
        "post_at": post_at,
        "message": {"text": parts["text"], "type": "delayed_message"},
    }


async def get_permalink(call: Call) -> Json:
    channel = call.channel()
    (ts,) = call.need("message_ts")
    message = call.ws.messages.find(channel.id, ts)
    if message is None or message.ephemeral:
        raise SlackError("message_not_found")
    link = f"{call.ws.origin}/archives/{channel.id}/p{ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


async def delete_scheduled(call: Call) -> Json:
    (wanted,) = call.need("scheduled_message_id")
    for waiting in call.ws.scheduled:
        if waiting.id == wanted:
            call.ws.scheduled.remove(waiting)
            return {}
    raise bad_arguments("invalid_scheduled_message_id")


METHODS: dict[str, Method] = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.scheduleMessage": schedule_message,
    "chat.deleteScheduledMessage": delete_scheduled,
    "chat.getPermalink": get_permalink,
}
