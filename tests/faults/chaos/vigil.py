"""Watches over the calls that a dead process was dialling: how long until they are in doubt."""

import asyncio
import math
from collections.abc import Callable, Iterable
from contextlib import suppress

from sqlalchemy import select, update

from bot.calls.errors import StoreAway
from bot.calls.states import State
from bot.storage.database import Database
from bot.storage.dialects import database_clock
from bot.storage.tables import attempts, calls, inbox
from bot.storage.watching import MOMENT
from tests.faults.chaos.worker import Death

LOOK_EVERY = 0.5  # seconds: so exact is what is measured


LEASE = 60.0  # seconds that a dial has before others may doubt it


class Vigil:
    """Seconds from each death to the end of its last dials, one for each of these.

    In ``waits`` when all bots were well by the time, in ``waits_in_chaos`` when some were not.
    """

    def __init__(self, database: Database, deaths: Callable[[], Iterable[Death]]) -> None:
        self._database = database
        self._deaths = deaths
        self._waiting: dict[str, float] = {}  # attempt: when its process died
        self.waits: list[float] = []
        self.waits_in_chaos: list[float] = []
        self._well_from = math.inf

    def all_are_well(self) -> None:
        """From now on nobody dies any more."""
        self._well_from = asyncio.get_running_loop().time()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            with suppress(StoreAway):
                await self.look()
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> int:
        """How many dials of dead processes there are now."""
        orphans = await self.orphans()
        now = asyncio.get_running_loop().time()
        self._waiting |= orphans
        for attempt in self._waiting.keys() - orphans.keys():
            died = self._waiting.pop(attempt)
            well = died + LEASE > self._well_from
            (self.waits if well else self.waits_in_chaos).append(now - died)
        return len(orphans)

    async def hurry(self) -> None:
        """Let the leases of the dead run out now, as if their minute had passed."""
        dead = {str(death.pid) for death in self._deaths()}
        over = {"lease_until": database_clock(-MOMENT)}
        orphans = sorted(await self.orphans())
        async with self._database.write() as connection:
            held = select(inbox.c.id, inbox.c.held_by).where(inbox.c.held_by.is_not(None))
            rows = (await connection.execute(held)).all()
            theirs = [row.id for row in rows if row.held_by.split(":")[-2] in dead]
            await connection.execute(update(inbox).where(inbox.c.id.in_(theirs)).values(over))
            await connection.execute(
                update(attempts).where(attempts.c.id.in_(orphans)).values(over)
            )

    async def orphans(self) -> dict[str, float]:
        """Attempts in mid-dial whose process is dead, and when it died."""
        died = {death.pid: death.at for death in self._deaths()}
        statement = (
            select(attempts.c.id, attempts.c.claimed_by)
            .join(calls, calls.c.id == attempts.c.call_id)
            .where(calls.c.state == State.DIALLING, attempts.c.open)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
        by = {row.id: int(row.claimed_by.split(":")[-2]) for row in rows}
        return {attempt: died[pid] for attempt, pid in by.items() if pid in died}
