"""Reads a line as its asker means it: their clock, their defaults, the live catalogue."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.calls.call import Home, Request
from bot.calls.person import THEIRS, Defaults
from bot.calls.ports import AgentCatalogue, Preferences
from bot.calls.timing import Instant, Window
from bot.flows.drafting import Agents, no_agents, usable
from bot.understanding.command import Code, Context, KnownAgent, Reading, read_command

AGENT_PROBLEMS = {Code.UNKNOWN_AGENT, Code.MISSING_AGENT, Code.AMBIGUOUS_AGENT}


class Zones(Protocol):
    """Where people's clocks stand."""

    async def of(self, team: str, person: str) -> str:
        """The IANA zone of a person; UTC when it cannot be read."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the asker pressed under a question, and which number of the line it is about."""

    agent: str | None = None
    when: Instant | Window | None = None
    phone: str | None = None  # E.164


NO_CHOICE = Choice()


@dataclass(frozen=True, slots=True)
class Heard:
    """A reading with what it was read by."""

    reading: Reading
    zone: str  # of the asker
    defaults: Defaults
    agents: Agents
    now: datetime


class Ears:
    """Joins people's zones and defaults with the parser; keeps nothing."""

    def __init__(
        self,
        *,
        agents: AgentCatalogue,
        zones: Zones,
        preferences: Preferences,
        default_region: str,
    ) -> None:
        self._agents = agents
        self._zones = zones
        self._preferences = preferences
        self._region = default_region

    async def hear(self, home: Home, text: str, now: datetime, choice: Choice = NO_CHOICE) -> Heard:
        """What the words mean. Raises ``NotFound`` when no assistant is known at all."""
        heard = await self.overhear(home, text, now, choice)
        problem = heard.reading.problem
        if problem is None or problem.code not in AGENT_PROBLEMS:
            return heard
        # The catalogue may be older than the agent somebody made a minute ago.
        agents = usable(await self._agents.refresh())
        if not agents:
            raise no_agents()
        return self._read(text, choice, heard.zone, heard.defaults, agents, now)

    async def overhear(
        self, home: Home, text: str, now: datetime, choice: Choice = NO_CHOICE
    ) -> Heard:
        """What can be understood of words that need not be a command."""
        zone = await self._zones.of(home.team, home.asker)
        defaults = await self._preferences.defaults_of(home.team, home.asker)
        agents = usable(await self._agents.all())
        return self._read(text, choice, zone, defaults, agents, now)

    def _read(
        self,
        text: str,
        choice: Choice,
        zone: str,
        defaults: Defaults,
        agents: Agents,
        now: datetime,
    ) -> Heard:
        known = {each.name: KnownAgent(each.name, each.provider) for each in agents.values()}
        context = Context(
            now=now.astimezone(ZoneInfo(zone)),
            user_zone=zone,
            default_region=defaults.region or self._region,
            agents=tuple(KnownAgent(each.name, each.provider) for each in agents.values()),
            default_agent=known.get(defaults.agent or ""),
            theirs_by_default=defaults.clock == THEIRS,
            only_phone=choice.phone,
            chosen_agent=known.get(choice.agent or ""),
            chosen_when=choice.when,
        )
        return Heard(read_command(text, context), zone, defaults, agents, now)


def request_of(heard: Heard) -> Request:
    """A complete reading as a request; "now" means once confirmed, not when it was typed."""
    reading = heard.reading
    if reading.agent is None or not reading.phones:
        raise ValueError("the reading is not complete")
    agent = heard.agents[reading.agent.provider, reading.agent.name]
    at_once = isinstance(reading.when, Instant) and reading.when.start <= heard.now
    return Request(
        number=reading.phones[0],
        agent_name=agent.name,
        agent_id=agent.id,
        provider=agent.provider,
        asker_zone=heard.zone,
        when=None if at_once else reading.when,
        name=reading.name,
        notes=reading.notes,
        callee_zones=reading.callee_zones,
        zone_source=reading.zone_source,
        said=reading.said_when,
        warnings=reading.warnings,
        retries=heard.defaults.retries,
        from_defaults=_named_defaults(heard),
    )


def _named_defaults(heard: Heard) -> tuple[str, ...]:
    """Which of the asker's defaults spoke, in words for the confirmation."""
    own = heard.defaults
    words = {"agent": f"assistant {own.agent}", "clock": "their clock"}
    if own.region:
        words["region"] = f"country {own.region}"
    named = [words[one] for one in heard.reading.defaults_used if one in words]
    return (*named, "retries") if own.retries else tuple(named)
