"""Bodies of commands and interactions, key by key as Slack sends them."""

from typing import Any

from bot.demo.slack.elements import SLOTS
from bot.demo.slack.message_objects import slack_message
from bot.demo.slack.messages import Message
from bot.demo.slack.modals import View
from bot.demo.slack.triggers import ResponseUrl
from bot.demo.slack.view_state import state_of
from bot.demo.slack.workspace import Workspace
from bot.demo.slack.world import Channel

Json = dict[str, Any]

VERIFICATION = "local-verification-token"


class Payloads:
    """Builds bodies; issues the trigger id and the response URL that go with them."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def command(self, user: str, channel: Channel, command: str, text: str) -> Json:
        world = self._ws.world
        return {
            "token": VERIFICATION,
            "team_id": world.team_id,
            "team_domain": world.team_domain,
            "channel_id": channel.id,
            "channel_name": channel.name,
            "user_id": user,
            "user_name": world.user(user).name,
            "command": command,
            "text": text,
            "api_app_id": world.app.id,
            "is_enterprise_install": "false",
            "response_url": self._response_url("commands", user, channel.id),
            "trigger_id": self._trigger(user),
        }

    def message_action(self, user: str, message: Message, action: Json) -> Json:
        """A click in a message; an ephemeral message is not quoted back."""
        channel = self._ws.world.channel(message.channel)
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.ephemeral,
        }
        if message.is_reply:
            container["thread_ts"] = message.thread_ts
        body = self._interaction("block_actions", user) | {
            "container": container,
            "trigger_id": self._trigger(user),
            "channel": {"id": channel.id, "name": channel.name},
            "state": state_of(message.all_blocks(), message.picked.get(user, {})),
            "response_url": self._response_url("actions", user, channel.id, message),
            "actions": [action],
        }
        if not message.ephemeral:
            body["message"] = slack_message(message, self._ws.world)
        return body

    def view_action(self, view: View, action: Json) -> Json:
        """A click in a modal or in App Home."""
        return self._interaction("block_actions", view.user) | {
            "container": {"type": "view", "view_id": view.id},
            "trigger_id": self._trigger(view.user),
            "view": self._ws.views.as_slack(view),
            "actions": [action],
        }

    def view_submission(self, view: View) -> Json:
        return self._interaction("view_submission", view.user) | {
            "trigger_id": self._trigger(view.user),
            "view": self._ws.views.as_slack(view),
            "response_urls": [],
        }

    def view_closed(self, view: View, *, cleared: bool) -> Json:
        return self._interaction("view_closed", view.user) | {
            "view": self._ws.views.as_slack(view),
            "is_cleared": cleared,
        }

    def suggestion(
        self, user: str, where: View | Message, block_id: str, action_id: str, value: str
    ) -> Json:
        """What an external select asks while a person types."""
        body = self._interaction("block_suggestion", user) | {
            "action_id": action_id,
            "block_id": block_id,
            "value": value,
        }
        if isinstance(where, View):
            body["container"] = {"type": "view", "view_id": where.id}
            return body | {"view": self._ws.views.as_slack(where)}
        channel = self._ws.world.channel(where.channel)
        body["container"] = {
            "type": "message",
            "message_ts": where.ts,
            "channel_id": channel.id,
            "is_ephemeral": where.ephemeral,
        }
        body["channel"] = {"id": channel.id, "name": channel.name}
        return body if where.ephemeral else body | {"message": slack_message(where, self._ws.world)}

    def global_shortcut(self, user: str, callback_id: str) -> Json:
        return self._shortcut("shortcut", user, callback_id)

    def message_shortcut(self, user: str, callback_id: str, message: Message) -> Json:
        channel = self._ws.world.channel(message.channel)
        return self._shortcut("message_action", user, callback_id) | {
            "channel": {"id": channel.id, "name": channel.name},
            "message_ts": message.ts,
            "message": slack_message(message, self._ws.world),
            "response_url": self._response_url("app", user, channel.id, message),
        }

    def action(self, block: Json, element: Json, value: Any) -> Json:
        """One entry of ``actions``; ``value`` is already in the form of its slot."""
        kind = element["type"]
        action = {
            "type": kind,
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "action_ts": self._ws.next_ts(),
        }
        if kind in SLOTS:
            return action | {SLOTS[kind][0]: value}
        if kind == "overflow":
            return action | {"selected_option": value}
        kept = {key: element[key] for key in ("text", "value", "style") if key in element}
        return action | kept

    # --- parts --------------------------------------------------------------------------

    def _interaction(self, kind: str, user: str) -> Json:
        world = self._ws.world
        name = world.user(user).name
        return {
            "type": kind,
            "user": {"id": user, "username": name, "name": name, "team_id": world.team_id},
            "api_app_id": world.app.id,
            "token": VERIFICATION,
            "team": {"id": world.team_id, "domain": world.team_domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _shortcut(self, kind: str, user: str, callback_id: str) -> Json:
        body = self._interaction(kind, user)
        del body["api_app_id"]
        return body | {
            "action_ts": self._ws.next_ts(),
            "callback_id": callback_id,
            "trigger_id": self._trigger(user),
        }

    def _trigger(self, user: str) -> str:
        return self._ws.triggers.issue(self._ws.ids.trigger(), user)

    def _response_url(
        self, kind: str, user: str, channel: str, origin: Message | None = None
    ) -> str:
        key = self._ws.ids.next("r")
        answer = ResponseUrl(channel, user, self._ws.clock(), origin)
        self._ws.response_urls.issue(key, answer)
        return f"{self._ws.origin}/{kind}/{self._ws.world.team_id}/{key}"
