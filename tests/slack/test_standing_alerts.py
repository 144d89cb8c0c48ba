"""On-call staff hear of what stands still, over the wire to Slack's stand-in."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.calls.lanes import Lane
from bot.calls.patience import Look, Standing, Told
from bot.calls.states import State
from bot.demo.slack import SlackStandIn
from bot.reports.standing import OVER
from bot.slack.alerts import LONGEST_REST, WHILE_NOT_TAKEN
from bot.slack.client import SlackClient
from bot.slack.limits import Limiter
from bot.slack.oncall import OnCall
from bot.slack.people import Helpers
from bot.slack.standing_alerts import StandingAlerts
from bot.storage.standing import StandingStore
from tests.databases import fresh_url, opened
from tests.fakes import MORNING, FakeClock

PARKED = {"voicy": Lane("voicy", parked_until=MORNING + timedelta(hours=1))}


@dataclass
class Watch:
    """One process that alerts; what it sees is set by hand."""

    slack: SlackStandIn
    store: StandingStore
    client: SlackClient
    clock: FakeClock = field(default_factory=FakeClock)
    look: Look | None = None

    def alerts(self, channel: str | None = "C0SALES") -> StandingAlerts:
        """With the settings given."""
        staff = (Helpers(self.client, ("S0ONCALL",), time.monotonic),)
        return StandingAlerts(
            store=self.store,
            latest=lambda: self.look,
            oncall=OnCall(client=self.client, channel=channel, staff=staff),
            labels={"voicy": "Voicy & Sons"},
            limits={},
        )

    def sees(self, *codes: str, minutes: float = 0) -> None:
        """Calls whose time was up just now, some time later."""
        self.clock.advance(minutes=minutes)
        since = self.clock.now() - timedelta(minutes=6)
        kept = {one.code: one for one in self.look.things} if self.look else {}
        new = {code: Standing(State.SCHEDULED, code, since, "voicy") for code in codes}
        things = [(new | kept)[code] for code in codes]
        counts = {State.SCHEDULED.value: len(things)}
        self.look = Look(self.clock.now(), things, counts, PARKED)

    def said(self, who: str = "rita", where: str = "#sales") -> list[str]:
        """What the bot said there."""
        return [each.text for each in self.slack.seen_by(who, where) if each.bot]


@pytest.fixture
async def watch(tmp_path: Path) -> AsyncIterator[Watch]:
    """A process that alerts."""
    slack = SlackStandIn()
    await slack.start()
    try:
        async with (
            fresh_url("sqlite", tmp_path, None) as url,
            opened(url) as database,
            aiohttp.ClientSession() as session,
        ):
            client = SlackClient(
                token=slack.workspace.tokens.bot,
                base_url=slack.api_url,
                session=session,
                limiter=Limiter(time.monotonic),
            )
            yield Watch(slack, StandingStore(database), client)
    finally:
        await slack.stop()


async def test_one_message_lists_them_and_one_tells_of_their_end(watch: Watch) -> None:
    alerts = watch.alerts()
    assert await alerts.turn() == LONGEST_REST
    watch.sees("C-AAAA", "C-BBBB")
    for _ in range(3):
        assert await alerts.turn() == LONGEST_REST
        watch.clock.advance(minutes=20)
    (text,) = watch.said()
    assert text.splitlines() == [
        "🟠 2 calls stand still longer than they should:",
        f"• C-AAAA · due 6 min ago · Voicy &amp; Sons asked for a pause until {soon()}",
        f"• C-BBBB · due 6 min ago · Voicy &amp; Sons asked for a pause until {soon()}",
    ]
    watch.sees(minutes=1)
    for _ in range(3):
        await alerts.turn()
    assert watch.said()[1:] == [OVER]


def soon() -> str:
    """An hour from the morning, on the reader's own clock."""
    at = MORNING + timedelta(hours=1)
    return f"<!date^{int(at.timestamp())}^{{time}}|{at:%a %-d %b %Y, %H:%M} UTC>"


async def test_between_two_alerts_are_ten_minutes(watch: Watch) -> None:
    alerts = watch.alerts()
    watch.sees("C-AAAA")
    await alerts.turn()
    watch.sees("C-AAAA", "C-BBBB", minutes=9)
    await alerts.turn()
    assert len(watch.said()) == 1
    watch.sees("C-AAAA", "C-BBBB", minutes=1)
    await alerts.turn()
    assert watch.said()[1].splitlines()[1].startswith("• C-BBBB")


async def test_what_slack_did_not_take_is_told_again(watch: Watch) -> None:
    alerts = watch.alerts()
    watch.sees("C-AAAA")
    watch.slack.faults("chat.postMessage", [{"kind": "refused"}])
    assert await alerts.turn() == WHILE_NOT_TAKEN
    assert await watch.store.told() == Told()
    assert await alerts.turn() == LONGEST_REST
    assert len(watch.said()) == 1


async def test_another_process_knows_what_was_told(watch: Watch) -> None:
    watch.sees("C-AAAA")
    for _ in range(2):
        await watch.alerts().turn()
    assert len(watch.said()) == 1


async def test_without_a_channel_people_are_told(watch: Watch) -> None:
    watch.sees("C-AAAA")
    await watch.alerts(channel=None).turn()
    assert "C-AAAA" in watch.said("omar", "dm")[0]
