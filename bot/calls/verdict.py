"""What the rules say of one call at one moment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Answer(StrEnum):
    """From the mildest to the strictest; the strictest of all rules wins."""

    ALLOW = "allow"
    MOVE = "move"  # not now, but at ``next_start``
    HOLD = "hold"  # not before a person mends what is missing
    EXPIRE = "expire"  # its own window is over
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer with its reason: ``code`` for machines, ``why`` a sentence for people."""

    answer: Answer
    code: str = ""
    why: str = ""
    rule: str = ""
    next_start: datetime | None = None  # aware UTC


ALLOWED = Verdict(Answer.ALLOW)

# Holds that end by themselves, when their minute comes or what they wait for is over; every other
# hold needs a person.
PASSING_HOLDS = frozenset(
    {
        "outside_hours",
        "window_closed",
        "too_early",
        "provider_unreachable",
        "provider_credentials",
        "provider_busy",
        "paused",
    }
)
