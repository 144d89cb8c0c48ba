"""How long what is open may stand still before it is named, and what is known of it then."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.calls.lanes import Lane, Limits
from bot.calls.states import State

MINUTE = timedelta(minutes=1)
MESSAGE, DELIVERY, NEWS = "message", "delivery", "news"  # what is no call
# In these states a call may stay unchanged that long; providers tell of the last four.
UNCHANGED: Mapping[State, timedelta] = {
    State.DIALLING: 2 * MINUTE,
    State.PLACED: 10 * MINUTE,
    State.RINGING: 10 * MINUTE,
    State.IN_PROGRESS: 90 * MINUTE,
    State.UNSURE: 30 * MINUTE,
}
# In these it waits for its minute, and may be that late. Held: only where the hold ends by itself.
OVERDUE: Mapping[State, timedelta] = {State.SCHEDULED: 5 * MINUTE, State.HELD: 10 * MINUTE}
# Who waits for an approver is not stuck: approvals expire by themselves.
WITH_A_PERSON = frozenset({State.AWAITING_APPROVAL})
OTHERS: dict[str, timedelta] = {
    MESSAGE: 5 * MINUTE,  # of a call, behind what it should show
    DELIVERY: 5 * MINUTE,  # of Slack, accepted and not worked off
    NEWS: 10 * MINUTE,  # of a webhook, about no call of ours: only counted
}
_OF_CALLS = {**UNCHANGED, **OVERDUE}
PATIENCE: Mapping[str, timedelta] = {each.value: span for each, span in _OF_CALLS.items()} | OTHERS
GIVEN_UP_SHOWN = timedelta(days=1)  # nobody can take up again what was given up
BETWEEN_ALERTS = 10 * MINUTE


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing that stands still. ``kind`` is a state, ``MESSAGE`` or ``DELIVERY``.

    ``since`` (aware UTC) is when it last moved, or should have. ``reason`` and ``word`` are words
    of ours and of its provider; ``asked`` says whether its provider will be asked again.
    """

    kind: str
    code: str  # C-4F7K; of a delivery, what it is
    since: datetime
    provider: str = ""
    reason: str = ""
    reason_code: str = ""
    detail: str = ""
    word: str = ""
    failures: int = 0
    asked: bool = False

    @property
    def name(self) -> str:
        """The same for as long as it stands."""
        return f"{self.kind} {self.code} {self.since:%Y%m%dT%H%M%S}"


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that stood still at one moment: the longest first, and how many of each kind.

    ``full`` are providers all of whose lines are taken, ``spent`` those whose rate is used up.
    ``fresh`` things came, and were left out for that, or went since the look before.
    """

    at: datetime
    things: Sequence[Standing] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    lanes: Mapping[str, Lane] = field(default_factory=dict)
    full: Collection[str] = ()
    spent: Collection[str] = ()
    fresh: int = 0

    @property
    def total(self) -> int:
        """How many, less what is only counted."""
        return sum(count for kind, count in self.counts.items() if kind != NEWS)


@dataclass(frozen=True, slots=True)
class Told:
    """What on-call staff know: ``alerted`` is when they last heard of a trouble, and of what.

    No ``names``: they have heard that it is over. ``seen`` is the last look that they were told of.
    """

    alerted: datetime | None = None
    names: frozenset[str] = frozenset()
    seen: datetime | None = None


class Standstills(Protocol):
    """Finds what stands still, and remembers what was told of it."""

    async def look(self, now: datetime, limits: Mapping[str, Limits]) -> Look:
        """Everything at once; a few reads by index."""

    async def told(self) -> Told:
        """What on-call staff know."""

    def telling(self) -> AbstractAsyncContextManager[Told | None]:
        """The same, for the one process that tells them now; ``None`` for all others."""

    async def tell(self, told: Told) -> None:
        """They know that from now on."""


def to_tell(look: Look, told: Told) -> Told | None:
    """What on-call staff know once they are told of this look; ``None``: nothing to tell, or yet.

    Troubles at most every ten minutes, and only when there is a new one; their end at once.
    """
    if told.seen is not None and look.at <= told.seen and _lately(told.seen, look):
        return None  # another process has seen more than we have
    if not look.total:
        is_over = told.names and not look.fresh
        return Told(told.alerted, seen=look.at) if is_over else None
    if _lately(told.alerted, look):
        return None
    if not any(is_new(thing, told) for thing in look.things):
        return None
    return Told(look.at, frozenset(thing.name for thing in look.things), look.at)


def _lately(moment: datetime | None, look: Look) -> bool:
    """One that lies far ahead was written by a clock that was wrong."""
    return moment is not None and abs(look.at - moment) < BETWEEN_ALERTS


def is_new(thing: Standing, told: Told) -> bool:
    """Whether on-call staff have not heard of it."""
    return thing.name not in told.names


def seen_twice(look: Look, before: Look | None) -> Look:
    """The look without what was not there before: it may move by itself in the next moment.

    After a start, or a machine's sleep, everything is late for a few seconds.
    """
    known = {thing.name for thing in before.things} if before else set()
    things = [thing for thing in look.things if thing.name in known]
    named, still = _by_kind(look.things), _by_kind(things)
    # More than are named can only be counted.
    counts = {
        kind: still[kind] if count == named[kind] or not known else count
        for kind, count in look.counts.items()
        if kind != NEWS
    }
    gone = len(before.things) if before and not look.things else 0
    fresh = len(look.things) - len(things) + gone
    return replace(look, things=things, counts={**look.counts, **counts}, fresh=fresh)


def _by_kind(things: Sequence[Standing]) -> Counter[str]:
    return Counter(thing.kind for thing in things)
