"""All parts of one process, joined: doors, loops, stores and providers."""

import asyncio
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

import aiohttp
import structlog
from slack_bolt.app.async_app import AsyncApp

from bot.callbacks.webhooks import Webhooks
from bot.calls.abilities import limits_of_all, silent_of
from bot.calls.bell import NoBell, Ring
from bot.calls.call import Call
from bot.calls.errors import StoreAway
from bot.calls.ports import Clock
from bot.calls.process_role import ProcessRole
from bot.calls.provider import Pace
from bot.calls.states import WAITING
from bot.flows.catalogue import Catalogue
from bot.providers import open_all
from bot.providers.account import Account
from bot.reports.standing import explained
from bot.schedule.clock import MachineClock, RehearsalClock, boot_seconds
from bot.schedule.dialler import Dialler
from bot.schedule.housekeeping import Housekeeping
from bot.schedule.loop import Loop
from bot.schedule.pace import LanePace
from bot.schedule.standing import Standstill
from bot.schedule.works import works
from bot.settings import Settings
from bot.slack.alerts import Alerts
from bot.slack.client import SlackClient
from bot.slack.desk import Desk
from bot.slack.door import Door, bolt_app
from bot.slack.limits import Limiter
from bot.slack.oncall import OnCall
from bot.slack.people import Channels, Helpers
from bot.slack.poster import Poster
from bot.slack.routes import Routes, check_form
from bot.slack.screens.draft_buttons import invite
from bot.slack.standing_alerts import StandingAlerts
from bot.slack.tools import Tools
from bot.storage.bell import PostgresBell
from bot.storage.calls import CallStore
from bot.storage.database import Database
from bot.storage.directory import AgentStore
from bot.storage.ids import process_name
from bot.storage.inbox import InboxStore
from bot.storage.lanes import LaneStore
from bot.storage.news import NewsBoxStore
from bot.storage.posts import PostStore
from bot.storage.standing import StandingStore
from bot.storage.telling import TellingStore
from bot.storage.webhooks import WebhookStore
from bot.wiring.tools import tools_of

log = structlog.get_logger(__name__)

# The loop that looks at once when another process rings; all others wait for their next look.
WAKES = {Ring.CALLS: "dialler", Ring.NEWS: "unasked", Ring.INBOX: "inbox"}
STIRRED = {"dialler", "poster"}


def clock_of(settings: Settings) -> Clock:
    """The machine's clock, or the rehearsal's."""
    if settings.clock_file is None:
        return MachineClock()
    return RehearsalClock(settings.clock_file)


