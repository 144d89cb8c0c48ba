"""The command; see the package."""

import argparse
import asyncio
import random
import signal
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from tests.faults.chaos.plan import MOST, Options
from tests.faults.chaos.run import run
from tests.faults.chaos.server import empty_database, own_server

FEWEST_BY_HAND = 6


def main() -> int:
    """0 when nothing was lost, doubled or untrue."""
    return asyncio.run(_main(_options()))


async def _main(options: Options) -> int:
    """A SIGTERM ends the bots and the server, too; SIGINT does so anyway."""
    ours = asyncio.current_task()
    if ours is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ours.cancel)
    async with AsyncExitStack() as stack:
        folder = str(options.keep or stack.enter_context(tempfile.TemporaryDirectory()))
        server = None
        url = f"sqlite+aiosqlite:///{folder}/switchboard.db"
        if options.database == "postgresql":
            server = await stack.enter_async_context(own_server())
            url = await empty_database(server)
        told = await run(options, Path(folder), url, server)
    print("\n".join(told.lines()))
    return 1 if told.broken else 0


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.chaos")
    parser.add_argument("--calls", type=int, default=300, help=f"at most {MOST}")
    parser.add_argument("--workers", type=int, default=3, help="bots; SQLite has only one")
    parser.add_argument("--seconds", type=float, default=20, help="of chaos")
    parser.add_argument("--database", choices=["postgresql", "sqlite"], default="postgresql")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--pause", type=float, default=3, help="seconds between two of one bot")
    parser.add_argument("--by-hand", type=int, help="calls that are typed into Slack; a hundredth")
    parser.add_argument(
        "--hurry", action="store_true", help="end the leases of the dead at once, not in a minute"
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="an empty one: logs stay there")
    given = vars(parser.parse_args())
    if given["database"] == "sqlite":
        given["workers"] = 1
    if given["by_hand"] is None:
        given["by_hand"] = max(FEWEST_BY_HAND, given["calls"] // 100)
    return Options(**given)


if __name__ == "__main__":
    sys.exit(main())
