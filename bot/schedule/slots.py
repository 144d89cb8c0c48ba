"""How many dials one process has under way at each provider, and where more wait for room."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Collection, Coroutine
from contextlib import asynccontextmanager

AT_ONCE = 50  # requests in mid-dial in this process, at each provider
LATELY = 0.5  # seconds; what a provider answered in them it will answer in the next ones, too


class Slots:
    """The tasks of one dialler. A request is in flight until its answer has come.

    While a provider answers quickly, some more are claimed than it has places, so that the next
    one leaves when an answer comes and not when the next claim is committed. Of a provider that is
    slow none are: they would wait past the moment until which they may be sent.

    ``crowded`` are the providers whose last claim took all that there was room for.
    """

    def __init__(self) -> None:
        self._tasks: dict[str, set[asyncio.Task[None]]] = defaultdict(set)
        self._to_send: dict[str, set[asyncio.Task[None]]] = defaultdict(set)
        self._places: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE))
        self._answers: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=AT_ONCE))
        self.crowded: set[str] = set()

    def start(self, provider: str, dial: Coroutine[None, None, None], *, sends: bool) -> None:
        """A task that dials, or that only writes down why nothing was sent."""
        task = asyncio.create_task(dial)
        self._tasks[provider].add(task)  # asyncio itself keeps no task alive
        task.add_done_callback(self._tasks[provider].discard)
        if sends:
            self._to_send[provider].add(task)
            task.add_done_callback(self._to_send[provider].discard)

    @asynccontextmanager
    async def place(self, provider: str) -> AsyncIterator[None]:
        """A place for the present task's request; behind it the answer is yet to be stored."""
        async with self._places[provider]:
            yield
        task = asyncio.current_task()
        if task is not None:
            self._to_send[provider].discard(task)
        self._answers[provider].append(asyncio.get_running_loop().time())

    def room(self, provider: str) -> int:
        """For how many more; answers that are yet to be written down are limited, too."""
        to_send = len(self._to_send[provider])
        to_store = len(self._tasks[provider]) - to_send
        return AT_ONCE - max(to_send - self._ahead(provider), to_store)

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

    def _ahead(self, provider: str) -> int:
        since = asyncio.get_running_loop().time() - LATELY
        return sum(answered > since for answered in self._answers[provider])
