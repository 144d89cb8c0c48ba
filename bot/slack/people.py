"""Who people are: their zone from Slack, and who may help with other people's calls."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog

from bot.calls.call import CallId
from bot.calls.ports import Clock
from bot.slack.client import SlackClient, SlackRefused, SlackSilent

log = structlog.get_logger(__name__)

ZONE_KEPT = timedelta(hours=24)  # people travel; a day-old zone is read again
GROUP_KEPT = 300.0  # seconds
MEMBERSHIP_KEPT = 300.0  # seconds
MOST_TOLD = 10_000
ANSWER_WITHIN = 2.0  # seconds; a confirmation does not wait longer for Slack's opinion


class Zones(Protocol):
    """What was remembered of people."""

    async def zone_of(self, team: str, person: str) -> tuple[str, datetime] | None:
        """A person's IANA zone and when it was read."""

    async def remember(self, team: str, person: str, zone: str, name: str, now: datetime) -> None:
        """Keep what Slack says of a person."""


class People:
    """The zones of people, read from Slack and remembered."""

    def __init__(self, client: SlackClient, store: Zones, clock: Clock) -> None:
        self._client = client
        self._store = store
        self._clock = clock

    async def of(self, team: str, person: str) -> str:
        """The IANA zone of a person; what was remembered, or UTC, when Slack does not say."""
        known = await self._store.zone_of(team, person)
        if known and self._clock.now() - known[1] < ZONE_KEPT:
            return known[0]
        zone = await self._ask(team, person)
        return zone or (known[0] if known else "UTC")

    async def _ask(self, team: str, person: str) -> str | None:
        try:
            answer = await asyncio.wait_for(
                self._client.call("users.info", user=person), ANSWER_WITHIN
            )
        except (SlackRefused, SlackSilent, TimeoutError) as error:
            log.warning("zone_not_read", person=person, error=str(error))
            return None
        user = answer.get("user", {})
        zone = str(user.get("tz") or "")
        if not _is_zone(zone):
            return None
        name = str(user.get("real_name") or user.get("name") or person)
        await self._store.remember(team, person, zone, name, self._clock.now())
        return zone


class Helpers:
    """Leads, on-call staff and admins: people and user groups of the settings."""

    def __init__(
        self, client: SlackClient, configured: Sequence[str], seconds: Callable[[], float]
    ) -> None:
        self._client = client
        self._people = frozenset(each for each in configured if each[:1] in {"U", "W"})
        self._groups = [each for each in configured if each.startswith("S")]
        self._seconds = seconds
        self._read: dict[str, tuple[float, frozenset[str]]] = {}

    @property
    def named(self) -> bool:
        """Whether the settings name anybody."""
        return bool(self._people or self._groups)

    async def all(self) -> frozenset[str]:
        """Their Slack ids. A group that cannot be read counts as empty: rights fail closed."""
        members = [await self._members(group) for group in self._groups]
        return self._people.union(*members)

    async def _members(self, group: str) -> frozenset[str]:
        read_at, members = self._read.get(group, (float("-inf"), frozenset()))
        if self._seconds() - read_at < GROUP_KEPT:
            return members
        try:
            answer = await self._client.call("usergroups.users.list", usergroup=group)
        except (SlackRefused, SlackSilent) as error:
            log.warning("group_not_read", group=group, error=str(error))
            return frozenset()
        members = frozenset(map(str, answer.get("users", [])))
        self._read[group] = (self._seconds(), members)
        return members


class Channels:
    """Where the bot may post. A yes is remembered for a while, a no is asked again."""

    def __init__(self, client: SlackClient, seconds: Callable[[], float]) -> None:
        self._client = client
        self._seconds = seconds
        self._open: dict[str, float] = {}
        self._told: set[CallId] = set()

    async def may_post(self, channel: str) -> bool:
        """Doubt counts as yes: the message itself will show."""
        if self._seconds() - self._open.get(channel, float("-inf")) < MEMBERSHIP_KEPT:
            return True
        try:
            answer = await self._client.call("conversations.info", channel=channel)
        except SlackRefused as error:
            return error.code not in {"channel_not_found", "not_in_channel"}
        except SlackSilent:
            return True
        about = answer.get("channel", {})
        member = bool(about.get("is_member") or about.get("is_im") or about.get("is_mpim"))
        if about.get("is_archived"):
            return False
        if member:
            self._open[channel] = self._seconds()
        return member

    def told(self, call_id: CallId) -> None:
        """The person who booked that call was told that its channel is closed."""
        if len(self._told) >= MOST_TOLD:
            self._told.clear()
        self._told.add(call_id)

    def knows(self, call_id: CallId) -> bool:
        """Whether they were."""
        return call_id in self._told

    def closed(self, channel: str) -> None:
        """The bot was turned away there: what was remembered is wrong."""
        self._open.pop(channel, None)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return bool(name)
