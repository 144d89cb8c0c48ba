"""Why a command cannot be carried out as typed: one code, and what helps to ask back."""

from dataclasses import dataclass
from enum import StrEnum

from bot.calls.timing import Instant, Window
from bot.understanding.known_agent import KnownAgent


class Code(StrEnum):
    """The twelve reasons, for people and for automations."""

    NO_PHONE = "no_phone"
    INVALID_PHONE = "invalid_phone"
    REFUSED_PHONE = "refused_phone"
    UNKNOWN_AGENT = "unknown_agent"
    AMBIGUOUS_AGENT = "ambiguous_agent"
    MISSING_AGENT = "missing_agent"
    PAST_TIME = "past_time"
    AMBIGUOUS_TIME = "ambiguous_time"
    INVALID_TIME = "invalid_time"
    OUTSIDE_HOURS = "outside_hours"
    TIMEZONE_UNKNOWN = "timezone_unknown"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to ask back.

    ``found`` are the words it is about, as typed; ``suggestion`` the nearest assistant's name;
    ``agents`` those to offer as buttons; ``provider`` the one named, where the assistant is not;
    ``candidates`` times to offer; ``detail`` a machine-readable reason such as "no_area_code",
    "emergency", "gap" or "am_pm".
    """

    code: Code
    found: str = ""
    suggestion: str | None = None
    agents: tuple[KnownAgent, ...] = ()
    provider: str = ""
    candidates: tuple[Instant | Window, ...] = ()
    detail: str = ""
