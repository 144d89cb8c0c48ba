"""Several processes that share one PostgreSQL, at a provider that takes its time.

Each has its own 50 in flight; all calls fall due at one moment, when every process is up.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from tests.bench.engine_bulk import OURS_AT_ONCE, Job, once_each
from tests.bench.filling import fill
from tests.bench.processes import once
from tests.bench.stage import POSTGRESQL, Dial, Stage
from tests.bench.tables import Run, in_turns, spread, table
from tests.databases import opened

UP_WITHIN = timedelta(seconds=8)
WARM_UP = 50  # calls for each process, due before the others


async def crews(stage: Stage, crew: int, many: int, rounds: int, delay: float) -> list[str]:
    """The table."""
    job = Job(crew * many, crew * OURS_AT_ONCE, delay)

    async def bare(processes: int) -> float:
        await stage.far.reset(delay)
        order = {"url": f"{stage.far.origin}/v1/calls/outbound", "calls": job.many // processes}
        more = {"at_once": job.at_once // processes, "warm_up": 0}
        begins = (datetime.now(UTC) + UP_WITHIN / 2).timestamp()
        clients = {"clients": job.at_once // processes // 10, "begins": begins}
        runs = [once("tests.bench.bare_client", order | more | clients) for _ in range(processes)]
        await asyncio.gather(*runs)
        return job.of_ideal(await stage.far.dials())

    async def ours() -> float:
        return job.of_ideal(await _worked_off(stage, crew, job))

    contenders: dict[str, Run[float]] = {
        f"httpx, 1 process, {5 * crew} clients × 10 connections, nothing stored": partial(bare, 1),
        f"httpx, {crew} processes of 5 clients × 10 connections": partial(bare, crew),
    }
    if stage.databases.server:
        contenders[f"Switchboard's schedule, {crew} processes, {POSTGRESQL}"] = ours
    found = await in_turns(contenders, rounds)
    rows = [
        (name, f"{spread(shares, 1)} %", "≥ 90 %" if name.startswith("Switchboard") else "")
        for name, shares in found.items()
    ]
    title = f"{job.many:,} calls due at once, {job.at_once} in flight"
    title = f"{title}, a provider that takes {1000 * delay:.0f} ms"
    return table(title, ("Contender", "of ideal", "Goal"), rows)


async def _worked_off(stage: Stage, crew: int, job: Job) -> Sequence[Dial]:
    """The dials of all processes together. Raises ``Failed`` when a number was dialled twice."""
    url = await stage.databases.fresh(POSTGRESQL)
    begins = datetime.now(UTC) + UP_WITHIN + timedelta(seconds=job.many / 1000)
    early, whole = crew * WARM_UP, job.many
    async with opened(url) as database:
        await fill(database, [begins - UP_WITHIN / 4] * early + [begins] * whole)
    await stage.far.reset(job.delay)
    order = {"do": "share", "url": url, "far": stage.far.origin, "begins": begins.timestamp()}
    runs = [
        once("tests.bench.engine_process", order | {"worker": f"bench-{n}"}) for n in range(crew)
    ]
    await asyncio.gather(*runs)
    dials = await stage.far.dials()
    once_each(dials, Job(early + whole, job.at_once))
    return dials[early:]
