"""Everything the demo consists of: stand-ins of Slack and of four providers, the clock, the bot."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.demo.bot_process import BotProcess
from bot.demo.cards import Cards
from bot.demo.slack import SlackStandIn
from bot.demo.slack.world import User, World, acme
from bot.demo.stand_ins import PACE, StandIns
from bot.demo.voicy import Agent

BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-demo", "xapp-demo", "demo-signing-secret"
WEBHOOK_SECRET = "demo-webhook-secret"  # noqa: S105 - a secret of nothing
REP_ZONE = "America/Chicago"  # her 10:00 is 8:00 in San Francisco: two clocks, both in hours
NORA = "U0NORA"
NOVA = Agent("3b9d1f60-52c4-4e0f-9a8e-6c1d2f7a0b14", "Nova")  # VozAgent has one of this name, too
READY_WITHIN = 30.0  # seconds
PANEL_EVERY = 0.4  # seconds
DUE = re.compile(r"(?:Due|Next try) <!date\^(\d+)")


class Stage:
    """Start, look, stop. The folder holds the bot's database, its log and the moved clock."""

    def __init__(self, folder: Path, *, pace: float = PACE) -> None:
        self.slack = SlackStandIn(
            demo_world(), bot_token=BOT_TOKEN, app_token=APP_TOKEN, signing_secret=SECRET
        )
        self.stand_ins = StandIns(self.slack.clock, pace)
        self.stand_ins.voicy.account.webhook_secret = WEBHOOK_SECRET
        self.stand_ins.voicy.account.agents[NOVA.id] = NOVA
        self.cards = Cards(self.stand_ins)
        self._clock_file = folder / "clock"
        self._folder = folder
        self._write_clock(timedelta(0))
        self.slack.clock.on_change.append(self._clock_moved)
        self.slack.panel_source = self._panel
        self.slack.panel_sink = self._turn
        self.bot: BotProcess | None = None
        self._showing: asyncio.Task[None] | None = None

    async def start(self, port: int) -> None:
        """Everything up and joined. Raises ``TimeoutError`` when the bot does not come."""
        await self.stand_ins.start()
        await self.slack.start(port)
        self._showing = asyncio.create_task(self._show_panel())
        self.bot = BotProcess(self._folder, self.settings())
        await self.bot.start()
        await self.slack.app_connected(READY_WITHIN)
        await self._register_webhook(self.bot)

    async def stop(self) -> None:
        """Everything down, the bot first and gently."""
        if self.bot is not None:
            await self.bot.stop()
        if self._showing is not None:
            self._showing.cancel()
            await asyncio.gather(self._showing, return_exceptions=True)
        await self.slack.stop()
        await self.stand_ins.stop()

    def settings(self) -> dict[str, str]:
        """The documented settings, and nothing else, make the bot talk to the stand-ins."""
        people = {user.role: user.id for user in self.slack.world.users}
        return {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": self.slack.api_url,
            "DATABASE_URL": f"sqlite+aiosqlite:///{self._folder / 'switchboard.db'}",
            **self.stand_ins.environment(),
            "SWITCHBOARD_PROVIDERS__VOICY__WEBHOOK_SECRET": WEBHOOK_SECRET,
            "SWITCHBOARD_APPROVERS": people.get("lead", ""),
            "SWITCHBOARD_ONCALL": people.get("on-call", ""),
            "SWITCHBOARD_CLOCK_FILE": str(self._clock_file),
        }

    def next_due(self) -> int | None:
        """When the next waiting call falls due, as its live message says it."""
        now = self.slack.clock.epoch()
        found = [
            int(moment)
            for channel in self.slack.world.channels
            for message in self.slack.workspace.messages.in_channel(channel.id)
            for moment in DUE.findall(str(message.blocks))
        ]
        return min((moment for moment in found if moment > now), default=None)

    async def _register_webhook(self, bot: BotProcess) -> None:
        """What an operator writes into Voicy's dashboard."""
        port = await bot.port(READY_WITHIN)
        self.cards.voicy.listen_at(f"http://127.0.0.1:{port}/webhooks/voicy")

    def _panel(self) -> dict[str, Any]:
        return {"next_due": self.next_due(), "providers": self.cards.as_page()}

    async def _turn(self, knob: str, value: Any) -> None:
        """What a person changes on the page."""
        self.cards.turn(knob, str(value))

    async def _show_panel(self) -> None:
        """Tell the page whenever the panel looks different."""
        shown: dict[str, Any] = {}
        while True:
            panel = self._panel()
            if panel != shown:
                self.slack.workspace.changes.announce({"type": "panel", "panel": panel})
                shown = panel
            await asyncio.sleep(PANEL_EVERY)

    def _clock_moved(self, ahead: timedelta) -> None:
        self._write_clock(ahead)
        if self.stand_ins.vozzo.waiting:
            self.stand_ins.vozzo.open_slots()

    def _write_clock(self, ahead: timedelta) -> None:
        """Renamed into place: the bot never reads half a number."""
        fresh = self._clock_file.with_suffix(".new")
        fresh.write_text(f"{ahead.total_seconds():.6f}", encoding="ascii")
        fresh.replace(self._clock_file)


def demo_world() -> World:
    """Two reps on different clocks, a lead, and somebody on call."""
    world = acme()
    world.user("rita").tz = REP_ZONE
    nora = User(NORA, "nora", "Nora Rep", "America/New_York", "rep", email="nora@acme.example")
    world.users.insert(1, nora)
    for channel in world.channels:
        if not channel.is_im:
            channel.members.append(NORA)
    world.dm(NORA)
    return world
