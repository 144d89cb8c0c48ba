"""Ordered faults per Web API method, and the optional rate tiers."""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from typing import Any

Json = dict[str, Any]

KINDS = {"ratelimited", "error", "delay", "lost", "refused"}

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
TIERS: dict[str, int] = {
    "apps.connections.open": 1,
    **dict.fromkeys(["users.list", "usergroups.list", "usergroups.users.list"], 2),
    **dict.fromkeys(["conversations.list", "team.info"], 2),
    **dict.fromkeys(["chat.update", "chat.delete", "chat.scheduleMessage"], 3),
    **dict.fromkeys(["conversations.open", "conversations.info", "conversations.join"], 3),
    **dict.fromkeys(["conversations.history", "conversations.replies"], 3),
    **dict.fromkeys(["conversations.invite", "users.lookupByEmail", "reactions.add"], 3),
    **dict.fromkeys(["bots.info", "files.info"], 4),
    **dict.fromkeys(["chat.postEphemeral", "users.info", "conversations.members"], 4),
    **dict.fromkeys(["views.open", "views.push", "views.update", "views.publish"], 4),
    **dict.fromkeys(["files.getUploadURLExternal", "files.completeUploadExternal"], 4),
}
CHANNEL_BURST = 5


class Faults:
    """Each fault is used once, in the order given, by the next call of its method.

    Kinds: ``ratelimited`` (``retry_after`` seconds), ``error`` (``error`` code), ``delay``
    (``seconds``), ``lost`` (the effect happens, the answer does not), ``refused`` (neither).
    """

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Json]] = defaultdict(deque)

    def add(self, method: str, faults: Iterable[Json]) -> None:
        """Raises ``ValueError`` for a kind that does not exist."""
        for fault in faults:
            if fault.get("kind") not in KINDS:
                raise ValueError(f"no fault of kind {fault.get('kind')!r}; there are {KINDS}")
            self._waiting[method].append(fault)

    def next(self, method: str) -> Json | None:
        waiting = self._waiting[method]
        return waiting.popleft() if waiting else None

    def left(self) -> dict[str, int]:
        """How many faults each method still has before it."""
        return {method: len(waiting) for method, waiting in self._waiting.items() if waiting}


class RateTiers:
    """Counts calls in the last real minute; posts also one a second per channel, with a burst."""

    def __init__(self, real: Callable[[], float] = time.monotonic) -> None:
        self._real = real
        self._calls: dict[str, deque[float]] = defaultdict(deque)
        self._tokens: dict[str, tuple[float, float]] = {}

    def wait_for(self, method: str, channel: str) -> int:
        """Whole seconds the caller must wait; 0 when the call may go on."""
        if method == "chat.postMessage":
            return self._channel_wait(channel)
        if method not in TIERS:
            return 0
        now, calls = self._real(), self._calls[method]
        while calls and now - calls[0] >= 60:
            calls.popleft()
        if len(calls) >= PER_MINUTE[TIERS[method]]:
            return int(60 - (now - calls[0])) + 1
        calls.append(now)
        return 0

    def _channel_wait(self, channel: str) -> int:
        now = self._real()
        tokens, since = self._tokens.get(channel, (float(CHANNEL_BURST), now))
        tokens = min(float(CHANNEL_BURST), tokens + now - since)
        self._tokens[channel] = (tokens - 1 if tokens >= 1 else tokens, now)
        return 0 if tokens >= 1 else 1
