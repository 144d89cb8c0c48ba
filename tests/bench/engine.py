"""How fast and how punctual calls go out, and what waiting ones weigh, beside others.

Every contender is a process of its own; they take turns, so that all meet the same machine. Each
warms up first, which is not counted. Other load of the machine shows in the spread.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from tests.bench.conditions import conditions, load
from tests.bench.engine_bulk import instant, slow
from tests.bench.engine_dial import prompt
from tests.bench.engine_waiting import booking, punctual, weight
from tests.bench.stage import LIBRARIES, Stage, opened_stage

TABLES = ("instant", "slow", "lag", "booking", "weight", "dial")
PACKAGES = ("switchboard-bot", "httpx", "httpcore", "aiohttp", "SQLAlchemy", "aiosqlite", "asyncpg")


def main(arguments: Sequence[str]) -> int:
    """Prints the tables."""
    options = _options(arguments)
    asyncio.run(_run(options))
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("tests.bench engine", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="rounds (3; 5 for the long form)")
    parser.add_argument("--calls", type=int, default=2_000, help="due at once (2,000)")
    parser.add_argument("--slow-calls", type=int, default=1_000, help="at a slow provider (1,000)")
    parser.add_argument("--delay", type=float, default=0.2, help="seconds of that provider (0.2)")
    parser.add_argument("--rows", type=int, default=100_000, help="calls that wait (100,000)")
    parser.add_argument("--seconds", type=float, default=10, help="of calls falling due (10)")
    parser.add_argument("--per-second", type=float, default=200, help="of them (200)")
    parser.add_argument("--booked", type=int, default=500, help="calls booked one by one (500)")
    parser.add_argument("--rest", type=float, default=2, help="seconds before memory is read (2)")
    parser.add_argument("--dials", type=int, default=100, help="confirmations (100)")
    parser.add_argument("--tables", default=",".join(TABLES), help="which of them, by commas")
    parser.add_argument("--sqlite-only", action="store_true", help="without PostgreSQL")
    parser.add_argument(
        "--peers-python", default=sys.executable, metavar="PATH", help="has the job libraries"
    )
    return parser.parse_args(arguments)


async def _run(options: argparse.Namespace) -> None:
    async with opened_stage(options.peers_python, postgresql=not options.sqlite_only) as stage:
        for name in options.tables.split(","):
            before = load()
            print(*await _table(name, stage, options), sep="\n")
            print(f"Load average {before} before, {load()} after.\n", flush=True)
        peers = [f"{name} {stage.peers.get(name, 'not installed')}" for name in LIBRARIES]
        print(f"{options.rounds} rounds: the median, and the range of the rounds in brackets.")
        print(f"{conditions(PACKAGES)}; {', '.join(peers)}.")


async def _table(name: str, stage: Stage, options: argparse.Namespace) -> list[str]:
    rounds = options.rounds
    match name:
        case "instant":
            return await instant(stage, options.calls, rounds)
        case "slow":
            return await slow(stage, options.slow_calls, rounds, options.delay)
        case "lag":
            rate, seconds = options.per_second, options.seconds
            return await punctual(stage, options.rows, rounds, rate, seconds)
        case "booking":
            return await booking(stage, options.booked, rounds)
        case "weight":
            return await weight(stage, options.rows, options.booked, rounds, options.rest)
        case "dial":
            return await prompt(stage, options.dials, rounds)
        case _:
            raise SystemExit(f"No table {name}. There are: {', '.join(TABLES)}")
