"""Messages and who sees them: channels, threads, and notes for one person only."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Message:
    """One message; ``visible_to`` names the one reader of an ephemeral."""

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[Json] | None = None
    thread_ts: str | None = None
    visible_to: str | None = None
    username: str = ""
    bot: bool = False
    edited: bool = False
    deleted: bool = False
    broadcast: bool = False
    files: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    client_msg_id: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    picked: dict[str, Json] = field(default_factory=dict)  # user -> what they chose in it
    offered: dict[str, list[Json]] = field(default_factory=dict)  # action id -> external options
    reply_count: int = 0

    @property
    def ephemeral(self) -> bool:
        return self.visible_to is not None

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    def all_blocks(self) -> list[Json]:
        """Its own blocks and those in attachments."""
        found = list(self.blocks or [])
        for attachment in self.attachments:
            found.extend(attachment.get("blocks") or [])
        return found

    def as_page(self) -> Json:
        """As the demo page reads it."""
        return {
            "ts": self.ts,
            "channel": self.channel,
            "user": self.user,
            "username": self.username,
            "bot": self.bot,
            "text": self.text,
            "blocks": self.blocks,
            "thread_ts": self.thread_ts,
            "edited": self.edited,
            "ephemeral": self.ephemeral,
            "deleted": self.deleted,
            "files": self.files,
            "reply_count": self.reply_count,
            "attachments": self.attachments,
            "reply_broadcast": self.broadcast,
            "reactions": self.reactions,
        }


class Messages:
    """All messages of the workspace, in the order they were said."""

    def __init__(self) -> None:
        self._all: list[Message] = []

    def add(self, message: Message) -> None:
        self._all.append(message)
        root = self.find(message.channel, message.thread_ts or "")
        if root and message.is_reply and not message.ephemeral:
            root.thread_ts = root.ts
            root.reply_count += 1

    def find(self, channel: str, ts: str) -> Message | None:
        """A message that is still there, ephemerals included."""
        for message in reversed(self._all):
            if message.ts == ts and message.channel == channel and not message.deleted:
                return message
        return None

    def delete(self, message: Message) -> None:
        """A root with replies stays as a tombstone."""
        message.deleted = True
        root = self.find(message.channel, message.thread_ts or "")
        if root and message.is_reply and not message.ephemeral:
            root.reply_count -= 1

    def in_channel(self, channel: str) -> Iterator[Message]:
        for message in self._all:
            if message.channel == channel and (not message.deleted or message.reply_count):
                yield message

    def seen_by(self, user: str, channel: str) -> list[Message]:
        """What this person may read there, thread replies included, oldest first."""
        return [m for m in self.in_channel(channel) if m.visible_to in (None, user)]

    def public(self, channel: str) -> list[Message]:
        """What conversations.history can know of: no ephemerals, no deleted messages."""
        return [m for m in self.in_channel(channel) if not m.ephemeral and not m.deleted]

    def thread(self, channel: str, ts: str) -> list[Message]:
        """The root and its replies."""
        return [m for m in self.public(channel) if ts in (m.ts, m.thread_ts)]
