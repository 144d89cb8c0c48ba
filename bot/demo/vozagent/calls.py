"""The stand-in's calls: how each is meant to go, how far it has come, and how it reads as JSON."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

OWN_NUMBER = "+12025550199"

# The words a call passes through after "queued". "ringing", "no-answer", "busy" and "voicemail" are
# guesses about the real API: only queued, in-progress, completed and failed are documented.
WORDS: Mapping[str, tuple[str, ...]] = {
    "answered": ("in-progress", "completed"),
    "voicemail": ("in-progress", "voicemail"),
    "no-answer": ("no-answer",),
    "busy": ("busy",),
    "failed": ("failed",),
    "rings forever": ("in-progress",),
    "unknown word": ("in-progress", "escalated_to_supervisor"),
}
LIVE_WORDS = frozenset({"ringing", "in-progress"})
SPOKEN = frozenset({"answered", "voicemail", "unknown word"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call shall go. ``kind`` is a key of ``WORDS``; ``word`` replaces its last word.

    ``seconds`` on the line are measured when not given; ``cost`` is in US dollars.
    """

    kind: str = "answered"
    word: str | None = None
    transcript: str = "Assistant: Hello, this is Voz.\nCustomer: Hello, Voz."
    summary: str = "They said hello and want to be called again next week."
    seconds: float | None = None
    cost: float = 0.15

    def __post_init__(self) -> None:
        if self.kind not in WORDS:
            raise ValueError(f"no such outcome: {self.kind!r}; there are {', '.join(WORDS)}")

    def words(self, *, show_ringing: bool) -> list[str]:
        """The statuses after ``queued``, in order."""
        words = list(WORDS[self.kind])
        if self.word is not None:
            words[-1] = self.word
        if not show_ringing:
            return words
        return ["ringing"] if self.kind == "rings forever" else ["ringing", *words]


@dataclass(frozen=True, slots=True)
class Assistant:
    """One assistant of the account; ``kind`` is inbound, outbound or custom."""

    id: str
    name: str
    kind: str = "outbound"
    active: bool = True

    def as_json(self) -> dict[str, Any]:
        """As the API shows it."""
        return {
            "id": self.id,
            "name": self.name,
            "role": "sales",
            "assistant_type": self.kind,
            "is_active": self.active,
            "voice_id": "marcus",
            "phone_number_id": None,
        }


ASSISTANTS = (
    Assistant("asst-7d0c2a51-voz", "Voz"),
    Assistant("asst-19e4b6f3-nova", "Nova", kind="custom"),
    Assistant("asst-c3a85d20-old", "Old Voz", active=False),
    Assistant("asst-5f71e9b8-desk", "Front Desk", kind="inbound"),
)


@dataclass(slots=True)
class Call:
    """One call that rang. ``visible_from`` is a reading of the event loop's clock."""

    number: str
    assistant: Assistant
    contact_id: str
    is_new_contact: bool
    created_at: datetime
    outcome: Outcome
    to_come: list[str]
    visible_from: float
    status: str = "queued"
    started_at: datetime | None = None
    ended_at: datetime | None = None
    id: str = field(default_factory=lambda: f"call-{uuid.uuid4()}")

    @property
    def seconds(self) -> float | None:
        """Time on the line; zero for a call nobody took."""
        if self.started_at is None or self.ended_at is None:
            return None
        if self.outcome.kind not in SPOKEN:
            return 0
        if self.outcome.seconds is not None:
            return self.outcome.seconds
        return round((self.ended_at - self.started_at).total_seconds(), 1)

    def step(self, now: datetime) -> None:
        """Go on to the next status, if there is one."""
        if not self.to_come:
            return
        self.status = self.to_come.pop(0)
        self.started_at = self.started_at or now
        if self.status not in LIVE_WORDS:
            self.ended_at = now

    def created_json(self) -> dict[str, Any]:
        """The answer to the dial."""
        return {
            "call_id": self.id,
            "status": "queued",
            "direction": "outbound",
            "to_phone": self.number,
            "assistant_name": self.assistant.name,
            "contact_id": self.contact_id,
            "is_new_contact": self.is_new_contact,
            "created_at": iso(self.created_at),
        }

    def row_json(self) -> dict[str, Any]:
        """A row of the list, which shows no phone number."""
        return {
            "id": self.id,
            "contact_id": self.contact_id,
            "assistant_id": self.assistant.id,
            "call_type": "outbound",
            "call_status": self.status,
            "duration_seconds": self.seconds,
            "call_started_at": iso(self.started_at),
            "call_ended_at": iso(self.ended_at),
            "appointment_booked": False,
        }

    def detail_json(self, origin: str) -> dict[str, Any]:
        """The whole call; ``origin`` is where its recording is served."""
        spoken = self.ended_at is not None and self.outcome.kind in SPOKEN
        return self.row_json() | {
            "customer_phone_number": self.number,
            "assistant_phone_number": OWN_NUMBER,
            "transcript": self.outcome.transcript if spoken else None,
            "analysis_summary": self.outcome.summary if spoken else None,
            "recording_url": f"{origin}/recordings/{self.id}.wav" if spoken else None,
            "cost": self.outcome.cost if spoken else None,
        }


def iso(moment: datetime | None) -> str | None:
    """As the API writes an instant."""
    if moment is None:
        return None
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
