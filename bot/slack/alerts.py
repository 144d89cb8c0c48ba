"""Tells on-call staff what no caller can mend: a provider that refuses our key, or takes it again.

An alert is marked told only after Slack took it, so one whose answer was lost comes twice.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from bot.calls.lanes import Lane, Lanes, Tale
from bot.calls.ports import Clock
from bot.reports.lanes import alert
from bot.slack.blocks import escape
from bot.slack.oncall import OnCall

LONGEST_REST = 5.0  # seconds
WHILE_NOT_TAKEN = 30.0  # seconds until Slack is asked again

Waiting = Callable[[str, datetime], Awaitable[int]]


class Alerts:
    """``waiting`` counts the calls that would go out at a provider if they could."""

    def __init__(
        self,
        *,
        lanes: Lanes,
        waiting: Waiting,
        clock: Clock,
        oncall: OnCall,
        labels: Mapping[str, str],
    ) -> None:
        self._lanes = lanes
        self._waiting = waiting
        self._clock = clock
        self._labels = labels
        self._oncall = oncall

    async def turn(self) -> float:
        """Tell what there is to tell."""
        lanes = (await self._lanes.all()).values()
        untold = {(lane.provider, lane.to_tell) for lane in lanes if lane.to_tell}
        self._oncall.forget([_about(*each) for each in untold])
        taken = [await self._told_once(*about) for about in untold]
        return LONGEST_REST if all(taken) else WHILE_NOT_TAKEN

    async def _told_once(self, provider: str, tale: Tale) -> bool:
        """Another process may be telling it right now, or have told it meanwhile."""
        async with self._lanes.telling(provider) as lane:
            if lane is None or lane.to_tell is not tale:
                return True
            return await self._told(lane, tale)

    async def _told(self, lane: Lane, tale: Tale) -> bool:
        waiting = await self._waiting(lane.provider, self._clock.now())
        text = escape(alert(lane, self._labels.get(lane.provider, lane.provider), waiting))
        taken = await self._oncall.tell(_about(lane.provider, tale), text)
        if taken:
            await self._lanes.told(lane.provider, tale)
        return taken


def _about(provider: str, tale: Tale) -> str:
    return f"lane of {provider}: {tale}"
