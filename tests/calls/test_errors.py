"""What each error carries, and what it is a kind of."""

from datetime import timedelta

import pytest

from bot.calls.errors import (
    BotError,
    Cause,
    MaybePlaced,
    Misunderstood,
    NotAllowed,
    NotFound,
    NotPlaced,
    ProviderError,
    StoreAway,
    TooLate,
)

PLAIN = [Misunderstood, NotAllowed, NotFound, TooLate, StoreAway, ProviderError, MaybePlaced]


@pytest.mark.parametrize("kind", PLAIN)
def test_people_and_the_log_get_their_own_text(kind: type[BotError]) -> None:
    error = kind("for people", detail="for the log")
    assert isinstance(error, BotError)
    assert (error.for_user, str(error)) == ("for people", "for the log")


def test_without_a_detail_the_log_gets_what_people_read() -> None:
    assert str(NotAllowed("for people")) == "for people"


def test_a_certain_no_and_an_uncertain_answer_are_never_mistaken_for_each_other() -> None:
    assert not issubclass(MaybePlaced, NotPlaced)
    assert not issubclass(NotPlaced, MaybePlaced)


@pytest.mark.parametrize("cause", Cause)
def test_a_certain_no_says_why_and_how_long_to_wait(cause: Cause) -> None:
    error = NotPlaced("no", cause=cause, wait=timedelta(seconds=30))
    assert error.cause is cause
    assert error.wait == timedelta(seconds=30)
    assert NotPlaced("no", cause=cause).wait is None
