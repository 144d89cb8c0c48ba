"""UnleashX's agents: some can call, and each of the others breaks one rule."""

from dataclasses import dataclass
from typing import Any

ACTIVE, DELETED, UNEXPLAINED = 1, 2, 3  # an agent's status
CHAT, TELEPHONE, GENERAL = 2, 3, 4  # its type
OUTBOUND, INBOUND = 1, 2  # its calling type


@dataclass(frozen=True, slots=True)
class VoiceAgent:
    """One agent of the account; ``calling_type`` may be unset."""

    id: int
    name: str
    description: str
    status: int = ACTIVE
    kind: int = TELEPHONE
    calling_type: int | None = OUTBOUND

    @property
    def can_call(self) -> bool:
        """Whether it keeps all three rules."""
        rules = (ACTIVE, TELEPHONE, OUTBOUND)
        return (self.status, self.kind, self.calling_type) == rules

    def as_json(self) -> dict[str, Any]:
        """As the API shows it."""
        return {
            "agent_id": self.id,
            "agent_name": self.name,
            "description": self.description,
            "status": self.status,
            "agent_type": self.kind,
            "calling_type": self.calling_type,
            "created_on": "2026-01-01T07:44:46.000Z",
            "updated_on": "2026-06-01T10:00:00.000Z",
        }


AGENTS = (
    VoiceAgent(412, "Maya", "Speaks English and asks when a visit suits."),
    VoiceAgent(418, "Omar", "Speaks English and reminds of appointments."),
    VoiceAgent(305, "Old Maya", "The one before.", status=DELETED),
    VoiceAgent(421, "Paused Maya", "Put aside for now.", status=UNEXPLAINED),
    VoiceAgent(430, "Chatty", "Writes, and never speaks.", kind=CHAT),
    VoiceAgent(431, "Helper", "Neither writes nor speaks.", kind=GENERAL),
    VoiceAgent(440, "Reception", "Answers those who call.", calling_type=INBOUND),
    VoiceAgent(441, "Newcomer", "Not set up yet.", calling_type=None),
)
