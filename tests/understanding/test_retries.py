"""How often to try again, as people write it; what is not surely that is asked about."""

import pytest

from bot.understanding.retries import Retries
from bot.understanding.seam import parse_line
from tests.understanding.readers import code_of, command

TO = "+12125550123 with Voz"


@pytest.mark.parametrize(
    ("words", "times", "every"),
    [
        ("retry 2", 2, None),
        ("retry: 2", 2, None),
        ("retry 2 every 45 min", 2, 45),
        ("Retry 2 times, every 45 minutes", 2, 45),
        ("retry twice every hour if no answer", 2, 60),
        ("retry 2x every 2h", 2, 120),
        ("retry up to 3 times every half an hour", 3, 30),
        ("and retry once if they don’t answer", 1, None),
        ("with 2 retries", 2, None),
        ("2 retries every 45 min", 2, 45),
        ("with one retry", 1, None),
        ("try again two times if busy or no answer", 2, None),
        ("re-try 1 after 20 min", 1, 20),
        ("retry every 45 min", None, 45),
        ("no retry", 0, None),
        ("no retries", 0, None),
        ("without any retries", 0, None),
        ("don't retry", 0, None),
        ("retry 0", 0, None),
        ("retry never", 0, None),
    ],
)
@pytest.mark.parametrize("line", ["{to} tomorrow 10am {words}", "{to} {words}, tomorrow 10am"])
def test_tries_are_told_from_everything_else(
    words: str, times: int | None, every: int | None, line: str
) -> None:
    reading = command(line.format(to=TO, words=words))
    assert code_of(reading) is None
    assert (reading.retries, reading.said_when) == (Retries(times, every), "tomorrow 10am")
    assert (reading.name, reading.phones) == (None, ("+12125550123",))


@pytest.mark.parametrize("words", ["", "tomorrow 10am", "note: retry 2 every 45 min, please"])
def test_nothing_said_is_nothing_read(words: str) -> None:
    assert command(f"{TO} {words}").retries is None


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("retry 9", Retries(3, None, cut=True)),
        ("retry 10 times", Retries(3, None, cut=True)),
        ("retry 2 every 1 min", Retries(2, 5, cut=True)),
        ("retry 2 every 72 hours", Retries(2, 24 * 60, cut=True)),
        ("retry 3 every 24 hours", Retries(3, 24 * 60)),
    ],
)
def test_more_than_is_ever_done_is_cut_and_warned_about(words: str, read: Retries) -> None:
    reading = command(f"{TO} {words}")
    assert reading.retries == read
    assert ("retries_cut" in reading.warnings) is read.cut


@pytest.mark.parametrize(
    "words",
    [
        "retry",
        "retry 2-3 times",
        "retry 2.5",
        "retry 2 hours later",
        "retry 2pm",
        "retry 2, no retry",
        "retry 2 every monday",
        "retry 2 every 45 sheep",
        "retry 2 and retry 3",
        "tomorrow at 2 retries",
    ],
)
def test_what_can_not_be_read_for_sure_is_asked(words: str) -> None:
    assert code_of(command(f"{TO} {words}")) == "ambiguous_time"


def test_a_word_about_tries_that_nobody_can_read_is_named_as_one() -> None:
    problem = command(f"{TO} tomorrow 10am retry sometimes").problem
    assert problem is not None
    assert problem.detail == "retries"


@pytest.mark.parametrize(
    ("line", "phone"),
    [
        ("retry 2 +1 212 555 0123 with Voz", "+12125550123"),
        ("retry 2, 212 555 0123 with Voz", "+12125550123"),
        ("212-555-0123 retry 2 with Voz", "+12125550123"),
    ],
)
def test_a_count_is_no_part_of_a_number(line: str, phone: str) -> None:
    reading = command(line)
    assert (reading.phones, reading.retries) == ((phone,), Retries(2))


@pytest.mark.parametrize("line", ["retry 212 555 0123 with Voz", "retry 44 20 7946 0958 with Voz"])
def test_a_number_is_no_count(line: str) -> None:
    reading = command(line)
    assert reading.retries is None
    assert reading.problem is not None


def test_a_count_before_a_clock_time_keeps_to_itself() -> None:
    reading = command(f"{TO} tomorrow retry 2 10am")
    assert reading.retries == Retries(2)
    assert reading.when is not None
    assert f"{reading.when.start:%d %H:%M}" == "16 10:00"
    assert command(f"{TO} tomorrow at 10 retry 2").said_when == "tomorrow at 10"


def test_what_was_read_is_shown_to_programs() -> None:
    line = {"text": f"{TO} retry 2 every 45 min", "now": "2026-04-15T09:40-04:00",
            "agents": [{"name": "Voz"}]}  # fmt: skip
    assert parse_line(line)["retry"] == {"times": 2, "every_minutes": 45}
    assert "retry" not in parse_line(line | {"text": TO})
