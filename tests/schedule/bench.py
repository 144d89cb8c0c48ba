"""The schedule over a real SQLite store, with a provider that says what it was told to say."""

import asyncio
from collections import deque
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from bot.calls.call import Attempt, Call, CallId, Change
from bot.calls.errors import Cause, NotPlaced, ProviderError
from bot.calls.ports import Calls
from bot.calls.posts import Role
from bot.calls.provider import (
    Agent,
    CallProvider,
    Capabilities,
    News,
    NotGenuine,
    Order,
    Receipt,
    Watched,
)
from bot.calls.states import State
from bot.schedule.circuit import Circuit
from bot.schedule.dialler import Dialler
from bot.schedule.follow import Follower
from bot.schedule.settle import Settler
from bot.schedule.sweep import Abandoned, Doubts, Unasked
from bot.schedule.watch import Watcher
from bot.storage.calls import CallStore
from bot.storage.database import Database
from bot.storage.drafts import DraftStore
from bot.storage.lanes import LaneStore
from bot.storage.news import NewsBoxStore
from bot.storage.posts import PostStore
from tests.fakes import HOME, FakeClock, instant, request

ALL_OF_IT = Capabilities(can_read=True, can_find=True)
T = TypeVar("T")
Answer = Receipt | Exception
Finding = tuple[News, ...] | ProviderError


@dataclass
class Scripted:
    """``CallProvider`` by script: answers in order, the last one again and again."""

    answers: deque[Answer] = field(default_factory=deque)
    readings: deque[News | Exception | None] = field(default_factory=deque)
    findings: deque[Finding] = field(default_factory=deque)
    capabilities: Capabilities = ALL_OF_IT
    name: str = "vozagent"
    label: str = "VozAgent"

    def __post_init__(self) -> None:
        self.dialled: list[Order] = []
        self.requests: list[list[str]] = []  # the references in each request
        self.lists: list[list[str]] = []  # the ids each list was asked for
        self.listed: Mapping[str, News] | ProviderError = {}
        self.gate = asyncio.Event()  # closed, an answer is on its way and does not come
        self.gate.set()
        self.asked: list[str] = []

    async def place(self, orders: Sequence[Order], *, may_send: Callable[[], bool]) -> Receipt:
        """One request, unless its moment has passed."""
        if not may_send():
            raise too_late()
        self.dialled.extend(orders)
        self.requests.append([order.reference for order in orders])
        answer = self.answers.popleft() if self.answers else Receipt("p-1", "queued")
        await self.gate.wait()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def party(self, order: Order) -> Hashable:
        """All calls of one agent may share a request."""
        return order.agent_id

    async def overview(self, watched: Sequence[Watched]) -> Mapping[str, News]:
        """What the list is set to say."""
        self.lists.append([one.provider_call_id for one in watched])
        if isinstance(self.listed, ProviderError):
            raise self.listed
        return self.listed

    def hear(self, headers: Mapping[str, str], body: bytes) -> tuple[News, ...]:
        """Takes no webhooks."""
        raise NotGenuine("No webhooks here.")

    async def read(self, watched: Watched) -> News | None:
        """What the script says next."""
        self.asked.append(watched.provider_call_id)
        reading = self._next(self.readings)
        if isinstance(reading, Exception):
            raise reading
        return reading

    async def find(self, order: Order, *, since: datetime, until: datetime) -> tuple[News, ...]:
        """What the script says next."""
        self.asked.append(order.reference)
        finding = self._next(self.findings)
        if isinstance(finding, ProviderError):
            raise finding
        return finding or ()

    async def list_agents(self) -> tuple[Agent, ...]:
        """Nobody asks here."""
        return ()

    async def aclose(self) -> None:
        """Nothing to close."""

    def _next(self, script: deque[T]) -> T | None:
        if not script:
            return None
        return script.popleft() if len(script) > 1 else script[0]


