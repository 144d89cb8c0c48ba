"""The road to a provider: it takes time, it breaks, and every dial that arrives is written down."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.demo.telephony import POST, Fault, Kind, Post, StandIn

LATENCY = 0.3  # seconds at most, before and after a phone rings together
READ_LATENCY = 0.1
READ_FAULTS = (
    Fault(Kind.ERROR, on="read", status=503),
    Fault(Kind.READ_THEN_RESET, on="read"),
    Fault(Kind.HALF_ANSWER, on="read"),
    Fault(Kind.SLOW, on="read", seconds=1.0),
)
DIAL_FAULTS = (
    Fault(Kind.LOST_ANSWER),
    Fault(Kind.READ_THEN_RESET),
    Fault(Kind.READ_THEN_CLOSE, effect=False),
    Fault(Kind.HALF_ANSWER),
    Fault(Kind.ERROR, status=500, effect=True),
    Fault(Kind.ERROR, status=503),
    Fault(Kind.HTML),
    Fault(Kind.NO_CALL_ID),
    Fault(Kind.SLOW, seconds=3.0),
    Fault(Kind.BLACK_HOLE),
    Fault(Kind.LISTING_LAG, seconds=4.0),
    Fault(Kind.ERROR, status=429, retry_after="1"),
    Fault(Kind.ERROR, status=422),
)
SILENT = frozenset(
    {
        Kind.LOST_ANSWER,
        Kind.READ_THEN_CLOSE,
        Kind.READ_THEN_RESET,
        Kind.HALF_ANSWER,
        Kind.BLACK_HOLE,
    }
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Arrival:
    """One dial request that arrived whole. ``at`` is by the stand-in's clock.

    ``status`` is what it was answered, ``None`` for no answer.
    """

    provider: str
    at: datetime
    request: web.Request
    fault: Kind | None = None
    status: int | None = None

    @property
    def post(self) -> Post:
        """What the stand-in itself wrote down of it."""
        return self.request[POST]


class Wire:
    """Lies around all pages of one stand-in; faults come while ``troubled`` is not zero.

    A request that has arrived is worked off even if the one who sent it is gone, as providers do.
    """

    def __init__(self, name: str, stand_in: StandIn, seed: int) -> None:
        self.arrivals: list[Arrival] = []
        self.troubled = 0.0  # the share of dials that go wrong
        self._name = name
        self._stand_in = stand_in
        self._seed = f"{seed} {name}"
        self._reads = random.Random(f"{self._seed} reads")
        self._dials: Counter[str] = Counter()  # how many came for each number
        self._working: set[asyncio.Task[web.StreamResponse]] = set()
        stand_in.app.middlewares.insert(0, self._middleware())

    @property
    def came(self) -> int:
        """How many dials have come in, the newest of them unanswered yet."""
        return self._dials.total()

    async def close(self) -> None:
        """Give up what will never be answered."""
        for task in self._working:
            task.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)

    def _middleware(self) -> Middleware:
        @web.middleware
        async def wire(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not self._stand_in.api.owns(request.path):
                return await handler(request)
            await request.read()
            task = asyncio.ensure_future(self._work(request, handler))
            self._working.add(task)
            task.add_done_callback(self._worked)
            return await asyncio.shield(task)

        return wire

    def _worked(self, task: asyncio.Task[web.StreamResponse]) -> None:
        self._working.discard(task)
        if not task.cancelled():
            task.exception()  # whoever asked may be gone: then nobody else takes it up

    async def _work(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        is_dial = self._stand_in.api.is_dial(request)
        latency = LATENCY if is_dial else READ_LATENCY
        chance = await self._fate(request) if is_dial else self._reads
        await _travel(chance, latency)
        fault = self._draw(chance, is_dial)
        arrival = Arrival(self._name, self._stand_in.account.clock(), request, fault)
        if is_dial:
            self.arrivals.append(arrival)
        response = await handler(request)
        if fault not in SILENT:
            arrival.status = response.status
        await _travel(chance, latency)
        return response

    async def _fate(self, request: web.Request) -> random.Random:
        """The n-th dial of a number fares the same in each run of a seed, whenever it comes."""
        (number,) = self._stand_in.api.numbers_in(json.loads(await request.read()))
        self._dials[number] += 1
        return random.Random(f"{self._seed} {number} {self._dials[number]}")

    def _draw(self, chance: random.Random, is_dial: bool) -> Kind | None:
        share = self.troubled if is_dial else self.troubled / 5
        if chance.random() >= share:
            return None
        fault = chance.choice(DIAL_FAULTS if is_dial else READ_FAULTS)
        self._stand_in.misbehave(fault)  # taken by this very request: nothing runs in between
        return fault.kind


async def _travel(chance: random.Random, latency: float) -> None:
    await asyncio.sleep(chance.uniform(0, latency / 2))
