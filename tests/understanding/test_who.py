"""Whom a line without a number may mean, and what is left of it once they are known."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.calls.timing import Instant
from bot.understanding.command import Called, Context, Reading, Who, read_command
from bot.understanding.who import shortened, who_in_field, without
from tests.understanding.readers import AGENTS, NEW_YORK, WEDNESDAY, code_of, command

SAN_FRANCISCO = "+14155552671"


def called(text: str, name: str) -> Reading:
    """The line once its name was found to be that person's."""
    who = command(text).who
    assert who is not None
    person = Called(SAN_FRANCISCO, name, who.words)
    return read_command(text, Context(WEDNESDAY, NEW_YORK, "US", AGENTS, called=person))


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("John Smith with Voz tomorrow noon", Who("John Smith", True)),
        ("call O'Neill with Voz", Who("O'Neill", True)),
        ("José García tomorrow noon with Voz", Who("José García", True)),
        ("mom tomorrow noon with Voz", Who("mom", True)),
        ("Dr. May with Voz tomorrow noon", Who("Dr. May", True)),
        ("Mr. Will with Voz tomorrow noon", Who("Mr. Will", True)),
        ("April Jones with Voz tomorrow noon", Who("April Jones", True)),
        ("schedule a call with John Smith tomorrow noon", Who("John Smith", True)),
        ("have Voz call Jane tomorrow noon", Who("Jane", True)),
        ("Will tomorrow noon with Voz", Who("Will", False)),
        ("call June tomorrow noon with Voz", Who("June", False)),
        ("Sunday Okafor with Voz tomorrow noon", Who("Sunday Okafor", False)),
        ("don't call John Smith", Who("John Smith", False)),
        ("tomorow noon with Voz", None),
        ("<@U0LEE|lee> with Voz", Who("lee", False)),
        ("May 5 at noon with Voz", None),
        ("April 20 with Voz", None),
        ("Voz tomorrow noon", None),
        ("a call with Voz tomorrow noon", None),
        ("call with vozzo tomorrow noon", None),
        ("with Voz tomorrow noon", None),
        ("call him with Voz", None),
        ("what about it", None),
        ("", None),
    ],
)
def test_a_name_is_found_in_a_line_without_a_number(text: str, who: Who | None) -> None:
    reading = command(text)
    assert (code_of(reading), reading.who) == ("no_phone", who)


@pytest.mark.parametrize(
    "text", ["+12125550123, John Smith with Voz", "555-12 John Smith", "911 John", "x" * 3_001]
)
def test_a_line_with_digits_for_a_number_or_too_long_names_nobody(text: str) -> None:
    assert command(text).who is None


def test_the_rest_of_the_line_is_read_as_beside_a_number() -> None:
    reading = called("ring jane doe with Priya tomorrow 1pm their time note: hi", "Jane Doe")
    assert reading.problem is None
    assert (reading.phones, reading.name, reading.notes) == ((SAN_FRANCISCO,), "Jane Doe", "hi")
    assert reading.agent is not None
    assert reading.agent.name == "Priya"
    assert reading.when == Instant(
        datetime(2026, 4, 16, 13, tzinfo=ZoneInfo("America/Los_Angeles")), "America/Los_Angeles"
    )
    assert reading.who is None


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("april jones tomorrow noon with Voz", "April Jones", "tomorrow noon"),
        ("Will tomorrow noon with Voz", "Will Smith", "tomorrow noon"),
        ("Jones with Voz on April 20 at noon", "April Jones", "on April 20 at noon"),
        ("okafor sunday noon with Voz", "Sunday Okafor", "sunday noon"),
        ("June with Voz June 5 at noon", "June", "June 5 at noon"),
        ("Mai Montag with Voz tomorrow noon", "Mai Montag", "tomorrow noon"),
    ],
)
def test_a_name_and_a_time_do_not_take_each_other_s_words(text: str, name: str, said: str) -> None:
    reading = called(text, name)
    assert (reading.problem, reading.name, reading.said_when) == (None, name, said)


def test_the_hours_and_the_assistant_are_asked_about_as_beside_a_number() -> None:
    assert code_of(called("Jane Doe tomorrow noon", "Jane Doe")) == "missing_agent"
    assert code_of(called("Jane Doe with Voz tomorrow 9am", "Jane Doe")) == "outside_hours"
    assert code_of(called("Jane Doe and Bob with Voz", "Jane Doe")) == "ambiguous_time"


def test_a_person_found_is_of_no_use_to_a_line_with_a_number() -> None:
    person = Called(SAN_FRANCISCO, "Jane Doe", "Jane Doe")
    context = Context(WEDNESDAY, NEW_YORK, "US", AGENTS, called=person)
    reading = read_command("+12125550123, Bob with Voz", context)
    assert (reading.phones, reading.name) == (("+12125550123",), "Bob")


def test_a_number_that_cannot_be_called_stays_a_missing_one() -> None:
    for number in ("911", "+19002345678", "nonsense"):
        person = Called(number, "Jane Doe", "Jane Doe")
        context = Context(WEDNESDAY, NEW_YORK, "US", AGENTS, called=person)
        assert code_of(read_command("Jane Doe with Voz", context)) == "no_phone"


def test_a_field_holds_a_name_or_it_does_not() -> None:
    assert who_in_field(" José García ") == Who("José García", True)
    for text in ("", "415 555", "room 5", "x" * 99, "!?", "one two three four five six seven"):
        assert who_in_field(text) is None, text


def test_names_are_shortened_to_what_may_stand_in_the_book() -> None:
    assert shortened("my client Dr. May (Acme)") == "May"
    assert shortened("Ana de la Cruz") == "Ana de la Cruz"
    assert shortened("mom") == "mom"
    assert without("josé garcía", "José García, josé garcía *monday*") == "José García, monday"
