"""One place where a bot runs: whatever ends it there, another one is started."""

import asyncio
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.demo.bot_process import BotProcess

STOP_WITHIN = 12.0  # seconds; a bot promises ten
NOT_STARTED = 2  # the exit code when the database or Slack is away at the start


@dataclass(frozen=True, slots=True)
class Death:
    """``at`` is a reading of the event loop's clock, ``took`` the seconds from order to end."""

    pid: int
    at: float
    how: str  # killed, stopped, not started, or by itself
    code: int
    took: float = 0.0


class Worker:
    """Kills, stops and freezes only the process that it started itself."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        folder.mkdir()
        self.name = folder.name
        self.frozen = False
        self.deaths: list[Death] = []
        self._process = BotProcess(folder, settings)
        self._alive, self._closing = False, asyncio.Event()
        self._order: tuple[str, float] | None = None  # what it was told, and when
        self._rest = 0.0
        self._keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """Of the process that runs, or ran, here."""
        return self._process.pid

    @property
    def free(self) -> bool:
        """Whether it runs and nothing is being done to it."""
        return self._alive and self._order is None and not self.frozen

    def start(self) -> None:
        """From now on a bot runs here."""
        self._keeper = asyncio.create_task(self._keep())

    def kill(self, rest: float = 0.0) -> None:
        """As a power cut does it; ``rest`` seconds later another one starts."""
        self._end(signal.SIGKILL, "killed", rest)

    def stop(self, rest: float = 0.0) -> None:
        """As an orchestrator asks for it."""
        self._end(signal.SIGTERM, "stopped", rest)

    async def freeze(self, seconds: float) -> None:
        """Stand still for that long, whatever it is doing; it may be killed meanwhile."""
        frozen = self.pid
        self.halt()
        try:
            await asyncio.sleep(seconds)
        finally:
            if frozen == self.pid:
                self.wake()
            self.frozen = False

    def halt(self) -> None:
        """Stand still from now on."""
        self.frozen = True
        self._signal(signal.SIGSTOP)

    def wake(self) -> None:
        """Go on as if no time had passed."""
        self._signal(signal.SIGCONT)
        self.frozen = False

    async def close(self) -> None:
        """No more starts; the one that runs is asked to stop."""
        self._closing.set()
        if self._keeper is None:
            return
        for ask in (signal.SIGTERM, signal.SIGKILL):
            self._signal(signal.SIGCONT)
            self._end(ask, "stopped", 0)  # both count from the first
            done, _ = await asyncio.wait({self._keeper}, timeout=STOP_WITHIN)
            if done:
                return

    def log(self) -> str:
        """All that its bots wrote."""
        return self._process.log.read_text(encoding="utf-8", errors="replace")

    def last_words(self) -> str:
        """The end of that."""
        return self._process.last_words()

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._closing.is_set():
            self._order, self._rest = None, 1.0
            await self._process.start()
            self._alive = True
            if self._closing.is_set():
                self._end(signal.SIGTERM, "stopped", 0)
            code = await self._process.ended()
            self._alive, now = False, loop.time()
            self.deaths.append(self._death(code, now))
            await asyncio.sleep(self._rest)

    def _death(self, code: int, now: float) -> Death:
        if self._order is not None:
            how, ordered = self._order
            return Death(self.pid, now, how, code, now - ordered)
        how = "not started" if code == NOT_STARTED else "by itself"
        return Death(self.pid, now, how, code)

    def _end(self, by: signal.Signals, how: str, rest: float) -> None:
        if how != "stopped" or self._order is None:
            self._order = (how, asyncio.get_running_loop().time())
        self._rest = rest
        self._signal(by)

    def _signal(self, which: signal.Signals) -> None:
        if self._alive:
            os.kill(self.pid, which)
