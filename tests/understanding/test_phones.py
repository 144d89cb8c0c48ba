"""Numbers: read, refused, shown; and never found where there is a date or a time."""

import pytest

from bot.understanding.phone_search import find_phones
from bot.understanding.phones import Phone, masked, read_phone, shown, zones_of
from bot.understanding.problems import Code, Problem
from bot.understanding.zones import country_label


def problem_of(text: str, region: str) -> Problem:
    found = read_phone(text, region)
    assert isinstance(found, Problem), found
    return found


@pytest.mark.parametrize(
    "typed",
    [
        "+1 212 555 0123",
        "(212) 555-0123",
        "12125550123",
        "<tel:+12125550123|212 555>",
        "2125550123",
        "+１ ２１２ ５５５ ０１２３",
        "212.555.0123",
        "\u202a+1-212-555-0123\u202c",
    ],
)
def test_a_number_is_one_however_it_is_written(typed: str) -> None:
    found = read_phone(typed, "US")
    assert isinstance(found, Phone)
    assert (found.e164, found.valid, found.region) == ("+12125550123", True, "US")
    assert found.zones == ("America/New_York",)


@pytest.mark.parametrize(
    ("typed", "region"),
    [("911", "US"), ("999", "GB"), ("110", "DE"), ("000", "AU"), ("100", "IN"), ("+49 110", "US")],
)
def test_emergency_numbers_are_refused_even_where_they_look_possible(
    typed: str, region: str
) -> None:
    assert (problem_of(typed, region).code, problem_of(typed, region).detail) == (
        Code.REFUSED_PHONE,
        "emergency",
    )


@pytest.mark.parametrize(("typed", "region"), [("0901 234 5678", "GB"), ("+1 900 234 5678", "US")])
def test_premium_numbers_are_refused(typed: str, region: str) -> None:
    assert problem_of(typed, region).detail == "premium"


@pytest.mark.parametrize(
    ("typed", "detail"),
    [
        ("555-1234", "no_area_code"),
        ("+1 212 555 01", "too_short"),
        ("+1 212 555 012345", "too_long"),
        ("+999123456789", "country_code"),
    ],
)
def test_what_cannot_be_a_number_says_why(typed: str, detail: str) -> None:
    assert (problem_of(typed, "US").code, problem_of(typed, "US").detail) == (
        Code.INVALID_PHONE,
        detail,
    )


def test_a_possible_number_nobody_uses_has_no_zone() -> None:
    found = read_phone("+1 (555) 123-4567", "US")
    assert isinstance(found, Phone)
    assert (found.valid, found.zones, found.region) == (False, (), None)


def test_an_extension_is_told_apart() -> None:
    found = read_phone("+1 212 555 0123 ext. 204", "US")
    assert isinstance(found, Phone)
    assert (found.e164, found.extension) == ("+12125550123", "204")


def test_old_zone_names_come_out_as_present_ones() -> None:
    assert zones_of("+919876543210") == ("Asia/Kolkata",)
    assert zones_of("+447911123456") == ("Europe/London",)
    assert len(zones_of("+61491570156")) == 8
    assert zones_of("+15551234567") == ()


def test_a_masked_number_shows_its_last_two_digits_only() -> None:
    assert masked("+14155550132") == "+1 415-555-••32"
    assert masked("+442079460958") == "+44 20 7946 ••58"
    assert shown("+14155550132") == "+1 415-555-0132"


def test_a_number_tells_its_country() -> None:
    assert country_label("+442079460958") == "GB"
    assert country_label("+15551234567") == "US"
    assert country_label("nonsense") == ""


@pytest.mark.parametrize(
    "text",
    [
        "+12125550123 2026-02-04 15:00",
        "+12125550123 04/02/2026 3pm",
        "+12125550123 4 February 15:00",
        "+12125550123 4.2.2026 15.00",
        "tomorrow 10:30 +1 212 555 0123",
        "+12125550123 10 tomorrow",
        "tomorrow 10 212-555-0123",
        "+12125550123 1500",
        "+12125550123 in 20 min",
        "2026-02-04T15:00+05:30 +12125550123",
    ],
)
def test_times_beside_a_number_are_no_part_of_it(text: str) -> None:
    found = find_phones(text, "US")
    assert [phone.e164 for phone in found.phones] == ["+12125550123"]
    assert found.problem is None


def test_several_numbers_keep_their_order_and_count_once() -> None:
    found = find_phones("+14165550142, 212-555-0123 (416) 555-0142 and +1 312 555 0188", "US")
    assert [phone.e164 for phone in found.phones] == [
        "+14165550142",
        "+12125550123",
        "+13125550188",
    ]


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("011 44 20 7946 0958", "GB"),  # its first digits alone would be a number in Leeds
        ("44 20 7946 0958", "US"),  # its last ten digits alone would be a number in Maine
        ("+49 30 901820 10 tomorrow", "DE"),  # the 10 may be of the number or of the clock
        ("020 7946", "GB"),
    ],
)
def test_a_number_is_never_cut_out_of_a_longer_one(text: str, region: str) -> None:
    found = find_phones(text, region)
    assert not found.phones
    assert found.problem is not None
    assert found.problem.code is Code.INVALID_PHONE


def test_an_emergency_number_beside_a_good_one_is_refused() -> None:
    found = find_phones("911, +12125550123", "US")
    assert found.problem is not None
    assert found.problem.code is Code.REFUSED_PHONE
