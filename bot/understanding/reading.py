"""What a command is read with, and what is understood of it."""

from dataclasses import dataclass
from datetime import datetime

from bot.calls.timing import Instant, Window
from bot.understanding.known_agent import KnownAgent
from bot.understanding.problems import Problem
from bot.understanding.retries import Retries

__all__ = ["Called", "Context", "KnownAgent", "Reading", "Who"]


@dataclass(frozen=True, slots=True)
class Who:
    """Words of a line without a number that may name the person called.

    ``sure``: they can hardly be anything but a name; else they may only be asked about.
    """

    words: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Called:
    """The person a line without a number means: ``words`` of it are their name, as typed."""

    number: str  # E.164
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, where and when; ``now`` is aware, ``user_zone`` an IANA name.

    ``only_phone`` (E.164) reads a line with several numbers for that one alone: "their time" and
    calling hours are each person's own. ``called`` is whom a line without a number means.
    ``chosen_agent`` and ``chosen_when`` are what the asker pressed under an earlier question about
    the same line: they win over its words, and only the hours of the person called are asked again.
    An assistant chosen or set as default may leave its provider or id open.
    """

    now: datetime
    user_zone: str
    default_region: str
    agents: tuple[KnownAgent, ...]
    default_agent: KnownAgent | None = None  # when the line names none
    theirs_by_default: bool = False  # a bare time means the clock of the person called
    only_phone: str | None = None
    called: Called | None = None
    chosen_agent: KnownAgent | None = None
    chosen_when: Instant | Window | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A command as understood. With a ``problem``, whatever was understood stays filled in.

    ``when`` is None when no time was said: call now, after confirming. ``zone_source`` is "user",
    "recipient", "named" or None; ``said_when`` are the time words as typed; ``warnings`` may hold
    "number_not_verified", "extension_dropped" and "retries_cut"; ``callee_zones`` those of the
    first number; ``who`` is whom a line without a number may mean; ``retries`` is None when nothing
    was said of them.
    """

    phones: tuple[str, ...] = ()
    agent: KnownAgent | None = None
    name: str | None = None
    notes: str | None = None
    when: Instant | Window | None = None
    zone_source: str | None = None
    said_when: str = ""
    warnings: tuple[str, ...] = ()
    problem: Problem | None = None
    callee_zones: tuple[str, ...] = ()
    defaults_used: tuple[str, ...] = ()  # "agent", "clock", "region": what a default said
    who: Who | None = None
    retries: Retries | None = None
