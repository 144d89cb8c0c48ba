"""People who type a command, wait for the answer, and press *Schedule call*, again and again."""

import asyncio
import contextlib
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.bench.filling import number
from tests.bench.processes import Failed
from tests.bench.slash import Line, Typist

SCHEDULE = "draft_schedule"


@dataclass
class Said:
    """What was acknowledged to people, and what was answered them; commands by their trigger."""

    sent: int = 0
    commands: set[str] = field(default_factory=set)
    pressed: set[str] = field(default_factory=set)  # the numbers of the presses
    presses: set[str] = field(default_factory=set)  # their triggers
    answers: Counter[str] = field(default_factory=Counter)  # by command
    unanswered: int = 0  # requests under way at this moment


class People:
    """All of them, and the address where they are answered."""

    def __init__(self) -> None:
        self.said = Said()
        self._typist = Typist("")
        self._numbers: Iterator[str] = map(number, itertools.count())
        self.press_taken = asyncio.Event()
        self._drafts: dict[str, asyncio.Future[str]] = {}

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """While they can be answered."""
        app = web.Application()
        app.router.add_post("/answer/{address}", self._answered)
        app.router.add_post("/pressed", self._pressed)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self._origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._typist = Typist(f"{self._origin}/answer")
        yield
        await runner.cleanup()

    async def book(self, line: Line) -> None:
        """One call after the other, until the line breaks, or the bot says that it can't."""
        with contextlib.suppress(OSError, Failed):
            while True:
                to = next(self._numbers)
                trigger, request = self._typist.next(f"{to} with Voz now")
                draft = self._drafts[trigger] = asyncio.get_running_loop().create_future()
                await self._post(line, request)
                self.said.commands.add(trigger)
                press, request = self._typist.press(
                    SCHEDULE, await draft, f"{self._origin}/pressed"
                )
                await self._post(line, request)
                self.said.presses.add(press)
                self.said.pressed.add(to)
                self.press_taken.set()

    async def _post(self, line: Line, request: bytes) -> None:
        self.said.sent += 1
        self.said.unanswered += 1
        try:
            await line.post(request)
        finally:
            self.said.unanswered -= 1

    async def _answered(self, request: web.Request) -> web.Response:
        """The answer to a command; its button carries the draft."""
        trigger = request.match_info["address"]
        self.said.answers[trigger] += 1
        waiting = self._drafts.pop(trigger, None)
        draft = _value_of(SCHEDULE, await request.json())
        if waiting is not None and draft is not None and not waiting.done():
            waiting.set_result(draft)
        return web.Response(text="ok")

    async def _pressed(self, request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text="ok")


def _value_of(action: str, message: Any) -> str | None:
    for block in message.get("blocks", ()):
        for element in block.get("elements", ()):
            if element.get("action_id") == action:
                return str(element["value"])
    return None
