"""One budget per call, whatever the reasons."""

from datetime import timedelta

import pytest

from bot.calls.retries import pause_before_next, retry_pauses
from bot.calls.states import State
from tests.fakes import request
from tests.samples import call

HALF_AN_HOUR, TWO_HOURS = timedelta(minutes=30), timedelta(hours=2)


def pause(ended: State, used: int = 1, state: State = State.PLACED, **about: object) -> object:
    asked = request(**{"retries": 2, **about})
    return pause_before_next(ended, call(state, attempts_used=used, request=asked))


def test_the_usual_pauses_grow() -> None:
    assert retry_pauses(4) == [HALF_AN_HOUR, TWO_HOURS, *[timedelta(hours=4)] * 2]
    assert retry_pauses(2, 45) == [timedelta(minutes=45)] * 2
    assert retry_pauses(0) == []


def test_each_try_counts_whatever_it_came_to() -> None:
    assert [pause(State.BUSY, used) for used in (1, 2, 3)] == [HALF_AN_HOUR, TWO_HOURS, None]
    assert pause(State.NO_ANSWER, 3) is None
    assert pause(State.NO_ANSWER, retries=0) is None


def test_pauses_in_words_have_bounds() -> None:
    assert pause(State.BUSY, retry_every=45) == timedelta(minutes=45)
    assert pause(State.BUSY, retry_every=0) == timedelta(minutes=5)
    assert pause(State.BUSY, retry_every=10**6) == timedelta(hours=24)


@pytest.mark.parametrize("ended", [State.COMPLETED, State.FAILED, State.CANCELLED])
def test_who_was_reached_or_never_will_be_is_not_called_again(ended: State) -> None:
    assert pause(ended) is None


def test_a_voicemail_is_another_try_only_for_who_wants_that() -> None:
    assert pause(State.VOICEMAIL) is None
    assert pause(State.VOICEMAIL, retry_voicemail=True) == HALF_AN_HOUR


def test_after_a_conversation_only_a_machine_is_called_again() -> None:
    talked = State.IN_PROGRESS
    assert pause(State.NO_ANSWER, state=talked, retry_voicemail=True) is None
    assert pause(State.VOICEMAIL, state=talked) is None
    assert pause(State.VOICEMAIL, state=talked, retry_voicemail=True) == HALF_AN_HOUR
