"""When the hours in which a phone may ring end."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calls.base_hours import closing, is_open

NOON_UTC = datetime(2026, 11, 20, 12, tzinfo=UTC)
ZONES = ("America/New_York", "Europe/London", "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Auckland")


@pytest.mark.parametrize(
    ("zones", "hour"),
    [
        (["Europe/London"], 21),
        (["Asia/Kolkata"], 15.5),  # 21:00 there
        (["Europe/London", "Asia/Kolkata"], 15.5),
    ],
)
def test_the_first_zone_to_close_ends_them(zones: list[str], hour: float) -> None:
    midnight = NOON_UTC.replace(hour=0)
    assert closing(NOON_UTC, zones) == midnight + timedelta(hours=hour)


@pytest.mark.parametrize("zones", [[], ["Pacific/Auckland"]])
def test_without_a_zone_or_outside_the_hours_there_is_no_end(zones: list[str]) -> None:
    assert closing(NOON_UTC, zones) is None


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    st.lists(st.sampled_from(ZONES), min_size=1, max_size=3),
)
def test_they_are_open_until_then_and_closed_from_then_on(at: datetime, zones: list[str]) -> None:
    ends = closing(at, zones)
    if ends is None:
        assert not is_open(at, zones)
        return
    assert is_open(ends - timedelta(microseconds=1), zones)
    assert not is_open(ends, zones)
