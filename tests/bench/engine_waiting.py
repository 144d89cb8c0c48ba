"""Calls that wait: booking them, what they weigh, and how punctual they are."""

import sqlite3
from functools import partial
from statistics import median
from typing import Any

from tests.bench.conditions import quantile
from tests.bench.engine_bulk import libpq, of_dbos
from tests.bench.processes import once
from tests.bench.stage import POSTGRESQL, SQLITE, Stage, file_of
from tests.bench.tables import Run, in_turns, ratios, spread, table

ENGINE = "tests.bench.engine_process"
POLL = 1.0  # seconds between two looks of the simple scheduler beside us
MIB = 2**20
BUSY = 16  # people who confirm at the same moment
ROWS = 100_000


async def punctual(
    stage: Stage, rows: int, rounds: int, per_second: float, seconds: float
) -> list[str]:
    """From the moment a call is due to its arrival at the provider."""

    async def late(kind: str, poll: float = 0.0) -> list[float]:
        url = await stage.databases.filled(kind, rows)
        await stage.far.reset()
        order = {"do": "lag", "url": url, "far": stage.far.origin, "poll": poll}
        more = {"per_second": per_second, "seconds": seconds}
        due: dict[str, float] = (await once(ENGINE, order | more))["due"]
        dials = await stage.far.dials()
        return [by_wall - due[number] for number, _, by_wall in dials if number in due]

    ours = {
        f"Switchboard's schedule, {kind}": partial(late, kind) for kind in stage.databases.kinds
    }
    poll = f"the same, looking every {POLL:.0f} s, SQLite"
    found = await in_turns({**ours, poll: partial(late, SQLITE, POLL)}, rounds)
    lines = [
        (name, *(_milliseconds(each, share) for share in (0.5, 0.99, 1.0)), _goals(name))
        for name, each in found.items()
    ]
    title = f"Lag of calls due at {per_second:.0f} a second for {seconds:.0f} s, among {rows:,}"
    return table(title, ("Contender", "p50 ms", "p99 ms", "max ms", "Goal"), lines)


def _milliseconds(rounds: list[list[float]], share: float) -> str:
    return spread([1000 * quantile(each, share) for each in rounds], 1)


def _goals(name: str) -> str:
    return "p50 ≤ 5, p99 ≤ 100, ≤ 1/10 of looking" if name.startswith("Switchboard") else ""


async def booking(stage: Stage, many: int, rounds: int) -> list[str]:
    """Each committed, one after the other unless it says more."""

    async def ours(kind: str, at_once: int = 1) -> float:
        order = {"do": "booking", "url": await stage.databases.fresh(kind), "many": many}
        return await _rate(ENGINE, {**order, "at_once": at_once})

    async def procrastinate() -> float:
        url = libpq(await stage.databases.fresh(POSTGRESQL))
        return await _rate("tests.bench.peer_procrastinate", {"url": url} | enqueue, python)

    async def dbos(kind: str) -> float:
        url = of_dbos(await stage.databases.fresh(kind))
        return await _rate("tests.bench.peer_dbos", {"url": url} | enqueue, python)

    async def _rate(module: str, order: dict[str, Any], *by: str) -> float:
        whole = {"far": stage.far.origin, "warm_up": min(many, 50), **order}
        found: float = (await once(module, whole, *by))["seconds"]
        return many / found

    python, enqueue = stage.peers_python, {"book": many, "many": 0, "at_once": 1}
    contenders: dict[str, Run[float]] = {}
    for kind in stage.databases.kinds:
        contenders[f"Switchboard: draft and call, {kind}"] = partial(ours, kind)
        contenders[f"… {BUSY} at a time, {kind}"] = partial(ours, kind, BUSY)
    if "procrastinate" in stage.peers and stage.databases.server:
        contenders["procrastinate: defer a job, PostgreSQL"] = procrastinate
    if "dbos" in stage.peers:
        for kind in stage.databases.kinds:
            contenders[f"DBOS: enqueue a workflow, {kind}"] = partial(dbos, kind)
    found = await in_turns(contenders, rounds)
    lines = [
        (name, spread(each), spread([ROWS / rate for rate in each])) for name, each in found.items()
    ]
    columns = ("Contender", "calls/s", f"seconds for {ROWS:,} at that rate")
    return table(f"Booking {many:,} calls, one by one", columns, lines)


async def weight(stage: Stage, rows: int, many: int, rounds: int, rest: float) -> list[str]:
    """Memory of a process that serves so many waiting calls, and the size of its file."""
    url, written = "", list[float]()

    async def ours() -> list[float]:
        nonlocal url
        url = await stage.databases.fresh(SQLITE)
        order = {"do": "memory", "url": url, "far": stage.far.origin, "rest": rest}
        told = await once(ENGINE, {**order, "rows": rows, "many": many})
        written.append(told["seconds"])
        found: list[float] = told["mib"]
        return found

    async def tasks() -> list[float]:
        found: list[float] = (await once("tests.bench.task_each", {"calls": rows}))["mib"]
        return found

    found = await in_turns({"ours": ours, "tasks": tasks}, rounds)
    added = {name: [each[-1] - each[0] for each in runs] for name, runs in found.items()}
    idle = median(each[0] for each in found["ours"])
    booked = spread([each[1] - each[0] for each in found["ours"]], 1)
    share = ratios(added["ours"], added["tasks"])
    lines = [
        ("memory added by all of them", f"{spread(added['ours'], 1)} MiB", "≤ 5 MiB"),
        (f"… by booking {many:,} of them itself", f"{booked} MiB", ""),
        ("… of what a sleeping task for each call adds", f"{spread(share, 3)}", "≤ 1/25"),
        ("a sleeping task for each call", f"{spread(added['tasks'], 1)} MiB", ""),
        ("memory of the process before", f"{idle:.0f} MiB", ""),
        ("writing the others in one transaction", f"{spread(written, 1)} s", ""),
        *_file(url, rows),
    ]
    title = f"{rows:,} scheduled calls in a serving process, SQLite"
    return table(title, ("What", "Figure", "Goal"), lines)


def _file(url: str, rows: int) -> list[tuple[str, str, str]]:
    """The size of the file, and where it comes from."""
    file = file_of(url)
    with sqlite3.connect(file) as connection:
        by_table = connection.execute(
            "SELECT t.tbl_name, sum(s.pgsize) FROM dbstat s JOIN sqlite_schema t ON t.name = s.name"
            " GROUP BY 1 ORDER BY 2 DESC LIMIT 4"
        ).fetchall()
    connection.close()
    size = sum(part.stat().st_size for part in file.parent.glob(f"{file.name}*"))
    parts = ", ".join(f"{name} {each / MIB:.0f}" for name, each in by_table)
    goal = f"≤ {25 * rows / 100_000:.0f} MiB"
    return [("the database file", f"{size / MIB:.0f} MiB ({parts})", goal)]
