"""Every assistant of every provider: remembered, and refreshed on a miss."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.calls.agents import Listing, every_agent
from bot.calls.errors import ProviderError, StoreAway
from bot.calls.ports import Clock
from bot.calls.provider import Agent, CallProvider
from bot.calls.tasks import finish

FRESH_FOR = timedelta(minutes=10)
NOT_AGAIN_WITHIN = timedelta(seconds=5)
ANSWER_WITHIN = 5.0  # seconds
LAST_LINES = 0.5  # seconds at the end for a list that is just being written down


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
        self._under_way: set[str] = set()
        self._why_not: dict[str, str] = {}
        self._gave_none: dict[str, datetime] = {}  # an empty list leaves no row on the shelf
        self._refreshing: asyncio.Task[None] | None = None

    async def all(self) -> Sequence[Agent]:
        """What is known; asked for anew when some of that is old, or nothing."""
        listings = await self.listings()
        seen = [listing.seen_at for listing in listings]
        if not any(seen):
            return every_agent(await self.refresh())
        now = self._clock.now()
        old = any(at is None or now - at > FRESH_FOR for at in seen)
        if old and self._refreshing is None:
            # A form waits three seconds at most: it gets the old list, the next one the new.
            self._refreshing = asyncio.create_task(self._in_passing())
        return every_agent(listings)

    async def listings(self) -> Sequence[Listing]:
        """What is remembered of each provider; nobody is asked."""
        rows: dict[str, list[tuple[Agent, datetime]]] = {name: [] for name in self._providers}
        for agent, seen_at in await self._shelf.all():
            if agent.provider in rows:
                rows[agent.provider].append((agent, seen_at))
        return [self._listing(name, pairs) for name, pairs in rows.items()]

    async def refresh(self) -> Sequence[Listing]:
        """Ask every provider, side by side; the old list stays where one does not answer."""
        async with self._asking:  # whoever comes meanwhile waits for the same answer
            now = self._clock.now()
            if self._asked_at is None or abs(now - self._asked_at) >= NOT_AGAIN_WITHIN:
                await asyncio.gather(*(self._ask(one, now) for one in self._providers.values()))
                self._asked_at = self._clock.now()
        return await self.listings()

    async def close(self) -> None:
        """Stop what refreshes in passing."""
        if self._refreshing is not None:
            await finish([self._refreshing], LAST_LINES)

    async def _in_passing(self) -> None:
        try:
            await self.refresh()
        finally:
            self._refreshing = None

    async def _ask(self, provider: CallProvider, now: datetime) -> None:
        """One list; why it did not come is remembered until it does."""
        name = provider.name
        self._under_way.add(name)
        try:
            found = await asyncio.wait_for(provider.list_agents(), ANSWER_WITHIN)
        except (ProviderError, StoreAway) as error:
            self._why_not[name] = error.for_user
        except TimeoutError:
            words = f"{provider.label} did not answer within {ANSWER_WITHIN:.0f} seconds."
            self._why_not[name] = words
        else:
            await self._shelf.replace(name, found, now)
            self._why_not.pop(name, None)
            self._gave_none.pop(name, None)
            if not found:
                self._gave_none[name] = now
        finally:
            self._under_way.discard(name)

    def _listing(self, name: str, pairs: Sequence[tuple[Agent, datetime]]) -> Listing:
        oldest = min((seen_at for _, seen_at in pairs), default=self._gave_none.get(name))
        return Listing(
            name,
            tuple(agent for agent, _ in pairs),
            seen_at=oldest,
            why_not=self._why_not.get(name),
            asking=name in self._under_way,
        )
