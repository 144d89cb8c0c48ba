"""Pauses: nothing of their scope is dialled until somebody resumes it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType, Protocol

Scope = NewType("Scope", str)

EVERYTHING = Scope("everything")
PAUSED = "paused"  # the reason code of calls that are held by one
LONGEST_HELD_WHY = 300  # characters of a reason that is repeated at every call it holds


def of_provider(name: str) -> Scope:
    """All calls of one provider."""
    return Scope(f"provider:{name}")


def of_campaign(campaign_id: str) -> Scope:
    """All calls of one campaign."""
    return Scope(f"campaign:{campaign_id}")


@dataclass(frozen=True, slots=True)
class Pause:
    """Who paused what, when (aware UTC), and why in their own words, which may be none."""

    scope: Scope
    team: str
    by: str  # Slack user id
    at: datetime
    reason: str = ""

    @property
    def provider(self) -> str | None:
        """The one it is about; ``None`` when it is about something else."""
        kind, _, name = self.scope.partition(":")
        return name if kind == "provider" else None


def pause_over(pauses: Iterable[Pause], provider: str, campaign: str | None = None) -> Pause | None:
    """The widest pause that keeps such a call from being dialled."""
    by_scope = {pause.scope: pause for pause in pauses}
    scopes = [EVERYTHING, of_provider(provider), *([of_campaign(campaign)] if campaign else [])]
    return next((by_scope[scope] for scope in scopes if scope in by_scope), None)


def held_why(pause: Pause) -> str:
    """What a held call keeps of it as its reason; ``who_and_why`` reads it."""
    return f"{pause.by} {pause.reason[:LONGEST_HELD_WHY]}".rstrip()


def who_and_why(reason: str) -> tuple[str, str]:
    """Who paused, and why: from the reason of a call that is held."""
    who, _, why = reason.partition(" ")
    return who, why


class Pauses(Protocol):
    """What is paused, as database rows; each change is one transaction with its audit line."""

    async def all(self) -> Sequence[Pause]:
        """Everything that is paused, the oldest first."""

    async def pause(self, pause: Pause) -> Pause | None:
        """From its return on nothing of that scope is taken to be dialled, in any process.

        ``None`` when it was not paused; else the pause that is on already, which stays.
        """

    async def resume(self, scope: Scope, *, by: str, now: datetime, why: str) -> Pause | None:
        """What was paused until now; ``None`` when nothing of that scope was."""
