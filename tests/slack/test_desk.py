"""Deliveries at the desk: each worked off once, whatever is slow, away or broken."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.calls.inbox import GIVE_UP_AFTER, Delivery
from bot.slack.client import SlackClient
from bot.slack.desk import Desk
from bot.slack.limits import Limiter
from bot.storage.database import Database
from bot.storage.dialects import database_clock
from bot.storage.inbox import InboxStore
from bot.storage.tables import inbox as inbox_table
from tests.databases import fresh_url, opened
from tests.fakes import FakeClock

BODY = {"user_id": "U0RITA", "channel_id": "C0SALES"}


class Office:
    """A desk on a SQLite file, and a Slack that notes what is said to people."""

    def __init__(
        self,
        database: Database,
        clock: FakeClock,
        client: SlackClient,
        told: list[dict[str, Any]],
    ) -> None:
        self.database = database
        self.told = told
        self.inbox = InboxStore(database, clock, "w1")
        self.worked: list[str] = []
        self.gate = asyncio.Event()
        self.broken = False
        self.desk = Desk(inbox=self.inbox, client=client, handlers={"command": self.handle})

    async def handle(self, delivery: Delivery) -> None:
        """Takes as long as the gate is closed."""
        self.worked.append(delivery.id)
        await self.gate.wait()
        if self.broken:
            raise RuntimeError("nobody thought of this")

    async def arrives(self) -> None:
        """A delivery is written down and begun."""
        kept = await self.inbox.keep("T1", "key", "command", BODY)
        assert kept is not None
        self.desk.start(Delivery(kept, "T1", "key", "command", BODY, FakeClock().now()))
        await asyncio.sleep(0)

    async def lease_runs_out(self) -> None:
        """As it does after half a minute."""
        past = database_clock(timedelta(seconds=-1))
        async with self.database.write() as connection:
            await connection.execute(inbox_table.update().values(lease_until=past))


@pytest.fixture
async def office(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Office]:
    """Everything open."""
    told: list[dict[str, Any]] = []

    async def answer(request: web.Request) -> web.Response:
        told.append(await request.json())
        return web.json_response({"ok": True, "ts": "1.1"})

    app = web.Application()
    app.router.add_route("*", "/api/{method}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with (
        fresh_url("sqlite", tmp_path, None) as url,
        opened(url) as database,
        aiohttp.ClientSession() as session,
    ):
        base = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        limiter = Limiter(asyncio.get_running_loop().time)
        client = SlackClient(token="xoxb-x", base_url=base, session=session, limiter=limiter)
        yield Office(database, clock, client, told)
    await runner.cleanup()


async def test_a_slow_delivery_is_not_begun_a_second_time(office: Office) -> None:
    await office.arrives()
    await office.lease_runs_out()
    await office.desk.turn()
    await asyncio.sleep(0)
    office.gate.set()
    await office.desk.drain(5)
    assert len(office.worked) == 1
    assert await office.inbox.waiting() == 0


async def test_a_desk_that_closes_takes_nothing_over(office: Office) -> None:
    await office.inbox.keep("T1", "key", "command", BODY)
    await office.lease_runs_out()
    office.desk.close()
    await office.desk.turn()
    assert office.worked == []
    (left,) = await office.inbox.take_over(9)
    assert left.key == "key"


async def test_a_lasting_fault_is_told_once_and_tried_on(office: Office) -> None:
    office.gate.set()
    office.broken = True
    await office.arrives()
    await office.desk.drain(5)
    for _ in range(5):
        await office.lease_runs_out()
        await office.desk.turn()
        await office.desk.drain(5)
    (told,) = office.told
    assert "What you asked for is kept" in told["text"]
    assert "dialled" not in told["text"]  # what was pressed may have dialled
    office.broken = False
    await office.lease_runs_out()
    await office.desk.turn()
    await office.desk.drain(5)
    assert await office.inbox.waiting() == 0


async def test_giving_up_is_told_too(office: Office) -> None:
    office.gate.set()
    office.broken = True
    await office.arrives()
    await office.desk.drain(5)
    for _ in range(GIVE_UP_AFTER + 2):
        await office.lease_runs_out()
        await office.desk.turn()
        await office.desk.drain(5)
    assert len(office.worked) == GIVE_UP_AFTER
    assert "stopped trying" in office.told[-1]["text"]
