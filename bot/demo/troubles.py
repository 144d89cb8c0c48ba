"""What may go wrong with the next dial at a stand-in: once, then it behaves again."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.demo.telephony import Fault, Kind, StandIn

NONE = "none"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One choice of the demo's knob."""

    label: str
    fault: Fault | None = None


def _error(status: int, code: str, message: str, retry_after: str | None = None) -> Fault:
    return Fault(Kind.ERROR, status=status, code=code, message=message, retry_after=retry_after)


TROUBLES: Mapping[str, Trouble] = {
    NONE: Trouble("goes well"),
    "answer-lost": Trouble("rings, but its answer is lost", Fault(Kind.LOST_ANSWER)),
    "bad-key": Trouble(
        "is refused: wrong key (401)", _error(401, "unauthorized", "The API key is not valid.")
    ),
    "too-many": Trouble(
        "is refused: too many (429)",
        _error(429, "rate_limited", "Too many requests.", retry_after="20"),
    ),
    "error": Trouble(
        "fails: server error (500), no ring", _error(500, "server_error", "Something broke.")
    ),
    "silent": Trouble("gets no answer, no ring", Fault(Kind.BLACK_HOLE, effect=False)),
    "slow": Trouble("is answered slowly, after 6 s", Fault(Kind.SLOW, seconds=6)),
}


def trouble_of(stand_in: StandIn) -> str:
    """The one that still waits for its dial; a key of ``TROUBLES``."""
    waiting = stand_in.account.faults.waiting
    names = [name for name, trouble in TROUBLES.items() if trouble.fault in waiting]
    return names[0] if names else NONE


def make_trouble(stand_in: StandIn, name: str) -> None:
    """With the next dial; in place of what was asked for before. Raises ``KeyError``."""
    fault = TROUBLES[name].fault
    stand_in.account.faults.waiting.clear()
    if fault is not None:
        stand_in.misbehave(fault)
