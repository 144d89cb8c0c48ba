"""From a person's confirmation to the dial at the provider: the whole bot, signed HTTP.

A stand-in of Slack types the command and presses the button; the far side says when the dial came.
"""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from bot.demo.slack import SlackStandIn
from bot.demo.slack.http_delivery import SignedHttp
from bot.demo.slack.messages import Message
from bot.demo.slack.socket_mode import Ack
from bot.demo.slack.workspace import Delivery
from bot.demo.slack.world import acme
from tests.bench.bots import bot_settings, running_bot
from tests.bench.conditions import quantile
from tests.bench.filling import number
from tests.bench.processes import Failed, once
from tests.bench.stage import Stage
from tests.bench.tables import Run, in_turns, ratios, spread, table
from tests.story.world import BOT_TOKEN, FRIDAY, SECRET

READY_WITHIN = 30.0  # seconds
DIALLED_WITHIN = 20.0
WARM_UP = 5
BARE = "one bare httpx POST and its answer"


class TimedHttp(SignedHttp):
    """Notes when each delivery left, by its id, on a clock that all processes share."""

    def __init__(self, url: str, signing_secret: str, real: Callable[[], float]) -> None:
        super().__init__(url, signing_secret, real)
        self.left: dict[str, float] = {}

    async def send(self, delivery: Delivery, within: float, retry: tuple[int, str] | None) -> Ack:
        """As Slack does it."""
        self.left[delivery.id] = time.monotonic()
        return await super().send(delivery, within, retry)


class Conversation:
    """A person who books one call after the other, each for now."""

    def __init__(self, stage: Stage, slack: SlackStandIn, door: TimedHttp) -> None:
        self._stage = stage
        self._slack = slack
        self._door = door

    async def dial(self, n: int) -> float:
        """Seconds from the press to the arrival of the n-th dial."""
        typed = await self._slack.command("rita", "#sales", f"/dial {number(n)} with Voz now")
        if not typed.acked:
            raise Failed(f"the command was not acknowledged: {typed.status}")
        answer = await self._slack.until(lambda _: self._answers()[n], DIALLED_WITHIN)
        pressed = await self._slack.click("rita", answer, "draft_schedule")
        await self._stage.far.until(n + 1, DIALLED_WITHIN)
        dials = await self._stage.far.dials()
        return next(at for to, at, _ in dials if to == number(n)) - self._door.left[pressed.id]

    def _answers(self) -> list[Message]:
        """What only Rita sees; an answer keeps its place when it is replaced."""
        return [message for message in self._slack.seen_by("rita", "#sales") if message.ephemeral]


@asynccontextmanager
async def conversation(stage: Stage, kind: str) -> AsyncIterator[Conversation]:
    """A fresh bot, and Rita at her keyboard on a Friday noon."""
    url = await stage.databases.fresh(kind)
    slack = SlackStandIn(acme(), bot_token=BOT_TOKEN, signing_secret=SECRET)
    slack.move_to(FRIDAY)
    await slack.start()
    clock = stage.folder / "clock"
    clock.write_text(str(slack.clock.offset.total_seconds()), encoding="ascii")
    try:
        async with running_bot(stage, _settings(stage, url, slack, clock)) as (_, port):
            door = TimedHttp(f"http://127.0.0.1:{port}/slack/events", SECRET, slack.clock.real)
            slack.courier.transport = door
            await slack.app_connected(READY_WITHIN)
            yield Conversation(stage, slack, door)
            await door.close()
    finally:
        await slack.stop()


def _settings(stage: Stage, url: str, slack: SlackStandIn, clock: Path) -> dict[str, str]:
    return bot_settings(stage, url) | {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": slack.api_url,
        "SWITCHBOARD_CLOCK_FILE": str(clock),
    }


async def prompt(stage: Stage, many: int, rounds: int) -> list[str]:
    """The table."""

    async def ours(kind: str) -> list[float]:
        await stage.far.reset()
        async with conversation(stage, kind) as rita:
            return [await rita.dial(n) for n in range(WARM_UP + many)][WARM_UP:]

    async def bare() -> list[float]:
        await stage.far.reset()
        order = {"url": f"{stage.far.origin}/v1/calls/outbound", "calls": many, "at_once": 1}
        times: list[float] = (await once("tests.bench.bare_client", order))["times"]
        return times

    contenders: dict[str, Run[list[float]]] = {
        f"Switchboard, {kind}": partial(ours, kind) for kind in stage.databases.kinds
    }
    found = await in_turns(contenders | {BARE: bare}, rounds)
    p50 = {name: [quantile(times, 0.5) for times in each] for name, each in found.items()}
    rows = [
        (
            name,
            *(
                spread([1000 * quantile(times, share) for times in each], 1)
                for share in (0.5, 0.99)
            ),
            f"{spread(ratios(p50[name], p50[BARE]), 1)} ×",
            "≤ 10, ≤ 50, ≤ 6 ×" if name != BARE else "",
        )
        for name, each in found.items()
    ]
    title = "From the press on *Schedule call* to the dial's arrival at the provider"
    return table(title, ("Contender", "p50 ms", "p99 ms", "p50 of bare", "Goal"), rows)
