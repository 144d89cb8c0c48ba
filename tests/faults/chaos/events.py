"""The accidents happen: each drawn blow strikes whoever is there to be struck."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.demo.telephony import Kind
from tests.faults.chaos.blows import Blow, Harm
from tests.faults.chaos.server import AWAY, drop_connections
from tests.faults.chaos.stage import Stage
from tests.faults.chaos.worker import Worker

LEAP = 8.0  # seconds by which the clock jumps: all that falls due in them is due at once
MID_DIAL_WITHIN = 3.0  # seconds: then it is killed though nobody dials
Happening = Callable[[Blow], Awaitable[str | None]]  # what is said of it; None: nobody was there


class Accidents:
    """``diary`` tells what was done, ``counts`` how often, ``missed`` how often nobody was hit."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._going_on: list[asyncio.Task[None]] = []
        self._began = asyncio.get_running_loop().time()
        self.diary: list[str] = []
        self.counts: Counter[str] = Counter()
        self.missed = 0
        self._happenings: Mapping[Harm, Happening] = {
            Harm.KILL: self._kill,
            Harm.STOP: self._stop,
            Harm.FREEZE: self._freeze,
            Harm.SLAM: self._slam,
            Harm.SOCKETS: self._break_sockets,
            Harm.LEAP: self._leap,
            Harm.RESTART: self._restart_server,
            Harm.DROP: self._drop_connections,
        }

    async def strike(self, blows: Sequence[Blow], seconds: float) -> None:
        """One act of that length; what was begun in it ends by itself."""
        begin = asyncio.get_running_loop().time()
        for blow in blows:
            await _until(begin + blow.at)
            self._going_on.append(asyncio.create_task(self._happen(blow)))
        await _until(begin + seconds)

    async def over(self) -> None:
        """Return when the last one has ended. Raises what went wrong in one of them."""
        await asyncio.gather(*self._going_on)

    async def _happen(self, blow: Blow) -> None:
        at = asyncio.get_running_loop().time() - self._began
        said = await self._happenings[blow.harm](blow)
        if said is None:
            self.missed += 1
            return
        self.counts[blow.harm] += 1
        self.diary.append(f"{at:6.1f} s  {said}")

    def _victim(self, blow: Blow, *, frozen: bool = False) -> Worker | None:
        workers = [self._stage.workers[each] for each in blow.order]
        return next((w for w in workers if w.free or (frozen and w.frozen)), None)

    async def _kill(self, blow: Blow) -> str | None:
        if blow.hard:
            await self._stage.dial_arrives(MID_DIAL_WITHIN)
        victim = self._victim(blow, frozen=True)
        if victim is None:
            return None
        how = " while frozen" if victim.frozen else ""
        victim.kill(rest=blow.seconds)
        return f"kill -9 of {victim.name}{how}"

    async def _stop(self, blow: Blow) -> str | None:
        victim = self._victim(blow)
        if victim is None:
            return None
        victim.stop(rest=blow.seconds)
        return f"SIGTERM to {victim.name}"

    async def _freeze(self, blow: Blow) -> str | None:
        victim = self._victim(blow)
        if victim is None:
            return None
        await victim.freeze(blow.seconds)
        return f"{victim.name} stood still for {blow.seconds:.1f} s"

    async def _slam(self, blow: Blow) -> str:
        stand_in = (self._stage.vozagent, self._stage.voicy)[blow.place]
        kind = Kind.RESET_ON_CONNECT if blow.hard else Kind.CLOSE_ON_CONNECT
        stand_in.misbehave(*[kind] * blow.times)
        return f"{kind} for {blow.times} connections of a provider"

    async def _break_sockets(self, blow: Blow) -> str:
        return f"{self._stage.slack.drop_sockets()} sockets of Slack broken"

    async def _leap(self, blow: Blow) -> str:
        self._stage.skip(seconds=LEAP)
        return f"the clock leaps {LEAP:.0f} s"

    async def _restart_server(self, blow: Blow) -> str | None:
        server = self._stage.server
        if server is None:
            return None
        mode = "immediate" if blow.hard else "fast"
        await server.restart(mode)
        return f"database restarted: {mode}"

    async def _drop_connections(self, blow: Blow) -> str | None:
        try:
            dropped = await drop_connections(self._stage.url, blow.share)
        except AWAY:  # it is being restarted
            return None
        return f"{dropped} connections to the database dropped"


async def _until(moment: float) -> None:
    """By the event loop's clock."""
    await asyncio.sleep(max(moment - asyncio.get_running_loop().time(), 0))
