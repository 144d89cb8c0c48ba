"""Finds the parts of a text that make a phone buzz: @channel, @here, a person, a group."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.demo.slack.messages import Message
from bot.demo.slack.world import Channel, NotInWorld, World

Json = dict[str, Any]

_SPECIAL = re.compile(r"<!(channel|here|everyone)(?:\|[^>]*)?>")
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_GROUP = re.compile(r"<!subteam\^(S[A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass(frozen=True)
class Notification:
    """Who was notified by what: ``kind`` is channel, here, everyone, user or group."""

    channel: str
    ts: str
    by: str
    kind: str
    target: str
    users: frozenset[str]
    edited: bool = False


def texts_of(part: Any) -> Iterator[str]:
    """The texts Slack reads for mentions; plain_text is never read."""
    if isinstance(part, list):
        for one in part:
            yield from texts_of(one)
    elif isinstance(part, dict) and part.get("type") != "plain_text":
        if part.get("type") in ("mrkdwn", "markdown"):
            yield str(part.get("text", ""))
        elif part.get("type") == "user":
            yield f"<@{part.get('user_id')}>"
        elif part.get("type") == "broadcast":
            yield f"<!{part.get('range')}>"
        elif part.get("type") == "usergroup":
            yield f"<!subteam^{part.get('usergroup_id')}>"
        for key, value in part.items():
            if key != "text" or isinstance(value, dict):
                yield from texts_of(value)


def notifications_of(message: Message, world: World, *, edited: bool) -> list[Notification]:
    """One entry for each thing that would notify somebody."""
    channel = world.channel(message.channel)
    found: dict[tuple[str, str], frozenset[str]] = {}
    for text in [message.text, *texts_of(message.all_blocks())]:
        found.update(_in_text(text, channel, world))
    return [
        Notification(message.channel, message.ts, message.user, kind, target, users, edited)
        for (kind, target), users in found.items()
        if users - {message.user}
    ]


def _in_text(text: str, channel: Channel, world: World) -> dict[tuple[str, str], frozenset[str]]:
    people = frozenset(u.id for u in world.users if u.id in channel.members and not u.is_bot)
    found = {("special", kind): people for kind in _SPECIAL.findall(text)}
    found = {(kind, kind): users for (_, kind), users in found.items()}
    for user in _PERSON.findall(text):
        found["user", user] = people & {user}
    for group in _GROUP.findall(text):
        found["group", group] = people & _members(group, world)
    return found


def _members(group: str, world: World) -> set[str]:
    try:
        return set(world.group(group).users)
    except NotInWorld:
        return set()
