"""The one place where the rooms are joined."""

import os
import socket as sockets
import time
from collections.abc import Mapping
from typing import Any

import aiohttp
import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp

from bot.calls.call import Call
from bot.calls.ports import Clock
from bot.flows.ask import Asking
from bot.flows.book import Booking
from bot.flows.catalogue import Catalogue
from bot.flows.hear import Ears
from bot.flows.settle import Settling
from bot.providers import open_all
from bot.schedule.clock import MachineClock, RehearsalClock, boot_seconds
from bot.schedule.dialler import Dialler
from bot.schedule.housekeeping import Housekeeping
from bot.schedule.loop import Loop
from bot.schedule.settle import Settler
from bot.schedule.watch import Watcher
from bot.settings import Settings
from bot.slack.client import SlackClient
from bot.slack.desk import Desk
from bot.slack.door import Door, bolt_app
from bot.slack.limits import Limiter
from bot.slack.people import Channels, Helpers, People
from bot.slack.poster import Poster
from bot.slack.routes import Routes, check_form
from bot.slack.screens.draft_buttons import invite
from bot.slack.tools import Tools
from bot.storage.calls import CallStore
from bot.storage.database import Database
from bot.storage.directory import AgentStore, PeopleStore
from bot.storage.drafts import DraftStore
from bot.storage.ids import new_id
from bot.storage.inbox import InboxStore
from bot.storage.posts import PostStore

log = structlog.get_logger(__name__)


def clock_of(settings: Settings) -> Clock:
    """The machine's clock, or the rehearsal's."""
    if settings.clock_file is None:
        return MachineClock()
    return RehearsalClock(settings.clock_file)


def worker_name() -> str:
    """This process among all others, also after its process id was used again."""
    return f"{sockets.gethostname()}:{os.getpid()}:{new_id()[-8:]}"


class Shop:
    """All parts of one process, joined but not yet running."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        identity: Mapping[str, Any],
        client: SlackClient,
    ) -> None:
        self.settings = settings
        self.database = database
        self.client = client
        self.clock = clock_of(settings)
        self.worker = worker_name()
        self.providers = open_all(settings.providers)
        self.labels = {name: provider.label for name, provider in self.providers.items()}
        self.calls, self.posts = CallStore(database), PostStore(database)
        self.inbox = InboxStore(database, self.clock, self.worker)
        self.channels = Channels(client, time.monotonic)
        self._loops()
        self.tools = self._tools()
        handlers = Routes(self.tools, str(identity.get("user_id", ""))).handlers
        self.desk = Desk(inbox=self.inbox, client=client, handlers=handlers)
        self.bolt = self._open_door(identity)
        keeping = Housekeeping(inbox=self.inbox, drafts=self.tools.drafts, clock=self.clock)
        self.loops += [Loop("inbox", self.desk.turn), Loop("housekeeping", keeping.turn)]

    def nudge(self) -> None:
        """Something changed: dial what is due, post what is behind."""
        for loop in self._eager:
            loop.nudge()

    def _loops(self) -> None:
        self.dialler = Dialler(
            calls=self.calls,
            providers=self.providers,
            clock=self.clock,
            worker=self.worker,
            boot_clock=boot_seconds,
            changed=self.nudge,
        )
        watcher = Watcher(
            calls=self.calls,
            providers=self.providers,
            clock=self.clock,
            settler=Settler(calls=self.calls, clock=self.clock),
            changed=self.nudge,
        )
        self.poster = Poster(
            posts=self.posts,
            calls=self.calls,
            client=self.client,
            clock=self.clock,
            worker=self.worker,
            labels=self.labels,
            channels=self.channels,
            invite=_invite,
        )
        self._eager = [
            Loop("dialler", self.dialler.turn),
            Loop("watch", watcher.turn),
            Loop("poster", self.poster.turn),
        ]
        self.loops = [*self._eager]

    def _tools(self) -> Tools:
        drafts = DraftStore(self.database)
        agents = self.catalogue = Catalogue(self.providers, AgentStore(self.database), self.clock)
        store = PeopleStore(self.database)
        people = People(self.client, store, self.clock)
        ears = Ears(
            agents=agents,
            zones=people,
            preferences=store,
            default_region=self.settings.default_region,
        )
        return Tools(
            client=self.client,
            asking=Asking(drafts=drafts, ears=ears, clock=self.clock),
            booking=Booking(drafts=drafts, calls=self.calls, clock=self.clock),
            settling=Settling(calls=self.calls, clock=self.clock),
            drafts=drafts,
            calls=self.calls,
            posts=self.posts,
            agents=agents,
            people=people,
            preferences=store,
            helpers=Helpers(self.client, self.settings.helpers, time.monotonic),
            channels=self.channels,
            clock=self.clock,
            labels=self.labels,
            command=self.settings.command,
            default_region=self.settings.default_region,
            nudge=self.nudge,
        )

    def _open_door(self, identity: Mapping[str, Any]) -> AsyncApp:
        secret = self.settings.signing_secret
        app = bolt_app(
            client=self.client.web,
            signing_secret=secret.get_secret_value() if secret else "",
            bot_token=self.settings.bot_token.get_secret_value(),
            identity=identity,
        )
        Door(
            app=app,
            inbox=self.inbox,
            desk=self.desk,
            clock=self.clock,
            check_form=lambda view: check_form(self.tools, view),
        )
        return app


def slack_client(settings: Settings, session: aiohttp.ClientSession) -> SlackClient:
    """The Web API client of this process."""
    return SlackClient(
        token=settings.bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        session=session,
        limiter=Limiter(time.monotonic),
    )


def slack_over_http(app: AsyncApp) -> Any:
    """Bolt behind an aiohttp route; Bolt checks the signature and its age."""

    async def handle(request: web.Request) -> web.StreamResponse:
        answer = await app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    return handle


def _invite(call: Call) -> dict[str, Any]:
    return invite(call.code, call.home.channel)
