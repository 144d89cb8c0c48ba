"""The bot's side of the play: processes on one database, persons at their screens, and the time."""

from collections.abc import Collection, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, select, update

from bot.calls.call import Call, Draft, Request
from bot.calls.errors import BotError
from bot.calls.provider import Capabilities, News
from bot.calls.states import State
from bot.flows.book import Booking
from bot.flows.settle import Settling
from bot.schedule.loop import Loop
from bot.schedule.works import works
from bot.storage.calls import CallStore
from bot.storage.drafts import DraftStore
from bot.storage.lanes import LaneStore
from bot.storage.news import NewsBoxStore
from bot.storage.tables import attempts
from tests.fakes import HOME, MORNING
from tests.schedule.model.company import Exchange, PhoneCompany
from tests.schedule.model.ledger import Booked, Ledger
from tests.schedule.model.stage import Errand, Life, Stage, StagedDatabase

ROUNDS_TO_REST = 40
A_DAY = timedelta(hours=25)  # and no doubt is looked into any more

COMPANIES: Mapping[str, Capabilities] = {
    # Tells all, in lists from the second live call on.
    "open": Capabilities(
        can_read=True, can_find=True, reads_at_once=10, per_minute=600, hears=True
    ),
    # Tells how a call went to those who have its id.
    "shy": Capabilities(can_read=True, can_find=False),
    # Tells nothing, takes two calls at once and calls when it will.
    "silent": Capabilities(can_read=False, can_find=False, places_at_once=2, ahead=True),
}


class Time:
    """``true`` is right; our wall clock may be set wrong, the clock since boot never is."""

    def __init__(self) -> None:
        self.true = MORNING
        self.off = timedelta(0)

    def now(self) -> datetime:
        """By our wall clock."""
        return self.true + self.off

    def boot(self) -> float:
        """Seconds since the machine began."""
        return (self.true - MORNING).total_seconds()


class Process(Life):
    """All loops of one process; each turns when it is nudged."""

    def __init__(self, office: "Office", name: str) -> None:
        super().__init__()
        exchanges = {
            company.name: Exchange(company, office.stage, office.ledger)
            for company in office.companies.values()
        }
        self.works = works(
            calls=CallStore(office.database),
            lanes=office.lanes,
            box=office.box,
            providers=exchanges,
            clock=office.time,
            worker=name,
            boot_clock=office.time.boot,
            changed=lambda: None,
        )
        self.loops: Mapping[str, tuple[Loop, Errand]] = {
            loop.name: (loop, Errand(self, f"{name} {loop.name}")) for loop in self.works.loops
        }

    def others(self, companies: Collection[str]) -> list[str]:
        """All loops but the dialler, and those about other companies."""
        theirs = {"unasked", "abandoned", *companies}
        return [name for name in self.loops if name.rpartition(" ")[2] in theirs]

    def nudge(self, name: str, *, steps: bool) -> None:
        """Let that loop take a turn; one that is in the middle of a turn finishes that."""
        loop, errand = self.loops[name]
        busy = bool(errand.stopped)
        errand.finish()
        if busy:
            return
        errand.steps = steps
        if errand.task is None:
            errand.start(loop.run())
        else:
            loop.nudge()


class Office:
    """Everything that is played on one database."""

    def __init__(self, database: StagedDatabase) -> None:
        self.time = Time()
        self.database = database
        self.stage = database.stage = Stage()
        self.companies = {
            name: PhoneCompany(name, can, self.time) for name, can in COMPANIES.items()
        }
        self.ledger = Ledger(self.database, self.companies, self.time)
        self.stage.look = self.ledger.look
        self.calls = CallStore(self.database)
        self.drafts = DraftStore(self.database)
        self.lanes = LaneStore(self.database)
        self.box = NewsBoxStore(self.database)
        ahead = {name for name, can in COMPANIES.items() if can.ahead}
        self.booking = Booking(drafts=self.drafts, calls=self.calls, clock=self.time, ahead=ahead)
        self.settling = Settling(calls=self.calls, clock=self.time)
        self.persons = Life()
        self.processes: list[Process | None] = [None, None]
        self.made: list[tuple[Draft, Call]] = []
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
            process = self.processes[number] = Process(self, f"w{self._born}")
            if self.database.dialect == "sqlite" and not self._other(number):
                await self.calls.recover(f"w{self._born}")
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

    # Persons ----------------------------------------------------------------------------------

    async def book(self, wanted: Request) -> None:
        """A draft, confirmed."""
        draft = await self.drafts.open(
            HOME,
            wanted,
            source=f"d{len(self.made)}",
            expires_at=self.time.now() + timedelta(minutes=15),
            response_url=None,
        )
        try:
            made = await self.booking.confirm(draft.id, HOME.asker)
        except BotError:
            return  # not at that hour
        self.ledger.booked[made.call.code] = Booked(wanted.retries, wanted.retry_voicemail)
        self.made.append((draft, made.call))

    async def press_again(self, draft: Draft, call: Call) -> None:
        """The button that confirms, pressed once more: the same call."""
        again = await self.booking.confirm(draft.id, HOME.asker)
        if again.fresh or again.call.id != call.id:
            self.ledger.wrong("pressed twice, and there are two calls:", call.code)

    async def box_keeps(self, company: str, key: str, news: News) -> None:
        """A webhook has come; a replay has the key of the first."""
        await self.box.keep(company, key, news, self.time.now())

    def click(
        self,
        call: Call,
        does: Coroutine[Any, Any, Call],
        *,
        says: str | None,
        steps: bool,
    ) -> None:
        """Somebody presses a button; it may be too late for it. ``says`` is how they say it ends."""
        if says is not None:
            self.ledger.said[call.code].add(says)
        errand = Errand(self.persons, f"click on {call.code}")
        errand.steps = steps

        async def clicked() -> None:
            try:
                await does
            except BotError:
                return
            if says is not None:
                self.ledger.closed.add(call.code)

        errand.start(clicked())

    # Time -------------------------------------------------------------------------------------

    async def passes_until_due(self) -> None:
        """Until a call may be due, by our clock."""
        due = await self.calls.next_due()
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
        await self.crash(1)
        for errand in self.errands():
            errand.finish()
        for rounds in range(ROUNDS_TO_REST):
            await self._one_round()
            waiting = self.ledger.unfinished()
            if not waiting:
                return
            only_doubts = all(row["state"] == "unsure" for row in waiting)
            await self.passes(A_DAY if only_doubts and rounds > 5 else await self._next_moment())
        self.ledger.wrong("it never comes to rest:", *(row["code"] for row in waiting), waiting)

    async def _one_round(self) -> None:
        process = await self.process(0)
        for company in self.companies.values():
            company.quiet_day()
        for name in process.loops:
            process.nudge(name, steps=False)
        await self.calm()

    async def _next_moment(self) -> timedelta:
        """How long until something is to be done."""
        polls = [row["next_poll"] for row in self.ledger.attempts.values()]
        moments = [moment for moment in (await self.calls.next_due(), *polls) if moment]
        gap = min(moments, default=self.time.now()) - self.time.now()
        return max(gap, timedelta(seconds=61))  # a lease may have to run out


async def opened(database: StagedDatabase) -> Office:
    """An office on an empty database; its locks belong to the loop that runs now."""
    await database.empty()
    return Office(database)
