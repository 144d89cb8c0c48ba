"""No sequence of commands, answers, crashes and clicks rings a phone twice or loses a call."""

import asyncio
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from bot.storage.database import Database
from bot.storage.migrate import migrate
from tests.schedule.model.machine import Play

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


class Sheets:
    """Empty SQLite files, each a copy of the first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._clean = folder / "clean.db"
        self._number = 0
        asyncio.run(self._make())

    async def _make(self) -> None:
        database = Database(f"sqlite+aiosqlite:///{self._clean}")
        await migrate(database)
        await database.close()

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """The URL of a new one."""
        self._number += 1
        folder = self._folder / str(self._number)
        folder.mkdir()
        shutil.copy(self._clean, folder / "switchboard.db")
        yield f"sqlite+aiosqlite:///{folder / 'switchboard.db'}"
        shutil.rmtree(folder)


def test_whatever_happens_no_phone_rings_twice_and_no_call_is_lost(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    run_state_machine_as_test(
        partial(Play, Sheets(tmp_path).fresh, seen), settings=budget(EXAMPLES, STEPS)
    )
    print(seen)
