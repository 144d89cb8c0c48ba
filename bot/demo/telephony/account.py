"""All a stand-in remembers of one account: calls, what shall happen, every dial received."""

import asyncio
import itertools
from abc import ABC
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from aiohttp import web

from bot.demo.telephony.calls import Call, Outcome
from bot.demo.telephony.faults import FaultQueue

AnyCall = TypeVar("AnyCall", bound=Call)


@dataclass(slots=True)
class Post:
    """One complete dial request, whatever became of it.

    ``numbers`` are those it wants rung; ``status`` is what our own rules answered, ``None`` when
    misbehaviour came first; ``call_ids`` tell the calls that rang.
    """

    body: Any
    numbers: list[str] = field(default_factory=list)
    status: int | None = None
    call_ids: list[str] = field(default_factory=list)

    @property
    def call_id(self) -> str | None:
        """The first call that rang; ``None`` when no phone did."""
        return self.call_ids[0] if self.call_ids else None

    def said(self, name: str) -> Any:
        """A field of the body; ``None`` when it is not there."""
        return self.body.get(name) if isinstance(self.body, dict) else None

    def as_json(self) -> dict[str, Any]:
        """For who counts from another process."""
        return asdict(self) | {"call_id": self.call_id}


class Account(ABC, Generic[AnyCall]):
    """One account. ``pace`` is in real seconds between two statuses, ``None`` by hand."""

    settings: ClassVar[tuple[str, ...]] = ("pace", "listing_lag", "show_ringing", "newest_first")
    counted: ClassVar[tuple[str, ...]] = ()  # fields of a dial request that are counted too

    def __init__(self, clock: Callable[[], datetime], api_key: str) -> None:
        self.clock = clock
        self.api_key = api_key
        self.pace: float | None = 1.0
        self.listing_lag = 0.0  # seconds until a call appears in the list and by its id
        self.show_ringing = False
        self.newest_first = True
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self.reset()

    def reset(self) -> None:
        """Forget calls, posts, faults and outcomes; keep pace and settings."""
        self.stop_timers()
        self.calls: dict[str, AnyCall] = {}
        self.posts: list[Post] = []
        self.reads: list[str] = []  # path and query of every question
        self.faults = FaultQueue()
        self.default_outcome = Outcome()
        self.outcomes: dict[str, Outcome] = {}
        self._numbers = itertools.count(1)
        self.forget()

    def forget(self) -> None:
        """What an heir remembers beyond this goes back to its beginning; run at first, too."""

    def moved(self, call: AnyCall, *, began: bool, ended: bool) -> None:
        """A call began or ended just now: for providers that tell it by themselves."""

    def stop_timers(self) -> None:
        """Let no call move on by itself any more."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def outcome_for(self, number: str) -> Outcome:
        """How a call to a number shall go."""
        return self.outcomes.get(number, self.default_outcome)

    def ring(self, call: AnyCall) -> AnyCall:
        """Let a phone ring: the call is remembered and begins to move."""
        call.aim(call.outcome, show_ringing=self.show_ringing)
        call.visible_from = asyncio.get_running_loop().time() + self.listing_lag
        self.calls[call.id] = call
        self._wind(call)
        return call

    def advance(self, call_id: str) -> str:
        """Move one call to its next status by hand, and say which that is."""
        call = self.calls[call_id]
        begun, ended = call.started_at, call.ended_at
        call.step(self.clock())
        began = begun is None and call.started_at is not None
        over = ended is None and call.ended_at is not None
        if began or over:
            self.moved(call, began=began, ended=over)
        return call.status

    def visible(self) -> list[AnyCall]:
        """The calls the API shows by now, in the order of its list."""
        now = asyncio.get_running_loop().time()
        shown = [call for call in self.calls.values() if call.visible_from <= now]
        return shown[::-1] if self.newest_first else shown

    def retell(self, call: AnyCall, outcome: Outcome) -> None:
        """Change how a call that has not begun shall go."""
        call.aim(outcome, show_ringing=self.show_ringing)

    def new_id(self, kind: str) -> str:
        """A short distinct id."""
        return f"{kind}-{next(self._numbers):04d}"

    def posts_json(self) -> dict[str, Any]:
        """What was received, also counted by number and by ``counted`` fields; and what rang."""
        counts = {
            f"by_{name}": Counter(str(post.said(name)) for post in self.posts)
            for name in self.counted
        }
        asked = Counter(number for post in self.posts for number in set(post.numbers))
        rang = Counter(call.number for call in self.calls.values())
        posts = [post.as_json() for post in self.posts]
        return {"posts": posts, "by_number": asked, **counts, "rang": rang}

    def _wind(self, call: AnyCall) -> None:
        """Let time move the call on, a step each ``pace``."""
        if self.pace is None or not call.to_come:
            return
        loop = asyncio.get_running_loop()
        self._timers[call.id] = loop.call_later(self.pace, self._tick, call)

    def _tick(self, call: AnyCall) -> None:
        self._timers.pop(call.id, None)
        self.advance(call.id)
        self._wind(call)


ACCOUNT = web.AppKey("telephony_account", Account[Any])
