"""Keeps Slack's messages true: whatever is behind is posted or edited, newest state only.

Slack has no idempotency key for posts. A post whose answer was lost is looked for by its metadata
before it is posted again; edits may be repeated freely.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any

import structlog

from bot.calls.call import Attempt, Call
from bot.calls.ports import Calls, Clock, Posts
from bot.calls.posts import Post, Role
from bot.reports.diary import diary_line
from bot.reports.live import result_due
from bot.reports.result import worth_telling
from bot.slack.blocks import message, section
from bot.slack.client import SlackClient, SlackRefused, SlackSilent
from bot.slack.finding import CLOSED, GONE, Finder, NotLooked
from bot.slack.people import Channels
from bot.slack.screens.live import EVENT, discreet, root_message, scene_of
from bot.slack.screens.result import result_message
from bot.slack.transcripts import Transcripts

log = structlog.get_logger(__name__)

AT_ONCE = 10
LEASE = timedelta(seconds=60)
SEND_WITHIN = 45.0  # seconds; well within the lease
LONGEST_REST = 0.5  # seconds
SOON = timedelta(milliseconds=300)
LATER = timedelta(seconds=2)
# A thread waits that long for its channel to open, and twice as long after each refusal.
WHILE_CLOSED, TWICE_AS_LONG = timedelta(seconds=15), 7
MOST_LOOKS = 6  # for a doubtful post, over a minute or two; then it is posted again, once
LONGEST_WAIT = timedelta(minutes=2)
UNEDITABLE = frozenset({"cant_update_message", "edit_window_closed", "is_inactive"})


class Poster:
    """One per process.

    ``invite`` writes the direct message about a channel that is closed with that code of Slack's.

    ``silent`` are the providers that can't be asked about a call nobody is sure of.
    """

    def __init__(
        self,
        *,
        posts: Posts,
        calls: Calls,
        client: SlackClient,
        clock: Clock,
        worker: str,
        labels: Mapping[str, str],
        channels: Channels,
        invite: Callable[[Call, str], dict[str, Any]],
        silent: Collection[str] = (),
    ) -> None:
        self._posts = posts
        self._calls = calls
        self._client = client
        self._clock = clock
        self._worker = worker
        self._labels = labels
        self._silent = silent
        self._finder = Finder(client)
        self._transcripts = Transcripts(client=client, posts=posts, finder=self._finder)
        self._channels = channels
        self._invite = invite

    async def turn(self) -> float:
        """Bring up to date what is behind."""
        behind = await self._posts.take(
            self._clock.now(), worker=self._worker, limit=AT_ONCE, lease=LEASE
        )
        await asyncio.gather(*(self._bring(post) for post in behind))
        # What another process changed meanwhile was ours to post: it looked for it in vain.
        return 0 if behind else LONGEST_REST

    async def _bring(self, post: Post) -> None:
        call = await self._calls.get(post.call_id)
        if call is None:
            return
        try:
            # Whoever's lease runs out sends nothing more: another process may be posting by then.
            async with asyncio.timeout(SEND_WITHIN):
                await self._show(post, call)
        except NotLooked as error:
            log.warning("post_not_looked_for", call_id=call.id, role=post.role, code=str(error))
            enough = post.failures >= MOST_LOOKS
            await self._posts.later(post, until=self._after(post), failed=True, sure=enough)
        except SlackRefused as error:
            await self._refused(post, call, error)
        except (SlackSilent, TimeoutError) as error:
            log.warning("post_in_doubt", call_id=call.id, role=post.role, error=str(error))
            await self._posts.later(post, until=self._after(post), failed=True)

    async def _show(self, post: Post, call: Call) -> None:
        attempts = await self._calls.attempts(call.id)
        attempt = attempts[-1] if attempts else None
        if post.role is Role.ROOT:
            await self._root(post, call, attempt)
        elif post.role is Role.DIARY:
            await self._diary(post, call, attempt)
        else:
            await self._result(post, call, attempt)

    async def _root(self, post: Post, call: Call, attempt: Attempt | None) -> None:
        drawn = root_message(call, attempt, self._labels, self._silent)
        if post.ts is None:
            ts, rev = await self._post(post, call, drawn, thread=post.thread)
            # One that was found again may show an older state: then the next turn edits it.
            await self._posts.posted(post, ts=ts, rev=rev)
            return
        await self._client.call("chat.update", channel=post.channel, ts=post.ts, **drawn)
        await self._posts.posted(post, ts=post.ts, rev=call.rev)

    async def _diary(self, post: Post, call: Call, attempt: Attempt | None) -> None:
        parent, patience = await self._parent(call)
        if parent is None:
            await self._wait(post, patience)
            return
        changes = await self._calls.history(call.id, post.rev_posted)
        scene = scene_of(call, attempt, self._labels, self._silent)
        line = discreet(diary_line(changes, scene), call)
        told = changes[-1].rev if changes else call.rev
        if line:
            drawn = message(line, [section(line)])
            _, told = await self._post(post, call, drawn, thread=parent, rev=told)
        await self._posts.posted(post, ts=None, rev=told)

    async def _result(self, post: Post, call: Call, attempt: Attempt | None) -> None:
        """Once, after the last line of the diary, when all that will be known is known."""
        parent, patience = await self._parent(call)
        diary = await self._posts.of(call.id, Role.DIARY)
        diary_behind = diary is not None and diary.rev_wanted > diary.rev_posted
        if parent is None or diary_behind or not result_due(call, attempt):
            await self._wait(post, patience)
            return
        if attempt is not None and worth_telling(call, attempt):
            as_file = await self._transcripts.share(post, call, attempt, parent)
            drawn = result_message(call, attempt, self._labels, as_file=as_file)
            await self._post(post, call, drawn, thread=parent)
        await self._posts.posted(post, ts=None, rev=call.rev)

    async def _parent(self, call: Call) -> tuple[str | None, timedelta]:
        """The thread of a call; ``None`` while there is none, and how long to wait for it."""
        root = await self._posts.of(call.id, Role.ROOT)
        if root is None or root.ts is None:
            if root is None or root.blocked is None:
                return None, SOON
            return None, WHILE_CLOSED * 2 ** min(root.failures, TWICE_AS_LONG)
        return root.thread or root.ts, SOON

    async def _post(
        self,
        post: Post,
        call: Call,
        drawn: dict[str, Any],
        thread: str | None,
        rev: int | None = None,
    ) -> tuple[str, int]:
        """A new message, as its ts and the revision it shows.

        One whose answer was lost is looked for first.
        """
        if post.doubtful:
            found = await self._finder.message(post, thread)
            if found is not None:
                return found
        await self._posts.begin(post)
        about: dict[str, Any] = {
            "call_id": call.id,
            "role": post.role.value,
            "rev": rev or call.rev,
        }
        answer = await self._client.call(
            "chat.postMessage",
            channel=post.channel,
            thread_ts=thread,
            unfurl_links=False,
            metadata={"event_type": EVENT, "event_payload": about},
            **drawn,
        )
        return str(answer["ts"]), about["rev"]

    async def _refused(self, post: Post, call: Call, error: SlackRefused) -> None:
        log.warning("post_refused", call_id=call.id, role=post.role, code=error.code)
        if error.code in GONE | UNEDITABLE:
            await self._lost(post)
        elif error.code in CLOSED:
            await self._posts.later(
                post, until=self._clock.now(), failed=True, blocked=error.code, sure=True
            )
            self._channels.closed(post.channel)
            if post.blocked != error.code:
                await self._tell(post, call, error.code)
        else:
            await self._posts.later(post, until=self._after(post), failed=True, sure=True)

    async def _lost(self, post: Post) -> None:
        """Somebody deleted the message, or the thread it hangs in: the call starts a new one."""
        root = await self._posts.of(post.call_id, Role.ROOT)
        if root is not None:
            await self._posts.lost(root)
            # Behind since now, not since it was posted for the first time.
            await self._posts.later(root, until=self._clock.now(), failed=False)
        if post.role is not Role.ROOT:
            await self._posts.later(post, until=self._after(post), failed=True, sure=True)

    async def _tell(self, post: Post, call: Call, code: str) -> None:
        """Once for each call; who was told when they pressed *Schedule call* knows already."""
        if post.role is not Role.ROOT or self._channels.knows(call.id):
            return
        try:
            await self._client.direct(call.home.asker, self._invite(call, code))
        except (SlackRefused, SlackSilent) as error:
            log.warning("person_not_told", call_id=call.id, error=str(error))

    async def _wait(self, post: Post, pause: timedelta) -> None:
        await self._posts.later(post, until=self._clock.now() + pause, failed=False)

    def _after(self, post: Post) -> Any:
        return self._clock.now() + min(LATER * 2 ** min(post.failures, 8), LONGEST_WAIT)
