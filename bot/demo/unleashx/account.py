"""All UnleashX's stand-in remembers beyond calls: its agents, and how it fills gaps in the docs."""

import itertools
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, ClassVar

from aiohttp import web

from bot.demo import telephony
from bot.demo.unleashx.agents import VoiceAgent
from bot.demo.unleashx.calls import Call

FIRST_ROW = 9001


class Account(telephony.Account[Call]):
    """One UnleashX account."""

    settings: ClassVar[tuple[str, ...]] = (
        *telephony.Account.settings,
        "wrapped",
        "input_data_works",
        "input_data_shown",
        "whole_links",
        "most_per_page",
    )
    counted: ClassVar[tuple[str, ...]] = ("phone_number", "agent_id")

    def __init__(
        self, clock: Callable[[], datetime], api_key: str, agents: Iterable[VoiceAgent]
    ) -> None:
        super().__init__(clock, api_key)
        self.agents = {agent.id: agent for agent in agents}
        self.wrapped = True  # the answer to a dial: in an envelope, or flat
        self.input_data_works = True  # a guess: that the filter searches the metadata of the dial
        self.input_data_shown = False  # no documented record shows it
        self.whole_links = True  # recordings by whole addresses; else by bare paths
        self.most_per_page = 100  # however many are asked for

    def forget(self) -> None:
        """Records are counted from the first again; agents stay."""
        self._rows = itertools.count(FIRST_ROW)

    def place(self, number: str, agent: VoiceAgent, metadata: dict[str, Any] | None = None) -> Call:
        """Let a phone ring."""
        call = Call(
            number=number,
            created_at=self.clock(),
            outcome=self.outcome_for(number),
            agent=agent,
            row_id=next(self._rows),
            metadata=metadata or {},
        )
        return self.ring(call)


ACCOUNT = web.AppKey("unleashx_account", Account)
