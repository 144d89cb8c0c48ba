"""When a window is open next, and until when."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calls.timing import DAY, Window, next_start, open_until

CHICAGO, ZONE = ZoneInfo("America/Chicago"), "America/Chicago"
FRIDAY = date(2026, 11, 20)
ZONES = st.sampled_from(
    ["America/Chicago", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]
)


def at(hour: int, minute: int = 0, day: date = FRIDAY) -> datetime:
    return datetime.combine(day, time(hour, minute), CHICAGO)


def working_hours(**changes: object) -> Window:
    facts: dict[str, object] = {
        "start": at(0),
        "end": at(0) + 14 * DAY,
        "zone": ZONE,
        "daily_start": time(9),
        "daily_end": time(17),
        "allow_on_weekends": False,
    }
    return Window(**(facts | changes))  # type: ignore[arg-type]  # facts are given by name


def opens(window: Window, after: datetime) -> datetime | None:
    found = next_start(window, after)
    return found.astimezone(CHICAGO) if found else None


def test_an_open_window_opens_at_once() -> None:
    assert opens(working_hours(), at(10, 30)) == at(10, 30)


def test_before_its_first_moment_a_window_is_closed() -> None:
    window = Window(at(10), at(12), ZONE)
    assert opens(window, at(8)) == at(10)


def test_a_window_without_end_stays_open() -> None:
    window = Window(at(10), None, ZONE)
    assert opens(window, at(10) + 300 * DAY) == at(10) + 300 * DAY


def test_a_window_that_is_over_never_opens_again() -> None:
    assert opens(Window(at(10), at(12), ZONE), at(12)) is None


def test_after_hours_the_next_day_counts() -> None:
    assert opens(working_hours(allow_on_weekends=True), at(17)) == at(9) + DAY


def test_weekends_are_skipped() -> None:
    assert opens(working_hours(), at(17)) == at(9) + 3 * DAY


def test_a_window_over_a_weekend_only_never_opens() -> None:
    saturday = at(0) + DAY
    assert opens(working_hours(start=saturday, end=saturday + 2 * DAY), at(0)) is None


def test_an_end_before_the_daily_start_leaves_that_day_out() -> None:
    assert opens(working_hours(end=at(8)), at(7)) is None
    assert opens(working_hours(end=at(8) + 3 * DAY), at(17)) is None


def test_daily_hours_that_end_before_they_begin_are_closed() -> None:
    assert opens(working_hours(daily_start=time(20), daily_end=time(2)), at(0)) is None


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1)])
def test_hours_are_those_of_the_clock_on_days_of_a_clock_change(day: date) -> None:
    window = Window(at(0, day=day), None, ZONE, time(9), time(17))
    assert opens(window, at(0, day=day)) == at(9, day=day)
    assert opens(window, at(16, 59, day=day)) == at(16, 59, day=day)
    assert opens(window, at(17, day=day)) == at(9, day=day + DAY)


def test_a_daily_start_that_a_clock_change_skips_is_the_moment_after() -> None:
    spring = date(2026, 3, 8)
    window = Window(at(0, day=spring), None, ZONE, time(2, 30), time(5))
    assert opens(window, at(0, day=spring)) == at(3, 30, day=spring)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    name = draw(ZONES)
    first = draw(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)))
    start = first.replace(microsecond=0, tzinfo=UTC).astimezone(ZoneInfo(name))
    length = draw(st.none() | st.integers(1, 30 * 24 * 60))
    hours = draw(st.none() | st.tuples(st.integers(4, 12), st.integers(13, 23)))
    return Window(
        start=start,
        end=start + timedelta(minutes=length) if length else None,
        zone=name,
        daily_start=time(hours[0]) if hours else None,
        daily_end=time(hours[1]) if hours else None,
        allow_on_weekends=draw(st.booleans()),
    )


@given(windows(), st.integers(-40 * 24 * 60, 40 * 24 * 60))
def test_what_is_found_is_never_before_and_always_inside(window: Window, minutes: int) -> None:
    after = window.start.astimezone(UTC) + timedelta(minutes=minutes)
    found = next_start(window, after)
    if found is None:
        return
    local = found.astimezone(ZoneInfo(window.zone))
    assert found >= after
    assert found >= window.start
    assert window.end is None or found < window.end
    assert window.daily_start is None or local.time() >= window.daily_start
    assert window.daily_end is None or local.time() < window.daily_end
    assert window.allow_on_weekends or local.weekday() < 5


@given(windows(), st.integers(0, 10 * 24 * 60))
def test_asking_again_at_the_moment_found_gives_the_same_moment(
    window: Window, minutes: int
) -> None:
    found = next_start(window, window.start + timedelta(minutes=minutes))
    if found is not None:
        assert next_start(window, found) == found


def closes(window: Window, moment: datetime) -> datetime | None:
    found = open_until(window, moment)
    return found.astimezone(CHICAGO) if found else None


def test_daily_hours_last_until_the_end_of_that_day_s_opening() -> None:
    assert closes(working_hours(), at(10, 30)) == at(17)
    assert closes(working_hours(end=at(11)), at(10, 30)) == at(11)


def test_a_closed_window_is_open_until_no_moment() -> None:
    assert closes(working_hours(), at(8, 59)) is None
    assert closes(working_hours(), at(17)) is None
    assert closes(working_hours(), at(12) + DAY) is None
    assert closes(Window(at(10), at(12), ZONE), at(9)) is None
    assert closes(Window(at(10), at(12), ZONE), at(12)) is None


def test_a_window_across_midnight_is_not_closed_at_midnight() -> None:
    window = Window(at(22), at(2) + DAY, ZONE)
    assert closes(window, at(23)) == at(2) + DAY


def test_a_window_around_the_clock_closes_for_the_weekend() -> None:
    assert closes(Window(at(10), None, ZONE, allow_on_weekends=False), at(11)) == at(0) + DAY


@given(windows(), st.integers(-40 * 24 * 60, 40 * 24 * 60))
def test_it_is_open_up_to_then_and_closed_from_then_on(window: Window, minutes: int) -> None:
    moment = window.start.astimezone(UTC) + timedelta(minutes=minutes)
    end = open_until(window, moment)
    assert (end is not None) == (next_start(window, moment) == moment)
    if end is None:
        return
    last = end - timedelta(microseconds=1)
    assert next_start(window, last) == last
    if end - moment < 14 * DAY:
        assert next_start(window, end) != end
