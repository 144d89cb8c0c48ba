"""How fast and how punctual calls go out, and what waiting ones weigh, beside others.

Every contender is a process of its own; they take turns, so that all meet the same machine. Each
warms up first, which is not counted. Other load of the machine shows in the spread.
"""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, fields, replace

from tests.bench.conditions import conditions, load
from tests.bench.engine_bulk import instant, slow, whole_bot
from tests.bench.engine_crew import crews
from tests.bench.engine_dial import prompt
from tests.bench.engine_waiting import booking, punctual, weight
from tests.bench.stage import LIBRARIES, Stage, opened_stage

TABLES = ("instant", "slow", "crew", "lag", "booking", "weight", "dial")
ON_REQUEST = ("bot",)  # what the bot posts to Slack meanwhile costs more than all the dialling
PACKAGES = ("switchboard-bot", "httpx", "httpcore", "aiohttp", "SQLAlchemy", "aiosqlite", "asyncpg")


@dataclass(frozen=True)
class Size:
    """How much of everything; each field is an option of the same name."""

    rounds: int = 5
    calls: int = 2_000  # due at once
    peer_calls: int = 200  # for the job libraries, which need longer for each
    slow_calls: int = 1_000  # due at once at a slow provider, for each process
    processes: int = 4  # that share a database
    delay: float = 0.2  # seconds of that provider
    rows: int = 100_000  # calls that wait
    seconds: float = 5  # of calls falling due
    per_second: float = 200  # of them
    booked: int = 500  # calls booked one by one
    rest: float = 1.0  # seconds before memory is read
    dials: int = 100  # confirmations


QUICK = Size(
    rounds=1,
    calls=500,
    peer_calls=100,
    slow_calls=200,
    processes=2,
    rows=5_000,
    seconds=2,
    booked=50,
    rest=0.2,
    dials=20,
)


def main(arguments: Sequence[str]) -> int:
    """Prints the tables."""
    options = _parser().parse_args(arguments)
    given = {each.name: getattr(options, each.name) for each in fields(Size)}
    told = {name: value for name, value in given.items() if value is not None}
    size = replace(QUICK if options.quick else Size(), **told)
    asyncio.run(_run(size, options))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("tests.bench engine", description=__doc__)
    for each in fields(Size):
        usual = f"{each.default} (quick: {getattr(QUICK, each.name)})"
        name, kind = f"--{each.name.replace('_', '-')}", type(each.default)
        parser.add_argument(name, type=kind, help=usual)
    parser.add_argument("--quick", action="store_true", help="a small run, to see that it works")
    known = f"any of {', '.join(TABLES + ON_REQUEST)}, by commas"
    parser.add_argument("--tables", default=",".join(TABLES), help=known)
    parser.add_argument("--sqlite-only", action="store_true", help="without PostgreSQL")
    parser.add_argument(
        "--peers-python", default=sys.executable, metavar="PATH", help="has the job libraries"
    )
    return parser


async def _run(size: Size, options: argparse.Namespace) -> None:
    async with opened_stage(options.peers_python, postgresql=not options.sqlite_only) as stage:
        for name in options.tables.split(","):
            before = load()
            print(*await _table(name, stage, size), sep="\n")
            print(f"Load average {before} before, {load()} after.\n", flush=True)
        peers = [f"{name} {stage.peers.get(name, 'not installed')}" for name in LIBRARIES]
        rounds = f"{size.rounds} rounds" if size.rounds > 1 else "1 round"
        print(f"{rounds}: the median, and the range of the rounds in brackets.")
        print(f"{conditions(PACKAGES)}; {', '.join(peers)}.")


async def _table(name: str, stage: Stage, size: Size) -> list[str]:
    rounds, calls, peers = size.rounds, size.calls, size.peer_calls
    made: dict[str, Callable[[], Awaitable[list[str]]]] = {
        "instant": lambda: instant(stage, calls, peers, rounds),
        "bot": lambda: whole_bot(stage, calls, rounds),
        "slow": lambda: slow(stage, size.slow_calls, peers, rounds, size.delay),
        "crew": lambda: crews(stage, size.processes, size.slow_calls, rounds, size.delay),
        "lag": lambda: punctual(stage, size.rows, rounds, size.per_second, size.seconds),
        "booking": lambda: booking(stage, size.booked, rounds),
        "weight": lambda: weight(stage, size.rows, size.booked, min(rounds, 2), size.rest),
        "dial": lambda: prompt(stage, size.dials, rounds),
    }
    if name not in made:
        raise SystemExit(f"No table {name}. There are: {', '.join(TABLES + ON_REQUEST)}")
    return await made[name]()
