"""The bot as a process that can be killed, with stand-ins that count what really arrived."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.demo.bot_process import BotProcess
from bot.demo.slack.errors import Refused
from bot.demo.slack.messages import Message
from bot.demo.slack.workspace import Delivery
from bot.demo.vozagent import Fault, Kind
from tests.story.world import SATURDAY_12, World

READY_WITHIN = 30.0


class KillableWorld(World):
    """As in the stories, but the bot is a process of its own that outlives nothing."""

    def __init__(self, folder: Path, *command: str) -> None:
        self.file = folder / "switchboard.db"
        super().__init__(folder, f"sqlite+aiosqlite:///{self.file}", "socket")
        self.folder = folder
        self.command = command
        self.process: BotProcess | None = None
        self._lock: sqlite3.Connection | None = None

    async def start_bot(self) -> None:
        """Start it and wait for its socket."""
        self.process = BotProcess(self.folder, self.settings(), *self.command)
        await self.process.start()
        try:
            await self.slack.app_connected(READY_WITHIN)
        except TimeoutError:
            raise AssertionError(self.process.last_words()) from None

    async def stop_bot(self) -> None:
        """Gently, if it still runs."""
        if self.process is not None:
            await self.process.stop()

    async def kill(self) -> None:
        """As a power cut does it."""
        assert self.process is not None
        self.process.kill()
        await self.process.ended()
        if self._lock is not None:
            self._lock.close()
        await self.slack.until(lambda s: not s.hub.usable(), 10)

    # --- what really is ----------------------------------------------------------------

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Look into the bot's database beside it."""
        with sqlite3.connect(self.file, timeout=10) as connection:
            found = connection.execute(query).fetchall()
        connection.close()
        return found

    def states(self) -> Counter[str]:
        """How many calls stand in each state."""
        return Counter(str(state) for (state,) in self.rows("SELECT state FROM calls"))

    async def settles(self, *wanted: str, seconds: float = 30) -> Counter[str]:
        """Wait until every call is in one of these states."""
        async with asyncio.timeout(seconds):
            while True:
                states = self.states()
                if states and not set(states) - set(wanted):
                    return states
                await asyncio.sleep(0.05)

    async def books_for_sure(self, number: str) -> None:
        """Type and confirm again and again until both were acknowledged, as a stubborn rep does."""
        line = f"/dial {number} with Voz now"
        answers = {m.ts for m in self.ephemerals()}
        while not (await self._command(line)).acked:
            await self._tries_again_soon()
        confirmation = await self.slack.until(
            lambda _: [
                m
                for m in self.ephemerals()
                if m.ts not in answers and "Call now?" in self.text(m) and number in self._bare(m)
            ][-1],
            120,
        )
        while not await self._presses(confirmation):
            await self._tries_again_soon()

    async def books_for_sure_behind_a_lock(self, number: str) -> None:
        """Book a call whose answer the bot cannot store: the database is locked until it dies."""
        answer = await self.types(f"/dial {number} with Voz tomorrow noon")
        await self.press(answer, "draft_schedule")
        await self.settles("scheduled")
        self.vozagent.misbehave(Fault(Kind.SLOW, seconds=1.0))
        self.skip_to(SATURDAY_12)
        await self.settles("dialling")
        locked = sqlite3.connect(self.file, timeout=10, isolation_level=None)
        locked.execute("BEGIN IMMEDIATE")
        self._lock = locked
        async with asyncio.timeout(10):
            while not self.vozagent.calls:
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)  # the answer has arrived, and waits at the lock

    async def _presses(self, confirmation: Message) -> bool:
        """Whether the press was heard; a button that has gone was heard before its bot died."""
        try:
            return (await self.slack.click("rita", confirmation, "draft_schedule")).acked
        except Refused:
            now = next(m for m in self.ephemerals() if m.ts == confirmation.ts)
            return "C-" in self.text(now)

    async def _tries_again_soon(self) -> None:
        """People do not type in a tight loop, and a test that does starves the bot it waits for."""
        await asyncio.sleep(0.2)
        await self.slack.app_connected(READY_WITHIN)

    async def _command(self, line: str) -> Delivery:
        return await self.slack.command("rita", "#sales", line)

    def _bare(self, message: object) -> str:
        return self.text(message).replace("-", "").replace(" ", "")  # type: ignore[arg-type]  # a Message


@asynccontextmanager
async def killable(folder: Path, *command: str) -> AsyncIterator[KillableWorld]:
    """A world whose bot may die."""
    world = KillableWorld(folder, *command)
    try:
        await world.open()
        yield world
    finally:
        await world.close()
