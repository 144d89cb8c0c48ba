"""Tells on-call staff what no caller can mend: a provider that refuses our key, or takes it again.

An alert is marked told only after Slack took it, so one whose answer was lost comes twice.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import structlog

from bot.calls.lanes import Lane, Lanes, Tale
from bot.calls.ports import Clock
from bot.reports.lanes import alert
from bot.slack.blocks import escape, notice
from bot.slack.client import SlackClient, SlackRefused, SlackSilent
from bot.slack.people import Helpers

log = structlog.get_logger(__name__)

LONGEST_REST = 5.0  # seconds
WHILE_NOT_TAKEN = 30.0  # seconds until Slack is asked again

Waiting = Callable[[str, datetime], Awaitable[int]]


class Alerts:
    """``waiting`` counts the calls that would go out at a provider if they could.

    ``staff`` are asked in their order: the first that names anybody is told.
    """

    def __init__(
        self,
        *,
        lanes: Lanes,
        waiting: Waiting,
        client: SlackClient,
        clock: Clock,
        channel: str | None,
        staff: tuple[Helpers, ...],
        labels: Mapping[str, str],
    ) -> None:
        self._lanes = lanes
        self._waiting = waiting
        self._client = client
        self._clock = clock
        self._channel = channel
        self._staff = staff
        self._labels = labels
        self._reached: dict[tuple[str, Tale], set[str]] = {}  # people, until all have been

    async def turn(self) -> float:
        """Tell what there is to tell."""
        lanes = (await self._lanes.all()).values()
        untold = {(lane.provider, lane.to_tell): lane for lane in lanes if lane.to_tell}
        for about in self._reached.keys() - untold.keys():
            del self._reached[about]  # told by another process, or no longer true
        taken = [await self._told(lane, tale) for (_, tale), lane in untold.items()]
        return LONGEST_REST if all(taken) else WHILE_NOT_TAKEN

    async def _told(self, lane: Lane, tale: Tale) -> bool:
        waiting = await self._waiting(lane.provider, self._clock.now())
        text = escape(alert(lane, self._labels.get(lane.provider, lane.provider), waiting))
        try:
            taken = await self._tell((lane.provider, tale), text)
        except SlackSilent as error:
            log.warning("alert_in_doubt", provider=lane.provider, error=str(error))
            return False
        if taken:
            await self._lanes.told(lane.provider, tale)
            self._reached.pop((lane.provider, tale), None)
            log.info("alert_told", provider=lane.provider, tale=tale)
        return taken

    async def _tell(self, about: tuple[str, Tale], text: str) -> bool:
        """Whether it need not be told again. Raises ``SlackSilent``."""
        if self._channel and await self._post(self._channel, text):
            return True
        named = [staff for staff in self._staff if staff.named]
        if named:
            return await self._tell_people(await named[0].all(), about, text)
        if self._channel is None:
            log.error("nobody_to_alert", provider=about[0], tale=about[1])
        return self._channel is None

    async def _post(self, channel: str, text: str) -> bool:
        """Whether the channel took it; where it is closed to us, people are told one by one."""
        try:
            await self._client.call("chat.postMessage", channel=channel, **notice(text))
        except SlackRefused as error:
            log.warning("alert_refused", channel=channel, code=error.code)
            return False
        return True

    async def _tell_people(
        self, people: frozenset[str], about: tuple[str, Tale], text: str
    ) -> bool:
        """Each once. Somebody Slack does not let us write to does not hold up the others.

        Nobody there means that a group could not be read: it is tried again.
        """
        reached = self._reached.setdefault(about, set())
        for person in sorted(people - reached):
            try:
                await self._client.direct(person, notice(text))
            except SlackRefused as error:
                log.warning("alert_refused", person=person, code=error.code)
                continue
            reached.add(person)
        return bool(reached)
