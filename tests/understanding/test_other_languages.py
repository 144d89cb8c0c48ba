"""Times in other languages: offered as a button, never taken, and never read from anything else."""

import pytest

from bot.calls.timing import Instant, Window
from bot.understanding.command import Code, Context, read_command
from bot.understanding.other_languages import MAX_OTHER, days_in, in_english
from bot.understanding.when import Ambiguous, offered
from tests.understanding.readers import AGENTS, NEW_YORK, WEDNESDAY, code_of, command, when

CALL = "+12125550123 with Voz"


def starts(found: tuple[Instant | Window, ...]) -> list[str]:
    """The candidates as "04-16 15:00"."""
    return [f"{each.start:%m-%d %H:%M}" for each in found]


@pytest.mark.parametrize(
    ("phrase", "start"),
    [
        ("24 octobre 15h", "10-24 15:00"),
        ("le 24 octobre à 15 h", "10-24 15:00"),
        ("demain à 15h30", "04-16 15:30"),
        ("1er mai 10h", "05-01 10:00"),
        ("dans 2 heures", "04-15 11:40"),
        ("am 3. März um 15 Uhr", "03-03 15:00"),
        ("übermorgen 15.30 Uhr", "04-17 15:30"),
        ("in 3 Tagen um 10 Uhr", "04-18 10:00"),
        ("mañana a las 15:00", "04-16 15:00"),
        ("lunes 20 abril 10:00", "04-20 10:00"),
        ("24 de octubre a las 15:00", "10-24 15:00"),
        ("domani alle 15", "04-16 15:00"),
        ("amanhã às 15h", "04-16 15:00"),
        ("1º de maio às 10h", "05-01 10:00"),
        ("op maandag om 15.00 uur", "04-20 15:00"),
        ("15 avril 16h", "04-15 16:00"),  # today, not in a year
        ("25 Mai", "05-25 09:00"),
        ("mañana", "04-16 09:00"),
        ("lunes", "04-20 09:00"),
    ],
)
def test_a_time_in_another_language_is_offered_and_never_taken(phrase: str, start: str) -> None:
    reading = command(f"{CALL} {phrase}")
    assert reading.problem is not None
    assert reading.problem.code is Code.AMBIGUOUS_TIME
    assert starts(reading.problem.candidates) == [start]
    assert reading.when is None
    found = when(phrase)
    assert not isinstance(found, Instant | Window)
    assert starts(found.candidates) == [start]


@pytest.mark.parametrize(
    "phrase",
    [
        "ayer 10:00",  # over
        "5 marzo 2020 10:00",
        "30 février 10h",  # impossible
        "lunes 21 abril 10:00",  # a Tuesday
        "nicht morgen",  # words nobody read
        "nicht morgen 10:00",
        "pasado mañana a las 15:00",
        "lundi-vendredi 10h",
        "octobre 15h",  # no day
    ],
)
def test_what_is_over_impossible_or_half_read_is_asked_without_an_offer(phrase: str) -> None:
    reading = command(f"{CALL} {phrase}")
    assert reading.problem is not None
    assert reading.problem.candidates == ()
    found = when(phrase)
    assert not isinstance(found, Instant | Window)
    assert found.candidates == ()


def test_an_hour_that_english_finds_beside_a_foreign_day_is_not_taken_for_today() -> None:
    found = when("mercredi 10am")
    assert isinstance(found, Ambiguous)
    assert found.reason == "unread_words"
    assert starts(found.candidates) == ["04-15 10:00", "04-22 10:00"]


def test_three_o_clock_is_offered_as_both() -> None:
    assert starts(offered("morgen um 3 Uhr", WEDNESDAY, NEW_YORK) or ()) == [
        "04-16 03:00",
        "04-16 15:00",
    ]


def test_the_offer_is_on_the_clock_that_was_named() -> None:
    theirs = command("+14155550132 with Voz mañana a las 15:00 their time").problem
    assert theirs is not None
    assert [each.zone for each in theirs.candidates] == ["America/Los_Angeles"]
    named = offered("3. Mai 14 Uhr London time", WEDNESDAY, NEW_YORK) or ()
    assert [each.zone for each in named] == ["Europe/London"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"{CALL} am 3. März um 15 Uhr", None),
        ("+12125550123, Juan Pérez, with Voz, mañana a las 15:00", "Juan Pérez"),
        ("Juan Pérez +12125550123 mañana a las 15:00 with Voz", "Juan Pérez"),
        ("Montag 10:00 +12125550123 with Voz", None),
        ("Domingo García +12125550123 demain 15h with Voz", "Domingo García"),
    ],
)
def test_a_foreign_day_is_no_name_and_a_name_is_no_day(text: str, name: str | None) -> None:
    reading = command(text)
    assert reading.name == name
    assert reading.problem is not None
    assert len(reading.problem.candidates) == 1


def test_the_time_pressed_is_taken_without_its_words_becoming_a_name() -> None:
    text = f"{CALL} am 3. März um 15 Uhr"
    problem = command(text).problem
    assert problem is not None
    (chosen,) = problem.candidates
    reading = read_command(text, Context(WEDNESDAY, NEW_YORK, "US", AGENTS, chosen_when=chosen))
    assert (reading.when, reading.name, reading.problem) == (chosen, None, None)


@pytest.mark.parametrize(
    "text",
    [
        "+12125550123, Domingo, with Voz, tomorrow 10am",
        "+12125550123, Julio, with Voz, tomorrow 10am",
        "Mai Nguyen +12125550123 with Voz tomorrow 10am",
        "+12125550123, Marzo, with Voz, tomorrow 10am",
        "Chris Hoy +12125550123 with Voz tomorrow 10am",
        f"{CALL} tomorrow 10am notes: mañana, 24 octobre 15h, am Montag",
    ],
)
def test_names_and_notes_are_no_days(text: str) -> None:
    assert code_of(command(text)) is None


@pytest.mark.parametrize(
    "text", ["tomorrow 10am", "3 march", "call Julio tomorrow 10am", "", "x" * 300, "10 am", "12"]
)
def test_english_is_left_alone(text: str) -> None:
    assert in_english(text) is None


def test_a_letter_is_not_searched_for_days() -> None:
    assert in_english("mañana " + "palabra " * 20) is None
    assert in_english("mañana a las 15:00".ljust(MAX_OTHER)) is not None


def test_a_day_is_told_from_a_given_name() -> None:
    assert days_in("Montag Domingo Bob Marta Lunes Hoyer") == ["Montag", "Lunes"]
