"""From a typed line to a draft: a confirmation, or a question with the answers to press."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.calls.call import Call, Draft, DraftId, Home, Request
from bot.calls.errors import Misunderstood
from bot.calls.ports import AgentCatalogue, Clock, Drafts
from bot.calls.timing import Instant, Window
from bot.flows.drafting import (
    DRAFT_LIVES,
    MOVES,
    Agents,
    filled,
    gone,
    no_agents,
    request_of,
    usable,
)
from bot.understanding.command import Code, Context, KnownAgent, Problem, Reading, read_command

MOST_NUMBERS = 5  # more than that is a list, and a list wants a second pair of eyes
TIME_PROBLEMS = {
    Code.PAST_TIME, Code.AMBIGUOUS_TIME, Code.INVALID_TIME, Code.OUTSIDE_HOURS,
    Code.TIMEZONE_UNKNOWN,
}  # fmt: skip
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
    """What the asker pressed under the questions of one draft so far."""

    agent: str | None = None
    when: Instant | Window | None = None


NO_CHOICE = Choice()


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
        phones = reading.phones
        if len(phones) > MOST_NUMBERS:
            raise Misunderstood(
                f"That line has {len(phones)} numbers; I take {MOST_NUMBERS} at once. "
                "Split it into several commands. Nothing was dialled."
            )
        if len(phones) < 2 or (reading.problem and reading.problem.code not in TIME_PROBLEMS):
            return [await self._keep(typed, reading, zone, agents, now)]
        return [
            await self._keep(
                typed,
                self._reading(typed.text, now, zone, agents, NO_CHOICE, phone),
                zone,
                agents,
                now,
                {"phone": phone},
            )
            for phone in phones
        ]

    async def answer(self, draft_id: DraftId, choice: Choice) -> Proposal | Question:
        """The asker pressed one of the readings offered: the same draft goes on.

        Raises ``NotFound`` when the draft is gone.
        """
        draft = await self.open_draft(draft_id)
        text, said_at = draft.partial.get("text", ""), draft.partial.get("now")
        now = datetime.fromisoformat(said_at) if said_at else self._clock.now()
        choice = replace(choice, agent=choice.agent or draft.partial.get("agent"))
        phone = draft.partial.get("phone")
        reading, zone, agents = await self._read(draft.home, text, now, choice, phone)
        if reading.problem is not None:
            return Question(draft, reading, reading.problem, zone, now)
        request = filled(request_of(reading, zone, agents, now), draft.partial)
        changed = await self._drafts.change(
            draft_id, request, expires_at=self._clock.now() + DRAFT_LIVES
        )
        if changed is None:
            raise gone()
        return Proposal(changed, request, now)

    async def open_draft(self, draft_id: DraftId) -> Draft:
        """The draft if it can still be pressed. Raises ``NotFound`` otherwise."""
        draft = await self._drafts.get(draft_id)
        if draft is None or draft.state != "open" or draft.expires_at <= self._clock.now():
            raise gone()
        return draft

    async def retime(self, typed: Typed, call: Call, *, moving: bool) -> Proposal | Question:
        """Words for another time of a call: ``moving`` it, or for a new call like it."""
        now = self._clock.now()
        text = f"{call.request.number} {typed.text}".strip()
        choice = Choice(agent=call.request.agent_name)
        like = {"agent": call.request.agent_name, "code": call.code}
        kept = {"name": call.request.name, "notes": call.request.notes}
        like |= {key: value for key, value in kept.items() if value}
        if moving:
            like[MOVES] = call.id
        reading, zone, agents = await self._read(typed.home, text, now, choice)
        return await self._keep(replace(typed, text=text), reading, zone, agents, now, like)

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
        return self._reading(text, now or self._clock.now(), zone, agents, NO_CHOICE, None)

    async def _read(
        self,
        home: Home,
        text: str,
        now: datetime,
        choice: Choice = NO_CHOICE,
        phone: str | None = None,
    ) -> tuple[Reading, str, Agents]:
        zone = await self._zones.of(home.team, home.asker)
        agents = usable(await self._agents.all())
        reading = self._reading(text, now, zone, agents, choice, phone)
        if reading.problem is not None and reading.problem.code in AGENT_PROBLEMS:
            # The catalogue may be older than the agent somebody made a minute ago.
            agents = usable(await self._agents.refresh())
            reading = self._reading(text, now, zone, agents, choice, phone)
            if not agents:
                raise no_agents()
        return reading, zone, agents

    def _reading(
        self,
        text: str,
        now: datetime,
        zone: str,
        agents: Agents,
        choice: Choice,
        phone: str | None,
    ) -> Reading:
        known = tuple(KnownAgent(each.name, each.provider) for each in agents.values())
        chosen = next((each for each in known if each.name == choice.agent), None)
        return read_command(
            text,
            Context(
                now=now.astimezone(ZoneInfo(zone)),
                user_zone=zone,
                default_region=self._region,
                agents=known,
                chosen_agent=chosen,
                chosen_when=choice.when,
                only_phone=phone,
            ),
        )

    async def _keep(
        self,
        typed: Typed,
        reading: Reading,
        zone: str,
        agents: Agents,
        now: datetime,
        like: Mapping[str, str] | None = None,
    ) -> Proposal | Question:
        partial: dict[str, str] = {"text": typed.text, "now": now.isoformat()}
        if reading.agent is not None:
            partial["agent"] = reading.agent.name
        partial |= like or {}
        complete = reading.problem is None
        request = filled(request_of(reading, zone, agents, now), partial) if complete else None
        draft = await self._drafts.open(
            typed.home,
            request,
            source=":".join((typed.source, *filter(None, [partial.get("phone")]))),
            expires_at=now + DRAFT_LIVES,
            response_url=typed.response_url,
            partial=partial,
        )
        if reading.problem is not None or request is None:
            problem = reading.problem or Problem(Code.NO_PHONE)
            return Question(draft, reading, problem, zone, now)
        return Proposal(draft, request, now)
