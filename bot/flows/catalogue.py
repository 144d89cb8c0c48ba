"""Every assistant of every provider: remembered, and refreshed on a miss."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.calls.errors import ProviderError
from bot.calls.ports import Clock
from bot.calls.provider import Agent, CallProvider
from bot.calls.tasks import finish

FRESH_FOR = timedelta(minutes=10)
NOT_AGAIN_WITHIN = timedelta(seconds=5)
ANSWER_WITHIN = 5.0  # seconds


class Shelf(Protocol):
    """Where the lists are remembered."""

    async def all(self) -> Sequence[tuple[Agent, datetime]]:
        """Every agent and when it was seen."""

    async def replace(self, provider: str, found: Sequence[Agent], now: datetime) -> None:
        """The provider's list as it is now."""


class Catalogue:
    """``calls.ports.AgentCatalogue`` over the providers that are on."""

    def __init__(self, providers: Mapping[str, CallProvider], shelf: Shelf, clock: Clock) -> None:
        self._providers = providers
        self._shelf = shelf
        self._clock = clock
        self._asked_at: datetime | None = None
        self._asking = asyncio.Lock()
        self._refreshing: asyncio.Task[None] | None = None

    async def all(self) -> Sequence[Agent]:
        """What is known; asked for anew when that is old, or nothing."""
        known = [pair for pair in await self._shelf.all() if pair[0].provider in self._providers]
        now = self._clock.now()
        oldest = min((seen for _, seen in known), default=None)
        if oldest is None:
            return await self.refresh()
        if now - oldest > FRESH_FOR and self._refreshing is None:
            # A form waits three seconds at most: it gets the old list, the next one the new.
            self._refreshing = asyncio.create_task(self._in_passing())
        return [agent for agent, _ in known]

    async def close(self) -> None:
        """Stop what refreshes in passing."""
        if self._refreshing is not None:
            await finish([self._refreshing], 0)

    async def _in_passing(self) -> None:
        try:
            await self.refresh()
        finally:
            self._refreshing = None

    async def refresh(self) -> Sequence[Agent]:
        """Ask every provider; the old list stays where one does not answer."""
        async with self._asking:  # whoever comes meanwhile waits for the same answer
            now = self._clock.now()
            if self._asked_at is None or abs(now - self._asked_at) >= NOT_AGAIN_WITHIN:
                await asyncio.gather(*(self._ask(one, now) for one in self._providers.values()))
                self._asked_at = self._clock.now()
        return [agent for agent, _ in await self._shelf.all() if agent.provider in self._providers]

    async def _ask(self, provider: CallProvider, now: datetime) -> None:
        try:
            found = await asyncio.wait_for(provider.list_agents(), ANSWER_WITHIN)
        except (ProviderError, TimeoutError):
            return  # its client has logged why
        await self._shelf.replace(provider.name, found, now)
