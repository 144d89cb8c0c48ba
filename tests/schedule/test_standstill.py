"""What stands still is named once in the log, and counted for as long as it stands."""

from typing import Any

from structlog.testing import capture_logs

from bot.calls.lanes import Limits
from bot.calls.patience import PATIENCE
from bot.calls.states import State
from bot.reports.standing import explained
from bot.schedule.standing import EVERY, SOON, Standstill
from bot.storage.database import Database
from bot.storage.standing import StandingStore
from tests.fakes import FakeClock
from tests.storage.shop import Shop

LIMITS = {"vozagent": Limits(live_calls=1)}
LABELS = {"vozagent": "VozAgent"}


def watching(database: Database, clock: FakeClock) -> Standstill:
    """One process that looks."""
    store = StandingStore(database)
    explain = explained(LABELS, LIMITS)
    return Standstill(store=store, limits=LIMITS, clock=clock, explain=explain)


async def looks(standstill: Standstill) -> list[dict[str, Any]]:
    """What two looks write into the log."""
    with capture_logs() as logs:
        await standstill.turn()
        assert await standstill.turn() == EVERY
    return [dict(log) for log in logs]


async def test_a_late_call_is_named_once_with_its_reason(database: Database) -> None:
    clock = FakeClock()
    shop, standstill = Shop(database, clock), watching(database, clock)
    assert standstill.counts == {}
    first, late = await shop.book("first"), await shop.book("late")
    await shop.claim(limit=1)
    await shop.moved(await shop.call(first), State.PLACED)
    clock.advance(seconds=3)
    await shop.behind()
    clock.advance(minutes=6)
    (said,) = await looks(standstill)
    assert said == {
        "event": "standing_still",
        "log_level": "warning",
        "state": "scheduled",
        "code": late.code,
        "provider": "vozagent",
        "since": late.due.isoformat(),
        "reason": "the one line of VozAgent is busy",
    }
    assert await looks(standstill) == []
    assert standstill.counts == dict.fromkeys(PATIENCE, 0) | {"scheduled": 1}
    await shop.moved(await shop.call(late), State.CANCELLED)
    await shop.behind()
    assert await looks(standstill) == []
    assert not any(standstill.counts.values())


async def test_what_stands_still_again_is_named_again(database: Database) -> None:
    clock = FakeClock()
    shop, standstill = Shop(database, clock), watching(database, clock)
    call = await shop.book()
    for minutes in (0, 20):
        now = clock.now()
        call = await shop.call(call)
        moved = await shop.calls.reschedule(
            call, call.request, by="U1", now=now, due=now, window=None, what="called now"
        )
        assert moved is not None
        await shop.behind()
        assert await looks(standstill) == []
        clock.advance(minutes=6 + minutes)
        assert [said["code"] for said in await looks(standstill)] == [call.code]


async def test_what_moves_in_the_next_moment_is_not_named(database: Database) -> None:
    """After a start, or a machine's sleep, everything is late for a few seconds."""
    clock = FakeClock()
    shop, standstill = Shop(database, clock), watching(database, clock)
    call = await shop.book()
    await shop.behind()
    clock.advance(hours=8)
    with capture_logs() as logs:
        assert await standstill.turn() == SOON
        await shop.moved(call, State.CANCELLED)
        await shop.behind()
        assert await standstill.turn() == EVERY
    assert logs == []
    assert not any(standstill.counts.values())
