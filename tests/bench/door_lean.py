"""An installation as users have it: what only our own tests and tools need can't be imported.

Some libraries load what they find beside them (httpx and structlog take rich, and rich Pygments):
in a developer's environment a bot weighs more than anywhere else.
"""

import os
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.demo.bot_process import BotProcess

PRODUCT = "switchboard-bot"
HIDING = """import sys

HIDDEN = frozenset({hidden!r})


class Hiding:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in HIDDEN:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Hiding)
"""


def lean_environment(folder: Path) -> dict[str, str]:
    """The variables of a process that sees the product's own dependencies only."""
    folder.mkdir(exist_ok=True)
    hidden = sorted(_not_needed(_needed()))
    (folder / "sitecustomize.py").write_text(HIDING.format(hidden=hidden), encoding="utf-8")
    plain = BotProcess.environment()
    return plain | {"PYTHONPATH": os.pathsep.join((str(folder), plain["PYTHONPATH"]))}


def _needed() -> set[str]:
    """The product and all it depends on, by distribution."""
    found, looked_at = [PRODUCT], set[str]()
    while found:
        name = canonicalize_name(found.pop())
        if name not in looked_at:
            looked_at.add(name)
            found.extend(_requirements(name))
    return looked_at


def _requirements(name: str) -> list[str]:
    """Without those of extras; ``SQLAlchemy[asyncio]``'s one is greenlet, which it has anyway."""
    try:
        every = map(Requirement, metadata.requires(name) or ())
    except metadata.PackageNotFoundError:
        return []
    asked = {"extra": "asyncio"} if name == "sqlalchemy" else {"extra": ""}
    return [one.name for one in every if one.marker is None or one.marker.evaluate(asked)]


def _not_needed(needed: set[str]) -> set[str]:
    """The modules of all other distributions."""
    owners = metadata.packages_distributions()
    return {
        module
        for module, names in owners.items()
        if not needed.intersection(map(canonicalize_name, names))
    }
