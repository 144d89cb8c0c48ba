"""Many calls due at once: how fast they go out, beside httpx that stores nothing and job libraries.

All rates are taken at the far side, between the arrivals of dials: nobody's own records count. The
seconds of the processor are the sender's own; those of a PostgreSQL server are not among them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from math import ceil
from statistics import median

from tests.bench.bots import bot_settings, running_bot
from tests.bench.filling import fill
from tests.bench.processes import Failed, Order, once, processor_seconds
from tests.bench.stage import POSTGRESQL, Dial, Stage
from tests.bench.tables import Run, in_turns, ratios, spread, table
from tests.databases import opened

WARM_UP = 50
OURS_AT_ONCE = 50  # of bot.schedule.dialler, at each provider
SHARDED = "httpx, 5 clients × 10 connections, nothing stored"
WITHIN = 600.0  # seconds; no contender needs longer


@dataclass(frozen=True)
class Job:
    """So many calls, so many in flight, to a provider that takes ``delay`` seconds for each."""

    many: int
    at_once: int
    delay: float = 0.0

    def rate(self, dials: Sequence[Dial]) -> float:
        """Dials a second, without the first volley, which waits for nothing."""
        times = [by_boot for _, by_boot, _ in dials]
        return (len(times) - self.at_once) / (times[-1] - times[self.at_once - 1])

    def of_ideal(self, dials: Sequence[Dial]) -> float:
        """Percent of what is possible with that many in flight, first arrival to last answer."""
        took = dials[-1][1] - dials[0][1] + self.delay
        return 100 * ceil(self.many / self.at_once) * self.delay / took


@dataclass(frozen=True)
class Seen:
    """The dials that arrived, and the seconds of the processor that their sender used for them."""

    dials: Sequence[Dial]
    processor: float


@dataclass
class Bulk:
    """Runs each contender once and looks at what arrived."""

    stage: Stage
    job: Job

    async def bare(self, clients: int, *, kept: bool = True) -> Seen:
        """httpx alone."""
        url = f"{self.stage.far.origin}/v1/calls/outbound"
        order = {"url": url, "calls": self.job.many, "at_once": self.job.at_once}
        return await self._run(
            "tests.bench.bare_client",
            order | {"kept": kept, "clients": clients, "warm_up": WARM_UP},
        )

    async def schedule(self, kind: str) -> Seen:
        """Our schedule, without Slack."""
        order = {"do": "bulk", "many": self.job.many, "warm_up": WARM_UP}
        more = {"url": await self.stage.databases.fresh(kind), "far": self.stage.far.origin}
        return _once_each(await self._run("tests.bench.engine_process", order | more))

    async def bot(self, kind: str) -> Seen:
        """The whole bot in HTTP mode; its calls fell due while it was down."""
        url = await self.stage.databases.fresh(kind)
        async with opened(url) as database:
            await fill(database, [datetime.now(UTC)] * (WARM_UP + self.job.many))
        await self.stage.far.reset(self.job.delay)
        async with running_bot(self.stage, bot_settings(self.stage, url)) as (bot, _):
            await self.stage.far.until(WARM_UP, WITHIN)
            used = processor_seconds(bot.pid)
            await self.stage.far.until(WARM_UP + self.job.many, WITHIN)
            used = processor_seconds(bot.pid) - used
        return _once_each(Seen((await self.stage.far.dials())[WARM_UP:], used))

    async def procrastinate(self) -> Seen:
        """A job for each call."""
        url = libpq(await self.stage.databases.fresh(POSTGRESQL))
        return await self._peer("tests.bench.peer_procrastinate", url)

    async def dbos(self, kind: str) -> Seen:
        """A workflow for each call."""
        url = of_dbos(await self.stage.databases.fresh(kind))
        return await self._peer("tests.bench.peer_dbos", url)

    async def _peer(self, module: str, url: str) -> Seen:
        order = {"url": url, "far": self.stage.far.origin, "many": self.job.many}
        more = {"at_once": self.job.at_once, "warm_up": WARM_UP}
        return await self._run(module, order | more, self.stage.peers_python)

    async def _run(self, module: str, order: Order, *python: str) -> Seen:
        await self.stage.far.reset(self.job.delay)
        found = await once(module, order, *python)
        return Seen((await self.stage.far.dials())[WARM_UP:], found["processor"])


def libpq(url: str) -> str:
    """A SQLAlchemy URL as libpq writes it."""
    return url.replace("+asyncpg", "")


def of_dbos(url: str) -> str:
    """The same with the drivers of DBOS."""
    return url.replace("+asyncpg", "+psycopg").replace("+aiosqlite", "")


def _once_each(seen: Seen) -> Seen:
    """Raises ``Failed`` when a number was dialled twice."""
    number, most = Counter(number for number, *_ in seen.dials).most_common(1)[0]
    if most > 1:
        raise Failed(f"{number} was dialled {most} times")
    return seen


# tables ------------------------------------------------------------------------------------------


def contenders(bulk: Bulk, *, fresh: bool) -> dict[str, Run[Seen]]:
    """Everybody who can run here, by name. ``fresh``: httpx with connections used once, too."""
    clients = bulk.job.at_once // 10
    found: dict[str, Run[Seen]] = {
        sharded_name(bulk.job): partial(bulk.bare, clients),
        f"one httpx client, {bulk.job.at_once} connections": partial(bulk.bare, 1),
    }
    if fresh:
        found["httpx sharded, each connection used once"] = partial(bulk.bare, clients, kept=False)
    if bulk.job.at_once > OURS_AT_ONCE:
        return found
    for kind in bulk.stage.databases.kinds:
        found[f"Switchboard's schedule, {kind}"] = partial(bulk.schedule, kind)
        found[f"Switchboard, the whole bot, {kind}"] = partial(bulk.bot, kind)
    if "procrastinate" in bulk.stage.peers and bulk.stage.databases.server:
        found["procrastinate, PostgreSQL"] = bulk.procrastinate
    if "dbos" in bulk.stage.peers:
        for kind in bulk.stage.databases.kinds:
            found[f"DBOS, {kind}"] = partial(bulk.dbos, kind)
    return found


def sharded_name(job: Job) -> str:
    """The peer that all are compared with."""
    return SHARDED.replace("5", str(job.at_once // 10), 1)


async def instant(stage: Stage, many: int, rounds: int) -> list[str]:
    """A provider that answers at once."""
    job = Job(many, OURS_AT_ONCE)
    found = await in_turns(contenders(Bulk(stage, job), fresh=True), rounds)
    rates = {name: [job.rate(seen.dials) for seen in each] for name, each in found.items()}
    peer = rates[sharded_name(job)]
    rows = [
        (
            name,
            spread(rates[name]),
            spread(ratios(rates[name], peer), 2),
            spread([1000 * seen.processor / many for seen in each], 2),
            _goal(name, "≥ 0.9"),
        )
        for name, each in found.items()
    ]
    title = f"{many:,} calls due at once, {job.at_once} in flight, a provider that answers at once"
    columns = ("Contender", "POSTs/s", "of httpx sharded", "processor ms per POST", "Goal")
    return table(title, columns, rows)


async def slow(stage: Stage, many: int, rounds: int, delay: float) -> list[str]:
    """A provider that takes its time."""
    rows: list[tuple[str, str, str, str]] = []
    ours: dict[str, list[float]] = {}
    for at_once, goal in ((OURS_AT_ONCE, "≥ 95 %"), (4 * OURS_AT_ONCE, "≥ 90 %")):
        job = Job(many, at_once, delay)
        found = await in_turns(contenders(Bulk(stage, job), fresh=False), rounds)
        shares = {name: [job.of_ideal(seen.dials) for seen in each] for name, each in found.items()}
        rows += [
            (str(at_once), name, f"{spread(each)} %", _goal(name, goal))
            for name, each in shares.items()
        ]
        ours |= {name: each for name, each in shares.items() if name.startswith("Switchboard")}
    rows += [
        ("200", name, f"{median(each) / 4:.0f} %, with its {OURS_AT_ONCE} in flight", "≥ 90 %")
        for name, each in ours.items()
    ]
    title = f"{many:,} calls due at once, a provider that takes {1000 * delay:.0f} ms"
    return table(title, ("In flight", "Contender", "of ideal", "Goal"), rows)


def _goal(name: str, goal: str) -> str:
    return goal if name.startswith("Switchboard") else ""
