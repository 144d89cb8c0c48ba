"""Trigger ids (three real seconds, one use) and response URLs (five uses, thirty minutes)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.demo.slack.errors import SlackError
from bot.demo.slack.messages import Message

TRIGGER_SECONDS = 3.0
RESPONSE_USES = 5
RESPONSE_LIFE = timedelta(minutes=30)


@dataclass
class _Trigger:
    user: str
    issued: float
    used: bool = False


class Triggers:
    """Ages by the real clock, for the app's network is real too."""

    def __init__(self, real: Callable[[], float] = time.monotonic) -> None:
        self._real = real
        self._known: dict[str, _Trigger] = {}

    def issue(self, trigger_id: str, user: str) -> str:
        self._known[trigger_id] = _Trigger(user, self._real())
        return trigger_id

    def check(self, trigger_id: str) -> str:
        """Whose it is. Raises ``SlackError`` as Slack words it."""
        trigger = self._known.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._real() - trigger.issued > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        return trigger.user

    def spend(self, trigger_id: str) -> None:
        self._known[trigger_id].used = True


@dataclass
class ResponseUrl:
    """Where the app may answer; ``origin`` is the message that was clicked, if any."""

    channel: str
    user: str
    issued: datetime
    origin: Message | None = None
    uses: int = 0


class ResponseUrls:
    """Ages by the movable clock, so tests can let half an hour pass."""

    def __init__(self) -> None:
        self._known: dict[str, ResponseUrl] = {}

    def issue(self, key: str, answer: ResponseUrl) -> None:
        self._known[key] = answer

    def use(self, key: str, now: datetime) -> ResponseUrl:
        """Count one use. Raises ``SlackError`` when unknown, too old or used up."""
        found = self._known.get(key)
        if found is None:
            raise SlackError("invalid_url")
        if now - found.issued > RESPONSE_LIFE:
            raise SlackError("expired_url")
        if found.uses >= RESPONSE_USES:
            raise SlackError("used_url")
        found.uses += 1
        return found
