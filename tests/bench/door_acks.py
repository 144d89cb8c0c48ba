"""How soon a command is acknowledged: bare, by stock Bolt, by our door alone, by the whole bot."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from tests.bench.bots import SECRET, bot_settings, running_bot, worked_off
from tests.bench.conditions import quantile
from tests.bench.processes import processor_seconds, serving
from tests.bench.slash import Line, Typist, lines
from tests.bench.stage import SQLITE, Stage
from tests.bench.tables import Run, in_turns, ratios, spread, table

WARM_UP = 32
SLOWLY = 0.3  # of the commands, when somebody types them one by one: the pauses take long
EVERY = 0.05  # seconds between two commands of somebody who types them one by one
AT_ONCE = 16
BARE, STOCK = "bare aiohttp, signature only", "stock Bolt, acknowledges only"
DOOR, BOT = "Switchboard's door alone: keeps it, acknowledges", "Switchboard: works it off, too"


@dataclass(frozen=True)
class Acks:
    """Seconds until each acknowledgement, of all of them together, and of the processor."""

    times: list[float]
    seconds: float
    processor: float

    @property
    def rate(self) -> float:
        """A second."""
        return len(self.times) / self.seconds

    def ms(self, share: float) -> float:
        """Milliseconds within which that share came."""
        return 1000 * quantile(self.times, share)


class Doors:
    """All four stay open for the whole benchmark; only one is knocked at at a time."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._typist = Typist(f"{stage.far.origin}/answer")
        self._ports: dict[str, int] = {}
        self._pids: dict[str, int] = {}

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Each in a process of its own."""
        api, fresh = f"{self._stage.far.origin}/api/", self._stage.databases.fresh
        async with AsyncExitStack() as stack:
            for name, kind in ((BARE, "bare"), (STOCK, "stock"), (DOOR, "door")):
                order = {"kind": kind, "secret": SECRET, "api": api, "url": await fresh(SQLITE)}
                ready = await stack.enter_async_context(serving("tests.bench.ack_server", order))
                self._ports[name], self._pids[name] = ready["port"], ready["pid"]
            settings = bot_settings(self._stage, await fresh(SQLITE))
            bot, self._ports[BOT] = await stack.enter_async_context(
                running_bot(self._stage, settings)
            )
            self._pids[BOT] = bot.pid
            yield

    async def acks(self, name: str, many: int, at_once: int, every: float) -> Acks:
        """So many commands, so many in flight; a pause between two on one line."""
        async with lines(self._ports[name], at_once) as opened:
            await self._type(opened, min(WARM_UP, many), 0)
            await self._rest(name)
            used = processor_seconds(self._pids[name])
            times, seconds = await self._type(opened, many, every)
        await self._rest(name)
        return Acks(times, seconds, processor_seconds(self._pids[name]) - used)

    async def _rest(self, name: str) -> None:
        """Until what was accepted is done: the next measurement shall not pay for it."""
        if name == BOT:
            await worked_off(self._ports[BOT])

    async def _type(self, opened: list[Line], many: int, every: float) -> tuple[list[float], float]:
        left, times = iter(range(many)), list[float]()
        began = time.perf_counter()
        await asyncio.gather(*(self._type_on(line, left, every, times) for line in opened))
        return times, time.perf_counter() - began

    async def _type_on(
        self, line: Line, left: Iterator[int], every: float, times: list[float]
    ) -> None:
        for _ in left:
            _, request = self._typist.next()
            times.append(await line.post(request))
            if every:
                await asyncio.sleep(every)


async def acks(stage: Stage, many: int, rounds: int) -> list[str]:
    """The tables: one command at a time, and many."""
    doors = Doors(stage)
    async with doors.open():
        typed = await _measured(doors, max(int(SLOWLY * many), 1), rounds, 1, EVERY)
        hasty = await _measured(doors, many, rounds, 1, 0)
        crowd = await _measured(doors, 4 * many, rounds, AT_ONCE, 0)
    return [
        *_one_by_one(f"One command at a time, {EVERY * 1000:.0f} ms apart", typed),
        *_one_by_one("One command at a time, each as soon as the last is acknowledged", hasty),
        *_crowded(crowd),
    ]


async def _measured(
    doors: Doors, many: int, rounds: int, at_once: int, every: float
) -> dict[str, list[Acks]]:
    contenders: dict[str, Run[Acks]] = {
        name: partial(doors.acks, name, many, at_once, every) for name in (BARE, STOCK, DOOR, BOT)
    }
    return await in_turns(contenders, rounds)


def _one_by_one(title: str, found: dict[str, list[Acks]]) -> list[str]:
    p50 = {name: [each.ms(0.5) for each in runs] for name, runs in found.items()}
    rows = [
        (
            name,
            spread(p50[name], 2),
            spread([each.ms(0.99) for each in runs], 2),
            f"{spread(ratios(p50[name], p50[STOCK]), 2)} ×",
            f"{spread(ratios(p50[name], p50[BARE]), 1)} ×",
            _goal(name, "≤ 0.1 × stock, ≤ 8 × bare"),
        )
        for name, runs in found.items()
    ]
    columns = ("Contender", "p50 ms", "p99 ms", "p50 of stock", "p50 of bare", "Goal")
    return table(title, columns, rows)


def _crowded(found: dict[str, list[Acks]]) -> list[str]:
    p99 = {name: [each.ms(0.99) for each in runs] for name, runs in found.items()}
    rates = {name: [each.rate for each in runs] for name, runs in found.items()}
    rows = [
        (
            name,
            spread([each.ms(0.5) for each in runs], 1),
            spread(p99[name], 1),
            spread(rates[name]),
            spread([1000 * each.processor / len(each.times) for each in runs], 2),
            f"{spread(ratios(p99[name], p99[STOCK]), 2)} ×",
            f"{spread(ratios(rates[name], rates[STOCK]), 2)} ×",
            _goal(name, "p99 ≤ 1 ×, rate ≥ 1.4 ×"),
        )
        for name, runs in found.items()
    ]
    columns = (
        "Contender", "p50 ms", "p99 ms", "acks/s", "processor ms per command", "p99 of stock",
        "rate of stock", "Goal",
    )  # fmt: skip
    return table(f"{AT_ONCE} commands at a time", columns, rows)


def _goal(name: str, goal: str) -> str:
    return goal if name.startswith("Switchboard") else ""
