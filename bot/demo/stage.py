"""Everything the demo consists of: Slack's and VozAgent's stand-ins, the clock, the bot."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.demo.bot_process import BotProcess
from bot.demo.slack import SlackStandIn
from bot.demo.slack.world import acme
from bot.demo.vozagent import Outcome, VozAgentStandIn

BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-demo", "xapp-demo", "demo-signing-secret"
PACE = 2.5  # seconds between two steps of a call: slow enough to read, fast enough to stay
REP_ZONE = "America/Chicago"  # her 10:00 is 8:00 in San Francisco: two clocks, both in hours
READY_WITHIN = 30.0  # seconds
DUE = re.compile(r"(?:Due|Next try) <!date\^(\d+)")
OUTCOMES = {
    "answered": "is answered",
    "no-answer": "is not answered",
    "busy": "finds the line busy",
    "voicemail": "reaches a voicemail",
    "failed": "fails",
}
SUMMARY = (
    "The customer is interested in a kitchen remodel, has a budget of about 20,000 dollars and "
    "would like a visit on Tuesday afternoon."
)
TRANSCRIPT = "\n".join(
    (
        "Assistant: Hello, this is Voz, an AI assistant calling for Acme Kitchens. Is now good?",
        "Customer: Sure, I have two minutes.",
        "Assistant: You asked for a quote. What do you have in mind?",
        "Customer: New cabinets and a counter, around twenty thousand dollars.",
        "Assistant: Thank you. Would a visit suit you?",
        "Customer: Tuesday afternoon would be fine.",
        "Assistant: I noted Tuesday afternoon. Thank you for your time.",
    )
)


class Stage:
    """Start, look, stop. The folder holds the bot's database, its log and the moved clock."""

    def __init__(self, folder: Path, *, pace: float = PACE) -> None:
        people = acme()
        people.user("rita").tz = REP_ZONE
        self.slack = SlackStandIn(
            people, bot_token=BOT_TOKEN, app_token=APP_TOKEN, signing_secret=SECRET
        )
        self.vozagent = VozAgentStandIn(clock=self.slack.clock)
        self.vozagent.account.pace = pace
        self.vozagent.account.show_ringing = True
        self._kind = "answered"
        self._set_outcome("answered")
        self._clock_file = folder / "clock"
        self._folder = folder
        self._write_clock(timedelta(0))
        self.slack.clock.on_change.append(self._write_clock)
        self.slack.panel_source = self._panel
        self.slack.panel_sink = self._turn
        self.bot: BotProcess | None = None

    async def start(self, port: int) -> None:
        """Everything up and joined. Raises ``TimeoutError`` when the bot does not come."""
        await self.vozagent.start()
        await self.slack.start(port)
        self.bot = BotProcess(self._folder, self.settings())
        await self.bot.start()
        await self.slack.app_connected(READY_WITHIN)

    async def stop(self) -> None:
        """Everything down, the bot first and gently."""
        if self.bot is not None:
            await self.bot.stop()
        await self.slack.stop()
        await self.vozagent.stop()

    def settings(self) -> dict[str, str]:
        """The documented settings, and nothing else, make the bot talk to the stand-ins."""
        people = {user.role: user.id for user in self.slack.world.users}
        return {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": self.slack.api_url,
            "DATABASE_URL": f"sqlite+aiosqlite:///{self._folder / 'switchboard.db'}",
            "SWITCHBOARD_PROVIDERS__VOZAGENT__API_KEY": self.vozagent.api_key,
            "SWITCHBOARD_PROVIDERS__VOZAGENT__BASE_URL": self.vozagent.base_url,
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

    def outcome(self, kind: str) -> None:
        """How calls go from now on; one of ``OUTCOMES``."""
        self._set_outcome(kind)

    def _set_outcome(self, kind: str) -> None:
        self._kind = kind
        self.vozagent.outcome(
            Outcome(kind, summary=SUMMARY, transcript=TRANSCRIPT, seconds=134, cost=0.27)
        )

    def _panel(self) -> dict[str, Any]:
        choices = [{"value": kind, "label": label} for kind, label in OUTCOMES.items()]
        knob = {"id": "outcome", "label": "The next call", "value": self._kind, "choices": choices}
        return {
            "next_due": self.next_due(),
            "provider": {"name": "VozAgent (stand-in)", "knobs": [knob]},
        }

    async def _turn(self, knob: str, value: Any) -> None:
        if knob == "outcome" and value in OUTCOMES:
            self._set_outcome(str(value))

    def _write_clock(self, ahead: timedelta) -> None:
        """Renamed into place: the bot never reads half a number."""
        fresh = self._clock_file.with_suffix(".new")
        fresh.write_text(f"{ahead.total_seconds():.6f}", encoding="ascii")
        fresh.replace(self._clock_file)
