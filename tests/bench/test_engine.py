"""The bench of the engine runs at a small size, with every table and who is not installed."""

import sys
from contextlib import redirect_stdout
from io import StringIO

import pytest

from tests.bench.__main__ import main
from tests.bench.conditions import version_of
from tests.bench.engine import TABLES
from tests.bench.engine_bulk import Job, once_each
from tests.bench.processes import Failed
from tests.bench.stage import LIBRARIES
from tests.bench.tables import spread

TINY = [
    "--quick", "--calls", "60", "--peer-calls", "52", "--slow-calls", "60", "--delay", "0.02",
    "--rows", "50", "--seconds", "1", "--per-second", "20", "--booked", "5", "--dials", "2",
    "--rest", "0.1", "--processes", "1", "--sqlite-only",
]  # fmt: skip
TITLES = {
    "instant": "60 calls due at once, 50 in flight, a provider that answers at once",
    "slow": "60 calls due at once, 50 in flight, a provider that takes 20 ms",
    "crew": "60 calls due at once, 50 in flight, a provider that takes 20 ms",
    "lag": "Lag of calls due at 20 a second for 1 s, among 50",
    "booking": "Booking 5 calls, one by one",
    "weight": "50 scheduled calls in a serving process, SQLite",
    "dial": "From the press on *Schedule call* to the dial's arrival at the provider",
}


@pytest.fixture(scope="module")
def printed() -> str:
    """One run of all tables."""
    with redirect_stdout(StringIO()) as out:
        assert main(["engine", *TINY]) == 0
    return out.getvalue()


@pytest.mark.parametrize("table", TITLES)
def test_a_small_run_prints_its_table(table: str, printed: str) -> None:
    assert f"### {TITLES[table]}" in printed


def test_a_run_says_what_it_ran_under_and_who_is_not_installed(printed: str) -> None:
    assert printed.count("Load average") == len(TITLES)
    for library in LIBRARIES:
        absent = f"{library} not installed" in printed
        assert absent == (version_of(library) is None)


def test_every_table_has_a_small_run() -> None:
    assert tuple(TITLES) == TABLES


def test_an_unknown_table_lists_those_there_are() -> None:
    with pytest.raises(SystemExit, match="instant, slow, crew, lag"):
        main(["engine", "--tables", "speed", "--sqlite-only", "--peers-python", sys.executable])


def test_a_bulk_of_which_a_dial_is_missing_is_no_measurement() -> None:
    dials = [("+14155550100", 10.0, 0.0)]
    with pytest.raises(Failed, match="1 dials came of 2"):
        once_each(dials, Job(many=2, at_once=1))


def test_a_bulk_that_dialled_a_number_twice_is_no_measurement() -> None:
    dials = [("+14155550100", 10.0, 0.0)] * 2
    with pytest.raises(Failed, match=r"\+14155550100 was dialled 2 times"):
        once_each(dials, Job(many=2, at_once=1))


def test_rates_are_taken_after_the_first_volley() -> None:
    dials = [(f"+1415555{n:04d}", 10.0 if n < 4 else 10.0 + (n - 3) / 100, 0.0) for n in range(104)]
    assert Job(many=104, at_once=4).rate(dials) == pytest.approx(100)


def test_the_ideal_is_as_many_rounds_as_it_takes() -> None:
    dials = [("+14155550100", n // 4 * 0.2, 0.0) for n in range(8)]
    assert Job(many=8, at_once=4, delay=0.2).of_ideal(dials) == pytest.approx(100)


def test_a_figure_shows_between_which_it_lies() -> None:
    assert spread([3.0, 1.0, 2.0], 1) == "2.0 (1.0–3.0)"
