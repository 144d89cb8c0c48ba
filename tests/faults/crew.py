"""Doors and workers as processes of their own, over one PostgreSQL; each may be killed."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg

from bot.demo.bot_process import BotProcess
from bot.demo.slack.messages import Message
from tests.faults.killing import READY_WITHIN, KillableWorld
from tests.story.world import World

DOORS_ONLY = ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")


class Crew(KillableWorld):
    """As in the stories. Names tell the role: ``door 1``, ``worker 2``; none is used twice."""

    def __init__(self, folder: Path, url: str, names: tuple[str, ...]) -> None:
        super().__init__(folder)
        self._database_url = url
        self._names = names
        self.members: dict[str, BotProcess] = {}
        self.database: asyncpg.Connection | None = None

    async def open(self) -> None:
        """Stand-ins, and all members side by side: whoever comes first makes the tables."""
        self.database = await asyncpg.connect(self._database_url.replace("+asyncpg", ""))
        await super().open()

    async def start_bot(self) -> None:
        """All of them."""
        await asyncio.gather(*map(self.add, self._names))

    async def stop_bot(self) -> None:
        """All that are left."""
        await asyncio.gather(*map(self.stop, list(self.members)))

    async def close(self) -> None:
        """Everything down."""
        await World.close(self)
        if self.database is not None:
            await self.database.close()

    async def add(self, name: str) -> None:
        """One more, with the settings its role needs and no others; returns when it serves."""
        role, _, _ = name.partition(" ")
        given = self.settings()
        if role == "worker":
            given = {key: value for key, value in given.items() if key not in DOORS_ONLY}
        (self.folder / name).mkdir()
        self.members[name] = BotProcess(self.folder / name, given, "--role", role, "--port", "0")
        await self.members[name].start()
        try:
            await self.members[name].port(READY_WITHIN)
        except TimeoutError:
            raise AssertionError(self.members[name].last_words()) from None

    async def stop(self, name: str) -> int:
        """As an orchestrator does it; its exit code."""
        return await self.members.pop(name).stop()

    async def dies(self, name: str) -> None:
        """As in a power cut."""
        gone = self.members.pop(name)
        gone.kill()
        await gone.ended()

    async def health(self, name: str) -> Mapping[str, Any]:
        """What it says of itself."""
        port = await self.members[name].port(READY_WITHIN)
        url = f"http://127.0.0.1:{port}/healthz"
        async with aiohttp.ClientSession() as session, session.get(url) as page:
            return dict(await page.json())

    # --- what is asked -----------------------------------------------------------------

    async def confirmation(self, number: str) -> Message:
        """Type it, and see it asked back."""
        return await self.types(f"/dial {number} with Voz now")

    async def until_dialled(self, answer: Message, number: str) -> float:
        """Press *Call now*; the seconds from there to the dial's arrival at the provider."""
        pressed = time.perf_counter()
        await self.press(answer, "draft_schedule")
        async with asyncio.timeout(READY_WITHIN):
            while not self.vozagent.posts_to(number):
                await asyncio.sleep(0.001)
        return time.perf_counter() - pressed

    # --- what is there -----------------------------------------------------------------

    async def column(self, query: str) -> list[Any]:
        """The first column of what a query finds."""
        assert self.database is not None
        return [row[0] for row in await self.database.fetch(query)]

    async def claimed_by(self) -> list[str]:
        """The name of the member that made each attempt."""
        pids = {process.pid: name for name, process in self.members.items()}
        claims = await self.column("SELECT claimed_by FROM attempts ORDER BY claimed_at")
        return [pids[int(claim.split(":")[-2])] for claim in claims]

    async def come_to(self, *states: str) -> None:
        """Wait until every call is in one of these states."""
        async with asyncio.timeout(READY_WITHIN):
            while not set(await self.column("SELECT state FROM calls")) <= set(states):
                await asyncio.sleep(0.05)

    async def end_leases(self, table: str) -> None:
        """As if a minute had passed."""
        assert self.database is not None
        await self.database.execute(
            f"UPDATE {table} SET lease_until = lease_until - interval '1 minute'"  # noqa: S608 - our own names
        )

    @asynccontextmanager
    async def nobody_writes(self, table: str) -> AsyncIterator[None]:
        """Whoever wants to write there waits, until the end."""
        holding = await asyncpg.connect(self._database_url.replace("+asyncpg", ""))
        try:
            await holding.execute(f"BEGIN; LOCK TABLE {table} IN EXCLUSIVE MODE")
            yield
        finally:
            await holding.close()


@asynccontextmanager
async def opened_crew(folder: Path, url: str, *names: str) -> AsyncIterator[Crew]:
    """A crew that is sent home whatever happened."""
    crew = Crew(folder, url, names)
    try:
        await crew.open()
        yield crew
        assert not crew.slack.refusals
    finally:
        await crew.close()
