"""Our own pace for Slack's Web API: a bucket per method and one per channel.

Source: Slack's rate tiers (calls a minute per method and workspace) and "about one message a
second per channel". A 429 parks the whole bucket, so that fifty waiting posts do not come back as
one herd.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

PER_MINUTE = {
    "chat.postMessage": 240,
    "chat.postEphemeral": 100,
    "chat.update": 50,
    "views.open": 100,
    "views.update": 100,
    "users.info": 100,
    "conversations.history": 50,
    "conversations.replies": 50,
    "conversations.info": 50,
    "usergroups.users.list": 20,
    "files.getUploadURLExternal": 100,
    "files.completeUploadExternal": 100,
}
OTHERWISE = 20
BURST = 10  # that many at once before the pace is felt
CHANNEL_PER_SECOND, CHANNEL_BURST = 1.0, 3
POSTS = frozenset({"chat.postMessage", "files.completeUploadExternal"})


@dataclass
class Bucket:
    """Tokens that come back with time; ``seen`` lies ahead while Slack's Retry-After runs."""

    per_second: float
    size: float
    tokens: float
    seen: float

    def wait(self, now: float) -> float:
        """Take one token; the seconds until it is really there."""
        if now > self.seen:
            self.tokens = min(self.size, self.tokens + (now - self.seen) * self.per_second)
            self.seen = now
        self.tokens -= 1
        return self.seen - now + max(0.0, -self.tokens) / self.per_second

    def park(self, until: float) -> None:
        """Nothing before that moment, and then one after the other, not a herd."""
        self.seen = max(self.seen, until)
        self.tokens = min(self.tokens, 1)


class Limiter:
    """``seconds`` is any monotonic clock."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._buckets: dict[str, Bucket] = {}
        self.throttled = 0  # how often Slack had to slow us down

    async def admit(self, method: str, channel: str | None) -> None:
        """Return when this call may be made."""
        wait = self._method(method).wait(self._seconds())
        if channel is not None and method in POSTS:
            wait = max(wait, self._channel(channel).wait(self._seconds()))
        if wait > 0:
            await asyncio.sleep(wait)

    def park(self, method: str, seconds: float) -> None:
        """Slack said 429: nobody calls this method before that long."""
        self.throttled += 1
        self._method(method).park(self._seconds() + seconds)

    def _method(self, method: str) -> Bucket:
        return self._bucket(method, PER_MINUTE.get(method, OTHERWISE) / 60, BURST)

    def _channel(self, channel: str) -> Bucket:
        return self._bucket(f"#{channel}", CHANNEL_PER_SECOND, CHANNEL_BURST)

    def _bucket(self, name: str, per_second: float, size: float) -> Bucket:
        if name not in self._buckets:
            self._buckets[name] = Bucket(per_second, size, size, self._seconds())
        return self._buckets[name]
