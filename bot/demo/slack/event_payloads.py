"""Bodies of the Events API."""

from typing import Any

from bot.demo.slack.message_objects import slack_message
from bot.demo.slack.messages import Message
from bot.demo.slack.modals import View
from bot.demo.slack.payloads import VERIFICATION
from bot.demo.slack.workspace import Workspace
from bot.demo.slack.world import Channel

Json = dict[str, Any]


class EventPayloads:
    """Wraps events into the callback body with its event id."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def _wrap(self, event: Json) -> Json:
        world = self._ws.world
        return {
            "token": VERIFICATION,
            "team_id": world.team_id,
            "context_team_id": world.team_id,
            "context_enterprise_id": None,
            "api_app_id": world.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": self._ws.ids.next("Ev"),
            "event_time": int(float(event["event_ts"])),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": world.team_id,
                    "user_id": world.app.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": self._ws.ids.next("4-"),
        }

    def _said(self, kind: str, message: Message) -> Json:
        event: Json = {
            "type": kind,
            "user": message.user,
            "ts": message.ts,
            "text": message.text,
            "team": self._ws.world.team_id,
            "blocks": message.blocks,
            "channel": message.channel,
            "event_ts": message.ts,
        }
        if message.client_msg_id:
            event["client_msg_id"] = message.client_msg_id
        if message.thread_ts:
            event["thread_ts"] = message.thread_ts
        return event

    def message(self, message: Message) -> Json:
        """A message in a channel or direct message; with files its subtype is file_share."""
        event = self._said("message", message)
        event["channel_type"] = channel_type(self._ws.world.channel(message.channel))
        if message.files:
            event |= {"subtype": "file_share", "files": message.files, "upload": False}
            event["display_as_bot"] = False
        return self._wrap(event)

    def echo(self, kind: str, message: Message, before: Json) -> Json:
        """The app's own message coming back to it: posted, changed or deleted."""
        place = self._ws.world.channel(message.channel)
        event: Json = {"type": "message", "channel": place.id, "channel_type": channel_type(place)}
        now = slack_message(message, self._ws.world)
        if kind == "posted":
            profile = {"id": now["bot_id"], "app_id": now["app_id"], "name": message.username}
            return self._wrap(now | event | {"event_ts": message.ts, "bot_profile": profile})
        ts = self._ws.next_ts()
        event |= {"subtype": f"message_{kind}", "hidden": True, "ts": ts, "event_ts": ts}
        event["previous_message"] = before
        return self._wrap(
            event | ({"message": now} if kind == "changed" else {"deleted_ts": message.ts})
        )

    def app_mention(self, message: Message) -> Json:
        event = self._said("app_mention", message)
        return self._wrap(event | ({"files": message.files} if message.files else {}))

    def file_shared(self, message: Message, file_id: str) -> Json:
        return self._wrap(
            {
                "type": "file_shared",
                "file_id": file_id,
                "user_id": message.user,
                "file": {"id": file_id},
                "channel_id": message.channel,
                "event_ts": message.ts,
            }
        )

    def app_home_opened(self, user: str, channel: Channel, view: View | None) -> Json:
        event: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": channel.id,
            "tab": "home",
            "event_ts": self._ws.next_ts(),
        }
        if view is not None:
            event["view"] = self._ws.views.as_slack(view)
        return self._wrap(event)

    def member(self, kind: str, user: str, channel: Channel, inviter: str = "") -> Json:
        """``kind`` is member_joined_channel or member_left_channel."""
        event = {
            "type": kind,
            "user": user,
            "channel": channel.id,
            "channel_type": "G" if channel.is_private else "C",
            "team": self._ws.world.team_id,
            "event_ts": self._ws.next_ts(),
        }
        return self._wrap(event | ({"inviter": inviter} if inviter else {}))


def channel_type(channel: Channel) -> str:
    if channel.is_im:
        return "im"
    return "group" if channel.is_private else "channel"
