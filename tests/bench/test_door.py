"""The bench of the door runs at a small size, and a stop under load loses nothing even then."""

import pytest

from tests.bench.__main__ import main
from tests.bench.door_acks import AT_ONCE, BARE, BOT, DOOR, STOCK
from tests.bench.door_start import EMPTY, OURS, PEER

SMALL = ["door", "--rounds", "1", "--acks", "5", "--without-stock", "--tables"]


def test_a_small_run_asks_all_four_doors(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "acks"]) == 0
    printed = capsys.readouterr().out
    for title in (
        "One command at a time, 50 ms apart",
        "One command at a time, each as soon as the last is acknowledged",
        f"{AT_ONCE} commands at a time",
    ):
        assert f"### {title}\n" in printed
    for name in (BARE, STOCK, DOOR, BOT):
        assert printed.count(f"| {name} |") == 3
    assert "load average" in printed


def test_a_stop_while_people_book_loses_and_doubles_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["door", "--stops", "1"]) == 0
    printed = capsys.readouterr().out
    assert "| SIGTERM to a process of its own | 1 times |  |" in printed
    for promise in (
        "acknowledged and not kept",
        "acknowledged and never answered",
        "press acknowledged and never dialled",
        "dialled twice",
    ):
        assert f"| {promise} | 0 | 0 |" in printed
    assert "| exit codes | 0: 1 | 0 |" in printed


def test_a_small_run_times_the_start(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "start"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("### Start\n")
    for name in (PEER, OURS, EMPTY):
        assert f"| {name} |" in printed


def test_a_small_run_breaks_our_sockets(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "sockets"]) == 0
    printed = capsys.readouterr().out
    assert "| Switchboard, after a reset |" in printed
    assert "| Switchboard, after a silence |" in printed
