"""Zone words and labels, and the shape of lines in and out."""

from datetime import UTC, datetime

import pytest

from bot.understanding.seam import parse_line, parse_when_line
from bot.understanding.zones import zone_label, zone_named


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        ("IST", "Asia/Kolkata"),
        ("ET", "America/New_York"),
        ("Eastern", "America/New_York"),
        ("Pacific time", "America/Los_Angeles"),
        ("Central European Summer Time", "Europe/Paris"),
        ("asia/calcutta", "Asia/Kolkata"),
        ("UTC+2", "Etc/GMT-2"),
        ("GMT+5:30", "Asia/Kolkata"),
        ("UTC", "UTC"),
        ("Mars", None),
        ("Europe/Atlantis", None),
        ("UTC+99", None),
        ("", None),
    ],
)
def test_zone_words_have_iana_names(words: str, zone: str | None) -> None:
    assert zone_named(words) == zone


def test_labels_are_short_and_follow_the_season() -> None:
    winter, summer = datetime(2026, 1, 7, tzinfo=UTC), datetime(2026, 7, 7, tzinfo=UTC)
    assert zone_label("America/Los_Angeles", winter) == "PST"
    assert zone_label("America/Los_Angeles", summer) == "PDT"
    assert zone_label("Asia/Dubai", summer) == "GMT+4"
    assert zone_label("Asia/Kathmandu", summer) == "GMT+5:45"
    assert zone_label("Etc/GMT+3", summer) == "GMT-3"


def test_a_line_without_text_or_zone_has_sensible_defaults() -> None:
    now = "2026-04-15T09:40:00-04:00"
    assert parse_line({"text": None, "now": now})["error"] == "no_phone"
    assert parse_when_line({"now": now})["kind"] == "none"
    assert parse_when_line({"text": "tomorrow 10am", "now": now})["tz"] == "UTC"


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"text": 5},
        {"now": "yesterday"},
        {"now": "2026-04-15T09:40:00"},
        {"now": "2026-04-15T09:40:00Z", "tz": "Mars", "user_tz": "Mars"},
    ],
)
def test_a_bad_line_says_what_is_wrong(line: dict[str, object]) -> None:
    assert str(parse_line(line)["error"]).startswith("invalid_line: ")
    assert str(parse_when_line(line)["error"]).startswith("invalid_line: ")
