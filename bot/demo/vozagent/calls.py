"""VozAgent's assistants and calls: their words, and how they read as JSON."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from bot.demo import telephony
from bot.demo.telephony import UNKNOWN_WORD, iso

OWN_NUMBER = "+12025550199"


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


@dataclass(slots=True, kw_only=True)
class Call(telephony.Call):
    """One call that rang."""

    # "ringing", "no-answer", "busy" and "voicemail" are guesses about the real API: only queued,
    # in-progress, completed and failed are documented.
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "answered": ("in-progress", "completed"),
        "voicemail": ("in-progress", "voicemail"),
        "no-answer": ("no-answer",),
        "busy": ("busy",),
        "failed": ("failed",),
        "rings forever": ("in-progress",),
        "unknown word": ("in-progress", UNKNOWN_WORD),
    }

    assistant: Assistant
    contact_id: str
    is_new_contact: bool
    id: str = field(default_factory=lambda: f"call-{uuid.uuid4()}")

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
        spoken = self.spoken
        return self.row_json() | {
            "customer_phone_number": self.number,
            "assistant_phone_number": OWN_NUMBER,
            "transcript": self.outcome.transcript if spoken else None,
            "analysis_summary": self.outcome.summary if spoken else None,
            "recording_url": f"{origin}/recordings/{self.id}.wav" if spoken else None,
            "cost": self.outcome.cost if spoken else None,
        }
