"""Times as people read them: always both clocks, and what is unknown is said."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calls.timing import Instant, Window
from bot.slack.times import between, choice_words, due_words, same_clock, token, when_lines
from tests.fakes import MORNING, instant, request
from tests.samples import TEN_ZONES, call

NEW_YORK, LOS_ANGELES, KOLKATA = "America/New_York", "America/Los_Angeles", "Asia/Kolkata"
SATURDAY = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)  # 13:00 in New York, 10:00 in Los Angeles


def window(hours: float = 2, zone: str = NEW_YORK, **changes: object) -> Window:
    start = SATURDAY.astimezone(ZoneInfo(zone))
    return Window(start, start + timedelta(hours=hours), zone, **changes)  # type: ignore[arg-type]  # facts are given by name


def test_a_token_has_the_moment_and_words_for_where_slack_cannot_draw_it() -> None:
    assert token(SATURDAY).startswith("<!date^1795284000^{date_short_pretty} at {time}|")
    assert token(SATURDAY).endswith("|Sat 21 Nov 2026, 18:00 UTC>")


def test_both_clocks_are_shown_the_one_it_was_said_in_first() -> None:
    mine = "Sat 21 Nov 2026, 1:00 PM EST (your time)"
    theirs = "Sat 21 Nov 2026, 10:00 AM PST (their time)"
    assert when_lines(request(when=instant(SATURDAY)), MORNING) == [mine, theirs]
    said = request(when=instant(SATURDAY, LOS_ANGELES), zone_source="recipient")
    assert when_lines(said, MORNING) == [theirs, mine]


def test_one_clock_is_shown_once() -> None:
    same = request(when=instant(SATURDAY), callee_zones=("America/Toronto",))
    assert when_lines(same, MORNING) == ["Sat 21 Nov 2026, 1:00 PM EST (their time and yours)"]


def test_an_unknown_clock_is_said() -> None:
    unknown = request(when=instant(SATURDAY), callee_zones=())
    assert when_lines(unknown, MORNING)[1] == "Their time zone is unknown"


def test_several_clocks_are_shown_from_the_earliest_to_the_latest() -> None:
    lines = when_lines(request(when=instant(SATURDAY), callee_zones=TEN_ZONES), MORNING)
    assert lines[1] == (
        "Sat 21 Nov, 8:00 AM HST to Sat 21 Nov, 2:30 PM NST "
        "(their time, depending on which of 10 time zones they are in)"
    )


def test_several_zones_with_one_clock_are_one_clock() -> None:
    zones = (NEW_YORK, "America/Toronto")
    lines = when_lines(request(when=instant(SATURDAY, KOLKATA), callee_zones=zones,
                               asker_zone=KOLKATA), MORNING)  # fmt: skip
    assert lines == [
        "Sat 21 Nov 2026, 11:30 PM IST (your time)",
        "Sat 21 Nov 2026, 1:00 PM EST (their time)",
    ]


def test_now_shows_both_clocks_of_now() -> None:
    assert when_lines(request(), MORNING) == [
        "As soon as you confirm",
        "Fri 20 Nov 2026, 1:00 PM EST (your time)",
        "Fri 20 Nov 2026, 10:00 AM PST (their time)",
    ]


def test_a_window_of_one_day_is_shown_on_both_clocks() -> None:
    assert when_lines(request(when=window()), MORNING) == [
        "Between 1:00 PM and 3:00 PM EST on Sat 21 Nov 2026 (your time)",
        "Between 10:00 AM and 12:00 PM PST on Sat 21 Nov 2026 (their time)",
    ]


def test_a_window_on_a_third_clock_is_shown_on_all_three() -> None:
    lines = when_lines(request(when=window(zone=KOLKATA)), MORNING)
    assert len(lines) == 3
    assert lines[0].startswith("Between Sat 21 Nov, 11:30 PM and")
    assert [line.partition(" (")[2] for line in lines] == ["", "your time)", "their time)"]


def test_a_window_with_one_clock_is_shown_once() -> None:
    lines = when_lines(request(when=window(), callee_zones=("America/Toronto",)), MORNING)
    assert lines == ["Between 1:00 PM and 3:00 PM EST on Sat 21 Nov 2026 (their time and yours)"]


@pytest.mark.parametrize(
    ("zones", "said"), [((), "Their time zone is unknown"), (TEN_ZONES, "of 10 time zones")]
)
def test_a_window_says_what_is_not_known_of_their_clock(zones: tuple[str, ...], said: str) -> None:
    assert said in when_lines(request(when=window(), callee_zones=zones), MORNING)[-1]


def test_daily_hours_are_moved_to_the_other_clock() -> None:
    daily = window(24 * 6, daily_start=time(11), daily_end=time(17), allow_on_weekends=False)
    assert between(daily, NEW_YORK) == (
        "Between 11:00 AM and 5:00 PM EST, Monday to Friday from Sat 21 Nov 2026 to Fri 27 Nov 2026"
    )
    assert between(daily, LOS_ANGELES).startswith("Between 8:00 AM and 2:00 PM PST, Monday to Fri")


def test_a_window_without_end_and_one_over_days_read_as_sentences() -> None:
    start = window().start
    assert (
        between(Window(start, None, NEW_YORK), NEW_YORK) == "From Sat 21 Nov 2026, 1:00 PM EST on"
    )
    assert between(window(27), NEW_YORK) == (
        "Between Sat 21 Nov, 1:00 PM and Sun 22 Nov 2026, 4:00 PM EST"
    )


def test_a_window_over_a_clock_change_names_both_labels() -> None:
    start = datetime(2026, 10, 31, 12, tzinfo=ZoneInfo(NEW_YORK))
    over = Window(start, datetime(2026, 11, 1, 12, tzinfo=ZoneInfo(NEW_YORK)), NEW_YORK)
    assert between(over, NEW_YORK) == (
        "Between Sat 31 Oct, 12:00 PM EDT and Sun 1 Nov 2026, 12:00 PM EST"
    )


def test_a_waiting_call_is_due_on_the_readers_clock_and_on_theirs() -> None:
    assert due_words(call()).endswith("> · Sat 21 Nov, 10:00 AM PST for them")
    nowhere = call(request=request(callee_zones=()))
    assert due_words(nowhere) == token(nowhere.due)
    assert "HST to" in due_words(call(request=request(callee_zones=TEN_ZONES)))


def test_a_choice_names_both_clocks_when_they_differ() -> None:
    one = instant(SATURDAY)
    assert choice_words(one, NEW_YORK, LOS_ANGELES) == (
        "Sat 21 Nov, 1:00 PM EST = Sat 10:00 AM PST there"
    )
    assert choice_words(one, NEW_YORK, None) == "Sat 21 Nov, 1:00 PM EST"
    assert choice_words(one, NEW_YORK, "America/Toronto") == "Sat 21 Nov, 1:00 PM EST"


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    st.sampled_from(["Pacific/Chatham", "America/St_Johns", NEW_YORK, KOLKATA]),
    st.none() | st.integers(1, 20_000),
    st.booleans(),
    st.booleans(),
)
def test_every_choice_fits_on_a_button(
    moment: datetime, zone: str, minutes: int | None, daily: bool, weekends: bool
) -> None:
    start = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    end = start + timedelta(minutes=minutes) if minutes else None
    opens, closes = (time(10, 30), time(22, 45)) if daily else (None, None)
    choice = Window(start, end, zone, opens, closes, allow_on_weekends=weekends)
    assert 0 < len(choice_words(choice, zone, None)) <= 75
    assert 0 < len(choice_words(Instant(start, zone), zone, "Pacific/Marquesas")) <= 75


def test_zones_share_a_clock_only_while_their_offsets_agree() -> None:
    summer = datetime(2026, 7, 1, tzinfo=UTC)
    assert same_clock(MORNING, "America/Denver", "America/Phoenix")
    assert not same_clock(summer, "America/Denver", "America/Phoenix")
