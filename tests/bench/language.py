"""How much of the language is understood, how surely and how fast, beside date libraries.

Every reader reads every line in every round, in turns, so that all meet the same machine. The
others are given what the product finds out by itself: of whole commands, the time words alone.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

from bot.understanding.command import Context, KnownAgent, read_command
from bot.understanding.seam import parse_line, parse_when_line
from bot.understanding.warm import warm_up
from tests.bench.conditions import conditions, quantile, version_of
from tests.bench.date_libraries import (
    dateparser_library,
    parsedatetime_library,
    recognizers_library,
)
from tests.bench.date_readings import Library, answer
from tests.understanding.corpora import Line, asked, lines
from tests.understanding.judge import (
    has_wrong_phone,
    is_right_command,
    is_right_when,
    is_silently_wrong_command,
    is_silently_wrong_when,
)

OURS = "Switchboard"
LIBRARIES: dict[str, tuple[str, Callable[[], Library]]] = {
    "dateparser": ("dateparser", dateparser_library),
    "parsedatetime": ("parsedatetime", parsedatetime_library),
    "recognizers": ("recognizers-text-date-time", recognizers_library),
}
COLUMNS = (
    "Corpus", "Reader", "Lines", "Right %", "Silently wrong", "Guessed on ambiguous", "p50 ms",
    "p99 ms",
)  # fmt: skip
TIME_ERRORS = {"ambiguous_time", "past_time", "invalid_time"}

Read = Callable[[Line], dict[str, Any]]
Judge = Callable[["Score", dict[str, Any], Line], None]


@dataclass
class Score:
    """What one reader did with one corpus."""

    lines: int = 0
    right: int = 0
    silent: int = 0
    ambiguous: int = 0
    guessed: int = 0
    wrong_phones: int = 0
    rounds: list[list[float]] = field(default_factory=list)  # seconds, one list per round

    def p(self, share: float) -> float:
        """Seconds under which that share of the lines stays: the median of the rounds."""
        return median(quantile(each, share) for each in self.rounds)

    def row(self, corpus: str, reader: str) -> str:
        """One line of the table."""
        p50, p99 = 1000 * self.p(0.5), 1000 * self.p(0.99)
        share = 100 * self.right / self.lines
        return (
            f"| {corpus} | {reader} | {self.lines} | {share:.1f} | {self.silent} "
            f"| {self.guessed} of {self.ambiguous} | {p50:.2f} | {p99:.2f} |"
        )


# readers -----------------------------------------------------------------------------------------


def library_readers() -> dict[str, Read]:
    """The libraries that are installed, ready to read."""
    return {
        name: _reader(make())
        for name, (package, make) in LIBRARIES.items()
        if version_of(package) is not None
    }


def _reader(library: Library) -> Read:
    return lambda line: answer(
        library, line["text"], datetime.fromisoformat(line["now"]), line.get("tz") or "UTC"
    )


def time_words(line: Line) -> Line | None:
    """A command cut down to its time words and their zone; None when there is no time to read."""
    errors = errors_of(line)
    agents = tuple(KnownAgent(each["name"], each["provider"]) for each in line["agents"])
    now = datetime.fromisoformat(line["now"])
    reading = read_command(
        line["text"], Context(now, line["user_tz"], line["default_region"], agents)
    )
    if not reading.said_when or not errors <= TIME_ERRORS:
        return None
    theirs = reading.zone_source == "recipient" and reading.callee_zones
    asked_back = {"kind": "ambiguous", "accept": [{"kind": "none"}]}
    return {
        "text": reading.said_when,
        "now": line["now"],
        "tz": reading.callee_zones[0] if theirs else line["user_tz"],
        "expect": asked_back if errors else line["expect"]["when"] or asked_back,
    }


def errors_of(line: Line) -> set[str]:
    """The error codes a command line allows; none when it must succeed."""
    errors = line["expect"].get("error") or []
    return {errors} if isinstance(errors, str) else set(errors)


# judging -----------------------------------------------------------------------------------------


def judge_phrase(score: Score, got: dict[str, Any], line: Line) -> None:
    """Counts one answer to a phrase."""
    expect = line["expect"]
    silent = is_silently_wrong_when(got, expect)
    score.lines += 1
    score.right += is_right_when(got, expect)
    score.silent += silent
    score.ambiguous += expect["kind"] == "ambiguous"
    score.guessed += expect["kind"] == "ambiguous" and silent


def judge_command(score: Score, got: dict[str, Any], line: Line) -> None:
    """Counts one answer to a whole command."""
    expect = line["expect"]
    unclear = "ambiguous_time" in errors_of(line)
    score.lines += 1
    score.right += is_right_command(got, expect)
    score.silent += is_silently_wrong_command(got, expect)
    score.wrong_phones += has_wrong_phone(got, expect)
    score.ambiguous += unclear
    score.guessed += unclear and not got.get("error")


# running -----------------------------------------------------------------------------------------


@dataclass
class Runner:
    """One reader with its lines and its judge."""

    read: Read
    lines: list[Line]
    judge: Judge
    score: Score = field(default_factory=Score)

    def take(self, k: int, times: list[float], *, counted: bool) -> None:
        """Read line ``k``, if there is one."""
        if k >= len(self.lines):
            return
        began = time.perf_counter()
        got = self.read(self.lines[k])
        times.append(time.perf_counter() - began)
        if counted:
            self.judge(self.score, got, self.lines[k])


def run(runners: dict[str, Runner], rounds: int) -> None:
    """All runners over their lines in turns; the round before the first only warms up."""
    names = list(runners)
    for turn in range(rounds + 1):
        times: dict[str, list[float]] = {name: [] for name in names}
        for k in range(max(len(runner.lines) for runner in runners.values())):
            first = (turn + k) % len(names)
            for name in names[first:] + names[:first]:
                runners[name].take(k, times[name], counted=turn == 1)
        for name in names if turn else ():
            runners[name].score.rounds.append(times[name])


def phrase_runners(most: int) -> dict[str, Runner]:
    """Everybody over the phrases."""
    phrases = lines("when_dev.jsonl")[:most]
    readers = {OURS: lambda line: parse_when_line(asked(line)), **library_readers()}
    return {name: Runner(read, phrases, judge_phrase) for name, read in readers.items()}


def command_runners(most: int) -> dict[str, Runner]:
    """Ourselves over whole commands, the libraries over the time words in them."""
    whole = lines("commands_dev.jsonl")[:most]
    cut = [short for line in whole if (short := time_words(line)) is not None]
    ours = Runner(lambda line: parse_line(asked(line)), whole, judge_command)
    others = {
        name: Runner(read, cut, judge_phrase) for name, read in library_readers().items() if cut
    }
    return {OURS: ours, **others}


def table(rounds: int, most: int) -> str:
    """Both corpora by all readers as a Markdown table, and the conditions under it."""
    warm_up()
    rows = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    for corpus, runners in (("phrases", phrase_runners(most)), ("commands", command_runners(most))):
        run(runners, rounds)
        rows += [runner.score.row(corpus, name) for name, runner in runners.items()]
        absent = [name for name in LIBRARIES if name not in runners and OURS in runners]
        rows += [
            f"| {corpus} | {name} | not installed: extra `bench` | | | | | |" for name in absent
        ]
        wrong = runners[OURS].score.wrong_phones
    packages = ["switchboard-bot", *(package for package, _ in LIBRARIES.values())]
    notes = f"Commands: wrong numbers {wrong}; the libraries read the time words only."
    return "\n".join([*rows, "", notes, f"{rounds} rounds. {conditions(packages)}."])


def main(arguments: Sequence[str]) -> int:
    """Prints the table."""
    options = argparse.ArgumentParser("tests.bench language", description=__doc__)
    options.add_argument("--rounds", type=int, default=5, help="rounds that count (5)")
    options.add_argument("--lines", type=int, default=10_000, help="lines of each corpus (all)")
    chosen = options.parse_args(arguments)
    print(table(chosen.rounds, chosen.lines))
    return 0
