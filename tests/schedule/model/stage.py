"""Where the schedule is played: one transaction at a time, stopping wherever the play wants it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar, copy_context
from typing import Any, TypeVar

from sqlalchemy import Engine, RowMapping, Select, create_engine, delete, event
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.one_hop import Work
from bot.storage.tables import metadata

T = TypeVar("T")
ROUNDS = 10  # turns of the event loop without news, after which nothing more will come by itself


class StillLoop(asyncio.SelectorEventLoop):
    """An event loop in which no time passes: nothing happens because somebody waited."""

    def time(self) -> float:
        """Always the same."""
        return 0.0


class Life:
    """Of a process, or of a person at the screen. What is dead does nothing more."""

    def __init__(self) -> None:
        self.errands: list[Errand] = []
        self.dead = False
        self._waiting: list[asyncio.Future[None]] = []

    def waits(self) -> asyncio.Future[None]:
        """For this."""
        self._waiting = [one for one in self._waiting if not one.done()]
        self._waiting.append(asyncio.get_running_loop().create_future())
        return self._waiting[-1]

    def die(self) -> None:
        """At this instruction; what it had begun is never finished."""
        self.dead = True
        for future in self._waiting:
            future.cancel()
        for errand in self.errands:
            errand.stopped.clear()

    async def bury(self) -> None:
        """Nothing of it is left."""
        self.die()
        tasks = [errand.task for errand in self.errands if errand.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Errand:
    """Something that is being done. In ``steps``, it stops before each transaction and request."""

    def __init__(self, life: Life, name: str) -> None:
        life.errands.append(self)
        self.life = life
        self.name = name
        self.steps = False
        self.stopped: deque[asyncio.Future[None]] = deque()
        self.task: asyncio.Task[None] | None = None

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin; all that it starts belongs to it, too."""
        context = copy_context()
        context.run(HERE.set, self)
        self.task = asyncio.get_running_loop().create_task(work, context=context)

    def go_on(self) -> None:
        """To its next stop."""
        if self.stopped:
            future = self.stopped.popleft()
            if not future.done():
                future.set_result(None)

    def finish(self) -> None:
        """Without any more stops."""
        self.steps = False
        while self.stopped:
            self.go_on()


HERE: ContextVar[Errand | None] = ContextVar("HERE", default=None)


class Stage:
    """Lets one transaction happen at a time, and tells when all have come to a stop.

    ``look`` is called right after each transaction that wrote something.
    """

    def __init__(self) -> None:
        self.look: Callable[[], Awaitable[None]] | None = None
        self._taking_turns = asyncio.Lock()
        self._busy = 0
        self._nobody = asyncio.Event()
        self._events = 0

    async def stop(self) -> None:
        """A moment at which a process may be overtaken, or die."""
        errand = HERE.get()
        self._events += 1
        if errand is None:
            return
        if errand.steps and not errand.life.dead:
            errand.stopped.append(errand.life.waits())
            await errand.stopped[-1]
        if errand.life.dead:
            raise asyncio.CancelledError

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Nobody else is at the database."""
        self._busy += 1
        self._nobody.clear()
        try:
            async with self._taking_turns:
                yield
        finally:
            self._busy -= 1
            self._events += 1
            if not self._busy:
                self._nobody.set()

    async def calm(self) -> None:
        """Return when everything waits: for a nudge, for an answer, or to go on."""
        quiet = 0
        while quiet < ROUNDS:
            if self._busy:
                await self._nobody.wait()
            before = self._events
            await asyncio.sleep(0)
            quiet = 0 if self._busy or self._events != before else quiet + 1


class StagedDatabase(Database):
    """The real database; each transaction waits for its turn on the stage."""

    stage: Stage

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._beside: Engine | None = None
        if self.dialect == "sqlite":
            _quick(self)
            self._beside = create_engine(self.url.set(drivername="sqlite"))

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """As the real one."""
        await self.stage.stop()
        async with self.stage.alone():
            async with super().write() as connection:
                yield connection
            if self.stage.look is not None:
                await self.stage.look()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """As the real one."""
        await self.stage.stop()
        async with self.stage.alone(), super().read() as connection:
            yield connection

    async def transact(self, work: Work[T]) -> T:
        """As the real one, less its hop to a thread."""
        async with self.write() as connection:
            return await work(connection)

    async def look(self, work: Work[T]) -> T:
        """The same for reading."""
        async with self.read() as connection:
            return await work(connection)

    async def seen(self, *statements: Select[Any]) -> list[Sequence[RowMapping]]:
        """Beside the play, for those who are alone already: the rows of each."""
        if self._beside is not None:  # twice as quick as by the driver's own thread
            with self._beside.connect() as ours:
                return [ours.execute(each).mappings().all() for each in statements]
        async with super().read() as connection:
            return [(await connection.execute(each)).mappings().all() for each in statements]

    @asynccontextmanager
    async def meddle(self) -> AsyncIterator[AsyncConnection]:
        """Beside the play, and writing."""
        async with self.stage.alone(), super().write() as connection:
            yield connection

    async def close(self) -> None:
        """As the real one."""
        await super().close()
        if self._beside is not None:
            self._beside.dispose()

    async def empty(self) -> None:
        """For the next play."""
        async with super().write() as connection:
            for table in reversed(metadata.sorted_tables):
                await connection.execute(delete(table))


class Theatre:
    """A loop and a database for many plays, one after the other."""

    def __init__(self, url: str) -> None:
        self.failed: list[str] = []  # what went wrong where nobody waited for it
        self.loop = StillLoop()
        self.loop.set_exception_handler(lambda _, about: self.failed.append(str(about)))
        self.database = StagedDatabase(url)

    def close(self) -> None:
        """After the last play."""
        self.loop.run_until_complete(self._close())
        self.loop.close()

    async def _close(self) -> None:
        await self.database.close()
        await asyncio.sleep(0)


def _quick(database: Database) -> None:
    @event.listens_for(database.engine.sync_engine, "connect")
    def on_connect(connection: Any, record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")  # no play cuts the power
