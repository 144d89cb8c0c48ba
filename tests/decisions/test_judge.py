"""A call that is due: its own window first, then the hours of the person called."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.calls.call import Call
from bot.calls.timing import DAY, Window, next_start
from bot.calls.verdict import ALLOWED, Answer
from bot.decisions.calling_hours import calling_hours
from bot.decisions.judge import judge_due
from bot.decisions.roles import may_change
from tests.fakes import request
from tests.samples import call

ZONE, PACIFIC = "America/New_York", "America/Los_Angeles"


def at(hour: int, minute: int = 0, zone: str = PACIFIC, days: int = 0) -> datetime:
    return datetime(2026, 11, 20, hour, minute, tzinfo=ZoneInfo(zone)) + timedelta(days=days)


def windowed(window: Window | None, zones: tuple[str, ...] = (PACIFIC,)) -> Call:
    return call(window=window, request=request(when=window, callee_zones=zones))


def test_a_call_in_its_hours_is_allowed() -> None:
    assert judge_due(windowed(None), at(10)) == ALLOWED


def test_at_night_it_waits_for_their_morning() -> None:
    verdict = judge_due(windowed(None), at(22))
    assert verdict.answer is Answer.MOVE
    assert verdict.next_start == at(8, days=1)


def test_a_window_that_passed_expires_the_call() -> None:
    verdict = judge_due(windowed(Window(at(9), at(11), PACIFIC)), at(11))
    assert (verdict.answer, verdict.code) == (Answer.EXPIRE, "window_passed")


def test_a_closed_window_moves_the_call_to_its_opening() -> None:
    hours = Window(at(0), None, PACIFIC, time(9), time(17), allow_on_weekends=False)
    assert judge_due(windowed(hours), at(18)).next_start == at(9, days=3)


def test_a_window_open_before_their_hours_waits_for_them() -> None:
    early = Window(at(8, zone=ZONE), at(18, zone=ZONE), ZONE)
    verdict = judge_due(windowed(early), at(8, zone=ZONE))
    assert verdict.answer is Answer.MOVE
    assert verdict.next_start == at(8)


def test_a_closed_window_that_opens_at_their_night_is_moved_past_it() -> None:
    mornings = Window(at(0, zone=ZONE), None, ZONE, time(8), time(12))
    assert judge_due(windowed(mornings), at(20, zone=ZONE)).next_start == at(8, days=1)


def test_a_call_is_never_moved_past_the_end_of_its_window() -> None:
    evening = Window(at(19), at(23), PACIFIC)
    verdict = judge_due(windowed(evening), at(21))
    assert (verdict.answer, verdict.code) == (Answer.EXPIRE, "window_passed")
    assert "outside their calling hours" in verdict.why


def test_a_window_that_lies_in_their_nights_only_expires_instead_of_waiting_for_ever() -> None:
    nights = Window(at(0), None, PACIFIC, time(22), time(23))
    assert judge_due(windowed(nights), at(22, 30)).answer is Answer.EXPIRE
    assert judge_due(windowed(nights), at(12)).answer is Answer.EXPIRE


def test_zones_that_never_meet_leave_the_window_alone_to_decide() -> None:
    apart = ("Europe/London", "Asia/Ho_Chi_Minh", "Pacific/Honolulu")
    hours = Window(at(0), None, PACIFIC, time(9), time(17))
    assert judge_due(windowed(hours, apart), at(18)).next_start == at(9, days=1)
    assert judge_due(windowed(hours, apart), at(10)) == ALLOWED


@given(
    opens=st.integers(0, 22),
    length=st.integers(1, 12),
    days=st.none() | st.integers(1, 9),
    weekends=st.booleans(),
    minutes=st.integers(0, 10 * 24 * 60),
    zones=st.sampled_from([(PACIFIC,), (ZONE,), (PACIFIC, ZONE), ("Asia/Tokyo",), ()]),
)
def test_wherever_a_call_is_moved_it_may_be_dialled_there(
    opens: int,
    length: int,
    days: int | None,
    weekends: bool,
    minutes: int,
    zones: tuple[str, ...],
) -> None:
    window = Window(
        at(0),
        at(0) + days * DAY if days else None,
        PACIFIC,
        time(opens),
        time(min(opens + length, 23)),
        allow_on_weekends=weekends,
    )
    now = at(0) + timedelta(minutes=minutes)
    verdict = judge_due(windowed(window, zones), now)
    if verdict.answer is Answer.MOVE:
        assert verdict.next_start is not None
        assert verdict.next_start > now
        assert judge_due(windowed(window, zones), verdict.next_start) == ALLOWED
    if verdict.answer is Answer.ALLOW:
        assert next_start(window, now) == now
        assert calling_hours(now, zones).answer is Answer.ALLOW


def test_the_asker_and_helpers_may_change_a_call_and_nobody_else() -> None:
    assert may_change("U0RITA", call(), ())
    assert may_change("U0LEE", call(), {"U0LEE"})
    assert not may_change("U0OMAR", call(), {"U0LEE"})
    assert not may_change("", call(), ())
