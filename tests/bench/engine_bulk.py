"""Many calls due at once: how fast they go out, beside httpx that stores nothing and job libraries.

All rates are taken at the far side, between the arrivals of dials: nobody's own records count. The
seconds of the processor are the sender's own; those of a PostgreSQL server are not among them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from math import ceil

from tests.bench.bots import bot_settings, running_bot
from tests.bench.filling import fill
from tests.bench.processes import Failed, Order, once, processor_seconds
from tests.bench.stage import POSTGRESQL, Dial, Stage
from tests.bench.tables import Run, in_turns, ratios, spread, table
from tests.databases import opened

WARM_UP = 50
OURS_AT_ONCE = 50  # of bot.schedule.dialler, at each provider
SHARDED = "httpx, 5 clients × 10 connections, nothing stored"
FRESH = "… each connection used once"
ONE_CLIENT = "one httpx client, 50 connections"
COLUMNS = ("Contender", "POSTs/s", "of httpx sharded", "processor ms per POST", "Goal")
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

    job: Job
    dials: Sequence[Dial]
    processor: float

    @property
    def rate(self) -> float:
        """Dials a second."""
        return self.job.rate(self.dials)

    @property
    def of_ideal(self) -> float:
        """Percent of what is possible."""
        return self.job.of_ideal(self.dials)

    @property
    def milliseconds(self) -> float:
        """Of the processor, for each dial."""
        return 1000 * self.processor / len(self.dials)


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
        seen = await self._run("tests.bench.engine_process", order | more)
        once_each(seen.dials, self.job)
        return seen

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
        dials = (await self.stage.far.dials())[WARM_UP:]
        return Seen(self.job, once_each(dials, self.job), used)

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
        dials = (await self.stage.far.dials())[WARM_UP:]
        return Seen(self.job, complete(dials, self.job), found["processor"])


def libpq(url: str) -> str:
    """A SQLAlchemy URL as libpq writes it."""
    return url.replace("+asyncpg", "")


def of_dbos(url: str) -> str:
    """The same with the drivers of DBOS."""
    return url.replace("+asyncpg", "+psycopg").replace("+aiosqlite", "")


def complete(dials: Sequence[Dial], job: Job) -> Sequence[Dial]:
    """Raises ``Failed`` when some are missing, or too many came."""
    if len(dials) != job.many:
        raise Failed(f"{len(dials)} dials came of {job.many}")
    return dials


def once_each(dials: Sequence[Dial], job: Job) -> Sequence[Dial]:
    """Raises ``Failed``, too, when a number was dialled twice."""
    number, most = Counter(number for number, *_ in dials).most_common(1)[0]
    if most > 1:
        raise Failed(f"{number} was dialled {most} times")
    return complete(dials, job)


# tables ------------------------------------------------------------------------------------------


def contenders(job: Bulk, peers: Bulk) -> dict[str, Run[Seen]]:
    """Everybody who can run here, by name; the job libraries do ``peers``."""
    kinds = job.stage.databases.kinds
    clients = job.job.at_once // 10
    found: dict[str, Run[Seen]] = {
        SHARDED: partial(job.bare, clients),
        FRESH: partial(job.bare, clients, kept=False),
    }
    found |= {f"Switchboard's schedule, {kind}": partial(job.schedule, kind) for kind in kinds}
    if "procrastinate" in job.stage.peers and job.stage.databases.server:
        found["procrastinate, PostgreSQL"] = peers.procrastinate
    if "dbos" in job.stage.peers:
        found |= {f"DBOS, {kind}": partial(peers.dbos, kind) for kind in kinds}
    return found


async def instant(stage: Stage, many: int, for_peers: int, rounds: int) -> list[str]:
    """A provider that answers at once."""
    job, small = Job(many, OURS_AT_ONCE), Job(max(for_peers, OURS_AT_ONCE + 2), OURS_AT_ONCE)
    every = contenders(Bulk(stage, job), Bulk(stage, small))
    every[ONE_CLIENT] = partial(Bulk(stage, small).bare, 1)
    found = await in_turns(every, rounds)
    title = f"{many:,} calls due at once, {job.at_once} in flight, a provider that answers at once"
    return table(f"{title}; {_fewer(small)}", COLUMNS, _rates(found))


async def whole_bot(stage: Stage, many: int, rounds: int) -> list[str]:
    """The same with everything else the bot does, such as posting each call's fate to Slack."""
    job = Job(many, OURS_AT_ONCE)
    bulk = Bulk(stage, job)
    kinds = {f"the whole bot, {kind}": partial(bulk.bot, kind) for kind in stage.databases.kinds}
    found = await in_turns({SHARDED: partial(bulk.bare, 5), **kinds}, rounds)
    title = f"{many:,} calls due at once, {job.at_once} in flight, with all that is posted"
    return table(title, COLUMNS, _rates(found))


def _rates(found: Mapping[str, Sequence[Seen]]) -> list[tuple[str, ...]]:
    rates = {name: [seen.rate for seen in each] for name, each in found.items()}
    return [
        (
            name,
            spread(rates[name]),
            spread(ratios(rates[name], rates[SHARDED]), 2),
            spread([seen.milliseconds for seen in each], 2),
            _goal(name, "≥ 0.9"),
        )
        for name, each in found.items()
    ]


async def slow(stage: Stage, many: int, for_peers: int, rounds: int, delay: float) -> list[str]:
    """A provider that takes its time."""
    job, small = Job(many, OURS_AT_ONCE, delay), Job(for_peers, OURS_AT_ONCE, delay)
    found = await in_turns(contenders(Bulk(stage, job), Bulk(stage, small)), rounds)
    rows = [
        (name, f"{spread([seen.of_ideal for seen in each], 1)} %", _goal(name, "≥ 95 %"))
        for name, each in found.items()
    ]
    title = f"{many:,} calls due at once, 50 in flight, a provider that takes {1000 * delay:.0f} ms"
    return table(f"{title}; {_fewer(small)}", ("Contender", "of ideal", "Goal"), rows)


def _fewer(small: Job) -> str:
    return f"job libraries and one client: {small.many:,}"


def _goal(name: str, goal: str) -> str:
    return goal if name.startswith("Switchboard") else ""
