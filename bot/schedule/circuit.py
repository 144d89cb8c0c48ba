"""Shuts a provider's lane when it refuses our key, and opens it when it takes it again."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.calls.errors import Cause, NotPlaced, StoreAway
from bot.calls.lanes import Lanes

TRY_AGAIN_AFTER = timedelta(minutes=1)

log = structlog.get_logger(__name__)


class Circuit:
    """Looks at the answers to dials only: a key that may read can still be one that may not call.

    ``refresh`` is asked once a turn, so that another process's discovery counts here too.
    ``reopened`` is called when calls that waited for the key may go.
    """

    def __init__(self, lanes: Lanes, reopened: Callable[[], None] = lambda: None) -> None:
        self._lanes = lanes
        self._reopened = reopened
        self._shut: frozenset[str] = frozenset()

    async def refresh(self) -> None:
        """What other processes have found out."""
        lanes = await self._lanes.all()
        self._shut = frozenset(name for name, lane in lanes.items() if lane.shut_since)

    async def learn(self, provider: str, error: Exception | None, now: datetime) -> None:
        """An answer to a dial; ``None`` for a yes. Never fails: it must not cost us the answer."""
        try:
            if isinstance(error, NotPlaced) and error.cause is Cause.CREDENTIALS:
                await self._refused(provider, error, now)
            elif provider in self._shut and _was_answered(error):
                await self._taken(provider)
        except StoreAway:
            log.warning("circuit_not_stored", provider=provider)

    async def _refused(self, provider: str, error: NotPlaced, now: datetime) -> None:
        probe_at = now + TRY_AGAIN_AFTER
        self._shut |= {provider}
        if await self._lanes.shut(provider, why=error.for_user, now=now, probe_at=probe_at):
            log.error("lane_shut", provider=provider, detail=str(error))

    async def _taken(self, provider: str) -> None:
        self._shut -= {provider}
        if await self._lanes.reopen(provider):
            log.info("lane_open_again", provider=provider)
            self._reopened()


def _was_answered(error: Exception | None) -> bool:
    """Whether the provider read our key: silence says nothing about it."""
    return error is None or (isinstance(error, NotPlaced) and error.answered)
