"""The bots, their one database, Slack and two providers, on one machine and under one clock."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Select, func, select

from bot.calls.errors import StoreAway
from bot.calls.states import LIVE, State
from bot.calls.verdict import PASSING_HOLDS
from bot.demo.voicy import DEMO_FROM, VoicyStandIn
from bot.storage.database import Database
from bot.storage.tables import agents, attempts, calls, inbox
from tests.faults.chaos.plan import Plan
from tests.faults.chaos.server import OwnServer
from tests.faults.chaos.wire import Wire
from tests.faults.chaos.worker import Worker
from tests.faults.killing import READY_WITHIN, KillableWorld

PACE = 0.6  # seconds between two steps of a call
PER_MINUTE, LIVE_CALLS = 3000, 250  # Voicy's limits here: enough for thousands of calls
UNDER_WAY = LIVE | {State.DIALLING}


class Stage(KillableWorld):
    """As in the stories, but with several bots, each of which may die at any time."""

    def __init__(
        self, folder: Path, url: str, workers: int, seed: int, server: OwnServer | None
    ) -> None:
        super().__init__(folder)
        self._database_url = url
        self.server = server
        self.voicy = VoicyStandIn(clock=self.slack.clock)
        for account in (self.vozagent.account, self.voicy.account):
            account.pace, account.show_ringing = PACE, True
        self.voicy.account.per_minute, self.voicy.account.live_cap = PER_MINUTE, LIVE_CALLS
        self.wires = {
            "vozagent": Wire("vozagent", self.vozagent, seed),
            "voicy": Wire("voicy", self.voicy, seed),
        }
        self.workers: list[Worker] = []
        self._count = workers
        self.database = Database(url)

    @property
    def url(self) -> str:
        """Of the database all bots share."""
        return self._database_url

    def settings(self) -> dict[str, str]:
        """Only documented settings."""
        voicy = "SWITCHBOARD_PROVIDERS__VOICY"
        return super().settings() | {
            f"{voicy}__API_KEY": self.voicy.api_key,
            f"{voicy}__BASE_URL": self.voicy.base_url,
            f"{voicy}__FROM_NUMBER": DEMO_FROM,
            f"{voicy}__PER_MINUTE": str(PER_MINUTE),
            f"{voicy}__LIVE_CALLS": str(LIVE_CALLS),
        }

    async def open(self) -> None:
        """The stand-ins; bots are started apart."""
        await self.vozagent.start()
        await self.voicy.start()
        await self.slack.start()

    async def start_bot(self) -> None:
        """All of them; returns when each is connected to Slack."""
        for _ in range(self._count):
            self.add_bot()
        await self.all_up()

    def add_bot(self) -> None:
        """One more."""
        self.workers.append(Worker(self.folder / f"bot{len(self.workers) + 1}", self.settings()))
        self.workers[-1].start()

    async def all_up(self, within: float = 2 * READY_WITHIN) -> None:
        """Return when every bot is connected to Slack and none is frozen."""
        try:
            await self.slack.until(
                lambda s: (
                    len(s.hub.usable()) == self._count
                    and all(worker.free for worker in self.workers)
                ),
                within,
            )
        except TimeoutError:
            words = "\n\n".join(f"{w.name}:\n{w.last_words()}" for w in self.workers)
            raise AssertionError(f"not all bots came up again\n{words}") from None

    async def stop_bot(self) -> None:
        """All of them, gently."""
        await asyncio.gather(*(worker.close() for worker in self.workers))

    async def close(self) -> None:
        """Everything down."""
        await super().close()
        await self.voicy.stop()
        for wire in self.wires.values():
            await wire.close()
        await self.database.close()

    def shape(self, plans: Sequence[Plan]) -> None:
        """Let each call go as it was drawn."""
        stand_ins = {"vozagent": self.vozagent, "voicy": self.voicy}
        for plan in plans:
            stand_ins[plan.provider].outcome(plan.outcome, number=plan.number)

    def trouble(self, share: float) -> None:
        """That share of the dials goes wrong from now on."""
        for wire in self.wires.values():
            wire.troubled = share

    async def unfinished(self) -> int | None:
        """Calls that are under way or should be, and accepted work.

        Not those in doubt, which are looked for again and again for a day, nor what is still read
        about calls that are over.

        ``None`` when the database is away.
        """
        now = self.slack.clock()
        soon = now + timedelta(minutes=5)
        passing = (calls.c.state == State.HELD) & calls.c.reason_code.in_(sorted(PASSING_HOLDS))
        which = (
            calls.c.state.in_(sorted(UNDER_WAY))
            | ((calls.c.state == State.SCHEDULED) & (calls.c.due <= now))
            | (passing & (calls.c.due <= soon))
        )
        under_way = select(func.count()).select_from(calls).where(which)
        accepted = select(func.count()).select_from(inbox).where(inbox.c.done_at.is_(None))
        with suppress(StoreAway):
            async with self.database.read() as connection:
                each = [await connection.execute(count) for count in (under_way, accepted)]
                return sum(int(found.scalar_one()) for found in each)
        return None

    async def in_doubt(self) -> int:
        """Calls of which nobody knows whether a phone rang, though their provider does."""
        numbers = select(calls.c.number).where(calls.c.state == State.UNSURE)
        async with self.database.read() as connection:
            doubtful = set((await connection.execute(numbers)).scalars())
        rang = {call.number for each in (self.vozagent, self.voicy) for call in each.calls}
        return len(doubtful & rang)

    async def dial_arrives(self, within: float) -> None:
        """Wait until a dial is on its way to a provider, but no longer than that."""
        known = sum(wire.came for wire in self.wires.values())
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while sum(wire.came for wire in self.wires.values()) == known:
                    await asyncio.sleep(0.005)

    async def looked_for(self, within: float) -> None:
        """Wait until each call in doubt was looked for once more, but no longer than that."""
        joined = calls.join(attempts, attempts.c.call_id == calls.c.id)
        due = (calls.c.state == State.UNSURE) & (attempts.c.next_poll <= self.now())
        doubts = select(calls.c.id).select_from(joined).where(due)
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while await self._any(doubts):
                    await asyncio.sleep(0.3)

    async def confirms(self, number: str) -> None:
        """Press what was asked back when the rep had stopped waiting for it."""
        confirmation = await self.slack.until(
            lambda _: [
                m
                for m in self.ephemerals()
                if "Call now?" in self.text(m) and number in self._bare(m)
            ][-1],
            READY_WITHIN,
        )
        while not await self._presses(confirmation):
            await self._tries_again_soon()

    async def heard(self, within: float) -> None:
        """Wait until all that Slack delivered is worked off."""
        waiting = select(inbox.c.id).where(inbox.c.done_at.is_(None))
        async with asyncio.timeout(within):
            while await self._any(waiting):
                await asyncio.sleep(0.2)

    async def knows_agents(self) -> None:
        """Let somebody ask for the assistants, and wait until each provider has told them."""
        while not (await self._command("/dial agents")).acked:
            await self._tries_again_soon()
        told = select(func.count(agents.c.provider.distinct()))
        async with asyncio.timeout(READY_WITHIN):
            while True:
                async with self.database.read() as connection:
                    if (await connection.execute(told)).scalar_one() == len(self.wires):
                        return
                await asyncio.sleep(0.1)

    async def quiet(self) -> None:
        """Wait until nothing is under way."""
        while await self.unfinished() != 0:
            await asyncio.sleep(0.3)

    async def _any(self, statement: Select[str]) -> bool:
        """Whether it finds something, or nobody can tell just now."""
        try:
            async with self.database.read() as connection:
                return (await connection.execute(statement.limit(1))).first() is not None
        except StoreAway:
            return True

    def now(self) -> datetime:
        """By the clock of everybody here."""
        return self.slack.clock()


@asynccontextmanager
async def opened_stage(
    folder: Path, url: str, workers: int, seed: int, server: OwnServer | None
) -> AsyncIterator[Stage]:
    """A stage that is cleared whatever happened on it."""
    stage = Stage(folder, url, workers, seed, server)
    try:
        await stage.open()
        yield stage
    finally:
        await stage.close()
