"""README, manifest, help and package say what the code does."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from bot import __version__
from bot.providers import Providers
from bot.settings import table
from bot.slack.commands import COMMANDS
from bot.slack.door import EVENTS
from bot.slack.manifest import SCOPES, manifest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TOP_LEVEL = {
    "pyproject.toml", "Dockerfile", "bot", "tests", "manifest.yml", "README.md", "LICENSE",
    "CHANGELOG.md", "constraints.txt",
}  # fmt: skip
EXTRAS = PYPROJECT["project"]["optional-dependencies"]
DEPENDENCIES = [
    *PYPROJECT["project"]["dependencies"],
    *(name for each in EXTRAS.values() for name in each),
]


def section(title: str) -> str:
    """One part of the README."""
    return README.split(f"## {title}\n")[1].split("\n## ")[0]


def first_cells(text: str) -> list[str]:
    """The first column of a Markdown table, without its head."""
    rows = re.findall(r"^\| (.+?) \|", text, re.MULTILINE)
    return [row.strip("`*") for row in rows[1:]]


def test_the_manifest_is_the_one_the_code_writes() -> None:
    written = (ROOT / "manifest.yml").read_text(encoding="utf-8")
    answer = subprocess.run(
        [sys.executable, "-m", "bot", "manifest"], capture_output=True, text=True, check=True
    )
    assert answer.stdout == written
    assert yaml.safe_load(written) == manifest("/dial")


def test_the_manifest_asks_for_the_scopes_and_events_the_code_uses() -> None:
    facts = manifest("/call", socket=False, url="https://bot.example.com/")
    assert facts["oauth_config"]["scopes"]["bot"] == list(SCOPES)
    assert facts["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)
    assert facts["features"]["slash_commands"][0]["command"] == "/call"
    assert facts["settings"]["interactivity"]["request_url"] == (
        "https://bot.example.com/slack/events"
    )


def test_the_settings_table_of_the_readme_is_the_one_in_the_code() -> None:
    for name, default, meaning in table():
        shown = default if default in {"required", "–"} else f"`{default}`"
        assert f"| `{name}` | {shown} | {meaning} |" in README
    assert first_cells(section("Settings")) == [name for name, _, _ in table()]


def test_the_commands_of_the_readme_are_the_registered_ones() -> None:
    listed = first_cells(section("Commands"))
    usages = [usage for command in COMMANDS for usage, _ in command.lines]
    registered = [usage.format(command="/dial") for usage in usages]
    assert set(listed) == {*registered, "/dial", "/dial help"}


def test_every_provider_has_its_row() -> None:
    rows = [row.lower() for row in first_cells(section("Providers"))]
    assert rows == list(Providers.model_fields)


def test_every_room_has_its_row() -> None:
    rooms = {path.name for path in (ROOT / "bot").iterdir() if (path / "__init__.py").exists()}
    text = section("The rooms of the house")
    assert all(f"`{room}/`" in text for room in rooms), rooms


def test_versions_agree() -> None:
    assert PYPROJECT["project"]["version"] == __version__
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_dependency_gives_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert set(EXTRAS) == {"dev", "bench"}
    for name in DEPENDENCIES:
        (line,) = [row for row in text.splitlines() if row.strip().startswith(f'"{name}"')]
        assert "# " in line, line


def test_the_constraints_hold_names_versions_and_hashes_only() -> None:
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(
            r"[a-z0-9._-]+==[^\s;]+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line
        ), line


def test_every_dependency_is_in_the_constraints() -> None:
    pinned = set(
        re.findall(
            r"^([a-z0-9._-]+)==",
            (ROOT / "constraints.txt").read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    )
    for wanted in DEPENDENCIES:
        name = re.split(r"[\[>=<]", wanted)[0].lower().replace("_", "-")
        assert name in pinned, name


def test_the_top_level_holds_only_what_belongs_there() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    if not listed:
        pytest.skip("not a git checkout")
    tops = {name.split("/")[0] for name in listed.splitlines()}
    assert {top for top in tops if not top.startswith(".")} <= TOP_LEVEL


def test_the_picture_of_the_readme_is_there() -> None:
    (picture,) = re.findall(r"!\[.*\]\((.*)\)", README)
    assert (ROOT / picture).stat().st_size > 10_000
