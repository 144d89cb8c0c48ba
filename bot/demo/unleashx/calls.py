"""UnleashX's calls: their words, and how their records read as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from bot.demo import telephony
from bot.demo.telephony import UNKNOWN_WORD, iso
from bot.demo.unleashx.agents import VoiceAgent

OWN_NUMBER = "+12025550198"


@dataclass(slots=True, kw_only=True)
class Call(telephony.Call):
    """One call that rang. Its ``id`` is the execution id, which no record shows."""

    # Only initiated, completed and failed are documented: the other words are guesses about the
    # real API, which has none for a ringing phone or a voicemail.
    first_word: ClassVar[str] = "initiated"
    ringing: ClassVar[str | None] = None
    live_words: ClassVar[frozenset[str]] = frozenset({"running"})
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "answered": ("running", "completed"),
        "voicemail": ("running", "completed"),
        "no-answer": ("no-answer",),
        "busy": ("busy",),
        "failed": ("failed",),
        "rings forever": ("running",),
        "unknown word": ("running", UNKNOWN_WORD),
    }

    agent: VoiceAgent
    row_id: int
    metadata: dict[str, Any]

    def created_json(self) -> dict[str, Any]:
        """The inside of the answer to the dial."""
        return {
            "execution_id": self.id,
            "agent_id": self.agent.id,
            "phone_number": self.number,
            "call_status": self.status,
        }

    def row_json(self, file_path: str) -> dict[str, Any]:
        """Its record; two fields differ by their case alone, one a number and one a text."""
        seconds = self.seconds
        return {
            "ID": self.row_id,
            "AGENT_ID": self.agent.id,
            "agent_name": self.agent.name,
            "CALLING_NUMBER": self.number,
            "PROVIDER_NUMBER": OWN_NUMBER,
            "STATUS": self.status,
            "CALL_STATUS": self.status,
            "TOTAL_DURATION": seconds,
            "total_duration": None if seconds is None else in_words(seconds),
            "CREATED_AT": iso(self.created_at),
            "TRANSCRIPT": self.outcome.transcript if self.spoken else None,
            "FILE_PATH": file_path if self.spoken else None,
            "DISPOSITION": "interested" if self.spoken else None,
        }


def in_words(seconds: float) -> str:
    """``61`` as ``1m 1s``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}m {rest}s"
