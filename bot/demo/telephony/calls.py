"""Calls that rang: how each is meant to go, how far it has come, and by which words."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

KINDS = (
    "answered",
    "voicemail",
    "no-answer",
    "busy",
    "failed",
    "rings forever",  # never ends by itself
    "unknown word",  # ends in a word nobody documented
)
SPOKEN = frozenset({"answered", "voicemail", "unknown word"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call shall go. ``kind`` is one of ``KINDS``; ``word`` replaces its last status word.

    ``seconds`` on the line are measured when not given; ``cost`` is in US dollars.
    """

    kind: str = "answered"
    word: str | None = None
    transcript: str = "Assistant: Hello, this is Voz.\nCustomer: Hello, Voz."
    summary: str = "They said hello and want to be called again next week."
    seconds: float | None = None
    cost: float = 0.15

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no such outcome: {self.kind!r}; there are {', '.join(KINDS)}")


@dataclass(slots=True, kw_only=True)
class Call:
    """One call that rang. Heirs tell their provider's words and write its JSON.

    ``visible_from`` is a reading of the event loop's clock.
    """

    first_word: ClassVar[str] = "queued"
    ringing: ClassVar[str | None] = "ringing"  # None: the provider has no word for it
    live_words: ClassVar[frozenset[str]] = frozenset({"ringing", "in-progress"})
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {  # after the first, for each of ``KINDS``
        "answered": ("in-progress", "completed"),
        "voicemail": ("in-progress", "voicemail"),
        "no-answer": ("no-answer",),
        "busy": ("busy",),
        "failed": ("failed",),
        "rings forever": ("in-progress",),
        "unknown word": ("in-progress", "unknown"),
    }

    number: str
    created_at: datetime
    outcome: Outcome
    to_come: list[str] = field(default_factory=list)
    visible_from: float = 0.0
    status: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def __post_init__(self) -> None:
        self.status = self.status or self.first_word

    @property
    def spoken(self) -> bool:
        """Whether it is over and somebody spoke: then there are words, a recording, a price."""
        return self.ended_at is not None and self.outcome.kind in SPOKEN

    @property
    def seconds(self) -> float | None:
        """Time on the line; zero for a call nobody took, ``None`` before its end."""
        if self.started_at is None or self.ended_at is None:
            return None
        if self.outcome.kind not in SPOKEN:
            return 0
        if self.outcome.seconds is not None:
            return self.outcome.seconds
        return round((self.ended_at - self.started_at).total_seconds(), 1)

    def aim(self, outcome: Outcome, *, show_ringing: bool) -> None:
        """Decide how it shall go from here on."""
        self.outcome = outcome
        words = list(self.words[outcome.kind])
        if outcome.word is not None:
            words[-1] = outcome.word
        if show_ringing and self.ringing is not None:
            words = [self.ringing] if outcome.kind == "rings forever" else [self.ringing, *words]
        self.to_come = words

    def step(self, now: datetime) -> None:
        """Go on to the next status, if there is one."""
        if not self.to_come:
            return
        self.status = self.to_come.pop(0)
        self.started_at = self.started_at or now
        if self.status not in self.live_words:
            self.ended_at = now


def iso(moment: datetime | None) -> str | None:
    """An instant in UTC with milliseconds and a Z."""
    if moment is None:
        return None
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
