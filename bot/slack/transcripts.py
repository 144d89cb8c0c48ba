"""Long transcripts, as files in the threads of their calls."""

import contextlib

import structlog

from bot.calls.call import Attempt, Call
from bot.calls.ports import Posts
from bot.calls.posts import Post
from bot.slack.client import SlackClient, SlackRefused
from bot.slack.finding import CLOSED, GONE, Finder, NotLooked
from bot.slack.screens.result import transcript_file

log = structlog.get_logger(__name__)


class Transcripts:
    """Shares a file before the result that speaks of it is posted.

    Sharing can't be repeated without being seen twice, and Slack shows a file only a while after
    it took it. So a file is sent with the first try of its result only; on every later one it is
    looked for, and a result whose file is not to be seen does without.
    """

    def __init__(self, *, client: SlackClient, posts: Posts, finder: Finder) -> None:
        self._client = client
        self._posts = posts
        self._finder = finder

    async def share(self, post: Post, call: Call, attempt: Attempt, thread: str) -> bool:
        """Whether the whole transcript is a file in the thread now.

        Raises ``SlackSilent`` or ``NotLooked`` when that is unknown, ``SlackRefused`` for a closed
        channel or a thread that is gone.
        """
        file = transcript_file(call, attempt)
        if file is None:
            return False
        name, content = file
        if post.doubtful:
            return await self._finder.file(post.channel, thread, name)
        if post.failures:
            with contextlib.suppress(NotLooked):  # the result need not wait for it any longer
                return await self._finder.file(post.channel, thread, name)
            return False
        try:
            await self._send(post, thread, name, content)
        except SlackRefused as error:
            if error.code in CLOSED | GONE:
                raise
            log.warning("transcript_not_taken", call_id=call.id, code=error.code)
            return False
        return True

    async def _send(self, post: Post, thread: str, name: str, content: bytes) -> None:
        """The three steps of an upload; nobody sees anything before the last one."""
        wanted = {"filename": name, "length": len(content)}
        place = await self._client.call("files.getUploadURLExternal", **wanted)
        await self._client.put(str(place["upload_url"]), content)
        await self._posts.begin(post)
        await self._client.call(
            "files.completeUploadExternal",
            files=[{"id": place["file_id"], "title": name}],
            channel_id=post.channel,
            thread_ts=thread,
        )
