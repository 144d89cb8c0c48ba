"""The accidents: what happens to whom, and when, drawn from the seed."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable

from bot.demo.telephony import Kind
from tests.faults.chaos.server import AWAY, drop_connections
from tests.faults.chaos.stage import Stage
from tests.faults.chaos.worker import Worker

LONGEST_FREEZE = 15.0  # seconds; half as long again as a dial may wait for its first byte
LONGEST_REST = 2.0  # seconds until a dead bot is started again
LEAP = 8.0  # seconds by which the clock jumps: all that falls due in them is due at once


class Accidents:
    """Strikes again and again, a ``pause`` apart on average; ``diary`` tells what was done."""

    def __init__(self, stage: Stage, chance: random.Random, pause: float) -> None:
        self._stage = stage
        self._chance = chance
        self._pause = pause
        self._going_on: set[asyncio.Task[None]] = set()
        self._began = asyncio.get_running_loop().time()
        self.diary: list[str] = []
        self.counts: Counter[str] = Counter()
        common: dict[Callable[[], Awaitable[str | None]], int] = {
            self._kill: 6,
            self._stop: 3,
            self._freeze: 6,
            self._slam: 2,
            self._break_sockets: 1,
            self._leap: 1,
        }
        served = {self._restart_server: 2, self._drop_connections: 3}
        self._kinds = common | (served if stage.server else {})

    async def strike(self, seconds: float) -> None:
        """For that long; what was begun ends by itself."""
        with_pauses = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < with_pauses:
            await asyncio.sleep(self._chance.uniform(0, 2 * self._pause))
            (kind,) = self._chance.choices(list(self._kinds), list(self._kinds.values()))
            task = asyncio.create_task(self._happen(kind))
            self._going_on.add(task)
            task.add_done_callback(self._going_on.discard)

    async def over(self) -> None:
        """Return when the last one has ended. Raises what went wrong in one of them."""
        await asyncio.gather(*self._going_on)

    async def _happen(self, kind: Callable[[], Awaitable[str | None]]) -> None:
        at = asyncio.get_running_loop().time() - self._began
        said = await kind()
        if said is not None:
            self.diary.append(f"{at:6.1f} s  {said}")

    def _count(self, what: str) -> None:
        self.counts[what] += 1

    def _victim(self, *, frozen: bool = False) -> Worker | None:
        may = [w for w in self._stage.workers if w.free or (frozen and w.frozen)]
        return self._chance.choice(may) if may else None

    async def _kill(self) -> str | None:
        victim = self._victim(frozen=True)
        if victim is None:
            return None
        self._count("kill -9")
        victim.kill(rest=self._chance.uniform(0, LONGEST_REST))
        return f"kill -9 of {victim.name}" + (" while frozen" if victim.frozen else "")

    async def _stop(self) -> str | None:
        victim = self._victim()
        if victim is None:
            return None
        self._count("SIGTERM")
        victim.stop(rest=self._chance.uniform(0, LONGEST_REST))
        return f"SIGTERM to {victim.name}"

    async def _freeze(self) -> str | None:
        victim = self._victim()
        if victim is None:
            return None
        self._count("SIGSTOP")
        seconds = self._chance.uniform(1, LONGEST_FREEZE)
        await victim.freeze(seconds)
        return f"{victim.name} stood still for {seconds:.1f} s"

    async def _slam(self) -> str:
        self._count("doors slammed")
        stand_in = self._chance.choice((self._stage.vozagent, self._stage.voicy))
        kind = self._chance.choice((Kind.CLOSE_ON_CONNECT, Kind.RESET_ON_CONNECT))
        times = self._chance.randint(1, 6)
        stand_in.misbehave(*[kind] * times)
        return f"{kind} for {times} connections of a provider"

    async def _break_sockets(self) -> str:
        self._count("Slack's sockets broken")
        return f"{self._stage.slack.drop_sockets()} sockets of Slack broken"

    async def _leap(self) -> str:
        self._count("leaps of the clock")
        self._stage.skip(seconds=LEAP)
        return f"the clock leaps {LEAP:.0f} s"

    async def _restart_server(self) -> str | None:
        server = self._stage.server
        if server is None:
            return None
        mode = self._chance.choice(("fast", "immediate"))
        self._count(f"database restarts ({mode})")
        await server.restart(mode)
        return f"database restarted: {mode}"

    async def _drop_connections(self) -> str | None:
        if self._stage.server is None:
            return None
        share = self._chance.choice((0.3, 1.0))
        try:
            dropped = await drop_connections(self._stage.url, share)
        except AWAY:  # it is being restarted
            return None
        self._count("connections dropped")
        return f"{dropped} connections to the database dropped"
