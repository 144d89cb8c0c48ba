"""What a person asked for, of which the ledger makes sure that they get no more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.calls.states import State


@dataclass(frozen=True, slots=True)
class Booked:
    """What a person asked for, of how often it is tried again."""

    retries: int
    after_voicemail: bool

    @classmethod
    def in_request(cls, request: Mapping[str, Any]) -> "Booked":
        """As the tables have it."""
        return cls(request.get("retries", 0), request.get("retry_voicemail", False))

    @property
    def worth_another_try(self) -> set[State]:
        """Ends of a try after which the next may follow."""
        return {State.NO_ANSWER, State.BUSY} | (
            {State.VOICEMAIL} if self.after_voicemail else set()
        )
