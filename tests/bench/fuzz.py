"""What no text may do: raise, or take long. 100,000 texts, repeatable by their seed.

Times are of the processor: a parse waits for nothing, and other work of the machine is not its own.
"""

import argparse
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from zoneinfo import ZoneInfo

from bot.understanding.clean import MAX_TEXT
from bot.understanding.command import Context, KnownAgent, read_command
from bot.understanding.warm import warm_up
from bot.understanding.when import read_when
from tests.bench.conditions import conditions, quantile
from tests.bench.fuzz_texts import text

SLOWEST, ORDINARY = 0.250, 0.025  # seconds: any text; p99 of texts up to 300 characters
SHORT = 300
LENGTHS = (300, 1_000, 3_000)
ZONE = "America/New_York"
NOW = datetime(2026, 4, 15, 9, 40, tzinfo=ZoneInfo(ZONE))
AGENTS = (KnownAgent("Voz", "vozagent"), KnownAgent("Priya", "vozzo"), KnownAgent("April", "voicy"))
REGIONS = ("US", "GB", "IN", "DE", "FR")


@dataclass
class Trial:
    """What has been tried so far."""

    inputs: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)
    times: list[tuple[float, int]] = field(default_factory=list)  # seconds, characters
    slowest: tuple[float, str] = (0.0, "")

    def take(self, read: Callable[[], object], typed: str) -> None:
        """One reading of one text."""
        began = time.thread_time()
        try:
            read()
        except Exception as error:  # noqa: BLE001  # whatever it is, it is a finding
            self.failures.append((repr(error), typed))
        spent = time.thread_time() - began
        self.inputs += 1
        self.times.append((spent, len(typed)))
        if spent > self.slowest[0]:
            self.slowest = (spent, typed)

    def command(self, typed: str, region: str) -> None:
        """The text as a command."""
        context = Context(NOW, ZONE, region, AGENTS)
        self.take(lambda: read_command(typed, context), typed)

    def when(self, typed: str) -> None:
        """The text as a time."""
        self.take(lambda: read_when(typed, NOW, ZONE), typed)

    def short_p99(self) -> float:
        """Seconds under which 99 of 100 texts of at most 300 characters stay."""
        return quantile((spent for spent, size in self.times if size <= SHORT), 0.99)


def length_for(chance: random.Random) -> int:
    """Mostly what people type, sometimes a page, sometimes right at the cap."""
    kind = chance.random()
    if kind < 0.9:
        return int(SHORT * chance.random() ** 1.5)
    if kind < 0.98:
        return chance.randint(SHORT, 1_000)
    return chance.choice((chance.randint(1_000, MAX_TEXT), MAX_TEXT, MAX_TEXT + 1))


def tried(texts: int, seed: int) -> Trial:
    """Every text read both ways, after a warm-up that is not counted."""
    warm_up()
    chance = random.Random(seed)
    trial = Trial()
    for _ in range(texts):
        typed = text(chance, length_for(chance))
        trial.command(typed, chance.choice(REGIONS))
        trial.when(typed)
    return trial


def per_character(length: int, seed: int, texts: int = 200) -> float:
    """Median microseconds per character of commands of that length."""
    chance = random.Random(seed)
    trial = Trial()
    for _ in range(texts):
        trial.command(text(chance, length), chance.choice(REGIONS))
    return 1_000_000 * median(spent / max(size, 1) for spent, size in trial.times)


def report(texts: int, seed: int) -> tuple[str, bool]:
    """The figures as a Markdown table, and whether all bounds hold."""
    trial = tried(texts, seed)
    p99, slowest = trial.short_p99(), trial.slowest[0]
    slopes = [per_character(length, seed) for length in LENGTHS]
    held = not trial.failures and slowest < SLOWEST and p99 < ORDINARY
    rows = [
        "| Figure | Value | Bound |",
        "|---|---|---|",
        f"| texts | {texts:,}, each read as a command and as a time | |",
        f"| exceptions | {len(trial.failures)} | 0 |",
        f"| slowest, {len(trial.slowest[1]):,} characters | {1000 * slowest:.1f} ms | < 250 ms |",
        f"| p99 up to 300 characters | {1000 * p99:.2f} ms | < 25 ms |",
        *(
            f"| per character at {length:,} | {slope:.2f} µs | does not grow |"
            for length, slope in zip(LENGTHS, slopes, strict=True)
        ),
        "",
        f"Seed {seed}. {conditions(['switchboard-bot', 'phonenumbers', 'dateparser'])}.",
        *(f"{error}: {typed!r}" for error, typed in trial.failures[:10]),
    ]
    if slowest >= SLOWEST:
        rows.append(f"slowest: {trial.slowest[1]!r}")
    return "\n".join(rows), held


def main(arguments: Sequence[str]) -> int:
    """Prints the table; 1 when a bound is broken."""
    options = argparse.ArgumentParser("tests.bench fuzz", description=__doc__)
    options.add_argument("--texts", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=20261120)
    chosen = options.parse_args(arguments)
    table, held = report(chosen.texts, chosen.seed)
    print(table)
    return 0 if held else 1
