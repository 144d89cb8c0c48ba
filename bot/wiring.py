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

from bot.callbacks.webhooks import Webhooks
from bot.calls.call import Call
from bot.calls.ports import Clock
from bot.calls.provider import CallProvider, Pace
from bot.flows.ask import Asking
from bot.flows.book import Booking
from bot.flows.catalogue import Catalogue
from bot.flows.hear import Ears
from bot.flows.recordings import Recordings
from bot.flows.settle import Settling
from bot.providers import open_all
from bot.providers.account import Account
from bot.schedule.clock import MachineClock, RehearsalClock, boot_seconds
from bot.schedule.housekeeping import Housekeeping
from bot.schedule.loop import Loop
from bot.schedule.orders import watched_of
from bot.schedule.pace import LanePace
from bot.schedule.works import works
from bot.settings import Settings
from bot.slack.alerts import Alerts
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
from bot.storage.contacts import ContactStore
from bot.storage.database import Database
from bot.storage.directory import AgentStore, PeopleStore
from bot.storage.drafts import DraftStore
from bot.storage.ids import new_id
from bot.storage.inbox import InboxStore
from bot.storage.lanes import LaneStore
from bot.storage.news import NewsBoxStore
from bot.storage.posts import PostStore
from bot.storage.webhooks import WebhookStore

log = structlog.get_logger(__name__)


def clock_of(settings: Settings) -> Clock:
    """The machine's clock, or the rehearsal's."""
    if settings.clock_file is None:
        return MachineClock()
    return RehearsalClock(settings.clock_file)


def silent_of(providers: Mapping[str, CallProvider]) -> frozenset[str]:
    """Providers that can't be asked about a call nobody is sure of."""
    return frozenset(name for name, one in providers.items() if not one.capabilities.can_find)


def ahead_of(providers: Mapping[str, CallProvider]) -> frozenset[str]:
    """Providers that get a call when it is confirmed."""
    return frozenset(name for name, one in providers.items() if one.capabilities.ahead)


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
        self.lanes, self.news = LaneStore(database), NewsBoxStore(database)
        self.providers = open_all(settings.providers, self._pace)
        self.labels = {name: provider.label for name, provider in self.providers.items()}
        self.calls, self.posts = CallStore(database), PostStore(database)
        self.inbox = InboxStore(database, self.clock, self.worker)
        self.channels = Channels(client, time.monotonic)
        self._loops()
        self.tools = self._tools()
        handlers = Routes(self.tools, str(identity.get("user_id", ""))).handlers
        self.desk = Desk(inbox=self.inbox, client=client, handlers=handlers)
        self.bolt = self._open_door(identity)
        keeping = Housekeeping(
            inbox=self.inbox, drafts=self.tools.drafts, news=self.news, clock=self.clock
        )
        self.loops += [Loop("inbox", self.desk.turn), Loop("housekeeping", keeping.turn)]
        self.loops.append(Loop("alerts", self._alerts().turn))

    def nudge(self) -> None:
        """Something changed: dial what is due, post what is behind."""
        for loop in self._eager:
            loop.nudge()

    def _pace(self, name: str, account: Account) -> Pace:
        limit = account.requests_a_minute
        return LanePace(name, limit, lanes=self.lanes, clock=self.clock)

    def _loops(self) -> None:
        schedule = works(
            calls=self.calls,
            lanes=self.lanes,
            box=self.news,
            providers=self.providers,
            clock=self.clock,
            worker=self.worker,
            boot_clock=boot_seconds,
            changed=self.nudge,
        )
        self.dialler = schedule.dialler
        self.poster = Poster(
            posts=self.posts,
            calls=self.calls,
            client=self.client,
            clock=self.clock,
            worker=self.worker,
            labels=self.labels,
            channels=self.channels,
            invite=_invite,
            silent=silent_of(self.providers),
        )
        self._eager = [*schedule.loops, Loop("poster", self.poster.turn)]
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
            contacts=ContactStore(self.database),
            default_region=self.settings.default_region,
        )
        return Tools(
            client=self.client,
            asking=Asking(drafts=drafts, ears=ears, clock=self.clock),
            booking=Booking(
                drafts=drafts, calls=self.calls, clock=self.clock, ahead=ahead_of(self.providers)
            ),
            settling=Settling(calls=self.calls, clock=self.clock),
            recordings=Recordings(calls=self.calls, providers=self.providers, watched=watched_of),
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

    def _alerts(self) -> Alerts:
        named = (self.settings.oncall, self.settings.admins)
        return Alerts(
            lanes=self.lanes,
            waiting=self.calls.kept_waiting,
            client=self.client,
            clock=self.clock,
            channel=self.settings.oncall_channel,
            staff=tuple(Helpers(self.client, each, time.monotonic) for each in named),
            labels=self.labels,
        )

    def webhooks(self) -> Webhooks:
        """The door for what providers push."""
        return Webhooks(
            providers=self.providers,
            news=self.news,
            addresses=WebhookStore(self.database),
            clock=self.clock,
            heard=self.nudge,
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
            check_form=lambda body: check_form(self.tools, body),
        )
        return app


def slack_client(settings: Settings, session: aiohttp.ClientSession) -> SlackClient:
    """The Web API client of this process."""
    return SlackClient(
        token=settings.bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        session=session,
        limiter=Limiter(time.monotonic),
        practice=settings.practice,
    )


def slack_over_http(app: AsyncApp) -> Any:
    """Bolt behind an aiohttp route; Bolt checks the signature and its age."""

    async def handle(request: web.Request) -> web.StreamResponse:
        answer = await app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    return handle


def _invite(call: Call) -> dict[str, Any]:
    return invite(call.code, call.home.channel)
