"""Other people's words can neither notify, link nor give a number away."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.escaping import cut, escape, hide_number

NUMBER, MASKED = "+14155550123", "+1 415-555-••23"


@given(st.text())
def test_nothing_of_slacks_markup_comes_out_of_escaped_words(text: str) -> None:
    safe = escape(text)
    assert "<" not in safe
    assert ">" not in safe
    assert re.sub("&(amp|lt|gt);", "", safe).count("&") == 0


@given(st.text(alphabet="ab&<>é📞 "), st.integers(1, 40))
def test_a_cut_fits_and_leaves_no_torn_entity(text: str, limit: int) -> None:
    short = cut(escape(text), limit)
    assert len(short) <= limit
    assert re.sub("&(amp|lt|gt);", "", short).count("&") == 0


@pytest.mark.parametrize("limit", range(2, 12))
def test_a_cut_leaves_no_torn_token(limit: int) -> None:
    assert cut("ab <!date^1^x|UTC> cd", limit).count("<") == 0
    assert cut("ab", 2) == "ab"


@pytest.mark.parametrize(
    "written",
    [
        "+14155550123",
        "14155550123",
        "4155550123",
        "+1 415-555-0123",
        "(415) 555-0123",
        "415.555.0123",
        "0415 555 0123",
        "1-415-555-0123",
    ],
)
def test_a_number_is_hidden_however_it_is_written(written: str) -> None:
    said = hide_number(f"call me at {written}, please", NUMBER, MASKED)
    assert "0123" not in said
    assert MASKED in said
    assert said.endswith(", please")


def test_a_national_number_is_hidden_too() -> None:
    said = hide_number("07700 900123 or +44 7700 900123", "+447700900123", "+44 7700 90••23")
    assert said == "+44 7700 90••23 or +44 7700 90••23"


@pytest.mark.parametrize(
    "other", ["+1 415-555-••23", "415-555-0199", "order 94155550123", "", "12"]
)
def test_other_numbers_stay(other: str) -> None:
    assert hide_number(other, NUMBER, MASKED) == other


def test_no_number_hides_nothing() -> None:
    assert hide_number("12 34", "", "•") == "12 34"
