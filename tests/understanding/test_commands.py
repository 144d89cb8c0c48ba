"""Whole commands: each clause to its stage, and questions instead of guesses."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.calls.timing import Instant
from bot.understanding.command import Code, KnownAgent
from tests.understanding.readers import code_of, command


def test_a_command_is_taken_apart() -> None:
    reading = command(
        "call Ana López at +1 212 555 0123 with Voz tomorrow at 10am notes: knows May, at 3pm"
    )
    assert reading.problem is None
    assert reading.phones == ("+12125550123",)
    assert reading.agent == KnownAgent("Voz", "vozagent")
    assert (reading.name, reading.notes) == ("Ana López", "knows May, at 3pm")
    assert (reading.said_when, reading.zone_source) == ("tomorrow at 10am", "user")
    assert reading.callee_zones == ("America/New_York",)


def test_phone_comes_before_assistant_and_assistant_before_time() -> None:
    assert code_of(command("555-1234 with Vox yesterday")) == "invalid_phone"
    assert code_of(command("+12125550123 with Vox yesterday")) == "unknown_agent"
    assert code_of(command("+12125550123 with Voz yesterday")) == "past_time"


def test_what_was_understood_stays_filled_in_beside_a_problem() -> None:
    reading = command("+12125550123, Bob, with Vox tomorrow 10am notes: hi")
    assert (reading.phones, reading.name, reading.notes) == (("+12125550123",), "Bob", "hi")
    assert isinstance(reading.when, Instant)


def test_a_near_name_is_suggested_and_never_taken() -> None:
    problem = command("+12125550123 with Priyaa").problem
    assert problem is not None
    assert (problem.code, problem.found, problem.suggestion) == (
        Code.UNKNOWN_AGENT,
        "Priyaa",
        "Priya",
    )


def test_a_known_name_that_goes_on_is_another_name() -> None:
    problem = command("+12125550123 with Priya Sharma tomorrow 10am").problem
    assert problem is not None
    assert (problem.code, problem.found) == (Code.UNKNOWN_AGENT, "Priya Sharma")


def test_a_provider_with_several_assistants_gets_a_button_for_each() -> None:
    problem = command("+12125550123 via vozzo").problem
    assert problem is not None
    assert problem.code is Code.AMBIGUOUS_AGENT
    assert [agent.name for agent in problem.agents] == ["Priya", "Arjun"]


def test_an_assistant_called_like_a_month_needs_its_marker() -> None:
    marked = command("+12125550123 with April on April 20 at 10am")
    assert marked.agent is not None
    assert marked.agent.name == "April"
    assert marked.problem is None
    assert code_of(command("+12125550123 April 20 at 10am")) == "missing_agent"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("+12125550123, April Jones with Voz tomorrow 10am", "April Jones"),
        ("+12125550123 Theresa May with Voz tomorrow 10am", "Theresa May"),
        ("+12125550123, Will, with Voz, tomorrow 10am", "Will"),
        ("August Wilson +12125550123 with Voz tomorrow 10am", "August Wilson"),
        ("+12125550123 | Seán O’Brien | Voz | tomorrow 10am", "Seán O'Brien"),
        ("Mr. Ngũgĩ wa Thiong'o +12125550123 with Voz", "Mr. Ngũgĩ wa Thiong'o"),
        ("<@U024BE7LH|john> +12125550123 with Voz", "john"),
        ("+12125550123 with Voz tomorrow 10am", None),
    ],
)
def test_a_name_is_told_from_a_time(text: str, name: str | None) -> None:
    reading = command(text)
    assert (reading.name, code_of(reading)) == (name, None)


@pytest.mark.parametrize(
    "text",
    [
        "+12125550123 with Voz friday 1pm xyzzy",
        "+12125550123 with Voz tomoz 11am",
        "Sunday Okafor +12125550123 with Voz",
        "+12125550123 with Voz sometime",
        "+12125550123 with Voz 5",
    ],
)
def test_words_nobody_understands_are_asked_about(text: str) -> None:
    assert code_of(command(text)) == "ambiguous_time"


def test_their_time_is_the_clock_of_the_number() -> None:
    reading = command("+14155550132 with Voz tomorrow 10am their time")
    assert isinstance(reading.when, Instant)
    assert (reading.when.zone, reading.zone_source) == ("America/Los_Angeles", "recipient")


@pytest.mark.parametrize(
    "number", ["+18005550123", "+15551234567", "+61491570156", "+447700900123"]
)
def test_their_time_is_asked_when_the_number_has_not_one_zone(number: str) -> None:
    assert code_of(command(f"{number} with Voz tomorrow 3pm their time")) == "timezone_unknown"


def test_their_time_of_people_in_two_zones_is_asked() -> None:
    reading = command("+12125550123, +14155550132 with Voz tomorrow 3pm their time")
    assert reading.problem is not None
    assert (reading.problem.code, reading.problem.detail) == (
        Code.TIMEZONE_UNKNOWN,
        "several_numbers",
    )


def test_outside_their_hours_the_next_allowed_moment_is_offered() -> None:
    reading = command("+14155550132 with Voz tomorrow 9am")
    assert reading.problem is not None
    assert reading.problem.code is Code.OUTSIDE_HOURS
    assert [f"{each.start:%d %H:%M}" for each in reading.problem.candidates] == ["16 11:00"]


def test_without_a_time_the_hours_of_now_count() -> None:
    night = datetime(2026, 4, 15, 23, tzinfo=ZoneInfo("America/New_York"))
    assert code_of(command("+12125550123 with Voz", night)) == "outside_hours"
    assert command("+12125550123 with Voz").when is None


def test_one_assistant_need_not_be_named() -> None:
    only = (KnownAgent("Nova", "voicy"),)
    assert command("+12125550123 tomorrow 10am", agents=only).agent == only[0]
    assert code_of(command("+12125550123 tomorrow 10am", agents=())) == "missing_agent"


def test_a_number_nobody_uses_and_an_extension_are_warned_about() -> None:
    assert command("+15551234567 with Voz").warnings == ("number_not_verified",)
    assert command("+12125550123 x204 with Voz").warnings == ("extension_dropped",)


def test_nothing_behind_the_note_is_parsed() -> None:
    reading = command("+12125550123 with Voz Notes: call 911, or +14155550132 with Vox, today 9am")
    assert reading.problem is None
    assert reading.phones == ("+12125550123",)


def test_a_text_over_the_cap_is_refused() -> None:
    assert code_of(command("+12125550123 with Voz " + "x" * 3_000)) == "too_long"
