"""Instants and windows survive the way through JSON."""

import json
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.calls.timing import Instant, Window
from bot.calls.timing_json import timing_from_json, timing_to_json, window_from_json

MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
ZONES = st.sampled_from(
    ["America/Chicago", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "Etc/GMT-3"]
)
HOURS = st.none() | st.times().map(lambda each: each.replace(second=0, microsecond=0))


@st.composite
def timings(draw: st.DrawFn) -> Instant | Window:
    zone, start = draw(ZONES), draw(MOMENTS)
    if draw(st.booleans()):
        return Instant(start.astimezone(ZoneInfo(zone)), zone)
    length = draw(st.none() | st.integers(1, 100_000))
    end = (start + timedelta(minutes=length)).astimezone(ZoneInfo(zone)) if length else None
    return Window(
        start.astimezone(ZoneInfo(zone)), end, zone, draw(HOURS), draw(HOURS), draw(st.booleans())
    )


@given(timings())
def test_a_timing_comes_back_as_it_was(when: Instant | Window) -> None:
    there = json.loads(json.dumps(timing_to_json(when)))
    back = timing_from_json(there)
    assert back == when
    assert back is not None
    assert back.start.tzinfo == when.start.tzinfo
    assert back.start.utcoffset() == when.start.utcoffset()


def test_no_time_stays_no_time() -> None:
    assert timing_to_json(None) is None
    assert timing_from_json(None) is None
    assert window_from_json(None) is None


def test_an_instant_is_no_window() -> None:
    start = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("Europe/Berlin"))
    assert window_from_json(timing_to_json(Instant(start, "Europe/Berlin"))) is None
    window = Window(start, None, "Europe/Berlin", time(0), time(23, 59))
    assert window_from_json(timing_to_json(window)) == window
