"""One call on a stage with few bots, which are frozen by hand, and what is to be seen of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
from sqlalchemy import select, update

from bot.calls.call import Attempt, Call, CallId, Change
from bot.calls.states import State
from bot.storage.calls import CallStore
from bot.storage.dialects import database_clock
from bot.storage.migrate import migrate
from bot.storage.tables import attempts, calls
from bot.storage.watching import MOMENT
from tests.faults.chaos.plan import Plan, book
from tests.faults.chaos.stage import Stage
from tests.faults.chaos.worker import Worker
from tests.faults.door import Door

WITHIN = 60.0  # seconds
PLAN = Plan("frozen", "+14155550123", "vozagent", "answered")


class Ward(Stage):
    """A stage for one call, and what is to be seen of it."""

    door: Door | None = None

    def settings(self) -> dict[str, str]:
        """With a door before the provider, if there is one."""
        given = super().settings()
        if self.door is not None:
            given["SWITCHBOARD_PROVIDERS__VOZAGENT__BASE_URL"] = self.door.url
        return given

    @property
    def dials(self) -> int:
        """How many arrived at the provider."""
        return len(self.wires["vozagent"].arrivals)

    async def ready(self, plan: Plan = PLAN) -> None:
        """All bots are up, and the call is not yet booked."""
        self.shape([plan])
        await self.start_bot()

    async def booked(self, plan: Plan = PLAN) -> None:
        """It is due now."""
        await book(self.database, [plan], self.now())

    async def call(self) -> Call:
        """As it stands."""
        async with self.database.read() as connection:
            call_id = (await connection.execute(select(calls.c.id))).scalar_one()
        found = await CallStore(self.database).get(CallId(call_id))
        assert found is not None
        return found

    async def attempts(self) -> Sequence[Attempt]:
        """All of its attempts."""
        return await CallStore(self.database).attempts((await self.call()).id)

    async def history(self) -> list[Change]:
        """All that happened to it."""
        return list(await CallStore(self.database).history((await self.call()).id))

    async def comes_to(self, *states: State) -> None:
        """Wait until it is in one of these states."""
        async with asyncio.timeout(WITHIN):
            while (await self.call()).state not in states:
                await asyncio.sleep(0.05)

    async def arrives(self, dials: int) -> None:
        """Wait until so many dials have arrived."""
        async with asyncio.timeout(WITHIN):
            while self.dials < dials:
                await asyncio.sleep(0.005)

    async def dialler(self) -> Worker:
        """Who claimed it last."""
        pid = int((await self.attempts())[-1].claimed_by.split(":")[-2])
        return next(worker for worker in self.workers if worker.pid == pid)

    @asynccontextmanager
    async def mid_claim(self) -> AsyncIterator[None]:
        """Book, and hold up whoever claims it in the middle of that. PostgreSQL only."""
        address = self.url.replace("+asyncpg", "")
        holding, looking = [await asyncpg.connect(address) for _ in range(2)]
        stuck = (
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE posts%'"
        )
        try:
            await self.booked(replace(PLAN, after=1.0))
            await holding.execute("BEGIN; SELECT 1 FROM posts FOR UPDATE")
            async with asyncio.timeout(WITHIN):
                while not await looking.fetchval(stuck):
                    await asyncio.sleep(0.01)
            yield
        finally:
            await holding.close()
            await looking.close()

    async def says(self, worker: Worker, event: str) -> None:
        """Wait until that bot has written so in its log."""
        async with asyncio.timeout(WITHIN):
            while f'"{event}"' not in worker.log():
                await asyncio.sleep(0.05)

    async def end_lease(self) -> None:
        """As if a minute had passed since it was claimed."""
        async with self.database.write() as connection:
            over = database_clock(-MOMENT)
            await connection.execute(
                update(attempts).where(attempts.c.open).values(lease_until=over)
            )


@asynccontextmanager
async def opened_ward(folder: Path, url: str, workers: int) -> AsyncIterator[Ward]:
    """Stand-ins and an empty database; the bots are started by ``ready``."""
    ward = Ward(folder, url, workers, seed=1, server=None)
    try:
        await ward.open()
        await migrate(ward.database)
        yield ward
    finally:
        await ward.close()
