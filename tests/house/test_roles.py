"""What a process may be started as, and what it needs for that."""

from pathlib import Path

import pytest

from bot.calls.process_role import ProcessRole
from bot.service import Service
from bot.settings import Mistake, load
from tests.house.test_cli import switchboard

TOKEN = {"SLACK_BOT_TOKEN": "xoxb-1"}
SHARED = TOKEN | {"DATABASE_URL": "postgresql://switchboard@127.0.0.1:9/switchboard"}
DOOR, WORKER = ProcessRole.DOOR, ProcessRole.WORKER


def test_who_does_what() -> None:
    assert {role: (role.takes, role.dials) for role in ProcessRole} == {
        ProcessRole.ALL: (True, True),
        DOOR: (True, False),
        WORKER: (False, True),
    }


def test_a_worker_needs_neither_app_token_nor_signing_secret() -> None:
    for mode in ("socket", "http"):
        assert Service(load(SHARED), mode, role=WORKER).shop is None


def test_a_door_needs_what_its_mode_needs() -> None:
    with pytest.raises(Mistake, match="SLACK_APP_TOKEN"):
        Service(load(SHARED), "socket", role=DOOR)
    with pytest.raises(Mistake, match="SLACK_SIGNING_SECRET"):
        Service(load(SHARED), "http", role=DOOR)


def test_everybody_needs_the_bot_token() -> None:
    with pytest.raises(Mistake, match="SLACK_BOT_TOKEN"):
        load({"DATABASE_URL": SHARED["DATABASE_URL"]})


@pytest.mark.parametrize("role", ["door", "worker"])
def test_a_file_is_for_one_process(tmp_path: Path, role: str) -> None:
    answer = switchboard("serve", "--role", role, environment=TOKEN, cwd=tmp_path)
    assert answer.returncode == 2
    assert answer.stderr.startswith(f"--role {role} is for several processes, and a SQLite file")
    assert "Nothing was started" in answer.stderr
    assert not list(tmp_path.iterdir())


def test_practice_is_one_process() -> None:
    practice = SHARED | {"SWITCHBOARD_PRACTICE": "1"}
    with pytest.raises(Mistake, match="practice is one"):
        Service(load(practice), role=WORKER)


def test_an_unknown_role_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    answer = switchboard("serve", "--role", "waiter", environment=TOKEN, cwd=tmp_path)
    assert answer.returncode == 2
    assert all(role.value in answer.stderr for role in ProcessRole)
