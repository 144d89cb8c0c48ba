"""Whether each call is in a truthful state, judged by what its provider received."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.calls.states import ENDED_AT_PROVIDER, State
from tests.faults.chaos.facts import Case, Dial, Ring

MOVING = timedelta(seconds=30)  # a call that was found at the last moment goes on by itself
UNREACHED = frozenset({"no-answer", "busy"})  # ends after which a retry is allowed
# Which state says what the provider has; Voicy has no word of its own for a voicemail.
ENDS: Mapping[str, frozenset[str]] = {
    "answered": frozenset({State.COMPLETED}),
    "voicemail": frozenset({State.VOICEMAIL, State.COMPLETED}),
    "no-answer": frozenset({State.NO_ANSWER}),
    "busy": frozenset({State.BUSY}),
    "failed": frozenset({State.FAILED}),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """``kind`` is lost, doubled, or untrue."""

    kind: str
    what: str
    case: Case


def judge(cases: Sequence[Case], now: datetime) -> list[Wrong]:
    """All that is wrong; ``now`` is by the clock of the bots."""
    return [wrong for case in cases for wrong in _wrongs(case, now)]


def _wrongs(case: Case, now: datetime) -> Iterator[Wrong]:
    if case.call is None:
        yield Wrong("lost", "nobody knows of this call", case)
    for what in _doubled(case):
        yield Wrong("doubled", what, case)
    if case.call is not None:
        for what in _untrue(case, now):
            yield Wrong("untrue", what, case)


def _doubled(case: Case) -> Iterator[str]:
    """A dial after one that rang, or may have, is only right when nobody was reached by it."""
    for before, after in zip(case.dials, case.dials[1:], strict=False):
        if not _may_follow(before, after):
            yield f"dialled again at {after.at:%H:%M:%S} though {_words(before)}"
    retried = sum(bool(dial.rings) for dial in case.dials[:-1])
    if retried > case.plan.retries:
        yield f"{retried} retries, and {case.plan.retries} were wanted"
    if len(case.dials) > len(case.attempts):
        yield f"{len(case.dials)} dials in {len(case.attempts)} attempts"
    crowded = [dial for dial in case.dials if len(dial.rings) > 1]
    if crowded:
        yield "one dial rang more than once"


def _may_follow(before: Dial, after: Dial) -> bool:
    if before.refused:
        return True
    ended = [ring.ended_at for ring in before.rings if ring.kind in UNREACHED]
    return len(ended) == 1 and ended[0] is not None and ended[0] <= after.at


def _words(dial: Dial) -> str:
    if dial.rings:
        return f"the dial of {dial.at:%H:%M:%S} rang ({dial.rings[0].kind})"
    return f"the dial of {dial.at:%H:%M:%S} got no clear answer ({dial.fault or 'cut off'})"


def _untrue(case: Case, now: datetime) -> Iterator[str]:
    call = case.call or {}
    state = State(case.state)
    known = {ring.id for other in case.siblings for ring in other.rings}
    for attempt in case.attempts:
        if attempt["provider_call_id"] and attempt["provider_call_id"] not in known:
            yield f"attempt {attempt['n']} has the id of a call that never rang there"
    if state in ENDED_AT_PROVIDER:
        yield from _end(case, state)
    elif state in JUDGES:
        yield from JUDGES[state](case, now)
    elif now - call["changed_at"] > MOVING:
        yield f"it stands still as {state}"
    needs_reason = state in {State.HELD, State.UNSURE, State.EXPIRED, State.FAILED}
    if needs_reason and not (call["reason"] or state is State.FAILED):
        yield f"it is {state} without a reason"


def _end(case: Case, state: State) -> Iterator[str]:
    """What its provider says of the newest attempt, or refused."""
    call = case.call or {}
    if state is State.FAILED and call["reason_code"] == "refused":
        if not (case.dials and case.dials[-1].refused):
            yield "it says refused, and nobody refused it"
        return
    ring = _newest_ring(case)
    if ring is None:
        yield f"it is {state}, and its newest attempt never rang"
    elif ring.ended_at is None or state not in ENDS[ring.kind]:
        yield f"it is {state}, and its provider says {ring.kind}"


def _newest_ring(case: Case) -> Ring | None:
    wanted = case.attempts[-1]["provider_call_id"] if case.attempts else None
    rings = [ring for other in case.siblings for ring in other.rings]
    return next((ring for ring in rings if ring.id == wanted), None)


def _waits(case: Case, now: datetime) -> Iterator[str]:
    due = (case.call or {})["due"]
    if due <= now:
        yield f"it was due at {due:%H:%M:%S} and nobody dials it"
    yield from _nothing_open(case)


def _held(case: Case, now: datetime) -> Iterator[str]:
    yield from _nothing_open(case)


def _expired(case: Case, now: datetime) -> Iterator[str]:
    if case.plan.window is None:
        yield "it expired and had no window"
    yield from _nothing_open(case)


def _nothing_open(case: Case) -> Iterator[str]:
    """Whoever waits for another try has no dial behind it that rang, or may have rung."""
    for dial in case.dials:
        reached = [ring for ring in dial.rings if ring.kind not in UNREACHED]
        silent = not dial.rings and not dial.refused
        if reached or silent:
            yield f"it is {case.state} though {_words(dial)}"


def _unsure(case: Case, now: datetime) -> Iterator[str]:
    if not case.attempts:
        yield "it is unsure and was never dialled"


JUDGES: Mapping[State, Callable[[Case, datetime], Iterator[str]]] = {
    State.SCHEDULED: _waits,
    State.HELD: _held,
    State.EXPIRED: _expired,
    State.UNSURE: _unsure,
}


def tally(cases: Sequence[Case]) -> Counter[str]:
    """How many calls are in each state; the doubtful ones by whether a phone rang."""
    return Counter(_named(case) for case in cases)


def _named(case: Case) -> str:
    if case.state == State.HELD and case.call is not None:
        return f"held ({case.call['reason_code']})"
    if case.state != State.UNSURE:
        return case.state or "lost"
    newest = case.dials[-1] if case.dials else None
    return "unsure, rang" if newest and newest.rings else "unsure, did not ring"
