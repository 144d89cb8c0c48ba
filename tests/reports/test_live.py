"""One headline for each state, and only buttons that do something in it."""

import re
from dataclasses import replace
from typing import Any

import pytest

from bot.calls.retries import NO_TIME_LEFT, STOPPED, WHY_AGAIN
from bot.calls.states import LIVE, TERMINAL, State
from bot.reports.buttons import Action, actions
from bot.reports.live import headline, result_due, since, spoken_length
from bot.reports.scene import Headline, Scene
from tests.fakes import MORNING, request
from tests.samples import attempt, call

WHOM, EMOJI = "Bob (+1 415-555-••23)", re.compile("[\u2190-\u2bff\U0001f000-\U0001faff]")
SCENE = Scene(
    whom=WHOM, provider="Voicy", asker="U0RITA", sent="at 10:00:03 AM", span="10 and 11 AM"
)
SILENT = Scene(whom=WHOM, provider="Vozzo", asker="U0RITA", span="10 and 11 AM", can_be_asked=False)
REASONS = [
    (State.HELD, "outside_hours", "it would be 9:30 PM for them; calls are allowed 8 AM - 9 PM"),
    (State.HELD, "provider_unreachable", "VozAgent can't be reached. Nothing was dialled."),
    (State.HELD, "late", "VozAgent can't be reached. Nothing was dialled."),
    (State.HELD, "number_not_verified", "the number is not verified"),
    (State.UNSURE, "no_clear_answer", "Voicy did not answer. I won't dial again until I know."),
    (State.UNSURE, "id_unknown", "Voicy took the call but gave no call id"),
    (State.UNSURE, "", ""),
    (State.FAILED, "refused", "VozAgent refused the call: “no such number”."),
    (State.FAILED, "", ""),
    (State.EXPIRED, "window_passed", "the rest of its window is outside their calling hours"),
]
CLAIMS = [
    (State.COMPLETED, "said_it_rang", "Rang"),
    (State.FAILED, "said_it_did_not", "Did not ring"),
    (State.COMPLETED, "marked", "Reached"),
    (State.VOICEMAIL, "marked", "Not reached"),
    (State.NO_ANSWER, "marked", "Not reached"),
    (State.BUSY, "marked", "Not reached"),
    (State.FAILED, "marked", "Never rang"),
]
RETRIES = [(State.SCHEDULED, "retrying", why) for why in WHY_AGAIN.values()]
MISSED = [(state, code, "after 1 try") for state in WHY_AGAIN for code in (STOPPED, NO_TIME_LEFT)]
ODD = [(State.HANDED_OVER, "window_over", ""), (State.UNSURE, "process_stopped", "stopped")]
EVERY = [(state, "", "") for state in State] + REASONS + CLAIMS + RETRIES + MISSED + ODD


def head(state: State, code: str = "", reason: str = "", **around: Any) -> Headline:
    scene = around.pop("scene", SCENE)
    return headline(call(state, reason_code=code, reason=reason), attempt(**around), scene)


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
    assert reason.rstrip(".") in head(state, code, reason).rest


@pytest.mark.parametrize(("state", "code", "word"), CLAIMS)
def test_the_word_of_a_person_is_told_as_theirs(state: State, code: str, word: str) -> None:
    assert head(state, code, "they <rang> back").word == f"{word}, says <@U0RITA>"
    noted = "· “they &lt;rang&gt; back”" in head(state, code, "they <rang> back").rest
    assert noted is (code == "marked")


def test_a_doubtful_call_says_what_was_sent_when_what_came_back_and_what_follows() -> None:
    said = head(State.UNSURE, "no_clear_answer", "Voicy did not answer", next_poll=MORNING)
    assert said == Headline(
        "❓",
        "Not sure it rang",
        f"{WHOM} · I sent the call to Voicy at 10:00:03 AM. Voicy did not answer. "
        "I won't dial again until I know. I keep asking Voicy.",
    )


def test_a_doubtful_call_promises_once_not_to_be_dialled_again() -> None:
    for code, reason in (("no_clear_answer", "I won't dial again until I know."), ("", "no id")):
        assert head(State.UNSURE, code, reason).rest.count("dial again until I know") == 1


def test_a_doubt_that_no_provider_can_end_says_so() -> None:
    silent = head(State.UNSURE, scene=SILENT).rest
    assert silent.endswith("Vozzo can't be asked. Only a person can know.")
    assert "keep asking" not in silent
    stopped = head(State.UNSURE, next_poll=None).rest
    assert stopped.endswith("I have stopped asking. <@U0RITA>, only a person can know now.")


def test_a_stopped_process_does_not_claim_that_it_sent_the_call() -> None:
    said = head(State.UNSURE, "process_stopped", "my process stopped").rest
    assert "I was sending the call to Voicy at 10:00:03 AM when my process stopped" in said
    assert "I sent" not in said


