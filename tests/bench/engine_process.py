"""Our schedule in a process of its own: the store, the provider's client and every loop, no Slack.

``python -m tests.bench.engine_process ORDER``: ``do`` names what is measured, ``url`` a database,
``far`` the origin of the far side; the rest goes to the measurement.
"""

import asyncio
import gc
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr
from sqlalchemy import func, select

from bot.calls.states import State
from bot.logs import set_up_logs
from bot.providers.vozagent import VozAgentSettings
from bot.schedule.clock import MachineClock, boot_seconds
from bot.schedule.loop import Loop
from bot.schedule.works import works
from bot.storage.calls import CallStore
from bot.storage.database import Database
from bot.storage.drafts import DraftStore
from bot.storage.lanes import LaneStore
from bot.storage.migrate import migrate
from bot.storage.news import NewsBoxStore
from bot.storage.tables import calls
from tests.bench.filling import fill, noon_zone, number, request_at
from tests.bench.processes import memory_of, once
from tests.fakes import HOME

LATER = 10_000  # the number of the first call that is not due during a benchmark
LOOK_AGAIN = 0.2  # seconds
SLOT_FREE = 0.005  # seconds until another dial may go out, for one that nobody wakes
A_DAY = 86_400.0


class Engine:
    """What ``bot.wiring`` joins, less Slack."""

    def __init__(self, database: Database, far: str, worker: str) -> None:
        self.database = database
        self.calls, self.drafts = CallStore(database), DraftStore(database)
        account = VozAgentSettings(api_key=SecretStr("bench"), base_url=f"{far}/v1")
        self.providers = {"vozagent": account.open()}
        joined = works(
            calls=self.calls,
            lanes=LaneStore(database),
            box=NewsBoxStore(database),
            providers=self.providers,
            clock=MachineClock(),
            worker=worker,
            boot_clock=boot_seconds,
            changed=self.nudge,
        )
        self.dialler = joined.dialler
        self.loops: tuple[Loop, ...] = joined.loops

    def nudge(self) -> None:
        """As the bot does after every change; it has no messages to post here."""
        for loop in self.loops:
            if loop.name == "dialler":
                loop.nudge()

    def poll_each(self, seconds: float) -> None:
        """In place of the loops: look, dial all that is due, sleep; as a simple scheduler does."""

        async def turn() -> float:
            looked_at = datetime.now(UTC)
            while (due := await self.calls.next_due()) and due <= looked_at:
                await self.dialler.turn()
                await asyncio.sleep(SLOT_FREE)
            return seconds

        self.loops = ()
        self.polling = Loop("polling", turn)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """All loops, stopped as at a stop of the bot."""
        loops = self.loops or (self.polling,)
        tasks = [asyncio.create_task(loop.run()) for loop in loops]
        try:
            yield
        finally:
            await self.dialler.drain(5)
            for loop in loops:
                loop.stop()
            await asyncio.gather(*tasks)
            for provider in self.providers.values():
                await provider.aclose()

    async def book(self, n: int, due: datetime, zone: str) -> None:
        """As a command and its confirmation do it: a draft, then the call, two commits."""
        now, asked = datetime.now(UTC), request_at(n, due, zone)
        draft = await self.drafts.open(
            HOME,
            asked,
            source=f"bench-{n}",
            expires_at=now + timedelta(minutes=15),
            response_url=None,
        )
        await self.calls.schedule(draft.id, asked, by=HOME.asker, now=now, due=due, window=None)

    async def settled(self, until: datetime) -> None:
        """Return when no call that was due by then waits or is in mid-dial."""
        open_ones = select(func.count()).where(
            calls.c.due <= until, calls.c.state.in_([State.SCHEDULED, State.DIALLING])
        )
        while True:
            async with self.database.read() as connection:
                if (await connection.execute(open_ones)).scalar_one() == 0:
                    return
            await asyncio.sleep(LOOK_AGAIN)


# what can be measured ----------------------------------------------------------------------------


