"""The state of the stand-in: one workspace with its messages, views, triggers and logs."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.demo.slack.changes import Changes
from bot.demo.slack.clock import MovableClock
from bot.demo.slack.errors import Refused, SlackError
from bot.demo.slack.faults import Faults, RateTiers
from bot.demo.slack.ids import Ids
from bot.demo.slack.message_objects import slack_message
from bot.demo.slack.messages import Message, Messages
from bot.demo.slack.modals import View, Views, blocks_with_ids
from bot.demo.slack.specials import Notification, notifications_of
from bot.demo.slack.triggers import ResponseUrls, Triggers
from bot.demo.slack.world import Channel, NotInWorld, World

Json = dict[str, Any]

SLACKBOT = "USLACKBOT"


@dataclass
class Request:
    """One call of the Web API; the token is left out."""

    method: str
    args: Json
    at: datetime
    error: str | None = None


@dataclass
class Refusal:
    """Something the app sent that Slack would not have taken."""

    what: str
    code: str
    problems: list[str]


@dataclass
class Tokens:
    """What the app proves itself with."""

    bot: str
    app: str
    signing_secret: str


@dataclass
class Scheduled:
    """A message of chat.scheduleMessage that waits for its time (seconds since 1970)."""

    id: str
    post_at: int
    message: Json


@dataclass
class StoredFile:
    """A file with its bytes; ``info`` is the file object."""

    info: Json
    content: bytes


@dataclass
class Workspace:
    """Everything that is forgotten at a reset; the seed world is kept apart."""

    seed: World
    clock: MovableClock
    ids: Ids
    changes: Changes
    tokens: Tokens
    origin: str = ""
    enforce_tiers: bool = False
    # Told of the app's own messages: (posted | changed | deleted, the message, what it was before).
    echo: Callable[[str, Message, Json], None] | None = None

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Back to the seed; ids go on counting, for the app remembers the old ones."""
        self.world = copy.deepcopy(self.seed)
        self.messages = Messages()
        self.views = Views(self.world, self.ids)
        self.triggers = Triggers()
        self.response_urls = ResponseUrls()
        self.faults = Faults()
        self.tiers = RateTiers()
        self.files: dict[str, StoredFile] = {}
        self.uploads: dict[str, Json] = {}
        self.scheduled: list[Scheduled] = []
        self.requests: list[Request] = []
        self.refusals: list[Refusal] = []
        self.notifications: list[Notification] = []
        self.changes.announce({"type": "reset"})

    # --- what changes -------------------------------------------------------------------

    def post(self, message: Message) -> Message:
        """Say it: everybody who may see it does."""
        if message.blocks is not None:
            message.blocks = blocks_with_ids(message.blocks, self.ids)
        self.messages.add(message)
        if not message.ephemeral:
            self.notifications += notifications_of(message, self.world, edited=False)
        self.show(message)
        self._echo("posted", message)
        return message

    def _echo(self, kind: str, message: Message, before: Json | None = None) -> None:
        if self.echo and message.user == self.world.app.bot_user and not message.ephemeral:
            self.echo(kind, message, before or {})

    def edited(self, message: Message, before: Json) -> Message:
        """Show a message whose content the app has replaced."""
        if message.blocks is not None:
            message.blocks = blocks_with_ids(message.blocks, self.ids)
        if not message.ephemeral:
            self.notifications += notifications_of(message, self.world, edited=True)
        self.show(message)
        self._echo("changed", message, before)
        return message

    def show(self, message: Message) -> None:
        readers = self.readers(message)
        self.changes.announce({"type": "message", "message": message.as_page()}, readers)
        root = self.messages.find(message.channel, message.thread_ts or "")
        if root is not None and root is not message:
            self.changes.announce({"type": "message", "message": root.as_page()}, readers)

    def delete(self, message: Message) -> None:
        """Take it away, whoever does it; a root with replies stays as a tombstone."""
        self._echo("deleted", message, slack_message(message, self.world))
        self.messages.delete(message)
        if message.reply_count:
            return self.show(message)
        gone = {"type": "message_deleted", "channel": message.channel, "ts": message.ts}
        return self.changes.announce(gone, self.readers(message))

    def views_changed(self, user: str) -> None:
        stack = [self.views.as_slack(view) for view in self.views.stack(user)]
        self.changes.announce({"type": "views", "stack": stack}, [user])

    def home_changed(self, view: View) -> None:
        shown = self.views.as_slack(view)
        self.changes.announce({"type": "home", "view": shown}, [view.user])

    def world_changed(self) -> None:
        self.changes.announce({"type": "world"})

    def notice(self, user: str, channel: str, text: str) -> Message:
        """What Slack itself tells one person, such as a command that timed out."""
        ts = self.next_ts()
        return self.post(
            Message(ts, channel, SLACKBOT, text, visible_to=user, username="Slackbot", bot=True)
        )

    def refuse(self, what: str, code: str, problems: list[str]) -> SlackError:
        """Remember what the app did wrong; the caller raises what this returns."""
        self.refusals.append(Refusal(what, code, problems))
        messages = [f"[ERROR] {problem}" for problem in problems]
        return SlackError(code, response_metadata={"messages": messages})

    # --- questions ----------------------------------------------------------------------

    def next_ts(self) -> str:
        return self.ids.ts(self.clock.epoch())

    def readers(self, message: Message) -> list[str] | None:
        """Who may read a message; ``None`` means everybody."""
        if message.visible_to is not None:
            return [message.visible_to]
        channel = self.world.channel(message.channel)
        return channel.members if channel.is_im or channel.is_private else None

    def may_see(self, user: str, channel: Channel) -> bool:
        return user in channel.members or not (channel.is_im or channel.is_private)

    def bot_message(self, channel: str, **parts: Any) -> Message:
        """A message of the app, not said yet."""
        app = self.world.app
        name = parts.pop("username", "") or app.name
        return Message(self.next_ts(), channel, app.bot_user, username=name, bot=True, **parts)

    def channel_of(self, which: str, user: str) -> Channel:
        """For people: a channel they may look at. Raises ``Refused``."""
        try:
            channel = self.world.channel(which, user)
        except NotInWorld as problem:
            raise Refused("channel_not_found", str(problem)) from problem
        if not self.may_see(user, channel):
            raise Refused("channel_not_found", f"{user} cannot see {which}")
        return channel


@dataclass
class Delivery:
    """One thing sent to the app, and what came of it.

    ``status`` is ok, timeout, no_app (nobody listens) or error (refused, or a wrong answer);
    ``ack_ms`` are milliseconds until the acknowledgement.
    """

    id: str
    kind: str
    envelope: str
    payload: Json
    user: str = ""
    channel: str = ""
    acked: bool = False
    ack_ms: float = 0.0
    status: str = "pending"
    response: Any = None
    errors: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notice: str = ""
    confirm: str = ""
    quiet: bool = False
    attempts: int = 0

    def as_page(self) -> Json:
        """As the control API answers it."""
        keys = ("id", "kind", "acked", "ack_ms", "status", "response", "errors", "problems")
        return {key: getattr(self, key) for key in (*keys, "notice")}
