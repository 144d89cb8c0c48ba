"""What people do besides clicking: type, use shortcuts, open Home, upload, invite."""

import asyncio
import re
import uuid
from typing import Any

from bot.demo.slack.answers import Answers
from bot.demo.slack.courier import Courier
from bot.demo.slack.errors import Refused
from bot.demo.slack.event_payloads import EventPayloads, channel_type
from bot.demo.slack.file_objects import store_file
from bot.demo.slack.message_objects import as_sent, typed_blocks
from bot.demo.slack.messages import Message
from bot.demo.slack.payloads import Payloads
from bot.demo.slack.workspace import Delivery, Workspace
from bot.demo.slack.world import Channel

Json = dict[str, Any]

_SUBSCRIPTION = {"im": "message.im", "group": "message.groups", "channel": "message.channels"}


class People:
    """Every method returns when the app has acknowledged, or when Slack would have given up."""

    def __init__(self, workspace: Workspace, courier: Courier) -> None:
        self._ws = workspace
        self._courier = courier
        self._payloads = Payloads(workspace)
        self._events = EventPayloads(workspace)
        self._answers = Answers(workspace)

    async def command(
        self, user: str, channel: Channel, typed: str, *, quiet: bool = False
    ) -> Delivery:
        """Type a slash command; raises ``Refused`` for one the app does not have.

        ``quiet``: the caller shows a failure itself, so no note of Slack's is posted.
        """
        name, _, text = typed.strip().partition(" ")
        if name not in {command.command for command in self._ws.world.app.commands}:
            raise Refused("unknown_command", f"{name} is not a valid command.")
        if user not in channel.members:
            raise Refused("not_in_channel", f"{user} is not in #{channel.name}")
        body = self._payloads.command(user, channel, name, text.strip())
        made = Delivery(self._ws.ids.next("dl"), "command", "slash_commands", body, user)
        made.channel, made.quiet = channel.id, quiet
        await self._courier.deliver(made)
        self._answers.to_command(made)
        return made

    async def message(
        self,
        user: str,
        channel: Channel,
        text: str,
        thread_ts: str | None = None,
        files: list[Json] | None = None,
    ) -> Message:
        """Say something; ``@Switchboard`` becomes a mention."""
        if channel.is_archived or user not in channel.members:
            raise Refused("not_in_channel", f"{user} cannot write in #{channel.name}")
        if thread_ts and self._ws.messages.find(channel.id, thread_ts) is None:
            raise Refused("thread_not_found", thread_ts)
        text = as_sent(self._with_mentions(text))
        blocks = typed_blocks(text, self._ws.ids.next("b")[-5:]) if text else None
        said = Message(
            self._ws.next_ts(), channel.id, user, text, blocks, thread_ts, files=files or []
        )
        said.username = self._ws.world.user(user).real_name
        said.client_msg_id = str(uuid.uuid5(uuid.NAMESPACE_OID, self._ws.ids.next("m")))
        self._ws.post(said)
        await self._tell_of_message(said, channel)
        return said

    def _with_mentions(self, text: str) -> str:
        names = {self._ws.world.app.name, self._ws.world.user(self._ws.world.app.bot_user).name}
        pattern = "|".join(re.escape(name) for name in sorted(names))
        return re.sub(rf"@(?:{pattern})\b", self._ws.world.mention(), text, flags=re.IGNORECASE)

    async def _tell_of_message(self, said: Message, channel: Channel) -> None:
        """A bot hears only what is said where it is a member."""
        if not self._ws.world.bot_is_in(channel):
            return
        due = [(_SUBSCRIPTION[channel_type(channel)], self._events.message(said))]
        if self._ws.world.mention() in said.text and not channel.is_im:
            due.append(("app_mention", self._events.app_mention(said)))
        shared = [self._events.file_shared(said, file["id"]) for file in said.files]
        due += [("file_shared", body) for body in shared]
        await asyncio.gather(*(self.event(name, body) for name, body in due))

    def echo(self, kind: str, said: Message, before: Json) -> None:
        """Bring the app's own message back to it; nobody waits for the ack."""
        body = self._events.echo(kind, said, before)
        channel = self._ws.world.channel(said.channel)
        self._courier.later(self.event(_SUBSCRIPTION[channel_type(channel)], body))

    async def shortcut(
        self, user: str, callback_id: str, message: Message | None, *, quiet: bool = False
    ) -> Delivery:
        """A global shortcut, or one on a message; ``quiet`` as in ``command``."""
        wanted = "global" if message is None else "message"
        known = {(s.callback_id, s.type) for s in self._ws.world.app.shortcuts}
        if (callback_id, wanted) not in known:
            raise Refused("unknown_shortcut", f"the app has no {wanted} shortcut {callback_id!r}")
        if message is None:
            body = self._payloads.global_shortcut(user, callback_id)
        elif message.ephemeral:
            raise Refused("not_available", "ephemeral messages have no shortcuts")
        else:
            body = self._payloads.message_shortcut(user, callback_id, message)
        made = Delivery(self._ws.ids.next("dl"), body["type"], "interactive", body, user)
        made.channel, made.quiet = message.channel if message else "", quiet
        await self._courier.deliver(made)
        self._answers.to_click(made)
        return made

    async def home(self, user: str) -> Delivery:
        """Open the app's Home tab."""
        view = self._ws.views.homes.get(user)
        channel = self._ws.world.dm(user)
        return await self.event(
            "app_home_opened", self._events.app_home_opened(user, channel, view)
        )

    def upload(self, user: str, name: str, content: bytes) -> Json:
        """A file that is not shared anywhere yet; the file object."""
        return store_file(self._ws, user, name, content).info

    async def invite(self, user: str, channel: Channel, who: str) -> None:
        """Bring somebody into a channel; a bot gets there the same way."""
        if user not in channel.members:
            raise Refused("not_in_channel", f"{user} is not in #{channel.name}")
        if who in channel.members:
            raise Refused("already_in_channel", f"{who} is already in #{channel.name}")
        channel.members.append(who)
        self._ws.world_changed()
        if self._ws.world.bot_is_in(channel):
            kind = "member_joined_channel"
            await self.event(kind, self._events.member(kind, who, channel, user))

    async def kick(self, user: str, channel: Channel, who: str) -> None:
        """Take somebody out of a channel; the app hears of its own removal too."""
        if who not in channel.members:
            raise Refused("not_in_channel", f"{who} is not in #{channel.name}")
        bot_knew = self._ws.world.bot_is_in(channel)
        channel.members.remove(who)
        self._ws.world_changed()
        if bot_knew:
            kind = "member_left_channel"
            await self.event(kind, self._events.member(kind, who, channel))

    async def event(self, subscription: str, body: Json) -> Delivery:
        """Send an event if the app is subscribed to it."""
        made = Delivery(self._ws.ids.next("dl"), body["event"]["type"], "events_api", body)
        if subscription not in self._ws.world.app.events:
            made.status = "not_subscribed"
            return made
        return await self._courier.deliver(made)
