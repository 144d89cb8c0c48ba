"""Plays with seeds nobody has tried: ``python -m tests.schedule.model --minutes 10``."""

import argparse
import random
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path
from time import monotonic

from tests.schedule.model.search import Search, theatre, told


def main() -> None:
    """Search until the time is over, or a promise is broken; each seed is printed."""
    asked = _asked()
    until = monotonic() + asked.minutes * 60
    seen: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, closing(theatre(Path(folder))) as stage:
        while True:
            drawn = random.SystemRandom().randrange(2**32) if asked.seed is None else asked.seed
            search = Search(drawn, asked.examples, asked.steps, asked.shrink)
            print(search, flush=True)
            found = search.run(stage)
            print(told(found), flush=True)
            seen += found
            if asked.seed is not None or monotonic() > until:
                break
    print("All together:", told(seen))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.schedule.model", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="begin no new seed after that")
    parser.add_argument("--examples", type=int, default=100, help="plays from each seed")
    parser.add_argument("--steps", type=int, default=60, help="in each play, at most")
    parser.add_argument("--seed", type=int, help="play only that one")
    parser.add_argument("--shrink", action="store_true", help="make a failing play short")
    return parser.parse_args()


if __name__ == "__main__":
    main()
