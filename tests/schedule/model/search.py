"""Many plays from one seed: as many as are asked for, or until the first that breaks a promise."""

import asyncio
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from bot.storage.database import Database
from bot.storage.migrate import migrate
from tests.schedule.model.machine import Play
from tests.schedule.model.stage import Theatre


@dataclass(frozen=True, slots=True)
class Search:
    """The same seed, the same plays. ``shrink`` makes a failing one short; it takes minutes."""

    seed: int
    examples: int
    steps: int
    shrink: bool = False

    @property
    def settings(self) -> settings:
        """As hypothesis wants them."""
        return settings(
            max_examples=self.examples,
            stateful_step_count=self.steps,
            database=None,
            deadline=None,
            report_multiple_bugs=False,
            phases=[Phase.generate, Phase.shrink] if self.shrink else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        )

    def run(self, theatre: Theatre) -> Counter[str]:
        """What happened in all plays, by name. Raises ``AssertionError`` with the first to fail."""
        seen: Counter[str] = Counter()

        class Tonight(Play):
            def __init__(self) -> None:
                super().__init__(theatre, seen)

        seed(self.seed)(Tonight)
        try:
            run_state_machine_as_test(Tonight, settings=self.settings)
        except Exception as error:
            error.add_note(f"{self}, after {seen['plays']} plays")
            raise
        return seen


def theatre(folder: Path) -> Theatre:
    """On a SQLite file there, with all its tables."""
    return theatre_on(f"sqlite+aiosqlite:///{folder / 'switchboard.db'}")


def theatre_on(url: str) -> Theatre:
    """On that database, which is made ready."""
    asyncio.run(_ready(url))
    return Theatre(url)


async def _ready(url: str) -> None:
    database = Database(url)
    await migrate(database)
    await database.close()


def searched(search: Search, folder: Path) -> Counter[str]:
    """On a database of its own."""
    with closing(theatre(folder)) as stage:
        return search.run(stage)


def told(seen: Counter[str]) -> str:
    """What happened, the most frequent first."""
    return ", ".join(f"{name} {count}" for name, count in seen.most_common())
