"""Runs one process: opens everything, serves until told to stop, drains, closes."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Mapping, Sequence

import aiohttp
import structlog
from aiohttp import web

from bot.callbacks.pages import web_app
from bot.calls.bell import NoBell
from bot.calls.errors import StoreAway
from bot.calls.pauses import Pause
from bot.calls.process_role import ProcessRole
from bot.calls.tasks import finish
from bot.logs import set_up_logs
from bot.schedule.loop import Loop
from bot.settings import Mistake, Settings, check_start
from bot.slack.client import SlackClient, SlackRefused, SlackSilent, close_within
from bot.slack.door import over_http
from bot.slack.socket import Socket
from bot.storage.bell import PostgresBell
from bot.storage.database import Database
from bot.storage.house import settle_mode
from bot.storage.lock import FileLock
from bot.storage.migrate import migrate
from bot.storage.restored import settle_restored
from bot.understanding.warm import warm_up
from bot.wiring import Shop, slack_client

log = structlog.get_logger(__name__)

# Together well under the ten seconds an orchestrator waits after SIGTERM: the door closes within
# two, desk and dials are drained side by side, then come loops, providers, Slack and the database.
CLOSE_DOOR, DRAIN, STOP_LOOPS, CLOSE = 2.0, 3.0, 1.0, 1.0
# A database's thread has the interpreter back within this many seconds (Python's own: ten times as
# long) though work goes on beside it: an acknowledgement waits for such a thread several times.
SWITCH = 0.0005
SLACK_TRIES, SLACK_PAUSE = 30, 2.0


async def serve(
    settings: Settings, mode: str, host: str, port: int, role: ProcessRole = ProcessRole.ALL
) -> int:
    """Serve until SIGTERM or SIGINT; the exit code. Raises ``Mistake`` and ``NotUsable``."""
    set_up_logs()
    sys.setswitchinterval(SWITCH)
    stop = _stop_signal()
    service = Service(settings, mode, host, port, role)
    try:
        if await _started(service, stop):
            await stop.wait()
    finally:
        await service.stop()
    return 0


async def _started(service: "Service", stop: asyncio.Event) -> bool:
    """Start, unless a stop comes first: Slack may be waited for longer than we have."""
    starting, stopping = asyncio.create_task(service.start()), asyncio.create_task(stop.wait())
    await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not starting.done():
        starting.cancel()
        await asyncio.wait({starting})
        return False
    try:
        await starting
    except StoreAway as error:
        raise _database_away(error) from error
    return True


class Service:
    """One running process. ``stop`` may be called whatever ``start`` came to."""

    def __init__(
        self,
        settings: Settings,
        mode: str = "socket",
        host: str = "127.0.0.1",
        port: int = 0,
        role: ProcessRole = ProcessRole.ALL,
    ) -> None:
        self._database = Database(settings.database_url)
        check_start(settings, mode, role, self._database.dialect)
        self._settings = settings
        self._mode, self._role = mode, role
        self._address = (host, port)
        self._lock = FileLock(self._database.url) if self._database.dialect == "sqlite" else None
        self._session: aiohttp.ClientSession | None = None
        self._pages: web.AppRunner | None = None
        self._socket: Socket | None = None
        self._loops: list[asyncio.Task[None]] = []
        self.warming: asyncio.Task[None] | None = None
        self.shop: Shop | None = None

    @property
    def port(self) -> int:
        """Where the pages listen, once started."""
        if self._pages is None:
            raise RuntimeError("the service has not been started")
        return int(self._pages.addresses[0][1])

    async def start(self) -> None:
        """Open everything; Slack is let in last. Raises ``Mistake`` and ``NotUsable``."""
        if self._lock:
            self._lock.take()
        await migrated(self._database)
        await settle_mode(self._database, self._settings.practice)
        self._session = aiohttp.ClientSession()
        client = slack_client(self._settings, self._session)
        identity = await _identity(client)
        self.shop = Shop(self._settings, self._database, identity, client, self._role)
        await settle_restored(self._database, self.shop.clock.now())
        if self._lock:
            await self.shop.inbox.release_all()
            await self.shop.calls.recover(self.shop.worker)
        if self._role.takes:
            self.warming = asyncio.create_task(self._warm(self.shop))
        self._loops = [
            asyncio.create_task(each.run(), name=each.name) for each in _running(self.shop)
        ]
        await self._open_doors(self.shop)
        log.info(
            "serving",
            role=self._role,
            mode=self._mode,
            worker=self.shop.worker,
            port=self.port,
            practice=self._settings.practice,
        )

    async def stop(self) -> None:
        """Let nothing in, work off what was let in, close."""
        log.info("stopping")
        await self._close_doors()
        if self.shop is not None:
            await self._drain(self.shop)
        if self._session is not None:
            await close_within(self._session, CLOSE)
        await _within(CLOSE, "database", self._database.close())
        if self._lock:
            self._lock.release()
        log.info("stopped")

    async def _open_doors(self, shop: Shop) -> None:
        """The health page in any case; what is let in besides is a door's business."""
        pages = web_app(self._health)
        if self._role.takes:
            pages = self._door_pages(shop)
        self._pages = web.AppRunner(pages, access_log=None, shutdown_timeout=CLOSE_DOOR)
        await self._pages.setup()
        host, port = self._address
        try:
            await web.TCPSite(self._pages, host, port).start()
        except OSError as error:
            raise Mistake(
                f"Port {port} of {host} can't be used: {error.strerror}. Give another --port. "
                "Nothing was started."
            ) from error
        if self._socket is not None:
            await self._connect(self._socket)

    def _door_pages(self, shop: Shop) -> web.Application:
        door, token = shop.door(), self._settings.app_token
        if self._mode == "socket" and token is not None:
            self._socket = Socket(door, token.get_secret_value(), shop.client.web)
        slack = over_http(door) if self._mode == "http" else None
        return web_app(self._health, slack, shop.webhooks().routes())

    async def _connect(self, socket: Socket) -> None:
        try:
            await socket.open()
        except SlackRefused as error:
            raise Mistake(
                f"Slack refused the app token: {error.code}. Check SLACK_APP_TOKEN (xapp-…, with "
                "the scope connections:write) and that Socket Mode is on. Nothing was started."
            ) from None

    async def _warm(self, shop: Shop) -> None:
        """Beside the opening of the doors: what comes in meanwhile is kept, and waits for it."""
        ready = asyncio.Event()
        shop.desk.begin_after(ready)
        try:
            await asyncio.to_thread(warm_up)
        finally:
            ready.set()

    async def _close_doors(self) -> None:
        """From here nothing new comes in, and nothing new is dialled."""
        closing = [self._socket.close()] if self._socket is not None else []
        if self._pages is not None:
            closing.append(self._pages.cleanup())
        await asyncio.gather(*closing)

    async def _drain(self, shop: Shop) -> None:
        """What was accepted is worked off, what is in mid-dial gets its answer."""
        await shop.drain(DRAIN)
        for each in _running(shop):
            each.stop()
        await finish(self._loops, STOP_LOOPS)
        if self.warming is not None:
            await finish([self.warming], CLOSE)
        await shop.catalogue.close()
        for name, provider in shop.providers.items():
            await _within(CLOSE, name, provider.aclose())

    async def _health(self) -> Mapping[str, object]:
        if self.shop is None:
            return {"ok": False}
        try:
            waiting = await self.shop.inbox.waiting()
            counts = await self.shop.calls.count_by_state()
            pauses = await self.shop.calls.pauses()
        except StoreAway:
            return {"ok": False, "database": False}
        connected = await self._socket.connected() if self._socket else True
        return {
            "ok": connected,
            "role": self._role.value,
            "database": True,
            **_bell_facts(self.shop),
            "practice": self._settings.practice,
            **({"slack_connected": connected} if self._role.takes else {}),
            "paused": bool(pauses),
            "pauses": [_told_of(pause) for pause in pauses],
            "inbox_waiting": waiting,
            "slack_throttled": self.shop.client.limiter.throttled,
            "calls": {state.value: count for state, count in counts.items()},
            "standing_still": self.shop.standstill.counts,
        }