def too_late() -> NotPlaced:
    """What every provider says when the moment to send has passed."""
    return NotPlaced("Too late. No phone rang.", cause=Cause.TOO_LATE)


class Bench:
    """Dialler, watcher and settler of one process; its clocks are moved by hand."""

    def __init__(
        self, database: Database, clock: FakeClock, providers: Mapping[str, CallProvider]
    ) -> None:
        self.database = database
        self.clock = clock
        self.boot = 0.0
        self.calls = CallStore(database)
        self.posts = PostStore(database)
        self.drafts = DraftStore(database)
        self.providers = dict(providers)
        self.lanes = LaneStore(database)
        self.box = NewsBoxStore(database)
        self.settler = Settler(calls=self.calls, clock=clock)
        self.follower = Follower(calls=self.calls, clock=clock)
        self.remake_watchers()
        self.abandoned = Abandoned(
            calls=self.calls, clock=clock, settler=self.settler, changed=lambda: None
        )
        self.unasked = Unasked(
            box=self.box,
            calls=self.calls,
            clock=clock,
            follower=self.follower,
            changed=lambda: None,
        )

    def remake_watchers(self) -> None:
        """One for each provider, as it can be asked now."""
        self.watchers = {
            name: Watcher(
                provider,
                calls=self.calls,
                clock=self.clock,
                follower=self.follower,
                changed=lambda: None,
            )
            for name, provider in self.providers.items()
        }
        self.doubts = {
            name: Doubts(
                provider,
                calls=self.calls,
                clock=self.clock,
                settler=self.settler,
                changed=lambda: None,
            )
            for name, provider in self.providers.items()
        }

    def dialler(self, calls: Calls | None = None) -> Dialler:
        """A process that dials."""
        return Dialler(
            calls=calls or self.calls,
            providers=self.providers,
            circuit=Circuit(self.lanes),
            clock=self.clock,
            worker="w1",
            boot_clock=lambda: self.boot,
            changed=lambda: None,
        )

    async def book(self, source: str = "d1", due: datetime | None = None, **about: object) -> Call:
        """A call that is due now, or then."""
        when = due or self.clock.now()
        wanted = request(**{"when": instant(when), **about})
        draft = await self.drafts.open(
            HOME,
            wanted,
            source=source,
            expires_at=self.clock.now() + timedelta(minutes=15),
            response_url=None,
        )
        made = await self.calls.schedule(
            draft.id, wanted, by="U0RITA", now=self.clock.now(), due=when, window=None
        )
        assert made is not None
        return made[0]

    async def dial(self) -> None:
        """One turn of the dialler, and the answers to what it dialled."""
        dialler = self.dialler()
        await dialler.turn()
        await dialler.drain(30)

    async def dialled(self, source: str = "d1") -> Call:
        """Book a call and dial it."""
        call = await self.book(source)
        await self.dial()
        return await self.call(call)

    async def watch(self, **span: float) -> None:
        """Let time pass, then ask about what is due to be asked about."""
        self.clock.advance(**span)
        await self.abandoned.turn()
        await self.unasked.turn()
        for watcher in self.watchers.values():
            await watcher.turn()
        for doubts in self.doubts.values():
            await doubts.turn()

    async def call(self, call: Call) -> Call:
        """The call as it stands."""
        found = await self.calls.get(call.id)
        assert found is not None
        return found

    async def state(self, call: Call) -> State:
        """Its state as it stands."""
        return (await self.call(call)).state

    async def attempt(self, call: Call) -> Attempt:
        """Its newest attempt."""
        return (await self.calls.attempts(call.id))[-1]

    async def history(self, call_id: CallId) -> list[Change]:
        """All that happened to it."""
        return list(await self.calls.history(call_id))

    async def wants_result(self, call: Call) -> bool:
        """Whether its result is to be posted."""
        post = await self.posts.of(call.id, Role.RESULT)
        return post is not None and post.rev_wanted > post.rev_posted
