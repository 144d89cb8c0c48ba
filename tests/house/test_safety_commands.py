"""`switchboard migrate --to`, `backup` and `restored`, as an operator types them."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.storage.lock import FileLock
from tests.databases import opened
from tests.house.test_cli import switchboard
from tests.storage.full_shop import fill


@pytest.fixture
async def shop(tmp_path: Path) -> dict[str, str]:
    """The settings of a small shop on SQLite."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}"
    async with opened(url) as database:
        await fill(database, 3)
    return {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "DATABASE_URL": url}


def test_a_move_prints_what_it_compared(shop: dict[str, str], tmp_path: Path) -> None:
    to = f"sqlite:///{tmp_path / 'new.db'}"
    answer = switchboard("migrate", "--to", to, environment=shop, cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    (calls,) = [row for row in answer.stdout.splitlines() if row.startswith("calls ")]
    assert calls.split()[:3] == ["calls", "3", "3"]
    assert "Start the bot with that" in answer.stdout
    serving = switchboard("serve", environment=shop, cwd=tmp_path)
    assert serving.returncode == 2
    assert "its shop moved to sqlite:///" in serving.stderr


def test_a_move_that_ends_in_a_difference_fails(shop: dict[str, str], tmp_path: Path) -> None:
    to = f"sqlite:///{tmp_path / 'new.db'}"
    switchboard("migrate", environment=shop | {"DATABASE_URL": to}, cwd=tmp_path)
    with closing(sqlite3.connect(tmp_path / "new.db")) as new:
        new.execute(
            "CREATE TRIGGER spoil AFTER INSERT ON calls BEGIN UPDATE calls SET rev = 7; END"
        )
    answer = switchboard("migrate", "--to", to, environment=shop, cwd=tmp_path)
    assert answer.returncode == 1
    assert "DIFFERENT" in answer.stdout
    assert "this one serves as before" in answer.stdout


def test_a_move_while_the_bot_runs_says_how_to_do_it(shop: dict[str, str], tmp_path: Path) -> None:
    lock = FileLock(make_url(shop["DATABASE_URL"]))
    lock.take()
    to = f"sqlite:///{tmp_path / 'new.db'}"
    answer = switchboard("migrate", "--to", to, environment=shop, cwd=tmp_path)
    lock.release()
    assert answer.returncode == 2
    assert "Stop the bot first" in answer.stderr
    assert not (tmp_path / "new.db").exists()


def test_an_address_that_cannot_be_read_is_not_shown(shop: dict[str, str], tmp_path: Path) -> None:
    answer = switchboard("migrate", "--to", "s3cret", environment=shop, cwd=tmp_path)
    assert answer.returncode == 2
    assert answer.stderr.startswith("--to can't be read")
    assert "s3cret" not in answer.stderr


def test_a_server_that_does_not_answer_is_explained(shop: dict[str, str], tmp_path: Path) -> None:
    to = "postgresql://nobody:s3cret@127.0.0.1:9/none"
    answer = switchboard("migrate", "--to", to, environment=shop, cwd=tmp_path)
    assert answer.returncode == 2
    assert "--to does not answer" in answer.stderr
    assert "s3cret" not in answer.stderr


def test_a_moved_shop_is_taken_back(shop: dict[str, str], tmp_path: Path) -> None:
    to = f"sqlite:///{tmp_path / 'new.db'}"
    switchboard("migrate", "--to", to, environment=shop, cwd=tmp_path)
    warned = switchboard("migrate", "--take-back", environment=shop, cwd=tmp_path)
    assert warned.returncode == 2
    assert "phones would ring twice" in warned.stderr
    answer = switchboard("migrate", "--take-back", "--to", to, environment=shop, cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "Taken back" in answer.stdout
    there = shop | {"DATABASE_URL": to}
    assert "taken back" in switchboard("serve", environment=there, cwd=tmp_path).stderr


def test_a_backup_is_told_with_its_size(shop: dict[str, str], tmp_path: Path) -> None:
    answer = switchboard("backup", "safe.db", environment=shop, cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("safe.db: ")
    again = switchboard("backup", "safe.db", environment=shop, cwd=tmp_path)
    assert again.returncode == 2
    assert "--force" in again.stderr
    assert switchboard("backup", "safe.db", "--force", environment=shop, cwd=tmp_path).stdout


def test_postgresql_is_backed_up_by_its_own_tool(shop: dict[str, str], tmp_path: Path) -> None:
    there = shop | {"DATABASE_URL": "postgresql://bot:s3cret@db.test/shop"}
    answer = switchboard("backup", "safe.dump", environment=there, cwd=tmp_path)
    assert answer.returncode == 2
    assert "pg_dump --format=custom --file=safe.dump --host=db.test" in answer.stderr
    assert "s3cret" not in answer.stderr


def test_a_database_that_was_restored_by_other_means_is_marked(
    shop: dict[str, str], tmp_path: Path
) -> None:
    answer = switchboard("restored", "2026-11-20T18:00+01:00", environment=shop, cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    with closing(sqlite3.connect(tmp_path / "shop.db")) as marked:
        (mark,) = marked.execute("SELECT value FROM house WHERE name = 'restored'").fetchone()
    assert "2026-11-20T17:00:00+00:00" in mark
    for vague in ("2026-11-20T18:00", "yesterday"):
        assert switchboard("restored", vague, environment=shop, cwd=tmp_path).returncode == 2
