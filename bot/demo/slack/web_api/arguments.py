"""Reads arguments of the Web API the way Slack does: forms, JSON, flags, pages."""

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.demo.slack.errors import SlackError, bad_arguments
from bot.demo.slack.socket_mode import SocketHub
from bot.demo.slack.workspace import Workspace
from bot.demo.slack.world import Channel, NotInWorld

Json = dict[str, Any]

# Arguments that are JSON even when they travel in a form.
STRUCTURED = {"blocks", "attachments", "metadata", "view", "files", "unfurls"}


@dataclass
class Call:
    """One call: the workspace it works on and its arguments without the token."""

    ws: Workspace
    hub: SocketHub
    args: Json

    def need(self, *names: str) -> tuple[str, ...]:
        """The arguments as texts. Raises ``SlackError`` naming those that are missing."""
        missing = [name for name in names if self.args.get(name) in (None, "")]
        if missing:
            raise bad_arguments(*[f"missing required field: {name}" for name in missing])
        return tuple(str(self.args[name]) for name in names)

    def text(self, name: str) -> str:
        return str(self.args.get(name) or "")

    def flag(self, name: str) -> bool:
        return self.args.get(name) in (True, 1, "1", "true", "True")

    def number(self, name: str, default: int) -> int:
        given = self.args.get(name)
        if given in (None, ""):
            return default
        try:
            return int(str(given))
        except ValueError as problem:
            raise bad_arguments(f"{name} must be an integer") from problem

    def channel(self, name: str = "channel") -> Channel:
        """The channel meant, visible to the bot. Raises ``channel_not_found``."""
        (given,) = self.need(name)
        try:
            found = self.ws.world.channel(given)
        except NotInWorld:
            raise SlackError("channel_not_found") from None
        hidden = found.is_private or found.is_im
        if hidden and not self.ws.world.bot_is_in(found):
            raise SlackError("channel_not_found")
        return found

    def page(self, items: list[Any], default: int = 100, most: int = 1000) -> tuple[list[Any], str]:
        """One page of items and the cursor of the next one ("" on the last)."""
        limit = self.number("limit", default)
        if not 1 <= limit <= most:
            raise SlackError("invalid_limit")
        start = _offset(self.text("cursor"))
        following = start + limit
        return items[start:following], _cursor(following) if following < len(items) else ""


Method = Callable[[Call], Awaitable[Json]]


def _cursor(offset: int) -> str:
    return base64.b64encode(f"next:{offset}".encode()).decode()


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word == "next":
            return int(number)
    except ValueError:
        pass
    raise SlackError("invalid_cursor")


def structured(args: Json) -> Json:
    """Unpack the JSON texts of a form. Raises ``SlackError`` for broken JSON."""
    unpacked = dict(args)
    for name in STRUCTURED & set(args):
        if isinstance(args[name], str) and args[name]:
            try:
                unpacked[name] = json.loads(args[name])
            except ValueError:
                code = "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
                raise SlackError(code) from None
    return unpacked
