"""The bench of the language runs and says under what; our own figures reach their targets."""

import pytest

from bot.understanding.warm import warm_up
from tests.bench.__main__ import main
from tests.bench.conditions import version_of
from tests.bench.language import LIBRARIES, OURS, Score, command_runners, phrase_runners, run

RIGHT_PHRASES, RIGHT_COMMANDS = 0.98, 0.97
P99 = 0.025  # seconds


def test_a_small_run_prints_a_row_for_every_reader(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["language", "--rounds", "1", "--lines", "8"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("| Corpus | Reader | Lines | Right % | Silently wrong |")
    for corpus in ("phrases", "commands"):
        assert f"| {corpus} | {OURS} | 8 |" in printed
        for name, (package, _) in LIBRARIES.items():
            absent = f"| {corpus} | {name} | not installed: extra `bench` |"
            assert (absent in printed) == (version_of(package) is None)
            assert f"| {corpus} | {name} |" in printed
    assert "load average" in printed
    assert "dateparser 1." in printed


def test_an_unknown_bench_lists_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["speed"]) == 2
    assert "language, fuzz" in capsys.readouterr().err


def ours(runner_name: str) -> Score:
    """Our own score over a whole corpus, one round."""
    warm_up()
    make = phrase_runners if runner_name == "phrases" else command_runners
    runners = {OURS: make(10_000)[OURS]}
    run(runners, rounds=1)
    return runners[OURS].score


def test_our_phrases_reach_their_targets() -> None:
    score = ours("phrases")
    assert score.lines == 350
    assert score.right >= RIGHT_PHRASES * score.lines
    assert (score.silent, score.guessed) <= (1, 1)
    assert score.p(0.99) < P99


def test_our_commands_reach_their_targets() -> None:
    score = ours("commands")
    assert score.lines == 110
    assert score.right >= RIGHT_COMMANDS * score.lines
    assert (score.wrong_phones, score.silent, score.guessed) == (0, 0, 0)
    assert score.p(0.99) < P99
