"""A fifth provider is two new files and two edited ones; nothing else in the house changes.

It is added to a copy of the project, and the checks that would notice an omission are run there.
"""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = Path(__file__).parent / "fifth"
NEW = {
    "bot/providers/toy.py": "toy.py.txt",
    "tests/providers/test_toy.py": "test_toy.py.txt",
}
EDITED = {"bot/providers/__init__.py", "README.md"}
CACHES = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache"}
PYTHON, TOOLS = sys.executable, Path(sys.executable).parent
CHECKS: dict[str, list[str | Path]] = {
    "its contract": [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider",
                     "tests/providers/test_toy.py"],
    "the house": [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/house"],
    "who may import whom": [TOOLS / "lint-imports"],
    "lint": [TOOLS / "ruff", "check", *NEW],
    "format": [TOOLS / "ruff", "format", "--check", *NEW],
    "types": [PYTHON, "-m", "mypy", *NEW],
}  # fmt: skip


def project_files() -> list[str]:
    """What belongs to the project: all that git tracks, or would."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    if answer.returncode:
        pytest.skip("not a git checkout")
    return [name for name in answer.stdout.split("\0") if name and (ROOT / name).is_file()]


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file but caches."""
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if path.is_file() and not CACHES & set(parts):
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def edit(file: Path, anchor: str, line: str) -> None:
    """Put a line after the last one that looks like ``anchor``."""
    text = file.read_text(encoding="utf-8")
    end = [match.end() for match in re.finditer(anchor, text, re.MULTILINE)][-1]
    file.write_text(f"{text[:end]}\n{line}{text[end:]}", encoding="utf-8")


def add_toy(project: Path) -> None:
    """All that whoever adds a provider has to do."""
    for name, template in NEW.items():
        shutil.copy(TEMPLATES / template, project / name)
    register, readme = project / "bot/providers/__init__.py", project / "README.md"
    imported = "from bot.providers.toy import ToySettings"
    edit(register, r"^from bot\.providers\.account import .*$", imported)
    edit(register, r"^    \w+: \w+Settings \| None = None$", "    toy: ToySettings | None = None")
    before, providers = readme.read_text(encoding="utf-8").split("## Providers\n")
    row = "| Toy | yes | by polling | by number, agent and time |"
    rows = re.search(r"(?:^\|.*\|\n)+", providers, re.MULTILINE)
    assert rows is not None
    providers = f"{providers[: rows.end()]}{row}\n{providers[rows.end() :]}"
    readme.write_text(f"{before}## Providers\n{providers}", encoding="utf-8")


async def check(project: Path, cache: Path, command: list[str | Path]) -> str:
    """What a failing check says; empty when it passes."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(project),
        "PYTHONDONTWRITEBYTECODE": "1",
        "MYPY_CACHE_DIR": str(cache),
        "RUFF_CACHE_DIR": str(cache / "ruff"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(cache / "hypothesis"),
    }
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=project,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return out.decode() if process.returncode else ""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project, before anything is added."""
    copy = tmp_path / "project"
    for name in project_files():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    return copy


async def test_a_fifth_provider_is_two_new_files_and_two_edited_ones(
    project: Path, tmp_path: Path
) -> None:
    before = dict(contents(project))
    add_toy(project)
    failures = {
        name: said
        for name, command in CHECKS.items()
        if (said := await check(project, tmp_path, command))
    }
    assert not failures, "\n".join(f"{name}:\n{said}" for name, said in failures.items())
    after = dict(contents(project))
    assert before.keys() - after.keys() == set()
    assert {name for name in after if before.get(name) != after[name]} == {*NEW, *EDITED}


async def test_one_that_leans_on_another_is_noticed(project: Path, tmp_path: Path) -> None:
    add_toy(project)
    toy = project / "bot/providers/toy.py"
    leaning = "from bot.providers.http import Line"
    words = toy.read_text(encoding="utf-8")
    assert leaning in words
    words = words.replace(leaning, f"from bot.providers.vozagent import bearer\n{leaning}")
    toy.write_text(words, encoding="utf-8")
    said = await check(project, tmp_path, CHECKS["who may import whom"])
    assert "Providers do not know each other BROKEN" in said
    assert "bot.providers.toy -> bot.providers.vozagent" in said


async def test_one_without_its_row_is_noticed(project: Path, tmp_path: Path) -> None:
    readme = (project / "README.md").read_bytes()
    add_toy(project)
    (project / "README.md").write_bytes(readme)
    command = [*CHECKS["the house"], "-k", "every_provider_has_its_row"]
    assert "1 failed" in await check(project, tmp_path, command)
