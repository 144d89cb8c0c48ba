"""conversations.*: what channels there are, who is in them, what was said."""

from typing import Any

from bot.demo.slack.errors import SlackError
from bot.demo.slack.message_objects import slack_message
from bot.demo.slack.messages import Message
from bot.demo.slack.web_api.arguments import Call, Method
from bot.demo.slack.world import Channel, World

Json = dict[str, Any]


def channel_object(channel: Channel, world: World) -> Json:
    """The conversation object."""
    body: Json = {
        "id": channel.id,
        "created": 1700000000,
        "is_archived": channel.is_archived,
        "is_im": channel.is_im,
        "is_org_shared": False,
        "context_team_id": world.team_id,
    }
    if channel.is_im:
        others = [user for user in channel.members if user != world.app.bot_user]
        return body | {"user": others[0] if others else "", "is_open": True}
    return body | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_general": False,
        "is_member": world.bot_is_in(channel),
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


async def info(call: Call) -> Json:
    channel = call.channel()
    body = channel_object(channel, call.ws.world)
    if call.flag("include_num_members"):
        body["num_members"] = len(channel.members)
    return {"channel": body}


async def list_(call: Call) -> Json:
    kinds = set((call.text("types") or "public_channel").replace(" ", "").split(","))
    world = call.ws.world
    found = [
        channel
        for channel in world.channels
        if _kind(channel) in kinds
        and not (call.flag("exclude_archived") and channel.is_archived)
        and (_kind(channel) == "public_channel" or world.bot_is_in(channel))
    ]
    page, cursor = call.page(found)
    bodies = [channel_object(channel, world) for channel in page]
    return {"channels": bodies, "response_metadata": {"next_cursor": cursor}}


def _kind(channel: Channel) -> str:
    if channel.is_im:
        return "im"
    return "private_channel" if channel.is_private else "public_channel"


def _readable(call: Call) -> Channel:
    channel = call.channel()
    if not call.ws.world.bot_is_in(channel):
        raise SlackError("not_in_channel")
    return channel


def _within(call: Call, messages: list[Message]) -> list[Message]:
    """``oldest`` and ``latest``, both exclusive unless ``inclusive``."""
    oldest, latest = float(call.text("oldest") or 0), float(call.text("latest") or "inf")
    inclusive = call.flag("inclusive")
    return [
        message
        for message in messages
        if oldest < float(message.ts) < latest
        or (inclusive and float(message.ts) in (oldest, latest))
    ]


async def history(call: Call) -> Json:
    """Newest first; replies only if they were also sent to the channel; never an ephemeral."""
    channel = _readable(call)
    said = [m for m in call.ws.messages.public(channel.id) if not m.is_reply or m.broadcast]
    return _messages(call, list(reversed(_within(call, said))))


async def replies(call: Call) -> Json:
    """The root first, then its replies, oldest first."""
    channel = _readable(call)
    (ts,) = call.need("ts")
    if call.ws.messages.find(channel.id, ts) is None:
        raise SlackError("thread_not_found")
    thread = call.ws.messages.thread(channel.id, ts)
    return _messages(call, thread[:1] + _within(call, thread[1:]))


def _messages(call: Call, messages: list[Message]) -> Json:
    page, cursor = call.page(messages)
    metadata = call.flag("include_all_metadata")
    bodies = [slack_message(m, call.ws.world, metadata=metadata) for m in page]
    answer: Json = {"messages": bodies, "has_more": bool(cursor)}
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


async def members(call: Call) -> Json:
    page, cursor = call.page(call.channel().members)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


async def open_(call: Call) -> Json:
    """The direct message with one user."""
    if call.text("channel"):
        channel = call.channel()
    else:
        users = [user for user in call.need("users")[0].split(",") if user]
        if any(not call.ws.world.has_user(user) for user in users):
            raise SlackError("user_not_found")
        if len(users) != 1:
            raise SlackError("not_enough_users" if not users else "too_many_users")
        channel = call.ws.world.dm(users[0])
    return {"channel": {"id": channel.id} | channel_object(channel, call.ws.world)}


async def join(call: Call) -> Json:
    channel = call.channel()
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.is_im or channel.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    if not call.ws.world.bot_is_in(channel):
        channel.members.append(call.ws.world.app.bot_user)
        call.ws.world_changed()
    return {"channel": channel_object(channel, call.ws.world)}


async def invite(call: Call) -> Json:
    channel = _readable(call)
    for user in call.need("users")[0].split(","):
        if not call.ws.world.has_user(user):
            raise SlackError("user_not_found")
        if user == call.ws.world.app.bot_user:
            raise SlackError("cant_invite_self")
        if user in channel.members:
            raise SlackError("already_in_channel")
        channel.members.append(user)
    call.ws.world_changed()
    return {"channel": channel_object(channel, call.ws.world)}


METHODS: dict[str, Method] = {
    "conversations.info": info,
    "conversations.list": list_,
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.members": members,
    "conversations.open": open_,
    "conversations.join": join,
    "conversations.invite": invite,
}
