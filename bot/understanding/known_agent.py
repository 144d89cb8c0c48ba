"""An assistant of the live catalogue, as far as a command can name it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownAgent:
    """An assistant; ``id`` is its provider's own, and tells two of one name apart.

    As something asked for, an empty ``provider`` or ``id`` fits any.
    """

    name: str
    provider: str
    id: str = ""
    language: str | None = None


def like(agents: Iterable[KnownAgent], wanted: KnownAgent) -> tuple[KnownAgent, ...]:
    """Those that are the one asked for; never one of another provider than was asked for.

    An id that is gone is no obstacle: an assistant made anew at its provider keeps its name.
    """
    named = tuple(
        agent
        for agent in agents
        if agent.name == wanted.name and wanted.provider in {"", agent.provider}
    )
    same = tuple(agent for agent in named if wanted.id and agent.id == wanted.id)
    return same or named
