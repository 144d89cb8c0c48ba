"""Everything that is played on one database: processes, persons, companies, and the time."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select, update

from bot.calls.provider import News
from bot.storage.tables import attempts
from tests.schedule.model.company import COMPANIES, Exchange, PhoneCompany
from tests.schedule.model.ledger import Ledger
from tests.schedule.model.persons import Persons
from tests.schedule.model.process import Process, Stores, Time
from tests.schedule.model.stage import Errand, Stage, StagedDatabase

ROUNDS_TO_REST = 40
A_LEASE = timedelta(seconds=61)  # may have to run out
A_DAY = timedelta(hours=25)  # and no doubt is looked into any more


class Office:
    """Two processes, and a ledger that is looked into after every transaction."""

    def __init__(self, database: StagedDatabase) -> None:
        self.time = Time()
        self.database = database
        self.stage = database.stage = Stage()
        self.companies = {
            name: PhoneCompany(name, can, self.time) for name, can in COMPANIES.items()
        }
        self.ledger = Ledger(self.database, self.companies, self.time)
        self.stage.look = self.ledger.look
        self.stores = Stores.on(database)
        self.persons = Persons(database, self.stores, self.time, self.ledger)
        self.processes: list[Process | None] = [None, None]
        self._born = 0

    async def close(self) -> None:
        """Everybody leaves."""
        self.stage.look = None
        for life in [self.persons, *self.processes]:
            if life is not None:
                await life.bury()
        await self.stage.calm()

    # Processes --------------------------------------------------------------------------------

    async def process(self, number: int) -> Process:
        """That process; a dead one is started anew, as the service would."""
        process = self.processes[number]
        if process is None or process.dead:
            self._born += 1
            name = f"w{self._born}"
            exchanges = {
                each.name: Exchange(each, self.stage, self.ledger)
                for each in self.companies.values()
            }
            process = self.processes[number] = Process(name, self.database, exchanges, self.time)
            if self.database.dialect == "sqlite" and not self._other(number):
                await self.stores.calls.recover(name)
        return process

    async def crash(self, number: int) -> None:
        """Whatever it was doing."""
        process = self.processes[number]
        if process is not None:
            process.die()

    def _other(self, number: int) -> bool:
        other = self.processes[1 - number]
        return other is not None and not other.dead

    async def calm(self) -> None:
        """All go on until they stop; the dead are buried."""
        await self.stage.calm()
        for process in self.processes:
            if process is not None and process.dead:
                await process.bury()

    def errands(self) -> list[Errand]:
        """Those that were stopped on their way."""
        lives = [self.persons, *self.processes]
        every = [errand for life in lives if life is not None for errand in life.errands]
        return [errand for errand in every if errand.stopped]

    async def box_keeps(self, company: str, key: str, news: News) -> None:
        """A webhook has come; a replay has the key of the first."""
        await self.stores.box.keep(company, key, news, self.time.now())

    # Time -------------------------------------------------------------------------------------

    async def passes_until_due(self) -> None:
        """Until a call may be due, by our clock."""
        due = await self.stores.calls.next_due()
        if due is not None and due > self.time.now():
            await self.passes(due - self.time.now())

    async def passes(self, span: timedelta) -> None:
        """On all clocks, the database's own included."""
        self.time.true += span
        async with self.database.meddle() as connection:
            leases = await connection.execute(
                select(attempts.c.id, attempts.c.lease_until).where(attempts.c.open)
            )
            for attempt_id, until in leases.all():
                await connection.execute(
                    update(attempts)
                    .where(attempts.c.id == attempt_id)
                    .values(lease_until=until - span)
                )

    # At the end -------------------------------------------------------------------------------

    async def comes_to_rest(self) -> None:
        """Nobody presses anything any more: each call ends, or waits for a person.

        One process is left, companies end all their calls, and time passes from due to due.
        """
        self.time.off = timedelta(0)
        await self.persons.resumes_all()
        await self.crash(1)
        for errand in self.errands():
            errand.finish()
        for rounds in range(ROUNDS_TO_REST):
            await self._one_round()
            waiting = self.ledger.unfinished()
            if not waiting:
                return
            doubts = {row["code"] for row in waiting if row["state"] == "unsure"}
            await self.passes(await self._next_moment(doubts if rounds > 5 else set()))
        self.ledger.wrong("it never comes to rest:", *(row["code"] for row in waiting))

    async def _one_round(self) -> None:
        process = await self.process(0)
        for company in self.companies.values():
            company.quiet_day()
        for name in process.loops:
            process.nudge(name, steps=False)
        await self.calm()

    async def _next_moment(self, besides: Collection[str]) -> timedelta:
        """How long until something is to be done; if only ``besides`` are left, until they end."""
        tries = self.ledger.attempts.items()
        polls = [row["next_poll"] for (code, _), row in tries if code not in besides]
        moments = [moment for moment in (await self.stores.calls.next_due(), *polls) if moment]
        gap = min(moments) - self.time.now() if moments else A_DAY if besides else A_LEASE
        return max(gap, A_LEASE)


async def opened(database: StagedDatabase) -> Office:
    """An office on an empty database; its locks belong to the loop that runs now."""
    await database.empty()
    return Office(database)
