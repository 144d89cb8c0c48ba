"""The fuzz runs at a small size too, finds what it is made to find, and can be repeated."""

import random

import pytest

from tests.bench.__main__ import main
from tests.bench.fuzz import Trial, length_for
from tests.bench.fuzz_texts import text


def test_a_small_fuzz_finds_no_exception(capsys: pytest.CaptureFixture[str]) -> None:
    main(["fuzz", "--texts", "60"])  # how long it took is no finding while other tests run
    printed = capsys.readouterr().out
    assert "| exceptions | 0 | 0 |" in printed
    assert "| per character at 3,000 |" in printed
    assert "load average" in printed


def test_the_same_seed_makes_the_same_texts() -> None:
    first, second = (
        [text(chance, length_for(chance)) for _ in range(50)]
        for chance in (random.Random(3), random.Random(3))
    )
    assert first == second
    assert max(len(each) for each in first) <= 3_001


def test_an_exception_is_counted_with_its_text() -> None:
    trial = Trial()
    trial.take(lambda: 1 // 0, "x")
    trial.take(lambda: 1, "y")
    assert (trial.inputs, len(trial.failures), trial.failures[0][1]) == (2, 1, "x")