async def bulk(engine: Engine, *, many: int, warm_up: int) -> dict[str, Any]:
    """Seconds of the processor for so many due calls, to the commit of the last outcome."""
    async with engine.running():
        await _all_at_once(engine, warm_up, first=0)
        return {"processor": await _all_at_once(engine, many, first=warm_up)}


async def share(engine: Engine, *, begins: float) -> dict[str, Any]:
    """Work off, with others, what falls due at that moment and before (seconds since 1970)."""
    moment = datetime.fromtimestamp(begins, UTC)
    async with engine.running():
        await asyncio.sleep((moment - datetime.now(UTC)).total_seconds())
        await engine.settled(moment)
    return {}


async def _all_at_once(engine: Engine, many: int, first: int) -> float:
    now = datetime.now(UTC)
    await fill(engine.database, [now] * many, first)
    began = time.process_time()
    engine.nudge()
    await engine.settled(now)
    return time.process_time() - began


async def lag(engine: Engine, *, per_second: float, seconds: float, poll: float) -> dict[str, Any]:
    """When each call was due, by its number; the far side knows when it came.

    Those of the first second warm up and are not told.
    """
    if poll:
        engine.poll_each(poll)
    count = int(per_second * (seconds + 1))
    written = timedelta(seconds=1 + count / 500)  # until all rows are there
    begins = datetime.now(UTC) + written
    moments = [begins + timedelta(seconds=n / per_second) for n in range(count)]
    await fill(engine.database, moments)
    async with engine.running():
        await asyncio.sleep((moments[-1] - datetime.now(UTC)).total_seconds())
        await engine.settled(moments[-1])
    counted = list(enumerate(moments))[int(per_second) :]
    return {"due": {number(n): moment.timestamp() for n, moment in counted}}


async def booking(engine: Engine, *, many: int, warm_up: int, at_once: int = 1) -> dict[str, Any]:
    """Seconds in which so many calls are booked, so many at a time."""
    due, zone = datetime.now(UTC) + timedelta(seconds=A_DAY), noon_zone(datetime.now(UTC))

    async def book_some(left: Iterator[int]) -> None:
        for n in left:
            await engine.book(n, due + timedelta(seconds=n), zone)

    async with engine.running():
        await book_some(iter(range(warm_up)))
        began, left = time.perf_counter(), iter(range(warm_up, warm_up + many))
        await asyncio.gather(*(book_some(left) for _ in range(at_once)))
        return {"seconds": time.perf_counter() - began}


async def memory(engine: Engine, *, rows: int, many: int, rest: float) -> dict[str, Any]:
    """MiB while it serves: with nothing to do, after booking some calls, and with all of them.

    It serves for ``rest`` seconds before each look.
    """
    zone = noon_zone(datetime.now(UTC))
    due = datetime.now(UTC) + timedelta(seconds=A_DAY)
    async with engine.running():
        found = [await _memory_at_rest(rest)]
        for n in range(many):
            await engine.book(n, due + timedelta(seconds=n), zone)
        found.append(await _memory_at_rest(rest))
        url = engine.database.url.render_as_string(hide_password=False)
        more = {"url": url, "calls": rows - many, "after": A_DAY, "first": LATER}
        written = await once("tests.bench.filling", more)
        found.append(await _memory_at_rest(rest))
    return {"mib": found, **written}


async def _memory_at_rest(rest: float) -> float:
    await asyncio.sleep(rest)
    gc.collect()
    return memory_of()


MEASURES: Mapping[str, Callable[..., Awaitable[dict[str, Any]]]] = {
    "bulk": bulk,
    "share": share,
    "lag": lag,
    "booking": booking,
    "memory": memory,
}


async def main(do: str, url: str, far: str, worker: str = "bench", **more: Any) -> dict[str, Any]:
    """One measurement on a fresh database."""
    set_up_logs()
    database = Database(url)
    await migrate(database)
    try:
        return await MEASURES[do](Engine(database, far, worker), **more)
    finally:
        await database.close()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(**json.loads(sys.argv[1])))))
