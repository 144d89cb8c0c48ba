"""From readings to requests, and the answers when a draft or an assistant is not there."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.calls.call import Request
from bot.calls.errors import NotFound
from bot.calls.provider import Agent
from bot.calls.timing import Instant, Window, next_start
from bot.understanding.command import Reading

DRAFT_LIVES = timedelta(minutes=15)
MOVES = "moves"  # in a draft: the call that gets another time, instead of a new call
Agents = Mapping[tuple[str, str], Agent]  # by provider and name


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


def usable(agents: Iterable[Agent]) -> dict[tuple[str, str], Agent]:
    """Agents that can be dialled with, by provider and name."""
    return {(agent.provider, agent.name): agent for agent in agents if agent.active}


def request_of(reading: Reading, asker_zone: str, agents: Agents, said_at: datetime) -> Request:
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


def filled(request: Request, like: Mapping[str, str]) -> Request:
    """What the words leave out stays as it was in the call they are about."""
    return replace(
        request,
        name=request.name or like.get("name"),
        notes=request.notes or like.get("notes"),
    )


def first_start(when: Instant | Window | None, now: datetime) -> datetime | None:
    """When such a call would first be dialled; ``None`` when its window never opens again."""
    if when is None:
        return now
    if isinstance(when, Instant):
        return when.start
    return next_start(when, now)
