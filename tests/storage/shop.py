"""The stores over one database, and the short words in which tests speak to them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert, update

from bot.calls.call import Attempt, Call, DraftId, Home
from bot.calls.lanes import NO_LIMITS, Limits
from bot.calls.pauses import EVERYTHING, Pause, Scope
from bot.calls.posts import Role
from bot.calls.states import State
from bot.calls.verdict import ALLOWED, Verdict
from bot.storage.calls import CallStore
from bot.storage.database import Database
from bot.storage.drafts import DraftStore
from bot.storage.lanes import LaneStore
from bot.storage.pauses import PauseStore
from bot.storage.posts import PostStore
from bot.storage.tables import calls, campaigns
from tests.fakes import HOME, FakeClock, instant, request

LEASE = timedelta(seconds=60)


class Shop:
    """The stores over one database."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.clock = clock
        self._database = database
        self.drafts = DraftStore(database)
        self.calls = CallStore(database)
        self.posts = PostStore(database)
        self.lanes = LaneStore(database)
        self.pauses = PauseStore(database)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def draft(self, source: str = "d1", home: Home = HOME) -> DraftId:
        draft = await self.drafts.open(
            home,
            request(),
            source=source,
            expires_at=self.now + timedelta(minutes=15),
            response_url=None,
        )
        return draft.id

    async def book(
        self,
        source: str = "d1",
        minutes: float = 0,
        home: Home = HOME,
        campaign: str | None = None,
        **about: Any,
    ) -> Call:
        due = self.now + timedelta(minutes=minutes)
        made = await self.calls.schedule(
            await self.draft(source, home),
            request(when=instant(due), **about),
            by=home.asker,
            now=self.now,
            due=due,
            window=None,
        )
        assert made is not None
        if campaign is not None:
            await self._change(calls, made[0].id, campaign=campaign)
        return await self.call(made[0])

    async def book_many(self, count: int, campaign: str | None = None, **about: Any) -> list[Call]:
        """That many calls that are due now."""
        names = [f"many-{campaign or ''}{n}" for n in range(count)]
        return [await self.book(name, campaign=campaign, **about) for name in names]

    async def campaign(self, name: str, *, state: str = "running", **about: Any) -> None:
        """A campaign, for now without calls."""
        row = {
            "id": name, "team": "T0ACME", "code": f"B-{name}", "name": name, "state": state,
            "rev": 1, "created_by": "U0RITA", "created_at": self.now, **about,
        }  # fmt: skip
        async with self._database.write() as connection:
            await connection.execute(insert(campaigns).values(row))

    async def campaign_is(self, name: str, state: str) -> None:
        """From now on."""
        await self._change(campaigns, name, state=state)

    async def pause(self, scope: Scope = EVERYTHING, reason: str = "key leaked") -> Pause | None:
        """By the one who is on call."""
        return await self.pauses.pause(Pause(scope, "T0ACME", "U0OMAR", self.now, reason))

    async def resume(self, scope: Scope = EVERYTHING) -> Pause | None:
        """By a lead."""
        return await self.pauses.resume(scope, by="U0LEE", now=self.now, why="")

    async def _change(self, table: Table, row_id: str, **values: Any) -> None:
        async with self._database.write() as connection:
            await connection.execute(update(table).where(table.c.id == row_id).values(**values))

    async def claim_pairs(
        self,
        worker: str = "w1",
        limit: int = 10,
        *,
        provider: str = "vozagent",
        limits: Limits = NO_LIMITS,
        lease: timedelta = LEASE,
        judge: Callable[[Call], Verdict] = lambda _: ALLOWED,
    ) -> list[tuple[Call, Attempt]]:
        taken = await self.calls.claim_due(
            self.now,
            provider=provider,
            limits=limits,
            worker=worker,
            limit=limit,
            lease=lease,
            judge=judge,
        )
        return list(taken)

    async def claim(self, worker: str = "w1", limit: int = 10, **how: Any) -> list[Call]:
        return [call for call, _ in await self.claim_pairs(worker, limit, **how)]

    async def move(self, call: Call, to: State, **more: Any) -> Call | None:
        how: dict[str, Any] = {"by": "switchboard", "now": self.now, "what": to.value} | more
        return await self.calls.move(call, to, **how)

    async def moved(self, call: Call, *states: State, **more: Any) -> Call:
        """The call after those steps; ``more`` belongs to the last of them."""
        for to in states:
            done = await self.move(call, to, **(more if to is states[-1] else {}))
            assert done is not None
            call = done
        return call

    async def call(self, call: Call) -> Call:
        """The call as it stands."""
        found = await self.calls.get(call.id)
        assert found is not None
        return found

    async def state(self, call: Call) -> State:
        """Its state as it stands."""
        return (await self.call(call)).state

    async def shut(self, provider: str = "vozagent", minutes: float = 1) -> bool:
        """The provider refuses our key; it may be tried again after those minutes."""
        probe_at = self.now + timedelta(minutes=minutes)
        return await self.lanes.shut(provider, why="key refused", now=self.now, probe_at=probe_at)

    async def behind(self) -> list[Role]:
        """Which messages are behind now; none of them is after that."""
        taken = await self.posts.take(self.now, worker="w1", limit=99, lease=LEASE)
        for post in taken:
            await self.posts.posted(post, ts="1.1", rev=post.rev_wanted)
        return [post.role for post in taken]