class Shop:
    """All parts of one process, joined but not yet running."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        identity: Mapping[str, Any],
        client: SlackClient,
        role: ProcessRole = ProcessRole.ALL,
    ) -> None:
        self.settings = settings
        self.database = database
        self.client = client
        self.role = role
        self._identity = identity
        self.clock = clock_of(settings)
        self.worker = process_name()
        self.bell = self._bell()
        self.lanes, self.news = LaneStore(database), NewsBoxStore(database)
        self.providers = open_all(settings.providers, self._pace)
        self.labels = {name: provider.label for name, provider in self.providers.items()}
        self.calls, self.posts = CallStore(database), PostStore(database)
        self.inbox = InboxStore(database, self.clock, self.worker)
        self.channels = Channels(client, time.monotonic)
        self.tools = self._tools()
        handlers = Routes(self.tools, str(identity.get("user_id", ""))).handlers
        self.desk = Desk(inbox=self.inbox, client=client, handlers=handlers)
        self.dialler: Dialler | None = None
        self._eager = [*self._schedule(), Loop("poster", self._poster().turn)]
        self.loops = [*self._eager, *self._steady()]

    def nudge(self) -> None:
        """Something changed: dial what is due, post what is behind.

        The other loops look again soon by themselves; woken by every call of a thousand, they
        would do nothing but look, and a single call would wait for them.
        """
        for loop in self._eager:
            if loop.name in STIRRED:
                loop.nudge()

    async def drain(self, seconds: float) -> None:
        """Work off what was let in, dial nothing more; what is left others may take at once."""
        self.desk.close()
        dialling = [self.dialler.drain(seconds)] if self.dialler else []
        await asyncio.gather(self.desk.drain(seconds), *dialling)
        try:
            left = await self.inbox.let_go()
        except StoreAway:
            log.warning("deliveries_not_let_go")  # their leases run out
            return
        if left:
            log.info("deliveries_let_go", count=left)
            self.bell.ring(Ring.INBOX)

    def _bell(self) -> PostgresBell | NoBell:
        if self.database.dialect == "sqlite":
            return NoBell()
        return PostgresBell(self.database, self.worker, self._heard)

    def _announce(self, what: Ring) -> None:
        """Something changed that other processes may act on, too."""
        self.nudge()
        self._heard(what)
        self.bell.ring(what)

    def _heard(self, what: Ring) -> None:
        for loop in self.loops:
            if loop.name == WAKES[what]:
                loop.nudge()

    def _pace(self, name: str, account: Account) -> Pace:
        limit = account.requests_a_minute
        return LanePace(name, limit, lanes=self.lanes, clock=self.clock)

    def _schedule(self) -> tuple[Loop, ...]:
        if not self.role.dials:
            return ()
        schedule = works(
            calls=self.calls,
            lanes=self.lanes,
            box=self.news,
            providers=self.providers,
            clock=self.clock,
            worker=self.worker,
            boot_clock=boot_seconds,
            changed=self.nudge,
            reopened=partial(self._announce, Ring.CALLS),
        )
        self.dialler = schedule.dialler
        return schedule.loops

    def _steady(self) -> list[Loop]:
        keeping = Housekeeping(
            inbox=self.inbox, drafts=self.tools.drafts, news=self.news, clock=self.clock
        )
        # Workers, too, take over what was accepted: the last door may be the one that died.
        inbox = Loop("inbox", self.desk.turn)
        alerts = Loop("alerts", self._alerts().turn)
        return [inbox, Loop("housekeeping", keeping.turn), alerts, *self._standing()]

    def _standing(self) -> list[Loop]:
        """Who looks for what stands still, and who tells of it."""
        store, limits = StandingStore(self.database), limits_of_all(self.providers)
        look = self.standstill = Standstill(
            store=store, limits=limits, clock=self.clock, explain=explained(self.labels, limits)
        )
        alerts = StandingAlerts(
            store=store,
            latest=lambda: look.latest,
            oncall=self._oncall(),
            labels=self.labels,
            limits=limits,
        )
        return [Loop("standing", look.turn), Loop("standing alerts", alerts.turn)]

    def _oncall(self) -> OnCall:
        named = (self.settings.oncall, self.settings.admins)
        staff = tuple(Helpers(self.client, each, time.monotonic) for each in named)
        turns, channel = TellingStore(self.database, self.worker), self.settings.oncall_channel
        return OnCall(client=self.client, channel=channel, staff=staff, turns=turns)

    def _poster(self) -> Poster:
        return Poster(
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

    def _tools(self) -> Tools:
        agents = self.catalogue = Catalogue(self.providers, AgentStore(self.database), self.clock)
        return tools_of(
            self.settings,
            self.database,
            client=self.client,
            clock=self.clock,
            providers=self.providers,
            calls=self.calls,
            posts=self.posts,
            agents=agents,
            channels=self.channels,
            nudge=partial(self._announce, Ring.CALLS),
        )

    def _alerts(self) -> Alerts:
        return Alerts(
            lanes=self.lanes,
            waiting=self.calls.kept_waiting,
            clock=self.clock,
            oncall=self._oncall(),
            labels=self.labels,
        )

    def webhooks(self) -> Webhooks:
        """The door for what providers push."""
        return Webhooks(
            providers=self.providers,
            news=self.news,
            addresses=WebhookStore(self.database),
            clock=self.clock,
            heard=partial(self._announce, Ring.NEWS),
        )

    def door(self) -> AsyncApp:
        """Where Slack's deliveries come in."""
        secret = self.settings.signing_secret
        app = bolt_app(
            client=self.client.web,
            signing_secret=secret.get_secret_value() if secret else "",
            bot_token=self.settings.bot_token.get_secret_value(),
            identity=self._identity,
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


def _invite(call: Call, why: str) -> dict[str, Any]:
    return invite(call.code, call.home.channel, why, waits=call.state in WAITING)
