"""No sequence of commands, answers, crashes and clicks rings a phone twice or loses a call."""

import asyncio
import os
from collections import Counter
from contextlib import closing
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from bot.storage.database import Database
from bot.storage.migrate import migrate
from tests.schedule.model.machine import Play
from tests.schedule.model.stage import Theatre

EXAMPLES, STEPS = 150, 40


def budget(examples: int, steps: int) -> settings:
    """The same plays every time; others, and as many as wanted, with ``MODEL_EXAMPLES``."""
    wanted = int(os.environ.get("MODEL_EXAMPLES", "0"))
    return settings(
        max_examples=wanted or examples,
        stateful_step_count=int(os.environ.get("MODEL_STEPS", steps)),
        derandomize=not wanted,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )


async def ready(url: str) -> None:
    """With all its tables."""
    database = Database(url)
    await migrate(database)
    await database.close()


def test_whatever_happens_no_phone_rings_twice_and_no_call_is_lost(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'switchboard.db'}"
    asyncio.run(ready(url))
    seen: Counter[str] = Counter()
    with closing(Theatre(url)) as theatre:
        run_state_machine_as_test(partial(Play, theatre, seen), settings=budget(EXAMPLES, STEPS))
    print(seen)
