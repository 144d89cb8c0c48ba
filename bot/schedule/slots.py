"""How many dials one process has under way at each provider, and where more wait for room."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Coroutine

AT_ONCE = 50  # requests in mid-dial in this process, at each provider


class Slots:
    """The tasks of one dialler. A request is in flight until its answer has come.

    ``crowded`` are the providers whose last claim took all that there was room for.
    """

    def __init__(self) -> None:
        self._tasks: dict[str, set[asyncio.Task[None]]] = defaultdict(set)
        self._in_flight: dict[str, set[asyncio.Task[None]]] = defaultdict(set)
        self.crowded: set[str] = set()

    def start(self, provider: str, dial: Coroutine[None, None, None], *, sends: bool) -> None:
        """A task that dials, or that only writes down why nothing was sent."""
        task = asyncio.create_task(dial)
        self._tasks[provider].add(task)  # asyncio itself keeps no task alive
        task.add_done_callback(self._tasks[provider].discard)
        if sends:
            self._in_flight[provider].add(task)
            task.add_done_callback(self._in_flight[provider].discard)

    def answered(self, provider: str) -> None:
        """The present task has its answer; all it has yet to do is to write it down."""
        task = asyncio.current_task()
        if task is not None:
            self._in_flight[provider].discard(task)

    def room(self, provider: str) -> int:
        """For how many more; answers that are yet to be written down are limited, too."""
        sent = len(self._in_flight[provider])
        return AT_ONCE - max(sent, len(self._tasks[provider]) - sent)

    def note(self, provider: str, *, room: int, claimed: int) -> None:
        """What came of a claim."""
        (self.crowded.add if claimed >= room else self.crowded.discard)(provider)

    @property
    def full(self) -> set[str]:
        """Providers that take no more just now."""
        return {provider for provider in self._tasks if self.room(provider) <= 0}

    @property
    def tasks(self) -> Collection[asyncio.Task[None]]:
        """All that is under way."""
        return [task for tasks in self._tasks.values() for task in tasks]
