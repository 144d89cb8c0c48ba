"""Keeps the questions to one provider, from all processes together, under its rate."""

import asyncio
from datetime import datetime, timedelta

from bot.calls.errors import ProviderError
from bot.calls.lanes import NO_WAIT, Lanes
from bot.calls.ports import Clock

SPARE = 2  # requests that questions leave to dials
LOOK_AGAIN = 0.2  # seconds; also how soon a moved clock is noticed
NOT_WORTH_WAITING = timedelta(seconds=20)


class LanePace:
    """``calls.provider.Pace`` over the lanes. Dials take their leave when they are claimed."""

    def __init__(
        self, provider: str, per_minute: int | None, *, lanes: Lanes, clock: Clock
    ) -> None:
        self._provider = provider
        self._per_minute = per_minute
        self._lanes = lanes
        self._clock = clock
        self._parked_until: datetime | None = None
        self._queue = asyncio.Lock()  # one of those who wait here asks the lane

    async def turn(self) -> None:
        """Return when one more question may be asked.

        Raises ``ProviderError`` when that is too far away, and ``StoreAway``.
        """
        async with self._queue:
            while wait := await self._wait():
                if wait > NOT_WORTH_WAITING:
                    raise ProviderError(
                        "The provider asked for a pause. I will ask again later. "
                        "Asking dialled nothing.",
                        detail="parked",
                    )
                await asyncio.sleep(min(wait.total_seconds(), LOOK_AGAIN))

    async def park(self, wait: timedelta) -> None:
        """Nobody dials or asks until the pause is over."""
        until = self._clock.now() + wait
        self._parked_until = max(until, self._parked_until or until)
        await self._lanes.park(self._provider, until)

    async def _wait(self) -> timedelta:
        now = self._clock.now()
        if self._parked_until is not None and self._parked_until > now:
            return self._parked_until - now
        if self._per_minute is None:
            return NO_WAIT
        return await self._lanes.take(self._provider, self._per_minute, now, spare=SPARE)
