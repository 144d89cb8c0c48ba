"""How soon commands are acknowledged, what a stop loses, and how soon the bot is there again.

Every contender is a process of its own; they take turns, so that all meet the same machine. Each
warms up first, which is not counted. Other load of the machine shows in the spread.
"""

import argparse
import asyncio
from collections.abc import Sequence

from tests.bench.conditions import conditions, load
from tests.bench.door_acks import acks
from tests.bench.door_sockets import sockets
from tests.bench.door_start import starts
from tests.bench.door_stops import stops
from tests.bench.stage import Stage, opened_stage

TABLES = ("acks", "start", "sockets")
PACKAGES = ("switchboard-bot", "slack-bolt", "slack-sdk", "aiohttp", "SQLAlchemy", "aiosqlite")
QUICK = {"rounds": 2, "acks": 60, "without_stock": True}


def main(arguments: Sequence[str]) -> int:
    """Prints the tables."""
    parser = argparse.ArgumentParser("tests.bench door", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two short rounds; about a minute")
    parser.add_argument("--rounds", type=int, default=5, help="rounds (5)")
    parser.add_argument("--acks", type=int, default=200, help="commands in a round (200)")
    parser.add_argument("--stops", type=int, default=0, help="so many stops, and nothing else")
    parser.add_argument("--seed", type=int, default=20261120, help="of the moments of the breaks")
    parser.add_argument(
        "--without-stock", action="store_true", help="its sockets take a quarter of a minute"
    )
    parser.add_argument("--tables", default=",".join(TABLES), help="which of them, by commas")
    options = parser.parse_args(arguments)
    if options.quick:
        vars(options).update(QUICK)
    asyncio.run(_run(options))
    return 0


async def _run(options: argparse.Namespace) -> None:
    async with opened_stage() as stage:
        for name in ["stops"] if options.stops else options.tables.split(","):
            before = load()
            print(*await _table(name, stage, options), sep="\n")
            print(f"Load average {before} before, {load()} after.\n", flush=True)
        if options.stops:
            print(f"Seed {options.seed}.")
        else:
            print(f"{options.rounds} rounds: the median, and the range of the rounds in brackets.")
        print(f"{conditions(PACKAGES)}.")


async def _table(name: str, stage: Stage, options: argparse.Namespace) -> list[str]:
    match name:
        case "acks":
            return await acks(stage, options.acks, options.rounds)
        case "stops" if options.stops:
            return await stops(stage, options.stops, options.seed)
        case "start":
            return await starts(stage, options.rounds)
        case "sockets":
            stock = not options.without_stock
            return await sockets(stage, options.rounds, options.seed, beside_stock=stock)
        case _:
            raise SystemExit(f"No table {name}. There are: {', '.join(TABLES)}")