def test_a_call_handed_over_is_told_as_coming_and_then_as_past() -> None:
    coming = head(State.HANDED_OVER, scene=SILENT)
    assert coming.word == "Handed to Vozzo"
    assert coming.rest == (f"Voz will call {WHOM} between 10 and 11 AM · Vozzo reports no outcome")
    past = head(State.HANDED_OVER, "window_over", scene=SILENT)
    assert past.word == "Was handed to Vozzo"
    assert past.rest == (
        f"Voz was to call {WHOM} between 10 and 11 AM · Vozzo does not say how it went"
    )


def test_a_call_that_is_tried_again_says_why_and_which_try_is_next() -> None:
    again = call(reason_code="retrying", reason="the line was busy", attempts_used=1,
                 request=request(retries=2))  # fmt: skip
    said = headline(again, None, replace(SCENE, due="today at 10:30 AM"))
    assert (said.word, said.rest) == (
        "Line busy",
        f"try 2 of 3 today at 10:30 AM · Voz will call {WHOM}",
    )


def test_between_two_tries_there_is_a_button_that_ends_it() -> None:
    again = call(reason_code="retrying", reason="nobody answered", attempts_used=1)
    assert actions(again) == (Action.NOW, Action.STOP)
    held = call(State.HELD, reason_code="provider_unreachable", attempts_used=1)
    assert actions(held) == (Action.NOW, Action.MOVE, Action.STOP)
    answered = call(State.HELD, reason_code="answered_after_all", attempts_used=1)
    assert Action.STOP not in actions(answered)


def test_a_try_that_was_moved_is_still_called_another_try() -> None:
    moved = call(attempts_used=1, request=request(retries=2))
    assert headline(moved, None, SCENE).rest == f"Voz will call {WHOM} again, try 2 of 3"


def test_who_stopped_the_tries_is_told_and_how_many_there_were() -> None:
    stopped = call(State.BUSY, reason_code=STOPPED, reason="after 1 try", attempts_used=1,
                   changed_by="U0LEE")  # fmt: skip
    assert headline(stopped, None, SCENE).rest == (
        f"Voz called {WHOM}; the line was busy · stopped by <@U0LEE> after 1 try"
    )


def test_a_try_that_found_no_time_is_told() -> None:
    missed = call(State.NO_ANSWER, reason_code=NO_TIME_LEFT, attempts_used=2,
                  reason="no time was left for another try")  # fmt: skip
    assert headline(missed, None, SCENE).rest == (
        f"Voz called {WHOM}; nobody answered after 2 tries · no time was left for another try"
    )


def test_words_of_others_are_escaped() -> None:
    for state in (State.HELD, State.UNSURE, State.FAILED, State.EXPIRED):
        assert "<!channel>" not in head(state, "x", "<!channel>").rest
    assert "<!channel>" not in head(State.FAILED, raw_status="<!channel>").rest


def test_no_headline_knows_a_provider_by_heart() -> None:
    other = Scene(whom=WHOM, provider="Otherwise")
    for state in State:
        said = headline(call(state), attempt(), other)
        assert not re.search("VozAgent|Vozzo|Voicy|UnleashX", said.word + said.rest)


@pytest.mark.parametrize("state", State)
def test_buttons_do_something_in_the_present_state(state: State) -> None:
    offered = set(actions(call(state)))
    assert Action.CANCEL not in offered or state in {State.SCHEDULED, State.HELD}
    assert Action.CHECK not in offered or state == State.UNSURE
    assert Action.AGAIN not in offered or state in TERMINAL
    assert (Action.MARK in offered) is (state == State.HANDED_OVER)
    if state in LIVE | {State.DIALLING}:
        assert not offered  # a cancel would be a race
    if state in TERMINAL - {State.HANDED_OVER}:
        assert offered == {Action.AGAIN}


def test_nobody_is_asked_to_check_with_a_provider_that_cannot_tell() -> None:
    assert actions(call(State.UNSURE), can_be_asked=False) == (Action.RANG, Action.NOT_RANG)


def test_a_call_that_may_still_ring_is_not_offered_once_more() -> None:
    assert actions(call(State.HANDED_OVER)) == (Action.MARK,)
    past = call(State.HANDED_OVER, reason_code="window_over")
    assert actions(past) == (Action.MARK, Action.AGAIN)


@pytest.mark.parametrize("state", [State.COMPLETED, State.VOICEMAIL])
def test_what_was_said_is_reported_when_all_that_will_come_has_come(state: State) -> None:
    ended = call(state)
    waiting = attempt(summary=None, transcript=None, next_poll=MORNING)
    assert not result_due(ended, waiting)
    assert result_due(ended, attempt(summary=None, transcript=None, next_poll=None))
    assert result_due(ended, attempt(next_poll=MORNING))
    assert result_due(ended, None)
    assert result_due(call(State.NO_ANSWER), waiting)
    assert result_due(call(state, reason_code="marked"), waiting)


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
