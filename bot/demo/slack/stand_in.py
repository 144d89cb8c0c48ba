"""The stand-in as one object: a server on 127.0.0.1 and the hands and eyes of people."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.demo.slack.changes import Changes
from bot.demo.slack.clicking import Clicking
from bot.demo.slack.clock import MovableClock
from bot.demo.slack.control import Control
from bot.demo.slack.courier import Courier
from bot.demo.slack.doors import Doors
from bot.demo.slack.errors import Refused
from bot.demo.slack.http_delivery import SignedHttp
from bot.demo.slack.ids import Ids
from bot.demo.slack.messages import Message
from bot.demo.slack.modals import View
from bot.demo.slack.page_door import own_page_only, page_routes
from bot.demo.slack.people import People
from bot.demo.slack.sight import Sight
from bot.demo.slack.socket_mode import SocketHub
from bot.demo.slack.workspace import Delivery, Tokens, Workspace
from bot.demo.slack.world import World, acme

Json = dict[str, Any]

LOCAL = Tokens(bot="xoxb-local", app="xapp-local", signing_secret="local-signing-secret")  # noqa: S106 - secrets of nothing
LARGEST_BODY = 32 * 1024 * 1024


async def _ignore(knob: str, value: Any) -> None:
    """The panel when nobody has connected one."""


class SlackStandIn(Sight):
    """Everything people do returns when the app has acknowledged it.

    Users and channels may be given by id or by name; ``dm`` is the direct message with the bot.
    With ``echo`` the app's own messages come back to it as events, as they do in Slack.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        bot_token: str = LOCAL.bot,
        app_token: str = LOCAL.app,
        signing_secret: str = LOCAL.signing_secret,
        clock: MovableClock | None = None,
        enforce_tiers: bool = False,
        echo: bool = False,
    ) -> None:
        self.clock = clock or MovableClock()
        ids, changes = Ids(self.clock.real()), Changes()
        tokens = Tokens(bot_token, app_token, signing_secret)
        self.workspace = Workspace(
            world or acme(), self.clock, ids, changes, tokens, enforce_tiers=enforce_tiers
        )
        self.hub = SocketHub(ids, changes, lambda: self.workspace.world.app.id)
        self.courier = Courier(self.workspace)
        self.courier.transport = self.hub
        self.people = People(self.workspace, self.courier)
        self.workspace.echo = self.people.echo if echo else None
        self.clicking = Clicking(self.workspace, self.courier)
        self.panel_source: Callable[[], Json] = dict
        self.panel_sink: Callable[[str, Any], Awaitable[None]] = _ignore
        self.page_dir = Path(__file__).parent.parent / "page"
        self._http: list[SignedHttp] = []
        self._mounts: list[tuple[str, web.Application]] = []
        self._runner: web.AppRunner | None = None
        self._timekeeper: asyncio.Task[None] | None = None
        self.clock.on_change.append(self._clock_moved)

    # --- life ---------------------------------------------------------------------------

    @property
    def world(self) -> World:
        return self.workspace.world

    @property
    def origin(self) -> str:
        return self.workspace.origin

    @property
    def api_url(self) -> str:
        return f"{self.origin}/api/"

    def mount(self, prefix: str, app: web.Application) -> None:
        """Serve another application under a prefix; only before ``start``."""
        self._mounts.append((prefix, app))

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1, and nowhere else; port 0 takes a free one."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.add_routes(Doors(self.workspace, self.hub).routes())
        app.add_routes(Control(self).routes())
        app.add_routes(page_routes(self.page_dir))
        app.middlewares.append(own_page_only)
        for prefix, mounted in self._mounts:
            app.add_subapp(prefix, mounted)
        self._runner = web.AppRunner(app, shutdown_timeout=0.5, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.workspace.origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._timekeeper = asyncio.create_task(self._keep_time())

    async def stop(self) -> None:
        await self.courier.stop()
        self.workspace.changes.end_streams()
        await self.hub.close()
        for door in self._http:
            await door.close()
        if self._timekeeper is not None:
            self._timekeeper.cancel()
        if self._runner is not None:
            await self._runner.cleanup()

    async def reset(self) -> None:
        """Forget every word; sockets stay up and the clock stays where it is."""
        await self.courier.stop()
        self.courier.deliveries.clear()
        self.workspace.reset()

    def deliver_to(self, how: str, request_url: str = "") -> None:
        """``socket``, or ``http`` with the request URL of the app."""
        if how == "socket":
            self.courier.transport = self.hub
        elif how == "http" and request_url:
            secret = self.workspace.tokens.signing_secret
            self._http.append(SignedHttp(request_url, secret, self.clock.real))
            self.courier.transport = self._http[-1]
        else:
            raise ValueError("deliver_to('socket') or deliver_to('http', request_url=...)")

    async def app_connected(self, timeout: float = 10.0) -> None:  # noqa: ASYNC109 - as in until()
        """A socket is up, or the request URL has given the challenge back."""
        transport = self.courier.transport
        if not isinstance(transport, SignedHttp):
            await self.until(lambda _: self.hub.usable(), timeout)
            return
        async with asyncio.timeout(timeout):
            while not await transport.verify():  # noqa: ASYNC110 - another process is coming up
                await asyncio.sleep(0.05)

    # --- what people do -----------------------------------------------------------------

    async def command(self, user: str, channel: str, typed: str) -> Delivery:
        """Type a slash command, such as ``/dial +1 415 555 0123``."""
        person = self.world.user(user).id
        return await self.people.command(person, self._channel(channel, person), typed)

    async def click(
        self,
        user: str,
        where: Message | View,
        action_id: str,
        *,
        value: Any = None,
        block_id: str | None = None,
    ) -> Delivery:
        """Press a button or choose ``value``; see ``Clicking.click``."""
        person = self.world.user(user).id
        return await self.clicking.click(person, where, action_id, value=value, block_id=block_id)

    async def submit(
        self, user: str, view: View | str, values: Mapping[str, Any] | None = None
    ) -> Delivery:
        """Fill in and submit; ``values`` by block id, or Slack's full ``state``."""
        person = self.world.user(user).id
        return await self.clicking.submit(person, self._view(view), values or {})

    async def close(
        self, user: str, view: View | str, *, everything: bool = False
    ) -> list[Delivery]:
        """Press Cancel (or the cross, with ``everything``)."""
        person = self.world.user(user).id
        return await self.clicking.close(person, self._view(view), everything=everything)

    async def suggest(
        self,
        user: str,
        where: Message | View,
        action_id: str,
        typed: str,
        *,
        block_id: str | None = None,
    ) -> tuple[Delivery, Json]:
        """Type into an external select; returns what the app offers."""
        person = self.world.user(user).id
        return await self.clicking.suggest(person, where, action_id, typed, block_id=block_id)

    async def message(
        self,
        user: str,
        channel: str,
        text: str,
        thread_ts: str | None = None,
        files: list[Json] | None = None,
    ) -> Message:
        """Say something; ``@Switchboard`` becomes a mention."""
        person = self.world.user(user).id
        where = self._channel(channel, person)
        return await self.people.message(person, where, text, thread_ts, files)

    async def shortcut(
        self, user: str, callback_id: str, message: Message | None = None
    ) -> Delivery:
        """A global shortcut, or one on a message."""
        return await self.people.shortcut(self.world.user(user).id, callback_id, message)

    async def home(self, user: str) -> Delivery:
        """Open the Home tab; what the app publishes is ``home_view(user)``."""
        return await self.people.home(self.world.user(user).id)

    async def upload(
        self, user: str, name: str, content: bytes, channel: str = "", text: str = ""
    ) -> Json:
        """A file, shared in a channel if one is named; the file object."""
        person = self.world.user(user).id
        info = self.people.upload(person, name, content)
        if channel:
            await self.people.message(person, self._channel(channel, person), text, None, [info])
        return info

    def erase(self, message: Message) -> None:
        """Somebody deletes a message, the app's own ones included."""
        self.workspace.delete(message)

    async def invite(self, user: str, channel: str, who: str) -> None:
        person = self.world.user(user).id
        where = self._channel(channel, person)
        await self.people.invite(person, where, self.world.user(who).id)

    async def kick(self, user: str, channel: str, who: str) -> None:
        person = self.world.user(user).id
        await self.people.kick(person, self._channel(channel, person), self.world.user(who).id)

    # --- trouble ------------------------------------------------------------------------

    async def redeliver(self, delivery: Delivery) -> Delivery:
        """The very same body once more; events carry the marks of a retry."""
        return await self.courier.retry(delivery)

    def faults(self, method: str, faults: list[Json]) -> None:
        """Ordered faults, each used once; kinds in ``Faults``."""
        self.workspace.faults.add(method, faults)

    def drop_sockets(self, *, hard: bool = True) -> int:
        """Break every socket now; how many there were."""
        return self.hub.drop(hard=hard)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to connect anew, as Slack does now and then."""
        await self.hub.disconnect(reason)

    # --- time ---------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def move_to(self, moment: datetime) -> None:
        self.clock.move_to(moment)

    def _clock_moved(self, offset: timedelta) -> None:
        self.post_due()
        self.workspace.changes.announce({"type": "clock", "now": self.clock.epoch()})

    def post_due(self) -> None:
        """Post scheduled messages whose time has come."""
        now = self.clock.epoch()
        for waiting in [s for s in self.workspace.scheduled if s.post_at <= now]:
            self.workspace.scheduled.remove(waiting)
            parts = dict(waiting.message)
            self.workspace.post(self.workspace.bot_message(parts.pop("channel"), **parts))

    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(0.5)
            self.post_due()

    # --- parts --------------------------------------------------------------------------

    def _channel(self, which: str, user: str) -> Any:
        return self.workspace.channel_of(which, user)

    def _view(self, view: View | str) -> View:
        found = view if isinstance(view, View) else self.workspace.views.find(view)
        if found is None:
            raise Refused("view_not_found", f"no view {view!r} is open")
        return found
