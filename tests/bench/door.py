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

TABLES = ("acks", "stops", "start", "sockets")
PACKAGES = ("switchboard-bot", "slack-bolt", "slack-sdk", "aiohttp", "SQLAlchemy", "aiosqlite")


def main(arguments: Sequence[str]) -> int:
    """Prints the tables."""
    parser = argparse.ArgumentParser("tests.bench door", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="rounds (3; 5 for the long form)")
    parser.add_argument("--acks", type=int, default=200, help="commands in a round (200)")
    parser.add_argument("--terms", type=int, default=50, help="stops (50; 1,000 in the long form)")
    parser.add_argument("--seed", type=int, default=20261120, help="of the moments of the stops")
    parser.add_argument(
        "--without-stock", action="store_true", help="its sockets take half a minute"
    )
    parser.add_argument("--tables", default=",".join(TABLES), help="which of them, by commas")
    asyncio.run(_run(parser.parse_args(arguments)))
    return 0


async def _run(options: argparse.Namespace) -> None:
    async with opened_stage() as stage:
        for name in options.tables.split(","):
            before = load()
            print(*await _table(name, stage, options), sep="\n")
            print(f"Load average {before} before, {load()} after.\n", flush=True)
        print(f"{options.rounds} rounds: the median, and the range of the rounds in brackets.")
        print(f"{conditions(PACKAGES)}.")


async def _table(name: str, stage: Stage, options: argparse.Namespace) -> list[str]:
    match name:
        case "acks":
            return await acks(stage, options.acks, options.rounds)
        case "stops":
            return await stops(stage, options.terms, options.seed)
        case "start":
            return await starts(stage, options.rounds)
        case "sockets":
            stock = not options.without_stock
            return await sockets(stage, options.rounds, options.seed, beside_stock=stock)
        case _:
            raise SystemExit(f"No table {name}. There are: {', '.join(TABLES)}")