def _running(shop: Shop) -> Sequence[Loop | PostgresBell]:
    """What runs until it is told to stop."""
    return shop.loops if isinstance(shop.bell, NoBell) else [*shop.loops, shop.bell]


def _bell_facts(shop: Shop) -> Mapping[str, bool]:
    """Without the bell all is well, and other processes notice what happened a second later."""
    return {} if isinstance(shop.bell, NoBell) else {"bell": shop.bell.connected}


def _told_of(pause: Pause) -> Mapping[str, str]:
    return {
        "scope": pause.scope,
        "by": pause.by,
        "since": pause.at.isoformat(),
        "reason": pause.reason,
    }


async def _within(seconds: float, what: str, closing: Awaitable[None]) -> None:
    try:
        await asyncio.wait_for(closing, seconds)
    except TimeoutError:
        log.warning("not_closed_in_time", what=what)


async def migrated(database: Database) -> str:
    """The revision the database is brought to. Raises ``Mistake`` when it does not answer."""
    try:
        return await migrate(database)
    except StoreAway as error:
        raise _database_away(error) from error


def _database_away(error: StoreAway) -> Mistake:
    return Mistake(f"The database of DATABASE_URL does not answer: {error}. Nothing was started.")


async def _identity(client: SlackClient) -> Mapping[str, object]:
    """Who we are in this workspace. Slack being away at the start is waited for, a no is final."""
    for attempt in range(SLACK_TRIES):
        try:
            return await client.call("auth.test")
        except SlackRefused as error:
            raise Mistake(
                f"Slack refused the bot token: {error.code}. Check SLACK_BOT_TOKEN (xoxb-…) and "
                "reinstall the app if its scopes changed. Nothing was started."
            ) from None
        except SlackSilent as error:
            log.warning("slack_not_reached", attempt=attempt, error=str(error))
            await asyncio.sleep(SLACK_PAUSE)
    raise Mistake("Slack could not be reached for a minute. Nothing was started.")


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    running = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        running.add_signal_handler(name, stop.set)
    return stop
