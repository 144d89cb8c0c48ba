"""A stand-in of every calling provider, and the settings that make a bot dial there and only there.

It serves the demo, and practice: there no phone rings, whatever keys are configured.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from bot.demo.telephony import StandIn, utc_now
from bot.demo.unleashx import UnleashXStandIn
from bot.demo.voicy import DEMO_FROM, VoicyStandIn
from bot.demo.vozagent import VozAgentStandIn
from bot.demo.vozzo import AGENTS, VozzoStandIn

PACE = 2.5  # seconds between two steps of a call: slow enough to read, fast enough to stay
PREFIX = "SWITCHBOARD_PROVIDERS"


class StandIns:
    """One of each. ``clock`` is the bot's, so that both agree on when a call began."""

    def __init__(self, clock: Callable[[], datetime] = utc_now, pace: float = PACE) -> None:
        self.vozagent = VozAgentStandIn(clock=clock)
        self.voicy = VoicyStandIn(clock=clock)
        self.unleashx = UnleashXStandIn(clock=clock)
        self.vozzo = VozzoStandIn(clock=clock)
        self.all: Mapping[str, StandIn] = {
            "vozagent": self.vozagent,
            "voicy": self.voicy,
            "unleashx": self.unleashx,
            "vozzo": self.vozzo,
        }
        for each in self.all.values():
            each.account.pace = pace
            each.account.show_ringing = True

    async def start(self) -> None:
        """Listen on free ports of 127.0.0.1."""
        for each in self.all.values():
            await each.start()

    async def stop(self) -> None:
        """Stop listening."""
        for each in self.all.values():
            await each.stop()

    def settings(self) -> dict[str, dict[str, Any]]:
        """What each provider's settings have to be."""
        agents = {agent.name: {"id": agent.id, "language": agent.language} for agent in AGENTS}
        more: dict[str, dict[str, Any]] = {
            "voicy": {"from_number": DEMO_FROM},
            "vozzo": {"agents": agents},
        }
        return {
            name: {"api_key": each.api_key, "base_url": each.base_url, **more.get(name, {})}
            for name, each in self.all.items()
        }

    def environment(self) -> dict[str, str]:
        """The same as the bot's documented environment variables."""
        return {
            f"{PREFIX}__{name}__{field}".upper(): (
                value if isinstance(value, str) else json.dumps(value)
            )
            for name, fields in self.settings().items()
            for field, value in fields.items()
        }


@asynccontextmanager
async def practising(clock: Callable[[], datetime]) -> AsyncIterator[dict[str, dict[str, Any]]]:
    """The stand-ins up for as long as a bot practises; the settings that lead there."""
    stand_ins = StandIns(clock)
    try:
        await stand_ins.start()
        yield stand_ins.settings()
    finally:
        await stand_ins.stop()
