"""All Vozzo's stand-in remembers beyond calls: its agents, and who is to be rung later."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import ClassVar

from aiohttp import web

from bot.demo import telephony
from bot.demo.telephony import Post
from bot.demo.vozzo.calls import Agent, Call, Recipient
from bot.demo.vozzo.checks import Dispatch, ScheduledCall

LONGEST_REST = 1.0  # seconds; how soon a moved clock is noticed
SLOTS = "slots"  # our one timer among those of the calls


class Account(telephony.Account[Call]):
    """One Vozzo account. Each recipient rings once, as soon as ``clock`` reaches the slot."""

    counted: ClassVar[tuple[str, ...]] = ("agent_uuid",)

    def __init__(
        self, clock: Callable[[], datetime], api_key: str, agents: Iterable[Agent]
    ) -> None:
        super().__init__(clock, api_key)
        self.agents = {agent.id: agent for agent in agents}

    def forget(self) -> None:
        """Whoever waits is never rung; agents stay."""
        self.waiting: list[Recipient] = []

    def accept(self, dispatch: Dispatch, agent: Agent, post: Post) -> list[str]:
        """Take every recipient; the ids of their calls, in order."""
        taken = [self._recipient(each, dispatch, agent, post) for each in dispatch.recipients]
        self.waiting += taken
        self.open_slots()
        return [recipient.id for recipient in taken]

    def open_slots(self) -> None:
        """Ring everybody whose slot has opened by now; to be called when the clock was moved."""
        now = self.clock()
        due = [recipient for recipient in self.waiting if recipient.opens <= now]
        self.waiting = [recipient for recipient in self.waiting if recipient.opens > now]
        for recipient in due:
            self._let_ring(recipient, now)
        self._rest(now)

    def _rest(self, now: datetime) -> None:
        timer = self._timers.pop(SLOTS, None)
        if timer is not None:
            timer.cancel()
        if self.waiting:
            next_one = min(recipient.opens for recipient in self.waiting) - now
            seconds = min(next_one.total_seconds(), LONGEST_REST)
            self._timers[SLOTS] = asyncio.get_running_loop().call_later(seconds, self.open_slots)

    def _recipient(
        self, asked: ScheduledCall, dispatch: Dispatch, agent: Agent, post: Post
    ) -> Recipient:
        now = self.clock()
        return Recipient(
            number=asked.to_phone_number,
            agent=agent,
            language=asked.agent_language,
            metadata=asked.facts,
            accepted_at=now,
            opens=dispatch.slot.opens(now),
            post=post,
        )

    def _let_ring(self, recipient: Recipient, now: datetime) -> None:
        call = Call(
            id=recipient.id,
            number=recipient.number,
            created_at=now,
            outcome=self.outcome_for(recipient.number),
            agent=recipient.agent,
            language=recipient.language,
            metadata=recipient.metadata,
        )
        recipient.post.call_ids.append(self.ring(call).id)


ACCOUNT = web.AppKey("vozzo_account", Account)
