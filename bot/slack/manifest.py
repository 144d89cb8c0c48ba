"""The app manifest, generated from what the code really uses."""

from typing import Any

from bot import __version__
from bot.slack.door import EVENTS
from bot.slack.screens.shortcut import CALL_THIS_NUMBER, NAME

# Each scope with the method or feature that needs it.
SCOPES = {
    "commands": "the root command",
    "chat:write": "the live message, its thread and ephemeral answers",
    "files:write": "long transcripts as files in the threads of their calls",
    "users:read": "people's time zones",
    "usergroups:read": "members of the groups named in the settings",
    "app_mentions:read": "`@Switchboard call …` in channels and threads",
    "channels:read": "whether the bot is in a public channel; member_joined_channel",
    "groups:read": "the same for private channels",
    "channels:history": "looking for a post whose answer was lost, by its metadata",
    "groups:history": "the same in private channels",
    "im:history": "commands typed as direct messages; the same in them",
    "im:read": "whether a channel is a direct message",
    "im:write": "direct messages when a channel is closed to the bot",
}


def manifest(command: str, *, socket: bool = True, url: str = "") -> dict[str, Any]:
    """What Slack needs to know. ``url`` is our public address, for signed HTTP only."""
    slash: dict[str, Any] = {
        "command": command,
        "description": "Place an AI phone call, or see how one is going",
        "usage_hint": "+1 415 555 2671 with Voz tomorrow 10am | help",
        "should_escape": True,
    }
    if not socket:
        slash["url"] = _events_url(url)
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Switchboard",
            "description": "AI phone calls from chat",
            "long_description": LONG_DESCRIPTION,
            "background_color": "#1f3a5f",
        },
        "features": {
            "bot_user": {"display_name": "Switchboard", "always_online": True},
            "shortcuts": [
                {
                    "name": NAME,
                    "type": "message",
                    "callback_id": CALL_THIS_NUMBER,
                    "description": "Open the call form filled in from this message",
                }
            ],
            "slash_commands": [slash],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": _settings(socket=socket, url=url),
    }


def _settings(*, socket: bool, url: str) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "event_subscriptions": {"bot_events": list(EVENTS)},
        "interactivity": {"is_enabled": True},
        "org_deploy_enabled": False,
        "socket_mode_enabled": socket,
        "token_rotation_enabled": False,
    }
    if not socket:
        settings["event_subscriptions"]["request_url"] = _events_url(url)
        settings["interactivity"]["request_url"] = _events_url(url)
    return settings


def _events_url(url: str) -> str:
    return f"{url.rstrip('/')}/slack/events"


LONG_DESCRIPTION = (
    f"Switchboard {__version__} places outbound AI phone calls. Type a number, an assistant and a "
    "time; see how it was understood on your clock and on theirs; confirm; and follow one message "
    "from scheduled to reached, with the summary in its thread. A phone never rings twice for one "
    "call, and no accepted command is lost."
)
