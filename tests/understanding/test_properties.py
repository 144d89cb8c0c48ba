"""What holds for every phrase, whatever is typed."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calls.timing import Instant, Window
from bot.understanding.phones import read_phone
from bot.understanding.seam import parse_line, parse_when_line
from bot.understanding.warm import warm_up
from bot.understanding.when import read_when
from tests.understanding.readers import command

ZONES = (
    "America/New_York",
    "Europe/London",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Pacific/Apia",
)
WORDS = tuple(
    line
    for text in (
        """tomorrow today monday fri sat may april 10 3 9:30 3pm 2-4pm at by before after until in
within next this last week weekend every or and to - , | ( ) + +12125550123 212-555-0123 911
2026-04-20 22/04 03/04 31.12. 15h00 1730 noon midnight half past quarter a an two twenty minutes
hours days couple of from now ago IST ET London time UTC+2 their my local with using Voz Priya
agent: notes: name: John O'Brien <@U1|x> 25:00 30 feb 99999999 year month 1/2 2.5 h m pm am eod
lunch tonight morning weekdays starting the on for but not 12th 9999-12-31 0001-01-01 €5 李""",
    )
    for line in text.split()
)

moments = st.datetimes(datetime(2024, 1, 1), datetime(2035, 12, 31)).map(
    lambda naive: naive.replace(tzinfo=UTC, second=0, microsecond=0)
)
phrases = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
zones = st.sampled_from(ZONES)


@given(st.text(max_size=200))
def test_no_text_makes_the_readers_raise(text: str) -> None:
    command(text)
    read_when(text, datetime(2026, 4, 15, tzinfo=UTC), "UTC")
    read_phone(text, "US")


@given(phrases, moments, zones)
@settings(max_examples=400)
def test_an_answer_never_lies_in_the_past(phrase: str, now: datetime, zone: str) -> None:
    found = read_when(phrase, now, zone)
    if isinstance(found, Instant | Window):
        assert found.start >= now - timedelta(minutes=1)
        assert found.start.utcoffset() is not None
    if isinstance(found, Window) and found.end is not None:
        assert found.end > found.start


@given(phrases)
@settings(max_examples=300)
def test_a_command_has_a_problem_or_a_number_and_an_assistant(text: str) -> None:
    reading = command(text)
    assert reading.problem is not None or (reading.phones and reading.agent is not None)


@given(
    moments, zones, st.integers(min_value=1, max_value=300), st.integers(min_value=9, max_value=22)
)
def test_every_spelling_of_an_instant_reads_the_same(
    now: datetime, zone: str, ahead: int, hour: int
) -> None:
    day = (now.astimezone(ZoneInfo(zone)) + timedelta(days=ahead)).date()
    half, twelve = ("pm" if hour >= 12 else "am"), (hour - 1) % 12 + 1
    spellings = (
        f"{day:%Y-%m-%d} {hour}:15",
        f"{day:%Y/%m/%d} at {twelve}:15 {half}",
        f"{day.day} {day:%B %Y} {twelve}.15{half}",
        f"{twelve}:15{half} on {day:%b} {day.day}, {day.year}",
        f"{day:%A} {day.day} {day:%b %Y}, {hour:02}:15",
        f"quarter past {twelve} {half} {day:%d %B %Y}",
        f"{day:%Y-%m-%d}T{hour:02}:15",
    )
    answers = {read_when(spelling, now, zone) for spelling in spellings}
    assert len(answers) == 1, answers


@given(moments, zones, zones)
def test_a_clock_time_moves_with_the_zone_named(now: datetime, mine: str, named: str) -> None:
    said = read_when(f"tomorrow 10am {named}", now, mine)
    assert said == read_when("tomorrow 10am", now, named)


@given(moments, zones, st.integers(min_value=1, max_value=5_000))
def test_minutes_are_exact_across_clock_changes(now: datetime, zone: str, minutes: int) -> None:
    found = read_when(f"in {minutes} minutes", now, zone)
    assert isinstance(found, Instant)
    assert found.start.astimezone(UTC) - now == timedelta(minutes=minutes)


@given(moments, zones)
def test_tomorrow_is_the_next_day_of_the_zone(now: datetime, zone: str) -> None:
    found = read_when("tomorrow 11am", now, zone)
    assert isinstance(found, Instant)
    today = now.astimezone(ZoneInfo(zone)).date()
    assert found.start.date() == today + timedelta(days=1)
    assert found.start.hour == 11


@pytest.mark.parametrize(
    "unit",
    [
        "9",
        "1 ",
        "1-",
        "1/",
        "1:",
        "+",
        "+1 ",
        "(",
        "with ",
        "with x ",
        "a ",
        ",",
        "|x",
        "May ",
        "tomorrow or ",
        "10:30 ",
        "' ",
        "&amp;",
        "Asia/",
        "<tel:",
        "<@",
        "note",
        "+12125550123 ",
    ],
)
def test_hostile_text_takes_no_longer_than_a_tenth_of_a_second(unit: str) -> None:
    warm_up()
    now = datetime(2026, 4, 15, tzinfo=UTC)
    began = time.thread_time()
    command((unit * 3_000)[:3_000])
    middle = time.thread_time()
    read_when(unit * 3_000, now, "UTC")
    read_when((unit * 600)[:600], now, "UTC")
    read_phone(unit * 3_000, "US")
    assert max(middle - began, time.thread_time() - middle) < 0.1


@given(
    st.dictionaries(
        st.sampled_from(["text", "now", "tz", "user_tz", "default_region", "agents", "more"]),
        st.none() | st.integers() | st.text(max_size=9) | st.lists(st.none()),
    )
)
def test_a_bad_line_is_an_answer_too(line: dict[str, object]) -> None:
    assert isinstance(parse_line(line), dict)
    assert isinstance(parse_when_line(line), dict)
