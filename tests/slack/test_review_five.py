"""A second look at what on-call staff are told, by several processes and over a bad line."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.calls.lanes import Tale
from bot.calls.patience import BETWEEN_ALERTS, Look, Standing, Told, to_tell
from bot.calls.posts import Role
from bot.calls.states import State
from bot.calls.telling import NoTurns, Turns
from bot.demo.slack import SlackStandIn
from bot.demo.slack.messages import Message
from bot.reports.standing import OVER, explained
from bot.schedule.standing import Standstill
from bot.slack.alerts import WHILE_NOT_TAKEN, Alerts
from bot.slack.client import SlackClient
from bot.slack.limits import Limiter
from bot.slack.oncall import OnCall
from bot.slack.people import Helpers
from bot.slack.standing_alerts import StandingAlerts
from bot.storage.database import Database
from bot.storage.lanes import LaneStore
from bot.storage.standing import StandingStore
from bot.storage.telling import TellingStore
from tests.databases import postgresql_database
from tests.fakes import MORNING, FakeClock
from tests.faults.crew import opened_crew
from tests.storage.shop import Shop
from tests.story.world import SATURDAY_12, World

LABELS = {"vozagent": "VozAgent"}


async def three(provider: str, now: datetime) -> int:
    """So many calls wait."""
    return 3


class Process:
    """One of several: it looks for what stands still, and tells on-call staff."""

    def __init__(
        self, turns: Turns, database: Database, clock: FakeClock, client: SlackClient
    ) -> None:
        self._turns, self._client = turns, client
        store = StandingStore(database)
        self.standstill = Standstill(
            store=store, limits={}, clock=clock, explain=explained(LABELS, {})
        )
        self.standing = StandingAlerts(
            store=store,
            latest=lambda: self.standstill.latest,
            oncall=self.oncall(),
            labels=LABELS,
            limits={},
        )
        self.alerts = Alerts(
            lanes=LaneStore(database),
            waiting=three,
            clock=clock,
            oncall=self.oncall(),
            labels=LABELS,
        )

    def oncall(self) -> OnCall:
        """Two people, one after the other."""
        staff = (Helpers(self._client, ("U0LEE", "U0OMAR"), time.monotonic),)
        return OnCall(client=self._client, channel=None, staff=staff, turns=self._turns)

    async def looks(self) -> None:
        """Its loops, once."""
        await self.standstill.turn()
        await self.standing.turn()


class Crew:
    """Several processes over one database, and Slack."""

    def __init__(
        self, slack: SlackStandIn, database: Database, session: aiohttp.ClientSession
    ) -> None:
        self.slack, self.database, self.session = slack, database, session
        self.clock = FakeClock()
        self.shop = Shop(database, self.clock)

    def process(self, name: str, turns: Turns | None = None) -> Process:
        """A new one."""
        turns = turns or TellingStore(self.database, name)
        client = SlackClient(
            token=self.slack.workspace.tokens.bot,
            base_url=self.slack.api_url,
            session=self.session,
            limiter=Limiter(time.monotonic),
        )
        return Process(turns, self.database, self.clock, client)

    async def stuck(self) -> None:
        """A call that stands still, and nothing else does."""
        await self.shop.book("stuck")
        await self.shop.behind()
        self.clock.advance(minutes=6)

    def said(self, who: str = "omar") -> list[str]:
        """What the bot told that person."""
        return [each.text for each in self.slack.seen_by(who, "dm") if each.bot]


@pytest.fixture
async def crew(database: Database) -> AsyncIterator[Crew]:
    """Nobody in it yet."""
    slack = SlackStandIn()
    async with AsyncExitStack() as leaving:
        await slack.start()
        leaving.push_async_callback(slack.stop)
        session = await leaving.enter_async_context(aiohttp.ClientSession())
        yield Crew(slack, database, session)


async def test_a_process_that_has_just_started_does_not_say_that_all_is_well(crew: Crew) -> None:
    await crew.stuck()
    first = crew.process("w1")
    for _ in range(2):
        await first.looks()
        crew.clock.advance(seconds=10)
    assert len(crew.said()) == 1
    second = crew.process("w2")
    for _ in range(3):
        await second.looks()
        crew.clock.advance(seconds=10)
    assert len(crew.said()) == 1, "it still stands, and was told"


async def test_a_process_that_sees_it_for_the_first_time_does_not_say_that_it_is_over(
    crew: Crew,
) -> None:
    first, second = crew.process("w1"), crew.process("w2")
    await second.looks()  # nothing stands still yet
    await crew.stuck()
    for _ in range(2):
        await first.looks()
        crew.clock.advance(seconds=10)
    await second.looks()
    assert [OVER in text for text in crew.said()] == [False]
    (call,) = await crew.shop.calls.latest_of("T0ACME", "U0RITA", 9)
    await crew.shop.moved(call, State.CANCELLED)
    await crew.shop.behind()
    for told in ([], [OVER]):  # it might come back in the next moment
        crew.clock.advance(seconds=10)
        await second.looks()
        assert crew.said()[1:] == told


async def test_who_was_reached_with_one_alert_hears_the_next_one_too(crew: Crew) -> None:
    """The first reached Lee and not Omar, and was over before it could be told again."""
    await crew.stuck()
    process = crew.process("w1", NoTurns())
    await process.standstill.turn()
    await process.standstill.turn()
    fine, broken = {"kind": "delay", "seconds": 0}, {"kind": "refused"}
    crew.slack.faults("chat.postMessage", [fine, broken])
    assert await process.standing.turn() == WHILE_NOT_TAKEN
    assert (len(crew.said("lee")), len(crew.said("omar"))) == (1, 0)
    (call,) = await crew.shop.calls.latest_of("T0ACME", "U0RITA", 9)
    await crew.shop.moved(call, State.CANCELLED)
    await crew.shop.book("another")
    await crew.shop.behind()
    crew.clock.advance(hours=2)
    for _ in range(2):
        await process.looks()
    assert (len(crew.said("lee")), len(crew.said("omar"))) == (2, 1)


async def test_an_alert_whose_answer_was_lost_is_told_again_by_the_process_that_began(
    crew: Crew,
) -> None:
    lanes = LaneStore(crew.database)
    soon = MORNING + timedelta(minutes=1)
    await lanes.shut("vozagent", why="no key (401)", now=MORNING, probe_at=soon)
    processes = [crew.process(f"w{n}") for n in range(1, 5)]
    fine, lost = {"kind": "delay", "seconds": 0}, {"kind": "lost"}
    crew.slack.faults("chat.postMessage", [fine, lost])
    for process in processes:
        assert await process.alerts.turn() == WHILE_NOT_TAKEN
    assert (len(crew.said("lee")), len(crew.said("omar"))) == (1, 1)
    assert (await lanes.all())["vozagent"].to_tell is Tale.SHUT


def looked(*since: int, minutes: float = 0) -> Look:
    """What stands since so many minutes before that moment."""
    at = MORNING + timedelta(minutes=minutes)
    things = [
        Standing("scheduled", f"C-{index}", at - timedelta(minutes=each), "vozagent")
        for index, each in enumerate(since)
    ]
    return Look(at, things, {"scheduled": len(things)})


def test_a_clock_that_was_a_year_ahead_for_a_moment_silences_nobody() -> None:
    told = Told(
        MORNING + timedelta(days=365), frozenset({"gone"}), seen=MORNING + timedelta(days=365)
    )
    assert to_tell(looked(6), told) is not None
    assert to_tell(looked(), told) is not None
    lately = Told(MORNING, frozenset({"gone"}), seen=MORNING + BETWEEN_ALERTS / 2)
    assert to_tell(looked(6), lately) is None


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The whole product between the stand-ins."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'switchboard.db'}"
    world = World(tmp_path, url, "socket")
    try:
        await world.open()
        yield world
    finally:
        await world.close()


NOON = "/dial +1 415 555 2671 with Voz tomorrow noon"


def told(world: World) -> list[Message]:
    """What the bot wrote to Rita alone."""
    return [each for each in world.slack.seen_by("rita", "dm") if each.bot]


async def refused(world: World, times: int) -> None:
    """The message of the call was refused so often, and that is written down."""
    assert world.bot is not None
    assert world.bot.shop is not None
    shop = world.bot.shop
    (call,) = await shop.calls.latest_of("T0ACME", "U0RITA", 9)
    while (post := await shop.posts.of(call.id, Role.ROOT)) is None or post.failures < times:
        await asyncio.sleep(0.02)


async def test_a_channel_that_was_archived_is_not_said_to_lack_us_and_opens_by_itself(
    world: World,
) -> None:
    root = await world.books(NOON)
    channel = world.slack.workspace.world.channel("#sales")
    channel.is_archived = True
    world.skip_to(SATURDAY_12)
    await world.slack.until(lambda _: told(world)[0])
    assert "is archived. Unarchive it, then press *Try again*." in told(world)[0].text
    assert "is not affected. But I can't post" in told(world)[0].text
    await refused(world, times=1)
    world.skip(minutes=61)  # it knocks once more, and says nothing of it
    await refused(world, times=2)
    channel.is_archived = False
    world.skip(minutes=61)
    await world.slack.until(lambda _: "Scheduled" not in world.text(root) or None)
    assert len(told(world)) == 1


async def test_who_presses_try_again_while_it_is_archived_is_told_that_it_still_is(
    world: World,
) -> None:
    await world.books(NOON)
    world.slack.workspace.world.channel("#sales").is_archived = True
    world.skip_to(SATURDAY_12)
    message = await world.slack.until(lambda _: told(world)[0])
    await world.press(message, "post_again")
    again = await world.slack.until(lambda _: told(world)[1])
    assert "I still can't post in" in again.text


async def test_what_the_last_door_had_accepted_when_it_died_a_worker_works_off(
    tmp_path: Path, postgresql: str
) -> None:
    async with (
        postgresql_database(postgresql) as url,
        opened_crew(tmp_path, url, "door 1", "worker 1") as crew,
    ):
        async with crew.nobody_writes("drafts"):
            typed = await crew.slack.command("rita", "#sales", "/dial +1 415 555 0123 with Voz now")
            assert typed.acked
            await crew.dies("door 1")
        await crew.end_leases("inbox")
        (answer,) = await crew.slack.until(lambda _: crew.ephemerals() or None)
        assert "Call now?" in crew.text(answer)
