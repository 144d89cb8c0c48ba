"""Which accidents there will be: all of them drawn from the seed before anything begins."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

LONGEST_REST = 2.0  # seconds until a dead bot is started again
DOZE = (0.5, 3.0)  # seconds that a bot stands still, mostly
SLEEP = (9.0, 15.0)  # sometimes: around and beyond what a dial may wait for its first byte
SLEEPERS = 1 / 3  # of those that stand still
SLAMS = 6  # connections in a row, at most


class Harm(StrEnum):
    """What can happen. The last two need a database server of our own."""

    KILL = "kill -9"
    STOP = "SIGTERM"
    FREEZE = "SIGSTOP"
    SLAM = "doors slammed"
    SOCKETS = "Slack's sockets broken"
    LEAP = "leaps of the clock"
    RESTART = "database restarts"
    DROP = "connections dropped"


COMMON: Mapping[Harm, int] = {
    Harm.KILL: 6, Harm.STOP: 3, Harm.FREEZE: 6, Harm.SLAM: 2, Harm.SOCKETS: 1, Harm.LEAP: 1,
}  # fmt: skip
SERVED: Mapping[Harm, int] = {Harm.RESTART: 2, Harm.DROP: 3}


@dataclass(frozen=True, slots=True)
class Blow:
    """One accident, ``at`` seconds after its act began.

    ``order`` are the bots by who is hit first, if it can be hit just then; ``seconds`` how long one
    rests or stands still; ``share`` of the connections, ``times`` of doors, ``hard`` of the two
    ways to slam a door, restart a database or kill a bot: at once, or when the next dial comes.
    """

    at: float
    harm: Harm
    order: tuple[int, ...]
    seconds: float
    share: float
    times: int
    hard: bool
    place: int  # 0 or 1: which provider


def draw_blows(
    chance: random.Random, seconds: float, pause: float, bots: int, *, served: bool
) -> list[Blow]:
    """Over so many seconds; ``pause`` is what one bot has between two blows, on average."""
    harms = {**COMMON, **(SERVED if served else {})}
    blows: list[Blow] = []
    at = chance.uniform(0, 2 * pause / bots)
    while at < seconds:
        blows.append(_blow(chance, at, harms, bots))
        at += chance.uniform(0, 2 * pause / bots)
    return blows


def _blow(chance: random.Random, at: float, harms: Mapping[Harm, int], bots: int) -> Blow:
    (harm,) = chance.choices(list(harms), list(harms.values()))
    span = SLEEP if chance.random() < SLEEPERS else DOZE
    return Blow(
        at=at,
        harm=harm,
        order=tuple(chance.sample(range(bots), bots)),
        seconds=chance.uniform(*span) if harm is Harm.FREEZE else chance.uniform(0, LONGEST_REST),
        share=chance.choice((0.3, 1.0)),
        times=chance.randint(1, SLAMS),
        hard=chance.random() < 0.5,
        place=chance.randrange(2),
    )


def listed(blows: Sequence[Blow]) -> str:
    """How many there are of each."""
    counts = {harm: sum(blow.harm is harm for blow in blows) for harm in Harm}
    return ", ".join(f"{count} {harm}" for harm, count in counts.items() if count)
