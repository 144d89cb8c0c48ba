"""Looks for what we may have posted: Slack has no idempotency key, but it shows what is there."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from bot.calls.posts import Post
from bot.slack.client import SlackClient, SlackRefused

MOST_PAGES = 5  # of messages, when one of ours is looked for
GONE = frozenset({"message_not_found", "thread_not_found"})
CLOSED = frozenset({"not_in_channel", "channel_not_found", "is_archived", "restricted_action"})


class NotLooked(Exception):
    """A doubtful post could not be looked for: it stays in doubt."""


class Finder:
    """Reads a channel or a thread, newest pages first as Slack gives them.

    Raises ``NotLooked`` when Slack did not show it, which says nothing about what is there, and
    ``SlackRefused`` when the channel or thread is closed or gone.
    """

    def __init__(self, client: SlackClient) -> None:
        self._client = client

    async def message(self, post: Post, thread: str | None) -> tuple[str, int] | None:
        """A post of ours, recognised by its metadata: its ts and the revision it shows."""
        async for each in self._messages(post.channel, thread):
            about = each.get("metadata", {}).get("event_payload", {})
            same = about.get("call_id") == post.call_id and about.get("role") == post.role.value
            if same and int(about.get("rev", 0)) > post.rev_posted:
                return str(each["ts"]), int(about["rev"])
        return None

    async def file(self, channel: str, thread: str, name: str) -> bool:
        """Whether a file of that name is in the thread."""
        async for each in self._messages(channel, thread):
            if any(name in (one.get("name"), one.get("title")) for one in each.get("files", [])):
                return True
        return False

    async def _messages(self, channel: str, thread: str | None) -> AsyncIterator[Mapping[str, Any]]:
        method = "conversations.replies" if thread else "conversations.history"
        where: dict[str, Any] = {"channel": channel, "include_all_metadata": True, "limit": 200}
        if thread:
            where["ts"] = thread
        for _ in range(MOST_PAGES):
            try:
                answer = await self._client.call(method, **where)
            except SlackRefused as error:
                if error.code in CLOSED | GONE:
                    raise
                raise NotLooked(error.code) from error
            for each in answer.get("messages", []):
                yield each
            where["cursor"] = answer.get("response_metadata", {}).get("next_cursor")
            if not where["cursor"]:
                return
