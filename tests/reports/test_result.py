"""The result of a call: its end, what was learned, the beginning of what was said, its price."""

import pytest

from bot.calls.states import State
from bot.reports.result import excerpt, learned, outcome_sentence, price, worth_telling
from tests.samples import LONG_TRANSCRIPT, attempt, call


@pytest.mark.parametrize("state", State)
def test_every_end_has_a_sentence(state: State) -> None:
    said = outcome_sentence(call(state), attempt())
    assert said
    assert "_" not in said


def test_a_conversation_is_told_with_its_length() -> None:
    assert outcome_sentence(call(State.COMPLETED), attempt()) == "✅ Voz talked for 2 min 14 s"
    assert outcome_sentence(call(State.COMPLETED), attempt(seconds=None)) == "✅ Voz talked"


def test_what_was_learned_is_one_line_of_plain_words() -> None:
    said = {"budget": "20,000", "wants_visit": "yes", "mail": "j_d@example.com", "empty": " "}
    assert learned(said) == "budget: 20,000 · wants visit: yes · mail: j_d@example.com"
    assert learned({}) == ""


def test_of_much_that_was_learned_ten_facts_are_shown_and_long_ones_cut() -> None:
    said = learned({f"fact_{index}": "so\nlong " * 90 for index in range(13)})
    facts = said.split(" · ")
    assert len(facts) == 11
    assert facts[-1] == "and 3 more"
    assert all(len(each) <= 142 and "\n" not in each for each in facts)
    assert facts[0].endswith("…")


def test_only_what_a_provider_told_makes_a_result() -> None:
    assert worth_telling(call(State.COMPLETED), attempt())
    assert not worth_telling(call(State.COMPLETED), None)
    assert not worth_telling(call(State.COMPLETED), attempt(answer="maybe"))
    for code in ("marked", "said_it_rang", "said_it_did_not"):
        assert not worth_telling(call(State.COMPLETED, reason_code=code), attempt())


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
