"""What reading a time can end in, and how the stages of the grammar say "unclear" and "no time"."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.calls.timing import Instant, Window

Candidates = tuple[Instant | Window, ...]
MOST_CANDIDATES = 3  # buttons that fit beside each other


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Two or more readings, or too vague to read; ``candidates`` are up to three, for buttons."""

    reason: str
    candidates: Candidates = ()


@dataclass(frozen=True, slots=True)
class Nothing:
    """No time to call at: "past", "invalid" or "not_a_time"; ``candidates`` are future readings."""

    reason: str
    candidates: Candidates = ()


When = Instant | Window | Ambiguous | Nothing


class Unread(Exception):
    """Ends the reading of a phrase; caught in ``read_when``, never seen outside."""

    def __init__(self, answer: Ambiguous | Nothing) -> None:
        super().__init__(answer.reason)
        self.answer = answer


def unclear(reason: str, candidates: Candidates = ()) -> Unread:
    """The exception for a phrase with several readings."""
    return Unread(Ambiguous(reason, candidates[:MOST_CANDIDATES]))


def no_time(reason: str, candidates: Candidates = ()) -> Unread:
    """The exception for a phrase that names no time to call at."""
    return Unread(Nothing(reason, candidates[:MOST_CANDIDATES]))


@dataclass(frozen=True, slots=True)
class Asked:
    """Where and when the phrase was said; ``now`` is aware, in ``zone``."""

    now: datetime
    zone: str

    @property
    def today(self) -> date:
        """The date on the clock of ``zone``."""
        return self.now.date()

    @property
    def minute(self) -> float:
        """Minutes since midnight on the clock of ``zone``."""
        return self.now.hour * 60 + self.now.minute + self.now.second / 60
