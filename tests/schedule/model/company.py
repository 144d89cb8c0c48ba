"""A small honest phone company: it knows what really rang, and answers as it is told to."""

import asyncio
from collections import deque
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import cycle
from typing import Protocol

from bot.calls.errors import Cause, MaybePlaced, NotPlaced, ProviderError
from bot.calls.provider import Agent, Capabilities, News, NotGenuine, Order, Receipt, Watched
from bot.calls.states import State
from tests.schedule.bench import too_late
from tests.schedule.model.stage import HERE, Stage

S = State
ENDS = (S.COMPLETED, S.NO_ANSWER, S.BUSY, S.VOICEMAIL, S.FAILED)
GOES_ON: Mapping[State, tuple[State, ...]] = {
    S.PLACED: (S.RINGING, S.IN_PROGRESS, *ENDS),
    S.RINGING: (S.IN_PROGRESS, *ENDS),
    S.IN_PROGRESS: ENDS,
    **dict.fromkeys(ENDS, ()),
    S.NO_ANSWER: (S.COMPLETED,),  # now and then it corrects itself
    S.BUSY: (S.COMPLETED, S.VOICEMAIL),
}
COMPANIES: Mapping[str, Capabilities] = {
    # Tells all, in lists from the second live call on.
    "open": Capabilities(
        can_read=True, can_find=True, reads_at_once=10, per_minute=600, hears=True
    ),
    # Tells how a call went to those who have its id.
    "shy": Capabilities(can_read=True, can_find=False),
    # Tells nothing, takes two calls at once and calls when it will.
    "silent": Capabilities(can_read=False, can_find=False, places_at_once=2, ahead=True),
}
Attempted = tuple[str, int]  # the code of a call of ours, and which try of it


class Answer(StrEnum):
    """What the company says to a dial, and whether it places the call."""

    PLACED = "placed"
    NO_ID = "placed, without an id"
    OTHERS_ID = "placed, under the id of another call"
    SILENCE_AND_RINGS = "no clear answer, but the call is placed"
    SILENCE = "no clear answer, and nothing happens"
    REFUSED = "400"
    KEY_REFUSED = "401"
    TOO_FAST = "429"
    UNREACHABLE = "no connection: nothing is sent"


RINGS = frozenset({Answer.PLACED, Answer.NO_ID, Answer.OTHERS_ID, Answer.SILENCE_AND_RINGS})
NO: Mapping[Answer, Cause] = {
    Answer.REFUSED: Cause.REFUSED,
    Answer.KEY_REFUSED: Cause.CREDENTIALS,
    Answer.TOO_FAST: Cause.BUSY_LINE,
}


class Comes(StrEnum):
    """When the answer comes."""

    AT_ONCE = "at once"
    LATE = "late"
    NEVER = "never: the process dies while it waits"


@dataclass(frozen=True, slots=True)
class Fate:
    """Of one request."""

    answer: Answer = Answer.PLACED
    comes: Comes = Comes.AT_ONCE


@dataclass
class Line:
    """A call as the company knows it. ``told`` are the states that we have been told."""

    id: str
    number: str
    agent_id: str
    begun: datetime
    listed: datetime
    attempt: Attempted
    state: State = State.PLACED
    told: set[State] = field(default_factory=set)
    news: list[News] = field(default_factory=list)

    def goes_on(self, to: State | None, *, summary: bool) -> None:
        """What the company's records say from now on; ``None`` is a word we do not know."""
        self.state = to or self.state
        word = to.value if to else "levitating"
        said = "They said yes." if summary and self.state == State.COMPLETED else None
        self.news.append(News(to, word, self.id, summary=said))


@dataclass
class Requested:
    """A request as it reached the company. ``said_no`` once a clear no was on its way back."""

    attempt: Attempted
    line: Line | None
    said_no: bool = False


class TrueTime(Protocol):
    """The company's own clock is right, whatever ours says."""

    true: datetime


class Witness(Protocol):
    """Is told of each request as it arrives, and of what may be told as somebody's id."""

    def requested(self, request: Requested) -> None: ...

    def known_ids(self, company: str) -> Sequence[str]: ...


