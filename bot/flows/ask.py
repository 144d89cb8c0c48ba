"""From a typed line to a draft: a confirmation, or a question with the answers to press."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.calls.call import Draft, DraftId, Home, Request
from bot.calls.errors import Misunderstood, NotFound
from bot.calls.ports import AgentCatalogue, Clock, Drafts
from bot.calls.provider import Agent
from bot.calls.timing import Instant, Window, next_start
from bot.calls.verdict import Answer
from bot.decisions.calling_hours import calling_hours
from bot.understanding.command import Code, Context, KnownAgent, Problem, Reading, read_command
from bot.understanding.phones import zones_of

DRAFT_LIVES = timedelta(minutes=15)
MOST_NUMBERS = 5  # more than that is a list, and a list wants a second pair of eyes
AGENT_PROBLEMS = {Code.UNKNOWN_AGENT, Code.MISSING_AGENT, Code.AMBIGUOUS_AGENT}


class Zones(Protocol):
    """Where people's clocks stand."""

    async def of(self, team: str, person: str) -> str:
        """The IANA zone of a person; UTC when it cannot be read."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A line somebody typed, and where. ``source`` names the delivery it came with."""

    home: Home
    text: str
    source: str
    response_url: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A draft that is complete and waits for its button."""

    draft: Draft
    request: Request
    now: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """A draft that lacks something: the problem, and what was understood besides."""

    draft: Draft
    reading: Reading
    problem: Problem
    asker_zone: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """What the asker pressed under a question."""

    agent: str | None = None
    when: Instant | Window | None = None


class Asking:
    """Reads what was typed and keeps it as drafts."""

    def __init__(
        self,
        *,
        drafts: Drafts,
        agents: AgentCatalogue,
        zones: Zones,
        clock: Clock,
        default_region: str,
    ) -> None:
        self._drafts = drafts
        self._agents = agents
        self._zones = zones
        self._clock = clock
        self._region = default_region

    async def propose(self, typed: Typed) -> list[Proposal | Question]:
        """One draft for each number in the line; one question when something is missing."""
        now = self._clock.now()
        reading, zone, agents = await self._read(typed.home, typed.text, now)
        if reading.problem is None and len(reading.phones) > MOST_NUMBERS:
            raise Misunderstood(
                f"That line has {len(reading.phones)} numbers; I take {MOST_NUMBERS} at once. "
                "Split it into several commands. Nothing was dialled."
            )
        readings = split_numbers(reading, now)
        return [
            await self._keep(typed, one, zone, agents, now, index)
            for index, one in enumerate(readings)
        ]

    async def answer(self, draft_id: DraftId, choice: Choice) -> Proposal | Question:
        """The asker pressed one of the readings offered: the same draft goes on.

        Raises ``NotFound`` when the draft is gone.
        """
        draft = await self.open_draft(draft_id)
        text, said_at = draft.partial.get("text", ""), draft.partial.get("now")
        now = datetime.fromisoformat(said_at) if said_at else self._clock.now()
        agent = choice.agent or draft.partial.get("agent")
        reading, zone, agents = await self._read(draft.home, text, now, agent, choice.when)
        numbers = split_numbers(reading, now)
        index = int(draft.partial.get("index", "0"))
        one = numbers[min(index, len(numbers) - 1)]
        source = draft.partial.get("source", str(draft.id))
        typed = Typed(draft.home, text, source, draft.response_url)
        if one.problem is not None:
            return Question(draft, one, one.problem, zone, now)
        request = request_of(one, zone, agents, now)
        changed = await self._drafts.change(
            draft_id, request, expires_at=self._clock.now() + DRAFT_LIVES
        )
        if changed is None:
            raise gone()
        return Proposal(replace(changed, response_url=typed.response_url), request, now)

    async def open_draft(self, draft_id: DraftId) -> Draft:
        """The draft if it can still be pressed. Raises ``NotFound`` otherwise."""
        draft = await self._drafts.get(draft_id)
        if draft is None or draft.state != "open" or draft.expires_at <= self._clock.now():
            raise gone()
        return draft

    async def reading_of(self, draft: Draft) -> Reading | None:
        """What was understood of the line behind a draft; ``None`` when there was no line."""
        text = draft.partial.get("text")
        if not text:
            return None
        return await self.heard(draft.home, text, datetime.fromisoformat(draft.partial["now"]))

    async def heard(self, home: Home, text: str, now: datetime | None = None) -> Reading:
        """What can be understood of somebody's words, complete or not; nothing is kept."""
        zone = await self._zones.of(home.team, home.asker)
        agents = usable(await self._agents.all())
        return self._reading(text, now or self._clock.now(), zone, agents, None, None)

    async def _read(
        self,
        home: Home,
        text: str,
        now: datetime,
        agent: str | None = None,
        when: Instant | Window | None = None,
    ) -> tuple[Reading, str, Mapping[tuple[str, str], Agent]]:
        zone = await self._zones.of(home.team, home.asker)
        agents = usable(await self._agents.all())
        reading = self._reading(text, now, zone, agents, agent, when)
        if reading.problem is not None and reading.problem.code in AGENT_PROBLEMS:
            # The catalogue may be older than the agent somebody made a minute ago.
            agents = usable(await self._agents.refresh())
            reading = self._reading(text, now, zone, agents, agent, when)
            if not agents:
                raise no_agents()
        return reading, zone, agents

    def _reading(
        self,
        text: str,
        now: datetime,
        zone: str,
        agents: Mapping[tuple[str, str], Agent],
        agent: str | None,
        when: Instant | Window | None,
    ) -> Reading:
        known = tuple(KnownAgent(each.name, each.provider) for each in agents.values())
        chosen = next((each for each in known if each.name == agent), None)
        return read_command(
            text,
            Context(
                now=now.astimezone(ZoneInfo(zone)),
                user_zone=zone,
                default_region=self._region,
                agents=known,
                chosen_agent=chosen,
                chosen_when=when,
            ),
        )

    async def _keep(
        self,
        typed: Typed,
        reading: Reading,
        zone: str,
        agents: Mapping[tuple[str, str], Agent],
        now: datetime,
        index: int,
    ) -> Proposal | Question:
        complete = reading.problem is None
        request = request_of(reading, zone, agents, now) if complete else None
        partial: dict[str, Any] = {"text": typed.text, "now": now.isoformat(), "index": str(index)}
        if reading.agent is not None:
            partial["agent"] = reading.agent.name
        draft = await self._drafts.open(
            typed.home,
            request,
            source=f"{typed.source}:{index}",
            expires_at=now + DRAFT_LIVES,
            response_url=typed.response_url,
            partial=partial,
        )
        if reading.problem is not None or request is None:
            problem = reading.problem or Problem(Code.NO_PHONE)
            return Question(draft, reading, problem, zone, now)
        return Proposal(draft, request, now)


