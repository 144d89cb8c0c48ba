"""The bench of the door runs at a small size, and a stop under load loses nothing even then."""

import pytest

from tests.bench.__main__ import main
from tests.bench.door_acks import AT_ONCE, BARE, BOT, DOOR, STOCK
from tests.bench.door_start import EMPTY, OURS, PEER

SMALL = ["door", "--rounds", "1", "--acks", "5", "--terms", "2", "--tables"]


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


def test_a_stop_while_people_type_loses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "stops"]) == 0
    printed = capsys.readouterr().out
    assert "| SIGTERM in mid-stream | 2 times | |" in printed.replace("|  |", "| |")
    assert "| acknowledged and not kept | 0 | 0 |" in printed
    assert "| acknowledged and never answered | 0 | 0 |" in printed
    assert "| exit codes | 0 | 0 |" in printed


def test_a_small_run_times_the_start(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "start"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("### Start\n")
    for name in (PEER, OURS, EMPTY):
        assert f"| {name} |" in printed


def test_a_small_run_breaks_our_sockets(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "sockets", "--without-stock"]) == 0
    printed = capsys.readouterr().out
    assert "| Switchboard, after a reset |" in printed
    assert "| Switchboard, after a silence |" in printed
