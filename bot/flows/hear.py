"""Reads a line as its asker means it: their clock and defaults, the live catalogue, the book."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.calls.agents import every_agent
from bot.calls.call import Home, Request
from bot.calls.contact import Contact, Contacts
from bot.calls.person import THEIRS, Defaults
from bot.calls.ports import AgentCatalogue, Preferences
from bot.calls.timing import Instant, Window
from bot.flows.drafting import RETRIES, Agents, default_agent, no_agents, usable
from bot.flows.people import UNKNOWN_NAME, WHICH_PERSON, Found, look_up
from bot.understanding.command import (
    Called,
    Code,
    Context,
    KnownAgent,
    Problem,
    Reading,
    Who,
    read_command,
)

AGENT_PROBLEMS = {Code.UNKNOWN_AGENT, Code.MISSING_AGENT, Code.AMBIGUOUS_AGENT}
USUAL_RETRIES = 2  # where somebody says how far apart, but not how often


class Zones(Protocol):
    """Where people's clocks stand."""

    async def of(self, team: str, person: str) -> str:
        """The IANA zone of a person; UTC when it cannot be read."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the asker pressed under a question, and which number of the line it is about.

    An ``agent`` may leave its provider or id open. ``person`` is the place, in the draft, of one of
    the people found for a name; ``called`` is that person.
    """

    agent: KnownAgent | None = None
    when: Instant | Window | None = None
    phone: str | None = None  # E.164
    person: int | None = None
    called: Contact | None = None


NO_CHOICE = Choice()


@dataclass(frozen=True, slots=True)
class Heard:
    """A reading with what it was read by."""

    reading: Reading
    zone: str  # of the asker
    defaults: Defaults
    agents: Agents
    now: datetime
    found: Found | None = None  # for the name in a line without a number


class Ears:
    """Joins people's zones and defaults with the parser; keeps nothing."""

    def __init__(
        self,
        *,
        agents: AgentCatalogue,
        zones: Zones,
        preferences: Preferences,
        contacts: Contacts,
        default_region: str,
    ) -> None:
        self._agents = agents
        self._zones = zones
        self._preferences = preferences
        self._contacts = contacts
        self._region = default_region

    async def hear(self, home: Home, text: str, now: datetime, choice: Choice = NO_CHOICE) -> Heard:
        """What the words mean. Raises ``NotFound`` when no assistant is known at all."""
        heard = await self.overhear(home, text, now, choice)
        problem = heard.reading.problem
        if problem is None or problem.code not in AGENT_PROBLEMS:
            return heard
        # The catalogue may be older than the agent somebody made a minute ago.
        agents = usable(every_agent(await self._agents.refresh()))
        if not agents:
            raise no_agents()
        if heard.found is not None and heard.found.called is not None:
            choice = replace(choice, called=heard.found.called)
        again = self._read(text, choice, replace(heard, agents=agents))
        return replace(again, found=heard.found)

    async def overhear(
        self, home: Home, text: str, now: datetime, choice: Choice = NO_CHOICE
    ) -> Heard:
        """What can be understood of words that need not be a command."""
        zone = await self._zones.of(home.team, home.asker)
        defaults = await self._preferences.defaults_of(home.team, home.asker)
        agents = usable(await self._agents.all())
        heard = self._read(text, choice, Heard(Reading(), zone, defaults, agents, now))
        who = heard.reading.who
        if who is None:
            return heard
        found = await self.people(home, who)
        if found.called is not None:
            heard = self._read(text, replace(choice, called=found.called), heard)
            return replace(heard, found=found)
        problem = _asked_who(heard.reading, who, found)
        return replace(heard, found=found, reading=replace(heard.reading, problem=problem))

    async def people(self, home: Home, who: Who) -> Found:
        """Whom this person may mean by a name; nothing but our own database is asked."""
        agents = {agent.name for agent in every_agent(await self._agents.listings())}
        return await look_up(self._contacts, home, who, agents)

    def _read(self, text: str, choice: Choice, by: Heard) -> Heard:
        person = choice.called
        context = Context(
            now=by.now.astimezone(ZoneInfo(by.zone)),
            user_zone=by.zone,
            default_region=by.defaults.region or self._region,
            agents=tuple(by.agents),
            default_agent=default_agent(by.defaults),
            theirs_by_default=by.defaults.clock == THEIRS,
            only_phone=choice.phone,
            chosen_agent=choice.agent,
            chosen_when=choice.when,
        )
        reading = read_command(text, context)
        if person is not None and reading.who is not None:
            called = Called(person.number, person.name, reading.who.words)
            reading = read_command(text, replace(context, called=called))
        return replace(by, reading=reading)


def _asked_who(reading: Reading, who: Who, found: Found) -> Problem:
    """A name without a number: nobody is known by it, or it must be said who."""
    if found.people:
        return Problem(Code.NO_PHONE, found=found.words, detail=WHICH_PERSON)
    # "see you tomorrow" is no name, whatever "see" is.
    meant = who.sure and (not who.words.islower() or reading.agent is not None)
    return Problem(Code.NO_PHONE, found=who.words, detail=UNKNOWN_NAME if meant else "")


def request_of(heard: Heard) -> Request:
    """A complete reading as a request; "now" means once confirmed, not when it was typed."""
    reading = heard.reading
    if reading.agent is None or not reading.phones:
        raise ValueError("the reading is not complete")
    agent = heard.agents[reading.agent]
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
        **_retries(heard),
        from_defaults=_named_defaults(heard),
    )


def _retries(heard: Heard) -> Mapping[str, Any]:
    """How often to try again and how far apart: what was said, else what is set."""
    own, said = heard.defaults, heard.reading.retries
    found = {"retries": own.retries, "retry_voicemail": own.retry_voicemail}
    if said is None:
        return found
    if said.times is None:  # "retry every 45 min"
        return found | {"retries": own.retries or USUAL_RETRIES, "retry_every": said.every}
    return found | {"retries": said.times, "retry_every": said.every}


def _named_defaults(heard: Heard) -> tuple[str, ...]:
    """Which of the asker's defaults spoke, in words for the confirmation."""
    own = heard.defaults
    words = {"agent": f"assistant {own.agent}", "clock": "their clock"}
    if own.region:
        words["region"] = f"country {own.region}"
    named = [words[one] for one in heard.reading.defaults_used if one in words]
    return (*named, RETRIES) if own.retries and heard.reading.retries is None else tuple(named)
