"""Times: the conventions of the language, one sentence each."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.calls.timing import Instant, Window
from bot.understanding.when import Ambiguous, Nothing
from tests.understanding.readers import start_of, when


@pytest.mark.parametrize(
    ("phrase", "start"),
    [
        ("tomorrow 10", "2026-04-16 10:00"),
        ("tomorrow at 5 in the evening", "2026-04-16 17:00"),
        ("10:30", "2026-04-15 10:30"),
        ("9:30", "2026-04-16 09:30"),
        ("0730", "2026-04-16 07:30"),
        ("half two pm", "2026-04-15 14:30"),
    ],
)
def test_a_clock_time_is_its_next_occurrence(phrase: str, start: str) -> None:
    assert start_of(phrase) == start


@pytest.mark.parametrize("phrase", ["at 3", "tomorrow 3:30", "half past two", "between 2 and 4"])
def test_an_hour_without_am_or_pm_is_asked_with_both_readings(phrase: str) -> None:
    found = when(phrase)
    assert isinstance(found, Ambiguous)
    assert found.reason == "am_pm"
    assert len(found.candidates) == 2


def test_a_stated_past_offers_the_next_future_reading() -> None:
    found = when("today 9am")
    assert isinstance(found, Nothing)
    assert found.reason == "past"
    assert [f"{each.start:%d %H:%M}" for each in found.candidates] == ["16 09:00"]


@pytest.mark.parametrize("phrase", ["30 feb", "25:00", "31/13", "tomorrow 11:75", "june 31 10am"])
def test_an_impossible_date_schedules_nothing(phrase: str) -> None:
    assert start_of(phrase) == "invalid"


def test_next_friday_is_asked_before_friday_and_known_after_it() -> None:
    assert start_of("next friday 10am") == "next_weekday"
    saturday = datetime(2026, 4, 18, 10, tzinfo=ZoneInfo("America/New_York"))
    assert start_of("next friday 10am", saturday) == "2026-04-24 10:00"


def test_naming_the_weekday_of_today_is_asked() -> None:
    assert start_of("wednesday 3pm") == "today_weekday"
    assert start_of("next wednesday 3pm") == "2026-04-22 15:00"


def test_a_weekday_settles_the_order_of_a_numeric_date_or_contradicts_it() -> None:
    assert start_of("05/06 10am") == "day_month"
    assert start_of("friday 05/06 10am") == "2026-06-05 10:00"
    assert start_of("tuesday 05/06 10am") == "weekday_mismatch"


@pytest.mark.parametrize(
    ("zone", "day", "skipped", "twice"),
    [
        ("America/New_York", (2026, 3, 6), "8 march 2:30am", "1 nov 1:30am"),
        ("Europe/London", (2026, 3, 27), "29 march 01:30", "25 oct 01:30"),
        ("Europe/Berlin", (2026, 3, 27), "29 march 02:30", "25 oct 02:30"),
        ("Australia/Sydney", (2026, 3, 27), "4 october 02:30", "5 april 02:30"),
        ("America/Santiago", (2026, 3, 27), "6 september 00:30", "4 april 23:30"),
    ],
)
def test_a_clock_time_that_does_not_exist_or_comes_twice_is_asked(
    zone: str, day: tuple[int, int, int], skipped: str, twice: str
) -> None:
    now = datetime(*day, 10, tzinfo=ZoneInfo(zone))
    assert start_of(skipped, now, zone) == "gap"
    assert start_of(twice, now, zone) == "overlap"
    found = when(twice, now, zone)
    assert isinstance(found, Ambiguous)
    assert len({each.start.utcoffset() for each in found.candidates}) == 2


def test_weekdays_are_open_ended_with_daily_hours() -> None:
    found = when("weekdays 10am-4pm starting 20 april")
    assert isinstance(found, Window)
    assert (found.end, found.allow_on_weekends) == (None, False)
    assert (found.daily_start, found.daily_end) == (time(10), time(16))
    assert f"{found.start:%d %H:%M}" == "20 10:00"


@pytest.mark.parametrize(
    ("phrase", "reason"),
    [
        ("every monday", "recurrence"),
        ("monday or tuesday", "alternatives"),
        ("tomorrow 10am 3pm", "two_times"),
        ("flight 99 at 4pm", "unread_number"),
        ("not tomorrow", "negation"),
        ("next month at 10am", "vague"),
        ("Christmas 10am", "vague"),
        ("march 10am", "vague"),
        ("10am tonight", "contradiction"),
        ("3pm ET 12pm PT", "zone"),
        ("sometime", "vague"),
    ],
)
def test_what_is_not_one_time_is_asked(phrase: str, reason: str) -> None:
    found = when(phrase)
    assert isinstance(found, Ambiguous)
    assert found.reason == reason


@pytest.mark.parametrize(
    "phrase",
    [
        "prefers English",
        "sat with the team",
        "budget is 20-30k",
        "room 12",
        "wants a second opinion",
        "the may report",
        "ask for april",
        "Version: 1.10.30",
        "tell them later",
        "",
        "🙂",
    ],
)
def test_what_is_no_time_is_none(phrase: str) -> None:
    assert start_of(phrase) == "not_a_time"


def test_a_named_zone_has_its_own_tomorrow() -> None:
    late = datetime(2026, 4, 15, 22, tzinfo=ZoneInfo("America/New_York"))
    found = when("tomorrow 10am Sydney time", late)
    assert isinstance(found, Instant)
    assert (found.zone, found.start.isoformat()) == (
        "Australia/Sydney",
        "2026-04-17T10:00:00+10:00",
    )


def test_slips_of_the_keyboard_are_read_and_names_are_not_slips() -> None:
    assert start_of("tomorow 10am") == "2026-04-16 10:00"
    assert start_of("Frday 10am") == "2026-04-17 10:00"
    assert start_of("Frida Mondal") == "not_a_time"


def test_a_phrase_of_a_whole_page_is_refused() -> None:
    assert start_of("tomorrow " * 100) == "too_long"
