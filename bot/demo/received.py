"""A short log of what a stand-in really received, for people who watch the demo."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.demo.telephony import POST, Api, Post
from bot.demo.telephony.misbehaving import json_of

MOST = 5  # lines
WAITING, NO_ANSWER = "…", "no answer"
AN_ID = re.compile(r"\w*-?[0-9a-f]{8}-[0-9a-f-]{20,}", re.IGNORECASE)
NORTH_AMERICAN = re.compile(r"\+1(\d{3})(\d{3})\d\d(\d\d)", re.ASCII)


@dataclass(slots=True, eq=False)
class Line:
    """One request, or several questions in a row that were alike. ``at`` is in Unix seconds."""

    at: float
    words: str
    answer: str
    note: str = ""
    dial: bool = False
    times: int = 1


@dataclass(slots=True)
class Received:
    """What came to one stand-in, newest first. ``about`` says what a dial request asked for."""

    clock: Callable[[], datetime]
    api: Api
    about: Callable[[Post], str] = lambda _: ""
    lines: list[Line] = field(default_factory=list)

    @web.middleware
    async def watch(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Goes around everything else, so that it sees what was really sent back."""
        if not self.api.owns(request.path):
            return await handler(request)  # type: ignore[no-any-return]  # aiohttp types handlers loosely
        line = self._line(request, json_of(await request.read()))
        if line.dial:
            self._add(line)  # at once: it may have to wait for its answer
        try:
            response: web.StreamResponse = await handler(request)
            line.answer = NO_ANSWER if is_gone(request) else str(response.status)
        except asyncio.CancelledError:
            line.answer = NO_ANSWER  # whoever asked has given up
            raise
        finally:
            self._end(line, request.get(POST))
        return response

    def told(self, words: str, status: int | None) -> None:
        """A webhook went out, and this was answered."""
        answer = NO_ANSWER if status is None else str(status)
        self._add(Line(self.clock().timestamp(), words, answer))

    def as_page(self) -> list[dict[str, Any]]:
        """The newest lines, for the page."""
        return [asdict(line) for line in self.lines[:MOST]]

    def _line(self, request: web.Request, body: Any) -> Line:
        dial = self.api.is_dial(request)
        numbers = [masked(number) for number in self.api.numbers_in(body)] if dial else []
        words = " ".join([request.method, place(request.path, self.api.prefix), *numbers])
        return Line(self.clock().timestamp(), words, WAITING, dial=dial)

    def _end(self, line: Line, post: Post | None) -> None:
        if not line.dial:
            self._add(line)
        elif post is not None:
            asked = self.about(post) if line.answer != "401" else ""
            line.note = " · ".join(filter(None, (asked, rang(line, post))))

    def _add(self, line: Line) -> None:
        """Questions that are alike share a line, until something else than a question came."""
        same = None if line.dial else self._like(line)
        if same is not None:
            self.lines.remove(same)
            line.times += same.times
        self.lines.insert(0, line)
        del self.lines[4 * MOST :]

    def _like(self, line: Line) -> Line | None:
        for other in self.lines:
            if other.dial:
                return None
            if (other.words, other.answer) == (line.words, line.answer):
                return other
        return None


def is_gone(request: web.Request) -> bool:
    """Whether nobody is left to read the answer."""
    return request.transport is None or request.transport.is_closing()


def rang(line: Line, post: Post) -> str:
    """What no answer told: whether a phone rang all the same."""
    if line.answer != NO_ANSWER:
        return ""
    return "the phone rang all the same" if post.call_ids else "no phone rang"


def place(path: str, prefix: str) -> str:
    """The path after the prefix that all have, with ids left out."""
    parts = path.removeprefix(prefix).split("/")
    return "/".join("…" if AN_ID.fullmatch(part) else part for part in parts)


def masked(number: str) -> str:
    """``+1 415-555-••71``; elsewhere all but the first three and the last two digits."""
    american = NORTH_AMERICAN.fullmatch(number)
    if american:
        return "+1 {}-{}-••{}".format(*american.groups())
    return f"{number[:4]}••••{number[-2:]}"
