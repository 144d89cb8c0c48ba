"""Which state may follow which."""

import pytest

from bot.calls.states import (
    ENDED_AT_PROVIDER,
    LIVE,
    MOVES,
    OPEN,
    TERMINAL,
    WAITING,
    State,
    may_move,
)
from bot.calls.verdict import PASSING_HOLDS

FIRST = {State.SCHEDULED, State.AWAITING_APPROVAL}
NEVER = [
    (State.UNSURE, State.SCHEDULED),
    (State.UNSURE, State.DIALLING),
    (State.PLACED, State.HELD),
    (State.RINGING, State.DIALLING),
    (State.PLACED, State.DIALLING),
    (State.HELD, State.DIALLING),
    (State.DIALLING, State.CANCELLED),
    (State.IN_PROGRESS, State.RINGING),
    (State.AWAITING_APPROVAL, State.DIALLING),
]


def test_every_state_has_its_row() -> None:
    assert set(MOVES) == set(State)


def test_open_and_terminal_share_nothing_and_leave_nothing_out() -> None:
    assert set(State) == OPEN | TERMINAL
    assert not OPEN & TERMINAL
    assert WAITING | LIVE <= OPEN
    assert ENDED_AT_PROVIDER <= TERMINAL


@pytest.mark.parametrize("state", sorted(TERMINAL - {State.HANDED_OVER}))
def test_nothing_leaves_a_terminal_state(state: State) -> None:
    assert not any(may_move(state, after) for after in State)


def test_of_a_call_handed_over_only_its_end_can_still_be_told() -> None:
    assert MOVES[State.HANDED_OVER] == ENDED_AT_PROVIDER


@pytest.mark.parametrize("state", sorted(OPEN))
def test_every_open_state_can_end(state: State) -> None:
    assert reached_from({state}) & TERMINAL


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_reached(state: State) -> None:
    assert state in reached_from(FIRST)


@pytest.mark.parametrize(("before", "after"), NEVER)
def test_what_could_ring_twice_or_go_backwards_is_forbidden(before: State, after: State) -> None:
    assert not may_move(before, after)


def test_no_state_follows_itself() -> None:
    assert not any(may_move(state, state) for state in State)


def test_only_rules_and_providers_hold_a_call_for_a_while() -> None:
    assert "late" not in PASSING_HOLDS


def reached_from(states: set[State]) -> set[State]:
    known = set(states)
    while True:
        more = {after for state in known for after in MOVES[state]} - known
        if not more:
            return known
        known |= more
