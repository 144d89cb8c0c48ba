"""A thousand live calls at sixty requests a minute: every end is seen within two minutes.

The clock runs thirty times as fast as the machine's, for the bot and the stand-in alike.
"""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.calls.call import Call
from bot.calls.lanes import NO_LIMITS
from bot.calls.provider import CallProvider
from bot.calls.states import ENDED_AT_PROVIDER, LIVE, State
from bot.calls.verdict import ALLOWED
from bot.demo.voicy import DANA, DEMO_FROM, VoicyStandIn
from bot.providers.voicy import VoicySettings
from bot.schedule.follow import Follower
from bot.schedule.loop import Loop
from bot.schedule.pace import LanePace
from bot.schedule.watch import Watcher
from bot.storage.calls import CallStore
from bot.storage.database import Database
from bot.storage.drafts import DraftStore
from bot.storage.lanes import LaneStore
from tests.databases import fresh_url, opened
from tests.fakes import HOME, instant, request

MANY, SPEED = 1_000, 20.0
TALKS_LAST = timedelta(minutes=5)  # the last call ends then
SEEN_WITHIN = timedelta(minutes=2)
START = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


class FastClock:
    """Stands still until it is let run."""

    def __init__(self) -> None:
        self._since: float | None = None

    def now(self) -> datetime:
        if self._since is None:
            return START
        gone = asyncio.get_running_loop().time() - self._since
        return START + timedelta(seconds=gone * SPEED)

    def run(self) -> None:
        self._since = asyncio.get_running_loop().time()

    async def until(self, moment: datetime) -> None:
        gap = (moment - self.now()).total_seconds()
        await asyncio.sleep(max(gap, 0) / SPEED)


def number(n: int) -> str:
    return f"+1415555{n // 100:02d}{n % 100:02d}"


async def all_live(database: Database, clock: FastClock, stand_in: VoicyStandIn) -> list[Call]:
    """Booked, claimed, and taken by the stand-in, each under its id."""
    store, drafts = CallStore(database), DraftStore(database)
    for n in range(MANY):
        wanted = request(provider="voicy", agent_id=DANA.id, number=number(n), when=instant(START))
        draft = await drafts.open(
            HOME, wanted, source=f"d{n}", expires_at=START + timedelta(hours=1), response_url=None
        )
        await store.schedule(draft.id, wanted, by="U0RITA", now=START, due=START, window=None)
    claimed = await store.claim_due(
        clock.now(),
        provider="voicy",
        limits=NO_LIMITS,
        worker="w1",
        limit=MANY,
        lease=timedelta(minutes=1),
        judge=lambda _: ALLOWED,
    )
    calls = []
    for call, _ in claimed:
        there = stand_in.account.place(call.request.number, DANA)
        placed = await store.move(
            call,
            State.PLACED,
            by="switchboard",
            now=clock.now(),
            what="placed",
            attempt={"answer": "placed", "provider_call_id": there.id},
            next_poll=clock.now(),
        )
        assert placed is not None
        calls.append(placed)
    return calls


async def end_by_and_by(stand_in: VoicyStandIn, clock: FastClock, seed: int) -> dict[str, datetime]:
    """Every call ends at a random moment; when each did, by its id."""
    chance = random.Random(seed)
    plan = sorted((chance.random() * TALKS_LAST, call.id) for call in stand_in.calls)
    ended = {}
    for after, call_id in plan:
        await clock.until(START + after)
        while stand_in.account.calls[call_id].ended_at is None:
            stand_in.advance(call_id)
        ended[call_id] = clock.now()
    return ended


def opened_provider(stand_in: VoicyStandIn, lanes: LaneStore, clock: FastClock) -> CallProvider:
    account = VoicySettings(
        api_key=SecretStr(stand_in.api_key), base_url=stand_in.base_url, from_number=DEMO_FROM
    )
    pace = LanePace("voicy", account.requests_a_minute, lanes=lanes, clock=clock)
    return account.open(pace)


async def test_every_end_is_seen_in_time_and_the_rate_is_kept(tmp_path: Path) -> None:
    clock = FastClock()
    stand_in = VoicyStandIn(clock=clock.now)
    stand_in.account.pace = stand_in.account.live_cap = None
    await stand_in.start()
    async with fresh_url("sqlite", tmp_path, None) as url, opened(url) as database:
        calls = await all_live(database, clock, stand_in)
        store, lanes = CallStore(database), LaneStore(database)
        provider = opened_provider(stand_in, lanes, clock)
        watcher = Watcher(
            provider,
            calls=store,
            clock=clock,
            follower=Follower(calls=store, clock=clock),
            changed=lambda: None,
        )
        loop = Loop("watch", watcher.turn)
        clock.run()
        watching = asyncio.create_task(loop.run())
        ended = await end_by_and_by(stand_in, clock, seed=4)
        await clock.until(START + TALKS_LAST + SEEN_WITHIN)
        loop.stop()
        await watching
        late = await seen_after(store, calls, ended)
        await provider.aclose()
    await stand_in.stop()
    assert len(late) == MANY
    assert max(late) <= SEEN_WITHIN
    assert stand_in.most_in_a_minute() <= 60
    print(
        f"{MANY} calls, {len(stand_in.requests)} requests, {stand_in.most_in_a_minute()} in the "
        f"fullest minute, ends seen after {max(late).total_seconds():.0f} s at most, "
        f"{sorted(late)[MANY // 2].total_seconds():.0f} s in the middle"
    )


async def seen_after(
    store: CallStore, calls: list[Call], ended: dict[str, datetime]
) -> list[timedelta]:
    """How long after its end each call left the live states."""
    late = []
    for call in calls:
        attempt = (await store.attempts(call.id))[-1]
        late += [
            change.at - ended[attempt.provider_call_id or ""]
            for change in await store.history(call.id)
            if change.before in LIVE and change.after in ENDED_AT_PROVIDER
        ]
    return late
