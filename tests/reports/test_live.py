"""One headline for each state, and only buttons that do something in it."""

import re

import pytest

from bot.calls.states import LIVE, TERMINAL, State
from bot.reports.live import Action, Headline, actions, headline, result_due, since, spoken_length
from tests.fakes import MORNING, request
from tests.samples import attempt, call

WHOM, EMOJI = "Bob (+1 415-555-••23)", re.compile("[\u2190-\u2bff\U0001f000-\U0001faff]")
REASONS = [
    (State.HELD, "outside_hours", "it would be 9:30 PM for them; calls are allowed 8 AM - 9 PM"),
    (State.HELD, "provider_unreachable", "VozAgent can't be reached. Nothing was dialled."),
    (State.HELD, "late", "VozAgent can't be reached. Nothing was dialled."),
    (State.HELD, "number_not_verified", "the number is not verified"),
    (State.UNSURE, "no_clear_answer", "VozAgent did not answer. I won't dial again until I know."),
    (State.UNSURE, "process_stopped", "I was stopped in the middle of dialling"),
    (State.UNSURE, "", ""),
    (State.FAILED, "refused", "VozAgent refused the call: “no such number”."),
    (State.FAILED, "said_it_did_not", "a person says it did not ring"),
    (State.FAILED, "", ""),
    (State.COMPLETED, "said_it_rang", "a person says it rang"),
    (State.EXPIRED, "window_passed", "the rest of its window is outside their calling hours"),
]
RETRIES = [(State.SCHEDULED, "retrying", why) for why in ("the line was busy", "nobody answered")]
EVERY = [(state, "", "") for state in State] + REASONS + RETRIES


def head(state: State, code: str = "", reason: str = "") -> Headline:
    return headline(
        call(state, reason_code=code, reason=reason), attempt(), whom=WHOM, provider="VozAgent"
    )


@pytest.mark.parametrize(("state", "code", "reason"), EVERY)
def test_every_state_is_said_in_words_and_not_by_the_icon_alone(
    state: State, code: str, reason: str
) -> None:
    said = head(state, code, reason)
    assert said.icon
    assert said.word
    assert WHOM in said.rest
    assert not EMOJI.search((said.word + said.rest).replace("••", ""))
    assert ".." not in said.rest
    assert "  " not in said.rest


def test_states_that_differ_for_people_have_different_headlines() -> None:
    # "Dialling" is two states: asked for, and taken by the provider; the second half tells them.
    said = {(head(state).word, head(state).rest) for state in State}
    assert len(said) == len(State)


@pytest.mark.parametrize(("state", "code", "reason"), REASONS)
def test_a_reason_is_told(state: State, code: str, reason: str) -> None:
    told = head(state, code, reason).rest
    by_a_person = code.startswith("said_")
    assert by_a_person or reason.rstrip(".") in told
    assert not by_a_person or "says <@U0RITA>" in told


def test_a_doubtful_call_promises_once_not_to_be_dialled_again() -> None:
    for code, reason in (("no_clear_answer", "I won't dial again until I know."), ("", "no id")):
        assert head(State.UNSURE, code, reason).rest.count("dial again until I know") == 1


def test_a_call_that_is_tried_again_says_why_and_which_try_is_next() -> None:
    again = call(reason_code="retrying", reason="the line was busy", attempts_used=1,
                 request=request(retries=2))  # fmt: skip
    said = headline(again, None, whom=WHOM, provider="VozAgent")
    assert (said.word, said.rest) == ("Line busy", f"Voz will call {WHOM} again, try 2 of 3")


def test_words_of_others_are_escaped() -> None:
    for state in (State.HELD, State.UNSURE, State.FAILED, State.EXPIRED):
        assert "<!channel>" not in head(state, "x", "<!channel>").rest
    loud = headline(
        call(State.FAILED), attempt(raw_status="<!channel>"), whom=WHOM, provider="VozAgent"
    )
    assert "<!channel>" not in loud.rest


@pytest.mark.parametrize("state", State)
def test_buttons_do_something_in_the_present_state(state: State) -> None:
    offered = set(actions(call(state)))
    assert Action.CANCEL not in offered or state in {State.SCHEDULED, State.HELD}
    assert Action.CHECK not in offered or state == State.UNSURE
    assert Action.AGAIN not in offered or state in TERMINAL
    if state in LIVE | {State.DIALLING}:
        assert not offered  # a cancel would be a race
    if state in TERMINAL:
        assert offered == {Action.AGAIN}


def test_a_conversation_is_reported_when_all_that_will_come_has_come() -> None:
    ended = call(State.COMPLETED)
    waiting = attempt(summary=None, transcript=None, next_poll=MORNING)
    assert not result_due(ended, waiting)
    assert result_due(ended, attempt(summary=None, transcript=None, next_poll=None))
    assert result_due(ended, attempt(next_poll=MORNING))
    assert result_due(ended, None)
    assert result_due(call(State.NO_ANSWER), waiting)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (-3, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (134, "2 min 14 s"),
        (3600, "60 min"),
    ],
)
def test_lengths_read_as_spoken(seconds: float, words: str) -> None:
    assert spoken_length(seconds) == words


def test_a_call_without_an_attempt_began_nowhere() -> None:
    assert since(None) is None
    assert since(attempt()) == MORNING