class PhoneCompany:
    """All requests that reached it, and all its calls."""

    def __init__(self, name: str, can: Capabilities, time: TrueTime) -> None:
        self.name = name
        self.can = can
        self.time = time
        self.lag = cycle([0])  # seconds until its lists show a call
        self.fates: deque[Fate] = deque()  # of its next requests
        self.usual = cycle([Answer.PLACED])  # answers to all others
        self.deaf = False  # can't be asked
        self.lines: list[Line] = []
        self.coming: list[asyncio.Future[None]] = []  # answers on their way

    def quiet_day(self) -> None:
        """All goes well from now on, and all calls end, in words that we know."""
        self.deaf = False
        self.fates.clear()
        self.usual, self.lag = cycle([Answer.PLACED]), cycle([0])
        for line in self.lines:
            end = line.state if line.state in ENDS else State.COMPLETED
            if line.news[-1].state is not end:
                line.goes_on(end, summary=True)

    def next_fate(self) -> Fate:
        """Of the request that is about to be made."""
        return self.fates.popleft() if self.fates else Fate(next(self.usual))

    def receive(self, order: Order, answer: Answer) -> Requested:
        """What a request does here."""
        code, _, n = order.reference.rpartition(".")
        attempt = (code, int(n))
        if answer not in RINGS:
            return Requested(attempt, None)
        now = self.time.true
        line = Line(
            f"{self.name}-{len(self.lines)}",
            order.number,
            order.agent_id,
            now,
            now + timedelta(seconds=next(self.lag)),
            attempt,
        )
        line.goes_on(State.PLACED, summary=False)
        self.lines.append(line)
        return Requested(attempt, line)

    async def come_later(self, answer: asyncio.Future[None]) -> None:
        """Return when the answer comes."""
        self.coming = [one for one in self.coming if not one.done()]
        self.coming.append(answer)
        await answer

    def line(self, line_id: str) -> Line | None:
        """A call of its, by its id."""
        return next((line for line in self.lines if line.id == line_id), None)

    def listed(self) -> list[Line]:
        """What its lists show by now."""
        return [line for line in self.lines if line.listed <= self.time.true]


class Exchange:
    """``CallProvider``: how one process reaches the company."""

    def __init__(self, company: PhoneCompany, stage: Stage, witness: Witness) -> None:
        self.name = self.label = company.name
        self.capabilities = company.can
        self._company = company
        self._stage = stage
        self._witness = witness

    async def place(self, orders: Sequence[Order], *, may_send: object) -> Receipt:
        """One request, unless its moment has passed."""
        await self._stage.stop()
        if not (callable(may_send) and may_send()):
            raise too_late()
        fate = self._company.next_fate()
        requests: list[Requested] = []
        if fate.answer is not Answer.UNREACHABLE:
            requests = [self._company.receive(order, fate.answer) for order in orders]
            for request in requests:
                self._witness.requested(request)
        await self._comes(fate.comes)
        if fate.answer in NO:
            for request in requests:
                request.said_no = True
        return self._answered(fate.answer, requests)

    async def _comes(self, comes: Comes) -> None:
        errand = HERE.get()
        if errand is None:
            raise AssertionError("nobody dials but a process")
        if comes is Comes.NEVER:
            errand.life.die()
        if comes is Comes.LATE:
            await self._company.come_later(errand.life.waits())
        if errand.life.dead:
            raise asyncio.CancelledError

    def _answered(self, answer: Answer, requests: Sequence[Requested]) -> Receipt:
        if answer is Answer.UNREACHABLE:
            raise NotPlaced("Not sent. No phone rang.", cause=Cause.UNREACHABLE)
        if answer in NO:
            raise NotPlaced("No. No phone rang.", cause=NO[answer], answered=True)
        line = requests[0].line
        if line is None or answer is Answer.SILENCE_AND_RINGS:
            raise MaybePlaced("No clear answer. The phone may have rung.")
        if not self.capabilities.can_read:
            return Receipt(None, "accepted", until=self._company.time.true + timedelta(hours=1))
        others = [one for one in self._witness.known_ids(self.name) if one != line.id]
        if answer is Answer.OTHERS_ID and others:
            return Receipt(others[0], "placed")
        return Receipt(line.id if answer is Answer.PLACED else None, "placed")

    def party(self, order: Order) -> Hashable:
        """All calls of one agent may share a request."""
        return order.agent_id

    async def read(self, watched: Watched) -> News | None:
        """All that is known of it."""
        await self._asked()
        line = self._company.line(watched.provider_call_id)
        if line is None or line not in self._company.listed():
            return None
        return tell(line)

    async def overview(self, watched: Sequence[Watched]) -> Mapping[str, News]:
        """States, and nothing of what was said."""
        await self._asked()
        wanted = {one.provider_call_id for one in watched}
        shown = [line for line in self._company.listed() if line.id in wanted]
        return {
            line.id: News(news.state, news.raw_status, line.id)
            for line in shown
            for news in [tell(line)]
        }

    async def find(self, order: Order, *, since: datetime, until: datetime) -> tuple[News, ...]:
        """By number, agent and time, newest first."""
        await self._asked()
        return tuple(
            tell(line)
            for line in reversed(self._company.listed())
            if (line.number, line.agent_id) == (order.number, order.agent_id)
            and since <= line.begun <= until
        )

    def hear(self, headers: Mapping[str, str], body: bytes) -> tuple[News, ...]:
        """Webhooks are put straight into the box."""
        raise NotGenuine("No webhooks here.")

    async def list_agents(self) -> tuple[Agent, ...]:
        """Nobody asks here."""
        return ()

    async def aclose(self) -> None:
        """Nothing to close."""

    async def _asked(self) -> None:
        await self._stage.stop()
        if self._company.deaf:
            raise ProviderError("It can't be asked. Asking dialled nothing.")


def tell(line: Line) -> News:
    """The newest of what is known; from here on it has been told."""
    news = line.news[-1]
    if news.state is not None:
        line.told.add(news.state)
    return news