def gone() -> NotFound:
    """The draft behind a button can no longer be pressed."""
    return NotFound(
        "This draft is no longer open: it was used, cancelled, or 15 minutes have passed. "
        "Type the command again. Nothing was dialled for it."
    )


def no_agents() -> NotFound:
    """No provider has told us of any assistant yet."""
    return NotFound(
        "I know no assistants at the moment: no provider is set up, or none answers. Try again in "
        "a minute; if it stays so, an admin can check the provider's key. Nothing was dialled."
    )


def usable(agents: Any) -> dict[tuple[str, str], Agent]:
    """Agents that can be dialled with, by provider and name."""
    return {(agent.provider, agent.name): agent for agent in agents if agent.active}


def request_of(
    reading: Reading, asker_zone: str, agents: Mapping[tuple[str, str], Agent], said_at: datetime
) -> Request:
    """A complete reading as a request; "now" means once confirmed, not when it was typed."""
    if reading.agent is None or not reading.phones:
        raise ValueError("the reading is not complete")
    agent = agents[reading.agent.provider, reading.agent.name]
    return Request(
        number=reading.phones[0],
        agent_name=agent.name,
        agent_id=agent.id,
        provider=agent.provider,
        asker_zone=asker_zone,
        when=None if _is_now(reading.when, said_at) else reading.when,
        name=reading.name,
        notes=reading.notes,
        callee_zones=reading.callee_zones,
        zone_source=reading.zone_source,
        said=reading.said_when,
        warnings=reading.warnings,
    )


def _is_now(when: Instant | Window | None, said_at: datetime) -> bool:
    return isinstance(when, Instant) and when.start <= said_at


def split_numbers(reading: Reading, now: datetime) -> list[Reading]:
    """One reading per number: "their time" and calling hours are each person's own."""
    if reading.problem is not None or len(reading.phones) < 2:
        return [reading]
    return [_for_number(reading, phone, now) for phone in reading.phones]


def _for_number(reading: Reading, phone: str, now: datetime) -> Reading:
    zones = zones_of(phone)
    one = replace(reading, phones=(phone,), callee_zones=zones)
    if reading.zone_source == "recipient":
        if len(zones) != 1:
            return replace(one, problem=Problem(Code.TIMEZONE_UNKNOWN, found=phone))
        one = replace(one, when=_on_clock(one.when, zones[0]))
    begins = first_start(one.when, now)
    verdict = calling_hours(begins, zones) if begins and not isinstance(one.when, Window) else None
    if verdict is not None and verdict.answer is not Answer.ALLOW:
        return replace(one, problem=_outside(verdict.next_start, zones))
    return one


def _on_clock(when: Instant | Window | None, zone: str) -> Instant | Window | None:
    """The same clock time, read on another clock."""
    if when is None or when.zone == zone:
        return when
    there = ZoneInfo(zone)
    if isinstance(when, Instant):
        return Instant(when.start.replace(tzinfo=there), zone)
    end = when.end.replace(tzinfo=there) if when.end else None
    return replace(when, start=when.start.replace(tzinfo=there), end=end, zone=zone)


def _outside(next_start_at: datetime | None, zones: tuple[str, ...]) -> Problem:
    offers: tuple[Instant | Window, ...] = ()
    if next_start_at is not None:
        offers = (Instant(next_start_at.astimezone(ZoneInfo(zones[0])), zones[0]),)
    return Problem(Code.OUTSIDE_HOURS, candidates=offers)


def first_start(when: Instant | Window | None, now: datetime) -> datetime | None:
    """When such a call would first be dialled; ``None`` when its window never opens again."""
    if when is None:
        return now
    if isinstance(when, Instant):
        return when.start
    return next_start(when, now)
