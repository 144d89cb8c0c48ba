"""What the handlers of commands, buttons and forms work with."""

import time
from collections.abc import Callable, Mapping

from bot.calls.abilities import ahead_of, mute_of
from bot.calls.ports import AgentCatalogue, Calls, Clock, Posts
from bot.calls.provider import CallProvider
from bot.flows.ask import Asking
from bot.flows.book import Booking
from bot.flows.hear import Ears
from bot.flows.pauses import Pausing
from bot.flows.recordings import Recordings
from bot.flows.settle import Settling
from bot.schedule.orders import watched_of
from bot.settings import Settings
from bot.slack.client import SlackClient
from bot.slack.people import Channels, Helpers, People
from bot.slack.tools import Tools
from bot.storage.contacts import ContactStore
from bot.storage.database import Database
from bot.storage.directory import PeopleStore
from bot.storage.drafts import DraftStore
from bot.storage.pauses import PauseStore


def tools_of(
    settings: Settings,
    database: Database,
    *,
    client: SlackClient,
    clock: Clock,
    providers: Mapping[str, CallProvider],
    calls: Calls,
    posts: Posts,
    agents: AgentCatalogue,
    channels: Channels,
    nudge: Callable[[], None],
) -> Tools:
    """For one process. ``nudge`` is called when there is something new to dial or to post."""
    drafts, store = DraftStore(database), PeopleStore(database)
    people, ahead = People(client, store, clock), ahead_of(providers)
    labels = {name: provider.label for name, provider in providers.items()}
    ears = Ears(
        agents=agents,
        zones=people,
        preferences=store,
        contacts=ContactStore(database),
        default_region=settings.default_region,
    )
    return Tools(
        client=client,
        asking=Asking(drafts=drafts, ears=ears, clock=clock),
        booking=Booking(drafts=drafts, calls=calls, clock=clock, ahead=ahead),
        settling=Settling(calls=calls, clock=clock),
        recordings=Recordings(calls=calls, providers=providers, watched=watched_of),
        pausing=Pausing(pauses=PauseStore(database), labels=labels, clock=clock),
        drafts=drafts,
        calls=calls,
        posts=posts,
        agents=agents,
        people=people,
        preferences=store,
        helpers=Helpers(client, settings.helpers, time.monotonic),
        channels=channels,
        clock=clock,
        labels=labels,
        command=settings.command,
        default_region=settings.default_region,
        nudge=nudge,
        mute=mute_of(providers),
        ahead=ahead,
    )
