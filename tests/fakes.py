"""Fakes that are honest about being fakes: a clock one moves, a request one can vary."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.calls.call import Home, Request
from bot.calls.timing import Instant

MORNING = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)  # 10:00 in Los Angeles, 13:00 in New York
HOME = Home(team="T0ACME", channel="C0SALES", asker="U0RITA")


@dataclass
class FakeClock:
    """Stands still until it is moved."""

    moment: datetime = MORNING

    def now(self) -> datetime:
        """The present moment, aware UTC."""
        return self.moment

    def advance(self, **span: float) -> None:
        """``advance(minutes=5)``."""
        self.moment += timedelta(**span)


def request(**changes: Any) -> Request:
    """A call to a fictional number in San Francisco."""
    plain = Request(
        number="+14155550123",
        agent_name="Voz",
        agent_id="asst-voz",
        provider="vozagent",
        asker_zone="America/New_York",
        callee_zones=("America/Los_Angeles",),
    )
    return replace(plain, **changes)


def instant(moment: datetime, zone: str = "America/New_York") -> Instant:
    """An instant on a named clock."""
    return Instant(moment.astimezone(ZoneInfo(zone)), zone)
