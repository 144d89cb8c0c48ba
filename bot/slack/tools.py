"""What every command and button handler works with, and the delivery it answers."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.calls.call import Home
from bot.calls.inbox import Delivery
from bot.calls.ports import AgentCatalogue, Calls, Clock, Drafts, Posts, Preferences
from bot.flows.ask import Asking
from bot.flows.book import Booking
from bot.flows.pauses import Pausing
from bot.flows.recordings import Recordings
from bot.flows.settle import Settling
from bot.slack.client import SlackClient
from bot.slack.people import Channels, Helpers, People


@dataclass(frozen=True, slots=True)
class Tools:
    """Handed in by wiring; handlers reach nothing else."""

    client: SlackClient
    asking: Asking
    booking: Booking
    settling: Settling
    recordings: Recordings
    pausing: Pausing
    drafts: Drafts
    calls: Calls
    posts: Posts
    agents: AgentCatalogue
    people: People
    preferences: Preferences
    helpers: Helpers
    channels: Channels
    clock: Clock
    labels: Mapping[str, str]  # provider → the name people know it by
    command: str  # "/dial"
    default_region: str
    nudge: Callable[[], None]  # there is something new to dial or to post
    mute: Collection[str] = ()  # providers that report no outcome
    ahead: Collection[str] = ()  # providers that get a call when it is confirmed


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button, as far as handlers need it."""

    team: str
    person: str
    channel: str
    action_id: str
    value: str
    trigger_id: str
    response_url: str | None
    thread: str | None = None  # of the message it stands under


Press = Callable[[Tools, Pressed], Awaitable[None]]


def home_of(body: Mapping[str, Any]) -> Home:
    """Where a slash command was typed, and by whom."""
    return Home(
        team=str(body["team_id"]),
        channel=str(body["channel_id"]),
        asker=str(body["user_id"]),
    )


def pressed_of(delivery: Delivery) -> Pressed:
    """The first action of a ``block_actions`` body; on an ephemeral there is no message."""
    body = delivery.body
    action = body["actions"][0]
    container = body.get("container", {})
    channel = body.get("channel", {}).get("id") or container.get("channel_id", "")
    thread = container.get("thread_ts") or body.get("message", {}).get("thread_ts")
    return Pressed(
        team=delivery.team,
        person=str(body["user"]["id"]),
        channel=str(channel),
        action_id=str(action["action_id"]),
        value=str(action.get("value", "")),
        trigger_id=str(body.get("trigger_id", "")),
        response_url=body.get("response_url"),
        thread=str(thread) if thread else None,
    )
