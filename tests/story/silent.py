"""A workspace that also has a provider which takes calls and reports nothing back."""

import json
from datetime import UTC, datetime
from pathlib import Path

from bot.demo.slack.messages import Message
from bot.demo.slack.modals import View
from bot.demo.vozzo import DEMO_AGENT_ID, VozzoStandIn
from tests.story.world import World

TO_PRIYA = "/dial +1 415 555 2671 with Priya tomorrow 10am"
SATURDAY_10 = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)  # 10:00 in Chicago, 8:00 in San Francisco


class SilentWorld(World):
    """With a Vozzo account too, whose only agent is Priya."""

    def __init__(self, folder: Path, database_url: str, mode: str) -> None:
        super().__init__(folder, database_url, mode)
        self.vozzo = VozzoStandIn(clock=self.slack.clock)

    def settings(self) -> dict[str, str]:
        """With the agent, whom only the settings know."""
        return super().settings() | {
            "SWITCHBOARD_PROVIDERS__VOZZO__API_KEY": self.vozzo.api_key,
            "SWITCHBOARD_PROVIDERS__VOZZO__BASE_URL": self.vozzo.base_url,
            "SWITCHBOARD_PROVIDERS__VOZZO__AGENTS": json.dumps({"Priya": {"id": DEMO_AGENT_ID}}),
        }

    async def open(self) -> None:
        """Vozzo first."""
        await self.vozzo.start()
        await super().open()

    async def close(self) -> None:
        """Vozzo last."""
        await super().close()
        await self.vozzo.stop()

    async def hands_over(self) -> Message:
        """A call that is with Vozzo now."""
        root = await self.books(TO_PRIYA)
        self.skip_to(SATURDAY_10)
        await self.reads(root, "Handed to Vozzo")
        return root

    async def is_asked(self, root: Message, who: str = "rita") -> View:
        """The form behind *Mark outcome…*."""
        await self.press(root, "call_mark", who)
        return await self.slack.until(lambda s: s.views(who)[-1])


async def hears(world: World, who: str, words: str, where: str = "#sales") -> None:
    """Wait until somebody is told so, where only they see it."""
    await world.slack.until(
        lambda _: any(
            words in world.text(message, who)
            for message in world.slack.seen_by(who, where)
            if message.ephemeral or where == "dm"
        )
    )
