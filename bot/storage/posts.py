"""The dirty marks of messages: newest state wins, nothing is queued."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update

from bot.calls.call import CallId
from bot.calls.posts import Post, Role
from bot.storage.database import Database
from bot.storage.dialects import database_clock
from bot.storage.rows import post_of
from bot.storage.tables import posts

BEHIND = posts.c.rev_wanted > posts.c.rev_posted
# A channel may open without our being told: so long, and so often, it is tried all the same.
BETWEEN_KNOCKS, MOST_KNOCKS = timedelta(hours=1), 72


class PostStore:
    """``calls.ports.Posts`` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(
        self, now: datetime, *, worker: str, limit: int, lease: timedelta
    ) -> Sequence[Post]:
        """Messages that are behind, held for this process; roots first."""
        knock = (posts.c.not_before <= now - BETWEEN_KNOCKS) & (posts.c.failures < MOST_KNOCKS)
        free = (
            select(posts.c.call_id, posts.c.role)
            .where(BEHIND, posts.c.not_before <= now, or_(posts.c.blocked.is_(None), knock))
            .where(or_(posts.c.lease_until.is_(None), posts.c.lease_until < database_clock()))
            .order_by(posts.c.not_before)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("free")
        )
        statement = (
            update(posts)
            .where(posts.c.call_id == free.c.call_id, posts.c.role == free.c.role)
            .values(held_by=worker, lease_until=database_clock(lease))
            .returning(posts)
        )
        rows = await self._database.change(statement)
        order = list(Role)
        return sorted(map(post_of, rows), key=lambda post: order.index(post.role))

    async def begin(self, post: Post) -> None:
        """A new message is about to be sent: from here its fate is doubtful."""
        await self._set(post, doubtful=True)

    async def posted(
        self, post: Post, *, ts: str | None, rev: int, channel: str | None = None
    ) -> None:
        """It shows this revision now."""
        await self._set(
            post,
            ts=ts or post.ts,
            channel=channel or post.channel,
            rev_posted=rev,
            doubtful=False,
            failures=0,
            blocked=None,
            held_by=None,
            lease_until=None,
        )

    async def later(
        self,
        post: Post,
        *,
        until: datetime,
        failed: bool,
        blocked: str | None = None,
        sure: bool = False,
    ) -> None:
        """Not now. ``blocked`` names what a person must mend; ``sure``: nothing was posted."""
        values: dict[str, Any] = {
            "not_before": until,
            "blocked": blocked,
            "held_by": None,
            "lease_until": None,
        }
        if failed:
            values["failures"] = posts.c.failures + 1
        if sure:
            values["doubtful"] = False
        await self._set(post, **values)

    async def lost(self, post: Post) -> None:
        """The message, or the thread it was in, was deleted in Slack: post it in the channel."""
        await self._set(
            post,
            ts=None,
            thread=None,
            rev_posted=0,
            doubtful=False,
            held_by=None,
            lease_until=None,
        )

    async def of(self, call_id: CallId, role: Role) -> Post | None:
        """One message of a call."""
        statement = select(posts).where(posts.c.call_id == call_id, posts.c.role == role)
        found = await self._database.rows(statement)
        return post_of(found[0]) if found else None

    async def unblock(self, channel: str) -> int:
        """The bot may post there now; how many messages that frees."""
        there = posts.c.channel == channel
        closed = there & posts.c.blocked.is_not(None)
        root = posts.alias()
        since = select(root.c.not_before).where(
            root.c.call_id == posts.c.call_id, root.c.role == Role.ROOT, root.c.blocked.is_not(None)
        )
        # What waits for the thread has waited long enough.
        waiting = there & BEHIND & posts.c.blocked.is_(None) & since.exists()
        async with self._database.write() as connection:
            waits = update(posts).where(waiting).values(not_before=since.scalar_subquery())
            await connection.execute(waits)
            opens = update(posts).where(closed).values(blocked=None, failures=0)
            return (await connection.execute(opens)).rowcount

    async def next_try(self) -> datetime | None:
        """When the next message may be sent."""
        statement = select(posts.c.not_before).where(BEHIND, posts.c.blocked.is_(None))
        found = await self._database.rows(statement.order_by(posts.c.not_before).limit(1))
        return found[0]["not_before"] if found else None

    async def _set(self, post: Post, **values: Any) -> None:
        which: ColumnElement[bool] = (posts.c.call_id == post.call_id) & (posts.c.role == post.role)
        await self._database.change(update(posts).where(which).values(**values))
