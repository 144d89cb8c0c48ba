"""Tells everybody who waits or watches that something changed."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Follower:
    """One open stream: what this user may see arrives in the queue."""

    user: str
    events: asyncio.Queue[Json | None] = field(default_factory=asyncio.Queue)


class Changes:
    """A change is announced after it has happened; waiters look for themselves."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()
        self._followers: list[Follower] = []

    def announce(self, event: Json | None = None, to: Iterable[str] | None = None) -> None:
        """Wake the waiters; ``event`` also goes to the streams of ``to`` (``None``: everybody)."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        if event is None:
            return
        allowed = None if to is None else set(to)
        for follower in self._followers:
            if allowed is None or follower.user in allowed:
                follower.events.put_nowait(event)

    async def next(self) -> None:
        """Return at the next change."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)

    def follow(self, user: str) -> Follower:
        follower = Follower(user)
        self._followers.append(follower)
        return follower

    def end_streams(self) -> None:
        """The server goes down: every stream ends."""
        for follower in self._followers:
            follower.events.put_nowait(None)

    def unfollow(self, follower: Follower) -> None:
        if follower in self._followers:
            self._followers.remove(follower)
