"""Nobody is rung outside 8:00-21:00 on their own clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calls.base_hours import CLOSES, OPENS
from bot.calls.base_hours import next_open as next_allowed
from bot.calls.verdict import Answer
from bot.decisions.calling_hours import calling_hours

NEW_YORK, LOS_ANGELES, TOKYO = "America/New_York", "America/Los_Angeles", "Asia/Tokyo"
ZONES = st.lists(
    st.sampled_from(
        [NEW_YORK, LOS_ANGELES, TOKYO, "Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe",
         "Pacific/Chatham", "America/St_Johns", "Asia/Kolkata", "Pacific/Honolulu"]
    ),
    max_size=4,
)  # fmt: skip
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)


def at(clock: str, zone: str = NEW_YORK, day: str = "2026-11-20") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("clock", "allowed"),
    [
        ("07:59", False),
        ("07:59:59.999999", False),
        ("08:00", True),
        ("20:59", True),
        ("20:59:59.999999", True),
        ("21:00", False),
        ("00:00", False),
    ],
)
def test_the_hours_begin_at_eight_and_end_before_nine(clock: str, allowed: bool) -> None:
    verdict = calling_hours(at(clock), [NEW_YORK])
    assert (verdict.answer is Answer.ALLOW) == allowed


def test_the_next_free_minute_is_said_with_the_reason_and_the_rule() -> None:
    verdict = calling_hours(at("21:00"), [NEW_YORK])
    assert verdict.answer is Answer.MOVE
    assert (verdict.code, verdict.rule) == ("outside_hours", "base-hours")
    assert "9:00 PM for them" in verdict.why
    assert verdict.next_start == at("08:00", day="2026-11-21")


def test_every_zone_they_may_be_in_counts() -> None:
    both = [NEW_YORK, LOS_ANGELES]
    assert calling_hours(at("10:59"), both).next_start == at("08:00", LOS_ANGELES)
    assert calling_hours(at("11:00"), both).answer is Answer.ALLOW
    assert calling_hours(at("21:00"), both).next_start == at("11:00", day="2026-11-21")


def test_without_a_zone_nothing_is_forbidden() -> None:
    assert calling_hours(at("03:00"), []).answer is Answer.ALLOW
    assert next_allowed(at("03:00"), []) == at("03:00")


def test_zones_that_never_meet_tell_nothing() -> None:
    apart = ["Europe/London", "Asia/Ho_Chi_Minh", "Pacific/Honolulu"]
    assert next_allowed(at("12:00"), apart) is None
    assert calling_hours(at("03:00"), apart).answer is Answer.ALLOW


@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01"])
def test_on_the_day_of_a_clock_change_their_clock_counts(day: str) -> None:
    assert calling_hours(at("07:59", day=day), [NEW_YORK]).next_start == at("08:00", day=day)
    assert calling_hours(at("08:00", day=day), [NEW_YORK]).answer is Answer.ALLOW
    assert calling_hours(at("20:59", day=day), [NEW_YORK]).answer is Answer.ALLOW
    before = datetime.fromisoformat(f"{day}T02:00Z")  # the evening before, on their clock
    assert next_allowed(before, [NEW_YORK]) == at("08:00", day=day)


@given(MOMENTS, ZONES)
def test_no_zone_is_rung_outside_its_hours_unless_the_zones_never_meet(
    moment: datetime, zones: list[str]
) -> None:
    verdict = calling_hours(moment, zones)
    if verdict.answer is Answer.ALLOW and next_allowed(moment, zones) is not None:
        assert all(is_open(moment, zone) for zone in zones)


@given(MOMENTS, ZONES)
def test_the_next_free_minute_is_free_and_to_come_and_none_before_it_is(
    moment: datetime, zones: list[str]
) -> None:
    found = next_allowed(moment, zones)
    if found is None:
        return
    assert found >= moment
    assert all(is_open(found, zone) for zone in zones)
    assert calling_hours(found, zones).answer is Answer.ALLOW
    for minutes in range(0, int((found - moment).total_seconds() // 60), 7):
        earlier = moment + timedelta(minutes=minutes)
        assert not all(is_open(earlier, zone) for zone in zones)


def is_open(moment: datetime, zone: str) -> bool:
    return OPENS <= moment.astimezone(ZoneInfo(zone)).time() < CLOSES
