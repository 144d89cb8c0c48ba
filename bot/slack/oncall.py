"""Tells on-call staff something, in their channel or one by one."""

from collections.abc import Collection

import structlog

from bot.calls.telling import NoTurns, Turns
from bot.slack.blocks import notice
from bot.slack.client import SlackClient, SlackRefused, SlackSilent
from bot.slack.people import Helpers

log = structlog.get_logger(__name__)


class OnCall:
    """``staff`` are asked in their order: the first that names anybody is told."""

    def __init__(
        self,
        *,
        client: SlackClient,
        channel: str | None,
        staff: tuple[Helpers, ...],
        turns: Turns | None = None,
    ) -> None:
        self._client = client
        self._channel = channel
        self._staff = staff
        self._turns = turns or NoTurns()
        self._reached: dict[str, tuple[str, set[str]]] = {}  # people, until all have been

    async def tell(self, about: str, text: str, *, news: str = "") -> bool:
        """Whether it need not be told again. ``text`` is escaped.

        ``about`` names what it is about, and ``news`` what is told of that: who was reached with
        something else has not heard this.
        """
        if not await self._turns.take(about):
            return False
        try:
            taken = await self._tell(self._reached_with(about, news), about, text)
        except SlackSilent as error:
            log.warning("alert_in_doubt", about=about, error=str(error))
            return False
        if taken:
            self._reached.pop(about, None)
            await self._turns.done(about)
            log.info("alert_told", about=about)
        return taken

    def forget(self, current: Collection[str]) -> None:
        """What is not among these is told by another process, or is no longer true."""
        for about in self._reached.keys() - set(current):
            del self._reached[about]

    def _reached_with(self, about: str, news: str) -> set[str]:
        if about not in self._reached or self._reached[about][0] != news:
            self._reached[about] = news, set()
        return self._reached[about][1]

    async def _tell(self, reached: set[str], about: str, text: str) -> bool:
        if self._channel and await self._post(self._channel, text):
            return True
        named = [staff for staff in self._staff if staff.named]
        if named:
            return await self._tell_people(await named[0].all(), reached, text)
        if self._channel is None:
            log.error("nobody_to_alert", about=about)
        return self._channel is None

    async def _post(self, channel: str, text: str) -> bool:
        """Whether the channel took it; where it is closed to us, people are told one by one."""
        try:
            await self._client.call("chat.postMessage", channel=channel, **notice(text))
        except SlackRefused as error:
            log.warning("alert_refused", channel=channel, code=error.code)
            return False
        return True

    async def _tell_people(self, people: frozenset[str], reached: set[str], text: str) -> bool:
        """Each once. Somebody Slack does not let us write to does not hold up the others.

        Nobody there means that a group could not be read: it is tried again.
        """
        for person in sorted(people - reached):
            try:
                await self._client.direct(person, notice(text))
            except SlackRefused as error:
                log.warning("alert_refused", person=person, code=error.code)
                continue
            reached.add(person)
        return bool(reached)
