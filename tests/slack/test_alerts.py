"""Alerts for on-call staff, over the wire to Slack's stand-in and with real lanes."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.calls.lanes import Lane, Tale
from bot.demo.slack import SlackStandIn
from bot.reports.lanes import alert
from bot.slack.alerts import LONGEST_REST, WHILE_NOT_TAKEN, Alerts
from bot.slack.client import SlackClient
from bot.slack.limits import Limiter
from bot.slack.oncall import OnCall
from bot.slack.people import Helpers
from bot.storage.lanes import LaneStore
from tests.databases import fresh_url, opened
from tests.fakes import MORNING, FakeClock

WHY = (
    "Voicy does not accept our account (401). The call waits; an admin must check the key and the "
    "plan at Voicy. No phone rang."
)
SHUT = (
    "🔴 Voicy refuses our key (401). 3 calls wait; none was dialled. An admin must check the key; "
    "I try again by myself every few minutes."
)
OPEN = "🟢 Voicy takes calls again; the waiting calls go out now."
STAFF = {"oncall": ("S0ONCALL",), "admins": ("U0LEE",)}


@dataclass
class Watch:
    """One process that alerts."""

    slack: SlackStandIn
    lanes: LaneStore
    client: SlackClient

    def alerts(
        self,
        channel: str | None = "C0SALES",
        oncall: tuple[str, ...] = STAFF["oncall"],
        admins: tuple[str, ...] = STAFF["admins"],
    ) -> Alerts:
        """With the settings given."""
        staff = tuple(Helpers(self.client, each, time.monotonic) for each in (oncall, admins))
        return Alerts(
            lanes=self.lanes,
            waiting=three,
            clock=FakeClock(),
            oncall=OnCall(client=self.client, channel=channel, staff=staff),
            labels={"voicy": "Voicy"},
        )

    async def shut(self) -> None:
        """The key is refused."""
        soon = MORNING + timedelta(minutes=1)
        await self.lanes.shut("voicy", why=WHY, now=MORNING, probe_at=soon)

    async def untold(self) -> Tale | None:
        """What is still to be told."""
        return (await self.lanes.all())["voicy"].to_tell

    def said(self, who: str = "rita", where: str = "#sales") -> list[str]:
        """What the bot said there."""
        return [each.text for each in self.slack.seen_by(who, where) if each.bot]


async def three(provider: str, now: datetime) -> int:
    """So many calls wait."""
    assert (provider, now) == ("voicy", MORNING)
    return 3


@asynccontextmanager
async def watching(
    folder: Path, kind: str = "sqlite", server: str | None = None
) -> AsyncIterator[Watch]:
    """Everything it takes."""
    slack = SlackStandIn()
    await slack.start()
    try:
        async with (
            fresh_url(kind, folder, server) as url,
            opened(url) as database,
            aiohttp.ClientSession() as session,
        ):
            client = SlackClient(
                token=slack.workspace.tokens.bot,
                base_url=slack.api_url,
                session=session,
                limiter=Limiter(time.monotonic),
            )
            yield Watch(slack, LaneStore(database), client)
    finally:
        await slack.stop()


@pytest.fixture
async def watch(tmp_path: Path) -> AsyncIterator[Watch]:
    """A process that alerts."""
    async with watching(tmp_path) as watch:
        yield watch


async def test_the_channel_is_told_once_that_a_key_is_refused_and_once_that_it_is_taken(
    watch: Watch,
) -> None:
    alerts = watch.alerts()
    assert await alerts.turn() == LONGEST_REST
    await watch.shut()
    await alerts.turn()
    await alerts.turn()
    assert watch.said() == [SHUT]
    await watch.lanes.reopen("voicy")
    await alerts.turn()
    await alerts.turn()
    assert watch.said() == [SHUT, OPEN]
    assert not watch.said("omar", "dm")


async def test_several_processes_tell_it_once_together(tmp_path: Path, postgresql: str) -> None:
    async with watching(tmp_path, "postgresql", postgresql) as watch:
        await watch.shut()
        several = [watch.alerts() for _ in range(4)]
        await asyncio.gather(*(alerts.turn() for alerts in several))
        assert watch.said() == [SHUT]
        await watch.lanes.reopen("voicy")
        await asyncio.gather(*(alerts.turn() for alerts in several))
        assert watch.said() == [SHUT, OPEN]


async def test_without_a_channel_the_members_of_the_on_call_group_are_told(watch: Watch) -> None:
    await watch.shut()
    alerts = watch.alerts(channel=None)
    await alerts.turn()
    await alerts.turn()
    assert watch.said("omar", "dm") == [SHUT]
    assert not watch.said("lee", "dm")


async def test_without_on_call_staff_admins_are_told(watch: Watch) -> None:
    await watch.shut()
    await watch.alerts(channel=None, oncall=()).turn()
    assert watch.said("lee", "dm") == [SHUT]


async def test_with_nobody_to_tell_nothing_is_tried_for_ever(watch: Watch) -> None:
    await watch.shut()
    assert await watch.alerts(None, (), ()).turn() == LONGEST_REST
    assert await watch.untold() is None


async def test_a_channel_that_is_closed_to_us_is_no_reason_to_keep_silent(watch: Watch) -> None:
    await watch.shut()
    await watch.alerts(channel="C0RANDOM").turn()
    assert watch.said("omar", "dm") == [SHUT]
    assert await watch.untold() is None


async def test_a_closed_channel_and_nobody_named_is_tried_again(watch: Watch) -> None:
    await watch.shut()
    alerts = watch.alerts("C0RANDOM", (), ())
    assert await alerts.turn() == WHILE_NOT_TAKEN
    assert await watch.untold() is Tale.SHUT
    await watch.slack.invite("rita", "#random", "switchboard")
    await alerts.turn()
    assert watch.said(where="#random") == [SHUT]


async def test_what_slack_did_not_take_is_told_again(watch: Watch) -> None:
    await watch.shut()
    watch.slack.faults("chat.postMessage", [{"kind": "refused"}])
    alerts = watch.alerts()
    assert await alerts.turn() == WHILE_NOT_TAKEN
    assert not watch.said()
    assert await watch.untold() is Tale.SHUT
    await alerts.turn()
    assert watch.said() == [SHUT]


async def test_a_group_that_cannot_be_read_is_asked_again(watch: Watch) -> None:
    await watch.shut()
    watch.slack.faults("usergroups.users.list", [{"kind": "error", "error": "missing_scope"}])
    alerts = watch.alerts(channel=None)
    assert await alerts.turn() == WHILE_NOT_TAKEN
    await alerts.turn()
    assert watch.said("omar", "dm") == [SHUT]


async def test_who_was_told_is_not_told_again_because_of_another(watch: Watch) -> None:
    await watch.shut()
    watch.slack.faults("chat.postMessage", [{"kind": "delay", "seconds": 0}, {"kind": "refused"}])
    alerts = watch.alerts(channel=None, oncall=("U0LEE", "U0OMAR"))
    assert await alerts.turn() == WHILE_NOT_TAKEN
    await alerts.turn()
    assert watch.said("lee", "dm") == [SHUT]
    assert watch.said("omar", "dm") == [SHUT]


async def test_one_who_left_does_not_hold_up_the_others(watch: Watch) -> None:
    await watch.shut()
    await watch.alerts(channel=None, oncall=("U0GONE", "U0OMAR")).turn()
    assert watch.said("omar", "dm") == [SHUT]
    assert await watch.untold() is None


async def test_a_second_refusal_is_told_to_everybody_again(watch: Watch) -> None:
    alerts = watch.alerts(channel=None)
    for _ in range(2):
        await watch.shut()
        await alerts.turn()
        await watch.lanes.reopen("voicy")
        await alerts.turn()
    assert watch.said("omar", "dm") == [SHUT, OPEN, SHUT, OPEN]


@pytest.mark.parametrize(
    ("why", "waiting", "words"),
    [
        (WHY, 1, "refuses our key (401). 1 call waits; none was dialled."),
        (WHY, 0, "refuses our key (401). Calls that fall due wait; none was dialled."),
        (WHY.replace("401", "402"), 2, "refuses our account (402). 2 calls wait; none"),
        (WHY.replace("401", "402"), 2, "must check the key and the plan at Voicy; I try"),
        ("", 2, "Voicy refuses our key. 2 calls wait"),
    ],
)
def test_the_words_say_what_is_known(why: str, waiting: int, words: str) -> None:
    lane = Lane("voicy", MORNING, why, to_tell=Tale.SHUT)
    assert words in alert(lane, "Voicy", waiting)


def test_the_good_news_says_whether_anything_waited() -> None:
    lane = Lane("voicy", to_tell=Tale.OPEN)
    assert alert(lane, "Voicy", 0) == "🟢 Voicy takes calls again."
    assert alert(lane, "Voicy", 1) == "🟢 Voicy takes calls again; the waiting call goes out now."
