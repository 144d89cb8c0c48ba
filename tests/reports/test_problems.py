"""Every refusal says what, why and how, and ends by saying whether a phone could have rung."""

import pytest

from bot.reports.problems import TEXTS, TIME_WHY, problem_text
from bot.understanding.problems import Code

DETAILS = {
    Code.INVALID_PHONE: ["", "no_area_code", "too_short", "too_long", "unclear_end"],
    Code.REFUSED_PHONE: ["", "emergency", "premium"],
    Code.AMBIGUOUS_TIME: ["", *TIME_WHY],
    Code.TIMEZONE_UNKNOWN: ["", "several_numbers", "many_zones", "no_zone", "whose_time"],
    Code.TOO_LONG: ["3000", "too_many_numbers"],
}
EVERY = [(code, detail) for code in Code for detail in DETAILS.get(code, [""])]
# What somebody can do next: a form of words to type, a command, or something to choose.
HOW = ("Write", "`/dial", "choose", "Choose", "Which one", "Did you mean", "check the digits",
       "Name one", "next free time", "Shorten", "Split")  # fmt: skip


@pytest.mark.parametrize(("code", "detail"), EVERY)
@pytest.mark.parametrize("offers", [0, 1, 3])
@pytest.mark.parametrize("found", ["", "next blursday"])
def test_what_why_how_and_that_nothing_was_dialled(
    code: Code, detail: str, offers: int, found: str
) -> None:
    text = problem_text(code, found=found, detail=detail, offers=offers)
    assert text.endswith("Nothing was dialled.")
    assert any(how in text for how in HOW), text
    assert "“”" not in text
    assert "  " not in text
    assert len(text) < 420


def test_every_code_has_its_own_text() -> None:
    assert set(TEXTS) == set(Code)
    assert len({problem_text(code, found="x") for code in Code}) == len(Code)


def test_an_unknown_code_gets_an_honest_general_text() -> None:
    text = problem_text("from_the_future", found="x")
    assert text.startswith("I could not read that line.")
    assert text.endswith("Nothing was dialled.")


def test_long_words_are_cut_and_never_inside_an_entity() -> None:
    text = problem_text(Code.UNKNOWN_AGENT, found="&lt;" * 100, suggestion="&amp;" * 100)
    assert "&lt;…”" in text
    assert "&amp;…*" in text
    assert len(text) < 300


def test_texts_speak_of_the_command_that_is_configured() -> None:
    for code in Code:
        assert "/dial" not in problem_text(code, command="/ring")
    assert "`/ring agents`" in problem_text(Code.UNKNOWN_AGENT, found="Vox", command="/ring")


def test_one_offer_is_asked_about_and_several_are_chosen_from() -> None:
    assert "Did you mean this?" in problem_text(Code.AMBIGUOUS_TIME, found="x", offers=1)
    assert "Which one?" in problem_text(Code.AMBIGUOUS_TIME, found="x", offers=2)
    assert "Write day and hour" in problem_text(Code.AMBIGUOUS_TIME, found="x")


def test_too_many_numbers_are_not_called_a_long_line() -> None:
    text = problem_text(Code.TOO_LONG, detail="too_many_numbers")
    assert "more numbers" in text
    assert "characters" not in text
