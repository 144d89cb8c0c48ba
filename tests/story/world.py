"""The whole product for one story: the real bot between Slack's and VozAgent's stand-ins."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.demo.slack import SlackStandIn
from bot.demo.slack.messages import Message
from bot.demo.slack.world import acme
from bot.demo.vozagent import VozAgentStandIn
from bot.service import Service
from bot.settings import load

BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-story", "xapp-story", "story-signing-secret"
# A Friday, noon in Chicago (Rita), 10:00 in San Francisco.
FRIDAY = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
SATURDAY_12 = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)  # noon in Chicago
LINE = "/dial +1 415 555 2671 with Voz tomorrow 10am"


class World:
    """One workspace, one provider account, one bot. Names as in the stand-in's world."""

    def __init__(self, folder: Path, database_url: str, mode: str) -> None:
        people = acme()
        people.user("rita").tz = "America/Chicago"
        self.slack = SlackStandIn(
            people, bot_token=BOT_TOKEN, app_token=APP_TOKEN, signing_secret=SECRET
        )
        self.slack.move_to(FRIDAY)
        self.vozagent = VozAgentStandIn(clock=self.slack.clock)
        self.vozagent.account.pace = 0.05
        self.vozagent.account.show_ringing = True
        self.mode = mode
        self._database_url = database_url
        self._clock = folder / "clock"
        self._write(self.slack.clock.offset)
        self.slack.clock.on_change.append(self._write)
        self.bot: Service | None = None

    def settings(self) -> dict[str, str]:
        """Only documented settings."""
        return {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": self.slack.api_url,
            "DATABASE_URL": self._database_url,
            "SWITCHBOARD_PROVIDERS__VOZAGENT__API_KEY": self.vozagent.api_key,
            "SWITCHBOARD_PROVIDERS__VOZAGENT__BASE_URL": self.vozagent.base_url,
            "SWITCHBOARD_APPROVERS": "U0LEE",
            "SWITCHBOARD_CLOCK_FILE": str(self._clock),
        }

    async def open(self) -> None:
        """Stand-ins first, then the bot."""
        await self.vozagent.start()
        await self.slack.start()
        await self.start_bot()

    async def start_bot(self) -> None:
        """The bot connects, by Socket Mode or signed HTTP."""
        self.bot = Service(load(self.settings()), self.mode)
        await self.bot.start()
        if self.mode == "http":
            url = f"http://127.0.0.1:{self.bot.port}/slack/events"
            self.slack.deliver_to("http", request_url=url)
        await self.slack.app_connected()
        if self.bot.warming is not None:
            await asyncio.wait({self.bot.warming})  # on a busy machine it makes the first acks late

    async def stop_bot(self) -> None:
        """As SIGTERM does it."""
        if self.bot is not None:
            await self.bot.stop()
            self.bot = None

    async def close(self) -> None:
        """Everything down; nothing the bot sent may have been refused by Slack's rules."""
        await self.stop_bot()
        await self.slack.stop()
        await self.vozagent.stop()

    # --- what a story says --------------------------------------------------------------

    async def types(self, line: str, who: str = "rita", where: str = "#sales") -> Message:
        """Type a command; the newest answer only that person sees."""
        before = {message.ts for message in self.ephemerals(who, where)}
        delivery = await self.slack.command(who, where, line)
        assert delivery.acked, delivery
        return await self.slack.until(
            lambda _: [m for m in self.ephemerals(who, where) if m.ts not in before][-1]
        )

    def ephemerals(self, who: str = "rita", where: str = "#sales") -> list[Message]:
        """What only that person sees there."""
        return [message for message in self.slack.seen_by(who, where) if message.ephemeral]

    def roots(self, where: str = "#sales") -> list[Message]:
        """The live messages of calls, oldest first."""
        seen = self.slack.seen_by("rita", where)
        return [m for m in seen if m.bot and not m.ephemeral and not m.is_reply]

    async def press(self, message: Message, action_id: str, who: str = "rita") -> None:
        """Press a button; the acknowledgement must have come."""
        delivery = await self.slack.click(who, message, action_id)
        assert delivery.acked, delivery

    async def books(self, line: str = LINE, who: str = "rita", where: str = "#sales") -> Message:
        """Type, confirm, and see the live message appear."""
        before = len(self.roots(where))
        answer = await self.types(line, who, where)
        await self.press(answer, "draft_schedule", who)
        return await self.slack.until(lambda _: self.roots(where)[before])

    async def reads(self, message: Message, *words: str, timeout: float = 10) -> str:  # noqa: ASYNC109 - passed on
        """Wait until the message says all the words; what it then says."""
        await self.slack.until(lambda _: all(word in self.text(message) for word in words), timeout)
        return self.text(message)

    async def reads_thread(self, root: Message, words: str) -> None:
        """Wait until the thread says the words."""
        await self.slack.until(lambda _: words in self.thread(root))

    def text(self, message: Message, who: str = "rita") -> str:
        """A message as that person reads it."""
        return self.slack.drawn(who, message)

    def thread(self, root: Message) -> str:
        """The replies as Rita reads them."""
        replies = self.slack.thread(root.channel, root.ts)[1:]
        return "\n".join(self.text(reply) for reply in replies)

    def skip_to(self, moment: datetime) -> None:
        """Move everybody's clock."""
        self.slack.move_to(moment)
        if self.bot is not None and self.bot.shop is not None:
            self.bot.shop.nudge()

    def skip(self, **span: float) -> None:
        """Move everybody's clock on, as in ``skip(hours=3)``."""
        self.skip_to(self.slack.clock() + timedelta(**span))

    def _write(self, ahead: timedelta) -> None:
        fresh = self._clock.with_suffix(".new")
        fresh.write_text(str(ahead.total_seconds()), encoding="ascii")
        fresh.replace(self._clock)


@asynccontextmanager
async def opened_world(folder: Path, database_url: str, mode: str) -> AsyncIterator[World]:
    """A world that is closed whatever the story came to."""
    world = World(folder, database_url, mode)
    try:
        await world.open()
        yield world
        refused = world.slack.refusals
        assert not refused, f"Slack refused what the bot sent: {refused}"
    finally:
        await world.close()
