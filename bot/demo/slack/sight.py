"""What a test may look at: messages, threads, views, logs, and the conversation as text."""

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from bot.demo.slack.courier import Courier
from bot.demo.slack.elements import label_of, walk
from bot.demo.slack.errors import Refused
from bot.demo.slack.messages import Message
from bot.demo.slack.modals import View
from bot.demo.slack.mrkdwn import Reader
from bot.demo.slack.render_text import Drawing
from bot.demo.slack.specials import Notification
from bot.demo.slack.workspace import Delivery, Refusal, Request, Workspace
from bot.demo.slack.world import Channel

if TYPE_CHECKING:
    from typing import Self

Found = TypeVar("Found")


class Sight:
    """Reading only; users and channels may be given by id or by name."""

    workspace: Workspace
    courier: Courier

    def seen_by(self, user: str, channel: str) -> list[Message]:
        """Everything this person can read there, their own ephemerals and replies included."""
        person = self.workspace.world.user(user).id
        found = self.workspace.channel_of(channel, person)
        return self.workspace.messages.seen_by(person, found.id)

    def thread(self, channel: str, ts: str, user: str = "") -> list[Message]:
        """The root and its replies, oldest first."""
        return self.workspace.messages.thread(self.workspace.world.channel(channel, user).id, ts)

    def views(self, user: str) -> list[View]:
        """The open forms of this person, the one on top last."""
        return list(self.workspace.views.stack(self.workspace.world.user(user).id))

    def buttons(self, user: str, where: Message | View) -> list[str]:
        """The labels of the buttons this person sees, in reading order."""
        person = self.workspace.world.user(user).id
        blocks = where.all_blocks() if isinstance(where, Message) else where.blocks
        return [
            label_of(element)
            for _, element in walk(blocks)
            if element["type"] == "button"
            and person in element.get("visible_to_user_ids", [person])
        ]

    def home_view(self, user: str) -> View | None:
        return self.workspace.views.homes.get(self.workspace.world.user(user).id)

    def requests(self, method: str | None = None) -> list[Request]:
        """Calls of the Web API, oldest first."""
        return [r for r in self.workspace.requests if method in (None, r.method)]

    @property
    def notifications(self) -> list[Notification]:
        """Whose phone buzzed because of a mention, and why."""
        return self.workspace.notifications

    @property
    def refusals(self) -> list[Refusal]:
        """What the app sent that Slack would not have taken."""
        return self.workspace.refusals

    @property
    def deliveries(self) -> list[Delivery]:
        return self.courier.deliveries

    async def until(
        self,
        condition: "Callable[[Self], Found | None]",
        timeout: float = 10.0,  # noqa: ASYNC109 - the text of the error is the point
    ) -> Found:
        """Wait for the condition to become true; it is asked again after every change.

        A ``LookupError`` or ``StopIteration`` inside it counts as "not yet". Raises
        ``TimeoutError`` whose text is the conversation so far.
        """
        try:
            async with asyncio.timeout(timeout):
                while True:
                    try:
                        found = condition(self)
                    except (LookupError, StopIteration, Refused):
                        found = None
                    if found:
                        return found
                    await self.workspace.changes.next()
        except TimeoutError:
            raise TimeoutError(f"not within {timeout} s\n{self.everything()}") from None

    def transcript(self, user: str, channel: str) -> str:
        """The conversation as this person sees it: threads indented, buttons as [Label]."""
        world = self.workspace.world
        person = world.user(user)
        found = self.workspace.channel_of(channel, person.id)
        drawing = Drawing(Reader(world, person.tz, self.workspace.clock()), person.id)
        title = "direct message" if found.is_im else f"#{found.name}"
        lines = [f"~~~ {title}, as {person.real_name} sees it ~~~"]
        messages = self.workspace.messages.seen_by(person.id, found.id)
        for message, depth in _threaded(messages):
            text = drawing.message(message, world)
            lines.append("\n".join(depth + line for line in text.split("\n")))
        lines += [drawing.view(view) for view in self.workspace.views.stack(person.id)]
        return "\n".join(lines)

    def drawn(self, user: str, what: Message | View) -> str:
        """One message or form as text, for this reader."""
        person = self.workspace.world.user(user)
        reader = Reader(self.workspace.world, person.tz, self.workspace.clock())
        drawing = Drawing(reader, person.id)
        if isinstance(what, View):
            return drawing.view(what)
        return drawing.message(what, self.workspace.world)

    def everything(self) -> str:
        """Every conversation of every person that has a word in it, and the last requests."""
        parts: list[str] = []
        for person in [user for user in self.workspace.world.users if not user.is_bot]:
            seen = [self.transcript(person.id, one.id) for one in self._spoken_in(person.id)]
            parts += seen or [self.drawn(person.id, view) for view in self.views(person.id)]
        calls = [f"{r.method} {r.error or 'ok'}" for r in self.workspace.requests[-15:]]
        parts.append("last calls: " + ", ".join(calls))
        parts += [f"refused {r.what}: {r.code} {r.problems}" for r in self.workspace.refusals]
        return "\n".join(parts)

    def _spoken_in(self, user: str) -> list[Channel]:
        """The channels of this person in which they can read anything."""
        return [
            channel
            for channel in self.workspace.world.channels
            if user in channel.members and self.workspace.messages.seen_by(user, channel.id)
        ]


def _threaded(messages: Iterable[Message]) -> list[tuple[Message, str]]:
    """Replies behind their root, with the indent to draw them at."""
    listed = list(messages)
    roots = {m.ts for m in listed if not m.is_reply}
    ordered: list[tuple[Message, str]] = []
    for message in listed:
        if message.is_reply and message.thread_ts in roots:
            continue
        ordered.append((message, "" if not message.is_reply else "    "))
        replies = [m for m in listed if m.is_reply and m.thread_ts == message.ts]
        ordered += [(reply, "    ") for reply in replies]
    return ordered
