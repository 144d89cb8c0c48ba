"""No sequence of commands, answers, crashes and clicks rings a phone twice or loses a call."""

import os
from pathlib import Path

from tests.schedule.model.search import Search, searched, told

# The same plays every time. Others: MODEL_SEED=7, MODEL_EXAMPLES=1000, MODEL_STEPS=80; or without
# an end, `python -m tests.schedule.model`.
SEED, EXAMPLES, STEPS = 465331657, 85, 40
HAPPENS = (
    "request", "retry", "no clear answer", "found at the provider", "abandoned", "settled",
    "cancelled", "called now", "rescheduled", "released", "held", "paused", "called again",
    "an answer after the lease",
)  # fmt: skip


def test_whatever_happens_no_phone_rings_twice_and_no_call_is_lost(tmp_path: Path) -> None:
    search = Search(
        seed=int(os.environ.get("MODEL_SEED", SEED)),
        examples=int(os.environ.get("MODEL_EXAMPLES", EXAMPLES)),
        steps=int(os.environ.get("MODEL_STEPS", STEPS)),
    )
    print(search)
    seen = searched(search, tmp_path)
    print(told(seen))
    missing = [name for name in HAPPENS if not seen[name]]
    assert not missing, "plays in which that never happens prove nothing about it"
