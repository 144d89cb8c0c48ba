"""The real bot in a process of its own, joined to the stand-ins over the wire only."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

STOP_WITHIN = 12.0  # seconds; the bot promises ten
LOOK_AGAIN = 0.05  # seconds


class BotProcess:
    """``python -m bot serve`` with just the settings given; its own folder, so no ``.env``."""

    def __init__(self, folder: Path, settings: Mapping[str, str], *arguments: str) -> None:
        self.folder = folder
        self.log = folder / "bot.log"
        self._settings = settings
        self._arguments = arguments or ("--port", "0")
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """The process id; 0 before the start."""
        return self._process.pid if self._process else 0

    async def start(self) -> None:
        """Start it; it is ready when it has connected to Slack."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "serve",
                *self._arguments,
                cwd=self.folder,
                env={**self.environment(), **self._settings},
                stdout=log,
                stderr=log,
            )

    async def port(self, within: float) -> int:
        """Where its pages listen, as its log says. Raises ``TimeoutError`` after ``within`` s."""
        async with asyncio.timeout(within):
            while (port := _port_in(self._log_text())) is None:  # noqa: ASYNC110 - another process
                await asyncio.sleep(LOOK_AGAIN)
        return port

    @staticmethod
    def environment() -> dict[str, str]:
        """What a program needs to run, without anybody's tokens or settings."""
        return _bare_environment()

    async def ended(self) -> int:
        """Wait for its end; its exit code."""
        return await self._running().wait()

    def kill(self) -> None:
        """End it as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            self._running().send_signal(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to stop and wait; its exit code."""
        process = self._running()
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            return await asyncio.wait_for(process.wait(), STOP_WITHIN)
        except TimeoutError:
            self.kill()
            return await process.wait()

    def last_words(self, lines: int = 15) -> str:
        """The end of its log, for people who wonder why it stopped."""
        return "\n".join(self._log_text().splitlines()[-lines:])

    def _log_text(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError("the bot has not been started")
        return self._process


def _bare_environment() -> dict[str, str]:
    """What a program needs to run, without anybody's tokens or settings; the package importable."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "SYSTEMROOT")
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    return {name: os.environ[name] for name in kept if name in os.environ} | {"PYTHONPATH": path}


def _port_in(log: str) -> int | None:
    """Of its latest start."""
    for line in reversed(log.splitlines()):
        if '"serving"' in line:
            with contextlib.suppress(ValueError):  # a line that is still being written
                return int(json.loads(line)["port"])
    return None
