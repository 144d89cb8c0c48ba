"""Voicy's agents and calls: both generations of their words, and how they read as JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from bot.demo import telephony
from bot.demo.telephony import UNKNOWN_WORD, Outcome

DEMO_FROM = "+12025550188"
MADE = "2026-06-06T10:00:00Z"
ROLES = {"Assistant": "agent", "Customer": "caller"}  # of the chassis, in Voicy's words
BETWEEN_TURNS = 2500  # milliseconds


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent of the account."""

    id: str
    name: str
    language: str = "en"
    kind: str = "singlePrompt"  # or "conversationalFlow"
    active: bool = True

    def as_json(self) -> dict[str, Any]:
        """As the list shows it."""
        return {
            "agent_id": self.id,
            "name": self.name,
            "language": self.language,
            "voice": "Dana",
            "agent_type": self.kind,
            "active": self.active,
            "created_at": MADE,
            "updated_at": MADE,
        }

    def detail_json(self) -> dict[str, Any]:
        """With its variables: those it is told, and those it finds out."""
        told = [{"name": "customer_name"}, {"name": "notes"}]
        return self.as_json() | {"variables_provided": told, "variables_extracted": []}


DANA = Agent("3b9d1f60-52c4-4e0f-9a8e-6c1d2f7a0b11", "Dana")
SALES = Agent("3b9d1f60-52c4-4e0f-9a8e-6c1d2f7a0b12", "Sales", "es", "conversationalFlow")
SWITCHED_OFF = Agent("3b9d1f60-52c4-4e0f-9a8e-6c1d2f7a0b13", "Old Sales", active=False)
AGENTS = (DANA, SALES, SWITCHED_OFF)

# How a call that was answered may go by: the older word for it, or who or what ended it.
VOCABULARIES: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "ended": ({},),
    "hang-ups": (
        {"ended": "user_hangup"},
        {"ended": "agent_hangup"},
        {"ended": "inactivity", "ongoing": "in_progress"},
        {"ended": "error_inactivity"},
    ),
}


@dataclass(slots=True, kw_only=True)
class Call(telephony.Call):
    """One call that rang. ``said_as`` is the vocabulary it goes by."""

    first_word: ClassVar[str] = "initiated"
    live_words: ClassVar[frozenset[str]] = frozenset({"ringing", "ongoing", "in_progress"})
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "answered": ("ongoing", "ended"),
        "voicemail": ("ongoing", "ended"),  # there is no word for it
        "no-answer": ("no_answer",),
        "busy": ("busy",),
        "failed": ("error",),
        "rings forever": ("ongoing",),
        "unknown word": ("ongoing", UNKNOWN_WORD),
    }

    agent: Agent
    variables: Mapping[str, Any] = field(default_factory=dict)
    from_number: str = DEMO_FROM
    said_as: Mapping[str, str] = field(default_factory=dict)

    def aim(self, outcome: Outcome, *, show_ringing: bool) -> None:
        """See ``telephony.Call``; a word asked for by name stays as it is."""
        telephony.Call.aim(self, outcome, show_ringing=show_ringing)
        self.to_come = [
            word if word == outcome.word else self.said_as.get(word, word) for word in self.to_come
        ]

    def created_json(self) -> dict[str, Any]:
        """The answer to the dial."""
        return {
            "call_id": self.id,
            "call_status": "initiated",
            "call_type": "phone_call",
            "agent_id": self.agent.id,
            "from_number": self.from_number,
            "to_number": self.number,
            "direction": "outgoing",
        }

    def row_json(self) -> dict[str, Any]:
        """A light row of the list; it does not show the agent's id."""
        return {
            "call_id": self.id,
            "call_type": "phone_call",
            "call_status": self.status,
            "agent": {"name": self.agent.name, "version": 3},
            "from_number": self.from_number,
            "to_number": self.number,
            "direction": "outgoing",
            "start_timestamp": millis(self.started_at),
            "duration_ms": None if self.seconds is None else round(self.seconds * 1000),
        }

    def detail_json(self, origin: str) -> dict[str, Any]:
        """The whole call; ``origin`` is where its recording is served."""
        spoken = self.spoken
        return self.row_json() | {
            "transcript": list(self._turns()) if spoken else None,
            "detected_gender": None,
            "recording_url": f"{origin}/recordings/{self.id}.wav" if spoken else None,
            "summary": self.outcome.summary if spoken else None,
            "vars_provided": dict(self.variables),
            "vars_extracted": {"interested": True, "next_step": "call again"} if spoken else {},
            "vars_collected": {"best_day": "Tuesday"} if spoken else {},
        }

    def told_json(self, origin: str) -> dict[str, Any]:
        """As a webhook tells it: with the agent's id, and another word for the person called."""
        told = self.detail_json(origin)
        for turn in told["transcript"] or []:
            turn["role"] = "user" if turn["role"] == "caller" else turn["role"]
        return told | {"agent": {"id": self.agent.id, **told["agent"]}}

    def _turns(self) -> Iterator[dict[str, Any]]:
        for n, line in enumerate(self.outcome.transcript.splitlines()):
            who, _, said = line.partition(": ")
            role = ROLES.get(who, who.lower())
            yield {"role": role, "content": said, "timestamp_ms": n * BETWEEN_TURNS}


def millis(moment: datetime | None) -> int | None:
    """Unix milliseconds."""
    return None if moment is None else round(moment.timestamp() * 1000)
