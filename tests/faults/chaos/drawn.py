"""All that is drawn from a seed: the calls, and the accidents of both acts."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from tests.faults.chaos.blows import Blow, draw_blows, listed
from tests.faults.chaos.plan import Options, Plan, draw

FIRST_ACT = 0.8  # of the time; then the clock goes on so far that retries are due


@dataclass(frozen=True, slots=True)
class Drawn:
    """The same for the same seed and sizes, on every machine."""

    options: Options
    plans: Sequence[Plan]
    acts: tuple[Sequence[Blow], Sequence[Blow]]

    @classmethod
    def of(cls, options: Options) -> "Drawn":
        """Calls and accidents apart: one accident more changes no call."""
        first = options.seconds * FIRST_ACT
        calls, accidents = [random.Random(f"{options.seed} {what}") for what in ("calls", "harm")]
        served = options.database == "postgresql"
        first_act, second_act = [
            draw_blows(accidents, span, options.pause, options.workers, served=served)
            for span in (first, options.seconds - first)
        ]
        plans = draw(calls, options.calls, first, options.by_hand)
        return cls(options, plans, (first_act, second_act))

    def __str__(self) -> str:
        """In one line, with a fingerprint of everything."""
        told = sha256(repr((self.plans, self.acts)).encode()).hexdigest()[:8]
        return f"{listed([*self.acts[0], *self.acts[1]])}; fingerprint {told}"
