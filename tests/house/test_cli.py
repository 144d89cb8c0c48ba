"""The command line as operators and scripts meet it."""

import json
import subprocess
import sys
from pathlib import Path

from bot import __version__
from bot.storage.database import Database
from bot.storage.lock import FileLock

AGENTS = [{"name": "Voz", "provider": "vozagent"}, {"name": "Priya", "provider": "vozzo"}]
BARE = {"PATH": "/usr/bin:/bin"}


def switchboard(
    *arguments: str, given: str = "", environment: dict[str, str] | None = None, cwd: Path
) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder of its own."""
    root = str(Path(__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=cwd,
        env={**BARE, "PYTHONPATH": root, **(environment or {})},
    )


def test_commands_are_read_as_json_lines(tmp_path: Path) -> None:
    line = {
        "text": "+1 212 555 0123, John Smith with Voz tomorrow 10am note: hi",
        "now": "2026-02-03T10:17:00-05:00",
        "user_tz": "America/New_York",
        "default_region": "US",
        "agents": AGENTS,
    }
    answer = switchboard("parse", given=json.dumps(line) + "\n\n", cwd=tmp_path)
    (read,) = [json.loads(row) for row in answer.stdout.splitlines()]
    assert answer.returncode == 0
    assert read["phones"] == ["+12125550123"]
    assert (read["agent"], read["name"], read["notes"]) == ("Voz", "John Smith", "hi")
    assert read["when"]["kind"] == "instant"
    assert read["when"]["start"].startswith("2026-02-04T10:00")
    assert (read["timezone_source"], read["error"]) == ("user", None)


def test_phrases_are_read_with_when(tmp_path: Path) -> None:
    line = {
        "text": "monday to friday, 10am-6pm",
        "now": "2026-02-24T09:33:00+05:30",
        "tz": "Asia/Kolkata",
    }
    answer = switchboard("parse", "--when", given=json.dumps(line), cwd=tmp_path)
    read = json.loads(answer.stdout)
    assert (read["kind"], read["end"]) == ("window", None)
    assert (read["daily_start"], read["daily_end"]) == ("10:00", "18:00")
    assert read["allow_on_weekends"] is False


def test_bad_lines_get_an_answer_each_and_no_traceback(tmp_path: Path) -> None:
    bad = ["not json", "[1]", '{"text": null}', '{"text": "x", "now": "never"}', "{}", "\x00"]
    for mode in ([], ["--when"]):
        answer = switchboard("parse", *mode, given="\n".join(bad), cwd=tmp_path)
        assert answer.returncode == 0
        assert len(answer.stdout.splitlines()) == len(bad)
        assert "Traceback" not in answer.stderr


def test_the_version_is_told(tmp_path: Path) -> None:
    assert switchboard("--version", cwd=tmp_path).stdout.strip() == f"switchboard {__version__}"


def test_migrate_brings_a_fresh_database_to_the_newest_schema(tmp_path: Path) -> None:
    environment = {"SLACK_BOT_TOKEN": "xoxb-1", "DATABASE_URL": "sqlite+aiosqlite:///fresh.db"}
    answer = switchboard("migrate", environment=environment, cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "revision 00" in answer.stdout
    assert (tmp_path / "fresh.db").exists()


def test_serve_without_settings_says_what_is_missing(tmp_path: Path) -> None:
    answer = switchboard("serve", cwd=tmp_path)
    assert answer.returncode == 2
    assert "SLACK_BOT_TOKEN" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_serve_names_the_token_its_mode_needs(tmp_path: Path) -> None:
    token = {"SLACK_BOT_TOKEN": "xoxb-1"}
    assert "SLACK_APP_TOKEN" in switchboard("serve", environment=token, cwd=tmp_path).stderr
    http = switchboard("serve", "--mode", "http", environment=token, cwd=tmp_path)
    assert "SLACK_SIGNING_SECRET" in http.stderr


def test_settings_may_stand_in_a_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SWITCHBOARD_COMAND=/call\n", encoding="utf-8")
    answer = switchboard("serve", cwd=tmp_path)
    assert "Did you mean SWITCHBOARD_COMMAND" in answer.stderr


def test_a_database_file_in_use_is_not_opened_twice(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}"
    lock = FileLock(Database(url).url)
    lock.take()
    try:
        environment = {"SLACK_BOT_TOKEN": "xoxb-1", "DATABASE_URL": url}
        answer = switchboard("migrate", environment=environment, cwd=tmp_path)
    finally:
        lock.release()
    assert answer.returncode == 2
    assert "Another Switchboard uses this database file" in answer.stderr


def test_a_database_that_is_not_there_is_explained(tmp_path: Path) -> None:
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/no/such/folder/x.db",
    }
    answer = switchboard("serve", environment=environment, cwd=tmp_path)
    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr
    assert "DATABASE_URL" in answer.stderr
