"""Whatever is typed is read or asked about; `python -m tests.bench fuzz` tries 100,000 texts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calls.timing import Instant, Window
from bot.understanding.clean import MAX_TEXT
from bot.understanding.when import read_when
from tests.bench.fuzz_texts import JUNK, MARKUP, PHONES, WORDS
from tests.understanding.readers import NEW_YORK, WEDNESDAY, command, start_of

pieces = st.sampled_from((*WORDS, *PHONES, *MARKUP, *JUNK)) | st.text(max_size=8)
joined = st.tuples(st.sampled_from([" ", " ", "", ", "]), st.lists(pieces, max_size=40)).map(
    lambda both: both[0].join(both[1])[:MAX_TEXT]
)
repeated = st.tuples(joined, st.integers(1, 200)).map(lambda both: (both[0] * both[1])[:MAX_TEXT])


@given(joined | repeated)
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_asked_about(text: str) -> None:
    reading = command(text)
    assert reading.problem is not None or (reading.phones and reading.agent is not None)
    found = read_when(text, WEDNESDAY, NEW_YORK)
    if isinstance(found, Instant | Window):
        assert found.start >= WEDNESDAY
    assert all(each.start >= WEDNESDAY for each in getattr(found, "candidates", ()))


@pytest.mark.parametrize("name", ["İbrahim Yılmaz", "İİİİİİ Işık"])
def test_a_capital_that_grows_in_lower_case_shifts_nothing(name: str) -> None:
    reading = command(f"{name} +12125550123 with Voz tomorrow 10am")
    assert (reading.name, reading.said_when, reading.problem) == (name, "tomorrow 10am", None)


@pytest.mark.parametrize("time", ["9999-12-31", "9999-12-31 10am", "2026-04-20 to 9999-12-31"])
def test_the_last_day_of_the_calendar_is_no_time_to_call(time: str) -> None:
    assert start_of(time) == "invalid"
    assert command(f"+1 900 234 5678 {time} FRI +12125550123").problem is not None
