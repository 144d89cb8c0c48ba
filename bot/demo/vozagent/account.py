"""All the stand-in remembers: assistants, contacts, calls, webhooks, every dial received."""

import asyncio
import itertools
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.demo.vozagent.calls import Assistant, Call, Outcome
from bot.demo.vozagent.faults import FaultQueue


@dataclass(slots=True)
class Post:
    """One complete dial request, whatever became of it.

    ``status`` is what our own rules answered, ``None`` when misbehaviour came first; ``call_id``
    tells the call that rang, and ``None`` that no phone did.
    """

    body: Any
    status: int | None = None
    call_id: str | None = None

    def said(self, name: str) -> Any:
        """A field of the body; ``None`` when it is not there."""
        return self.body.get(name) if isinstance(self.body, dict) else None


class Account:
    """One VozAgent account. ``pace`` is in real seconds between two statuses, ``None`` by hand."""

    def __init__(
        self, clock: Callable[[], datetime], api_key: str, assistants: Iterable[Assistant]
    ) -> None:
        self.clock = clock
        self.api_key = api_key
        self.assistants = {assistant.id: assistant for assistant in assistants}
        self.pace: float | None = 1.0
        self.listing_lag = 0.0  # seconds until a call appears in the list and by its id
        self.show_ringing = False
        self.newest_first = True
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self.reset()

    def reset(self) -> None:
        """Forget calls, posts, faults, outcomes and webhooks; keep pace and assistants."""
        self.stop_timers()
        self.calls: dict[str, Call] = {}
        self.contacts: dict[str, str] = {}
        self.webhooks: dict[str, dict[str, Any]] = {}
        self.events: list[tuple[str, str]] = []  # (event name, call id): what webhooks would tell
        self.posts: list[Post] = []
        self.reads: list[str] = []  # path and query of every GET
        self.faults = FaultQueue()
        self.default_outcome = Outcome()
        self.outcomes: dict[str, Outcome] = {}
        self._numbers = itertools.count(1)

    def stop_timers(self) -> None:
        """Let no call move on by itself any more."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def assistant_for(self, body: dict[str, Any]) -> Assistant | None:
        """By id if one is given, else by name."""
        if "assistant_id" in body:
            return self.assistants.get(body["assistant_id"])
        named = (a for a in self.assistants.values() if a.name == body["assistant_name"])
        return next(named, None)

    def place(self, number: str, assistant: Assistant) -> Call:
        """Let a phone ring."""
        outcome = self.outcomes.get(number, self.default_outcome)
        known = number in self.contacts
        contact = self.contacts.setdefault(number, f"contact-{uuid.uuid4()}")
        call = Call(
            number=number,
            assistant=assistant,
            contact_id=contact,
            is_new_contact=not known,
            created_at=self.clock(),
            outcome=outcome,
            to_come=outcome.words(show_ringing=self.show_ringing),
            visible_from=asyncio.get_running_loop().time() + self.listing_lag,
        )
        self.calls[call.id] = call
        self._wind(call)
        return call

    def advance(self, call_id: str) -> str:
        """Move one call to its next status by hand, and say which that is."""
        call = self.calls[call_id]
        begun, ended = call.started_at, call.ended_at
        call.step(self.clock())
        if begun is None and call.started_at is not None:
            self.events.append(("call.started", call_id))
        if ended is None and call.ended_at is not None:
            self.events.append(("call.completed", call_id))
        return call.status

    def visible(self) -> list[Call]:
        """The calls the API shows by now, in the order of its list."""
        now = asyncio.get_running_loop().time()
        shown = [call for call in self.calls.values() if call.visible_from <= now]
        return shown[::-1] if self.newest_first else shown

    def retell(self, call: Call, outcome: Outcome) -> None:
        """Change how a call that has not begun shall go."""
        call.outcome = outcome
        call.to_come = outcome.words(show_ringing=self.show_ringing)

    def new_id(self, kind: str) -> str:
        """A short distinct id."""
        return f"{kind}-{next(self._numbers):04d}"

    def posts_json(self) -> dict[str, Any]:
        """What was received, and counted by number, first name and notes; and what rang."""
        counts = {
            f"by_{name}": Counter(str(post.said(name)) for post in self.posts)
            for name in ("phone_number", "first_name", "notes")
        }
        rang = Counter(call.number for call in self.calls.values())
        return {"posts": [asdict(post) for post in self.posts], **counts, "rang": rang}

    def _wind(self, call: Call) -> None:
        """Let time move the call on, a step each ``pace``."""
        if self.pace is None or not call.to_come:
            return
        loop = asyncio.get_running_loop()
        self._timers[call.id] = loop.call_later(self.pace, self._tick, call)

    def _tick(self, call: Call) -> None:
        self._timers.pop(call.id, None)
        self.advance(call.id)
        self._wind(call)


ACCOUNT = web.AppKey("account", Account)
