"""Reads mrkdwn as one person sees it: links, mentions, and dates in their own zone."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.demo.slack.world import NotInWorld, World

_TOKEN = re.compile(r"<([^<>]+)>")
_PART = re.compile(r"\{(\w+)\}")


class Reader:
    """One person's eyes: their zone and what day it is for them."""

    def __init__(self, world: World, zone: str, now: datetime) -> None:
        self._world = world
        self._zone = ZoneInfo(zone)
        self._now = now.astimezone(self._zone)

    def local(self, epoch: float) -> datetime:
        return datetime.fromtimestamp(epoch, UTC).astimezone(self._zone)

    def clock_time(self, epoch: float) -> str:
        return f"{self.local(epoch):%H:%M}"

    def moment(self, epoch: float) -> str:
        """A point in time, as a picker shows it."""
        return f"{self.local(epoch):%a %d %b %Y} {_hour(self.local(epoch))}"

    def date(self, epoch: float, template: str) -> str:
        """Fill a date token's template; unknown parts stay as they are."""
        local, today = self.local(epoch), self._now.date()

        def part(match: re.Match[str]) -> str:
            draw = _PARTS.get(match.group(1))
            return draw(local, today) if draw else match.group(0)

        if template == "{ago}":
            return _ago(self._now - local)
        return _PART.sub(part, template)

    def person(self, user_id: str) -> str:
        try:
            return "@" + self._world.user(user_id).name
        except NotInWorld:
            return "@" + user_id

    def channel(self, channel_id: str) -> str:
        try:
            return "#" + self._world.channel(channel_id).name
        except NotInWorld:
            return "#" + channel_id


def plain(text: str, reader: Reader) -> str:
    """The text as it is read on the screen; stars and underscores stay."""
    shown = _TOKEN.sub(lambda match: _token(match.group(1), reader), text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _token(inside: str, reader: Reader) -> str:
    body, _, label = inside.partition("|")
    if body.startswith("@"):
        return reader.person(body[1:])
    if body.startswith("#"):
        return reader.channel(body[1:])
    if body.startswith("!date^"):
        _, epoch, template = body.split("^")[:3]
        return reader.date(int(epoch), template)
    if body.startswith("!subteam^"):
        return label or "@" + body.removeprefix("!subteam^")
    if body.startswith("!"):
        return "@" + body[1:]
    return label or body


def _hour(local: datetime) -> str:
    return f"{local:%I:%M %p}".lstrip("0")


def _seconds(local: datetime) -> str:
    return f"{local:%I:%M:%S %p}".lstrip("0")


def _long(local: datetime) -> str:
    return f"{local:%A}, {_date(local)}"


def _date(local: datetime) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(local.day % 10, "th")
    if 11 <= local.day <= 13:
        ending = "th"
    return f"{local:%B} {local.day}{ending}, {local.year}"


def _short(local: datetime) -> str:
    return f"{local:%b} {local.day}, {local.year}"


def _pretty(draw: Callable[[datetime], str]) -> Callable[[datetime, date], str]:
    """yesterday, today, tomorrow; else as ``draw`` writes it."""
    words = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    return lambda local, today: words.get((local.date() - today).days, draw(local))


def _ago(passed: timedelta) -> str:
    minutes = int(passed.total_seconds() // 60)
    if minutes < 0:
        return f"in {-minutes} minutes"
    return f"{minutes} minutes ago" if minutes < 120 else f"{minutes // 60} hours ago"


_PARTS: dict[str, Callable[[datetime, date], str]] = {
    "date": lambda local, _: _date(local),
    "date_num": lambda local, _: f"{local:%Y-%m-%d}",
    "date_slash": lambda local, _: f"{local:%m/%d/%Y}",
    "date_short": lambda local, _: _short(local),
    "date_long": lambda local, _: _long(local),
    "date_pretty": _pretty(_date),
    "date_short_pretty": _pretty(_short),
    "date_long_pretty": _pretty(_long),
    "day_divider_pretty": _pretty(_long),
    "time": lambda local, _: _hour(local),
    "time_secs": lambda local, _: _seconds(local),
}
