"""The thread of a call: short lines, and the result at its end."""

import pytest

from bot.calls.call import Change
from bot.calls.states import State
from bot.reports.diary import LINES, diary_line, excerpt, outcome_sentence, price
from tests.fakes import MORNING
from tests.samples import LONG_TRANSCRIPT, attempt, call


def change(before: State, after: State, why: str = "", rev: int = 2) -> Change:
    return Change(rev, MORNING, "switchboard", after.value, before.value, after.value, why)


DIALLED = change(State.SCHEDULED, State.DIALLING)


@pytest.mark.parametrize(("state", "line"), LINES.items())
def test_each_line_says_in_words_what_its_icon_shows(state: State, line: str) -> None:
    words = line.partition(" ")[2]
    assert words
    assert words.isascii()
    assert diary_line([change(State.PLACED, state)]) == line


def test_changes_close_together_are_one_line_without_repeats() -> None:
    steps = [DIALLED, DIALLED, change(State.DIALLING, State.PLACED)]
    steps.append(change(State.PLACED, State.RINGING))
    assert diary_line(steps) == "📞 Dialling · 🔔 Ringing"


def test_what_nobody_needs_to_know_makes_no_line() -> None:
    assert diary_line([]) == ""
    assert diary_line([change(State.SCHEDULED, State.SCHEDULED)]) == ""
    assert diary_line([change(State.SCHEDULED, State.CANCELLED)]) == ""


def test_a_dial_that_was_taken_back_is_told_with_its_reason() -> None:
    line = diary_line([DIALLED, change(State.DIALLING, State.HELD, "no <line> free")])
    assert line == "📞 Dialling · ✋ Not dialled: no &lt;line&gt; free"


@pytest.mark.parametrize("state", [State.FAILED, State.UNSURE])
def test_what_went_wrong_is_told_with_its_reason(state: State) -> None:
    assert diary_line([change(State.DIALLING, state, "<!channel>")]).endswith(": &lt;!channel&gt;")


@pytest.mark.parametrize("state", State)
def test_every_end_has_a_sentence(state: State) -> None:
    said = outcome_sentence(call(state), attempt())
    assert said
    assert "_" not in said


def test_a_conversation_is_told_with_its_length() -> None:
    assert outcome_sentence(call(State.COMPLETED), attempt()) == "✅ Voz talked for 2 min 14 s"
    assert outcome_sentence(call(State.COMPLETED), attempt(seconds=None)) == "✅ Voz talked"


def test_a_short_transcript_is_shown_whole() -> None:
    assert excerpt("agent: hi\n\nperson: hi\n") == ("agent: hi\nperson: hi", False)
    assert excerpt("  \n") == ("", False)


@pytest.mark.parametrize("long", [LONG_TRANSCRIPT, "x" * 100_000, "line\n" * 13])
def test_a_long_transcript_is_shown_in_part_and_says_so(long: str) -> None:
    text, shortened = excerpt(long)
    assert shortened
    assert len(text) <= 1_500
    assert len(text.splitlines()) <= 12


@pytest.mark.parametrize(
    ("micros", "currency", "words"),
    [
        (150_000, "USD", "$0.15"),
        (12_340_000, "USD", "$12.34"),
        (10_000, "USD", "$0.01"),
        (1_200, "USD", "$0.0012"),
        (0, "USD", "$0.00"),
        (150_000, "EUR", "0.15 EUR"),
        (150_000, "<!here>", "0.15 &lt;!here&gt;"),
    ],
)
def test_prices_read_as_money(micros: int, currency: str, words: str) -> None:
    assert price(micros, currency) == words
