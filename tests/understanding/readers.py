"""Short ways to ask the readers in tests."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.calls.timing import Instant, Window
from bot.understanding.command import Context, KnownAgent, Reading, read_command
from bot.understanding.when import When, read_when

NEW_YORK = "America/New_York"
WEDNESDAY = datetime(2026, 4, 15, 9, 40, tzinfo=ZoneInfo(NEW_YORK))
AGENTS = (
    KnownAgent("Voz", "vozagent"),
    KnownAgent("Priya", "vozzo"),
    KnownAgent("Arjun", "vozzo"),
    KnownAgent("April", "voicy"),
)


def when(phrase: str, now: datetime = WEDNESDAY, zone: str = NEW_YORK) -> When:
    """The phrase as read on a Wednesday morning in New York."""
    return read_when(phrase, now, zone)


def start_of(phrase: str, now: datetime = WEDNESDAY, zone: str = NEW_YORK) -> str:
    """The start as "2026-04-16 10:00", or why there is none."""
    found = when(phrase, now, zone)
    if isinstance(found, Instant | Window):
        return f"{found.start:%Y-%m-%d %H:%M}"
    return found.reason


def command(
    text: str,
    now: datetime = WEDNESDAY,
    region: str = "US",
    agents: tuple[KnownAgent, ...] = AGENTS,
) -> Reading:
    """The command as read on a Wednesday morning in New York."""
    return read_command(text, Context(now, NEW_YORK, region, agents))


def code_of(reading: Reading) -> str | None:
    """The code of its problem, None when it has none."""
    return reading.problem.code.value if reading.problem is not None else None
