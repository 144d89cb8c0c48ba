"""`python -m tests.bench NAME`: runs one benchmark and prints its table."""

import sys
from collections.abc import Callable, Sequence

from tests.bench import door, engine, fuzz, language

BENCHES: dict[str, Callable[[Sequence[str]], int]] = {
    "language": language.main,
    "fuzz": fuzz.main,
    "engine": engine.main,
    "door": door.main,
}


def main(arguments: Sequence[str]) -> int:
    """The exit code of the bench named first; 2 when there is no such bench."""
    if not arguments or arguments[0] not in BENCHES:
        print(f"Which bench? One of: {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    return BENCHES[arguments[0]](arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
