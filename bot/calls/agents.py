"""The agents of every provider, as far as they are known just now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.calls.provider import Agent


@dataclass(frozen=True, slots=True)
class Listing:
    """What is known of one provider's agents.

    ``seen_at`` (aware UTC) is when it gave this list, ``None`` when it never did. ``why_not`` is a
    sentence saying why it could not be asked; ``asking``: its answer is under way.
    """

    provider: str
    agents: tuple[Agent, ...] = ()
    seen_at: datetime | None = None
    why_not: str | None = None
    asking: bool = False


def every_agent(listings: Iterable[Listing]) -> list[Agent]:
    """All of them, whoever has them."""
    return [agent for listing in listings for agent in listing.agents]
