"""From readings to requests, and the answers when a draft or an assistant is not there."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.calls.call import Draft, Request
from bot.calls.errors import NotAllowed, NotFound
from bot.calls.person import Defaults
from bot.calls.provider import Agent
from bot.calls.timing import Instant, Window, next_start
from bot.understanding.known_agent import KnownAgent

DRAFT_LIVES = timedelta(minutes=15)
RETRIES = "retries"  # in a draft, and among the defaults that were used
RETRY_FIELDS = ("retries", "retry_every", "retry_voicemail")
MOVES = "moves"  # in a draft: the call that gets another time, instead of a new call
Agents = Mapping[KnownAgent, Agent]


def gone() -> NotFound:
    """The draft behind a button can no longer be pressed."""
    return NotFound(
        "This draft is no longer open: it was used, cancelled, or 15 minutes have passed. If it "
        "was used, its call goes on; if not, nothing was dialled. Type the command again."
    )


def check_owner(draft: Draft, by: str) -> None:
    """Only who asked for a draft may press its buttons. Raises ``NotAllowed``."""
    if draft.home.asker != by:
        raise NotAllowed(
            f"That draft belongs to <@{draft.home.asker}>, and only they can go on with it. "
            "Nothing was changed."
        )


def no_agents() -> NotFound:
    """No provider has told us of any assistant yet."""
    return NotFound(
        "I know no assistants at the moment: no provider is set up, or none answers. Try again in "
        "a minute; if it stays so, an admin can check the provider's key. Nothing was dialled."
    )


def usable(agents: Iterable[Agent]) -> dict[KnownAgent, Agent]:
    """Agents that can be dialled with; of one name there may be several."""
    return {known(agent): agent for agent in agents if agent.active}


def known(agent: Agent) -> KnownAgent:
    """An agent as commands name it."""
    return KnownAgent(agent.name, agent.provider, agent.id, agent.language)


def default_agent(own: Defaults) -> KnownAgent | None:
    """The agent somebody wants for all their calls; its provider is open in old defaults."""
    if not own.agent:
        return None
    return KnownAgent(own.agent, own.agent_provider or "", own.agent_id or "")


def agent_to_json(agent: KnownAgent) -> dict[str, str]:
    """Which agent, as small facts for a draft or the value of a button."""
    return {"agent": agent.name, "provider": agent.provider, "agent_id": agent.id}


def agent_from_json(facts: Mapping[str, str]) -> KnownAgent | None:
    """The reverse; buttons of earlier versions named an agent alone."""
    name = facts.get("agent")
    return KnownAgent(name, facts.get("provider", ""), facts.get("agent_id", "")) if name else None


def filled(request: Request, like: Mapping[str, str]) -> Request:
    """What the words leave out stays as it was in the call they are about."""
    request = replace(
        request,
        name=request.name or like.get("name"),
        notes=request.notes or like.get("notes"),
    )
    if RETRIES not in like:
        return request
    kept = json.loads(like[RETRIES])
    own = tuple(each for each in request.from_defaults if each != RETRIES)
    return replace(request, from_defaults=own, **kept)


def retries_to_json(request: Request) -> dict[str, str]:
    """How a call is tried again, as a small fact for a draft; ``filled`` puts it back."""
    return {RETRIES: json.dumps({name: getattr(request, name) for name in RETRY_FIELDS})}


def with_retries_of(other: Request, request: Request) -> Request:
    """The request, tried again as the other one is."""
    return replace(request, **{name: getattr(other, name) for name in RETRY_FIELDS})


def first_start(when: Instant | Window | None, now: datetime) -> datetime | None:
    """When such a call would first be dialled; ``None`` when its window never opens again."""
    if when is None:
        return now
    if isinstance(when, Instant):
        return when.start
    return next_start(when, now)
