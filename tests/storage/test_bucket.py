"""No minute, wherever it begins, holds more requests than a provider allows."""

from datetime import datetime, timedelta
from itertools import cycle

from hypothesis import given
from hypothesis import strategies as st

from bot.storage.bucket import bucket
from tests.fakes import MORNING

RATES = st.integers(min_value=1, max_value=600)
PAUSES = st.lists(st.sampled_from([0.0, 0.001, 0.1, 0.9, 1.0, 7.3, 30.0, 59.999, 60.0]))
MINUTE, ON_ITS_WAY = timedelta(minutes=1), timedelta(seconds=2)


def greedy(per_minute: int, pauses: list[float]) -> list[datetime]:
    """When somebody who takes all there is after each pause was given leave."""
    level, at, now, taken = None, None, MORNING, []
    for pause in [0.0, *pauses]:
        now += timedelta(seconds=pause)
        full = bucket(level, at, per_minute, now)
        taken += [now] * full.whole
        rest = full.less(full.whole)
        level, at = rest.level, rest.at
    return taken


@given(RATES, PAUSES)
def test_no_minute_holds_more_than_its_rate(per_minute: int, pauses: list[float]) -> None:
    taken = greedy(per_minute, pauses)
    for first in taken:
        in_this_minute = [each for each in taken if first <= each < first + MINUTE]
        assert len(in_this_minute) <= per_minute


@given(RATES, PAUSES, st.lists(st.floats(0, 2.0), min_size=1))
def test_no_minute_of_arrivals_does_either_if_they_are_not_on_their_way_for_long(
    per_minute: int, pauses: list[float], ways: list[float]
) -> None:
    taken = greedy(per_minute, pauses)
    arrived = [
        moment + timedelta(seconds=way) for moment, way in zip(taken, cycle(ways), strict=False)
    ]
    for first in arrived:
        in_this_minute = [each for each in arrived if first <= each < first + MINUTE]
        assert len(in_this_minute) <= per_minute


@given(RATES)
def test_who_waits_as_long_as_told_is_given_leave(per_minute: int) -> None:
    level, at, now = 0.0, MORNING, MORNING
    for _ in range(20):
        now += bucket(level, at, per_minute, now).wait_for(1)
        full = bucket(level, at, per_minute, now)
        assert full.whole >= 1
        rest = full.less(1)
        level, at = rest.level, rest.at
    assert now - MORNING <= 21 * (MINUTE + ON_ITS_WAY)


def test_a_sixth_may_go_at_once_and_the_rest_is_spread_over_the_minute() -> None:
    full = bucket(None, None, 60, MORNING)
    assert (full.whole, full.per_second) == (10, 50 / 62)
    assert full.less(10).wait_for(1) == timedelta(milliseconds=1240)


def test_one_request_a_minute_is_one_request_in_a_little_more() -> None:
    assert bucket(None, None, 1, MORNING).less(1).wait_for(1) == MINUTE + ON_ITS_WAY


def test_a_clock_that_is_behind_the_last_one_refills_nothing() -> None:
    behind = bucket(3.0, MORNING, 60, MORNING - timedelta(seconds=20))
    assert (behind.level, behind.at) == (3.0, MORNING)


def test_a_clock_that_was_set_back_starts_from_where_it_is() -> None:
    """Else nothing could be sent until it has caught up with itself."""
    earlier = MORNING - timedelta(hours=5)
    leapt = bucket(3.0, MORNING, 60, earlier)
    assert (leapt.level, leapt.at) == (3.0, earlier)


def test_a_lower_rate_in_the_settings_counts_at_once() -> None:
    assert bucket(10.0, MORNING, 6, MORNING).whole == 1


def test_more_than_it_can_hold_is_waited_for_only_until_it_is_full() -> None:
    assert bucket(None, None, 6, MORNING).wait_for(5) == timedelta(0)
