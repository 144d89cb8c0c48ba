"""Runs one process: opens everything, serves until told to stop, drains, closes."""

import asyncio
import signal
from collections.abc import Mapping

import aiohttp
import structlog
from aiohttp import web

from bot.callbacks.pages import web_app
from bot.calls.errors import StoreAway
from bot.logs import set_up_logs
from bot.settings import Mistake, Settings
from bot.slack.client import SlackClient, SlackRefused, SlackSilent, close_within
from bot.slack.socket import Socket
from bot.storage.database import Database
from bot.storage.lock import FileLock
from bot.storage.migrate import migrate
from bot.understanding.warm import warm_up
from bot.wiring import Shop, slack_client, slack_over_http

log = structlog.get_logger(__name__)

# Together well under the ten seconds an orchestrator waits after SIGTERM.
DRAIN_DESK, DRAIN_DIALS, STOP_LOOPS, CLOSE = 3.0, 3.0, 1.0, 1.0
SLACK_TRIES, SLACK_PAUSE = 30, 2.0


async def serve(settings: Settings, mode: str, host: str, port: int) -> int:
    """Serve until SIGTERM or SIGINT; the exit code. Raises ``Mistake`` and ``InUse``."""
    set_up_logs()
    _check_mode(settings, mode)
    database = Database(settings.database_url)
    lock = FileLock(database.url) if database.dialect == "sqlite" else None
    if lock:
        lock.take()
    session = aiohttp.ClientSession()
    try:
        await _migrated(database)
        client = slack_client(settings, session)
        shop = Shop(settings, database, session, await _identity(client), client)
        await _run(shop, mode, host, port)
    finally:
        await close_within(session, CLOSE)
        await database.close()
        if lock:
            lock.release()
    return 0


def _check_mode(settings: Settings, mode: str) -> None:
    if mode == "socket" and settings.app_token is None:
        raise Mistake(
            "Socket Mode needs SLACK_APP_TOKEN (xapp-…). Make one under *Basic Information, "
            "App-Level Tokens* with the scope connections:write. Nothing was started."
        )
    if mode == "http" and settings.signing_secret is None:
        raise Mistake(
            "HTTP mode needs SLACK_SIGNING_SECRET, from *Basic Information*. Nothing was started."
        )


async def _migrated(database: Database) -> None:
    try:
        await migrate(database)
    except StoreAway as error:
        raise Mistake(
            f"The database of DATABASE_URL does not answer: {error}. Nothing was started."
        ) from error


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


async def _run(shop: Shop, mode: str, host: str, port: int) -> None:
    stop = _stop_signal()
    if shop.database.dialect == "sqlite":
        await shop.inbox.release_all()
        await shop.calls.recover(shop.worker)
    await asyncio.to_thread(warm_up)
    loops = [asyncio.create_task(loop.run(), name=loop.name) for loop in shop.loops]
    pages, socket = await _open_doors(shop, mode, host, port)
    log.info("serving", mode=mode, worker=shop.worker, database=shop.database.dialect)
    await stop.wait()
    log.info("stopping")
    if socket is not None:
        await socket.close()
    if pages is not None:
        await pages.cleanup()
    await _drain(shop, loops)
    log.info("stopped")


async def _open_doors(
    shop: Shop, mode: str, host: str, port: int
) -> tuple[web.AppRunner | None, Socket | None]:
    socket = None
    if mode == "socket" and shop.settings.app_token is not None:
        socket = Socket(shop.bolt, shop.settings.app_token.get_secret_value(), shop.client.web)

    async def health() -> Mapping[str, object]:
        return await _health(shop, socket)

    slack = slack_over_http(shop.bolt) if mode == "http" else None
    pages = web.AppRunner(web_app(health, slack), access_log=None)
    await pages.setup()
    try:
        await web.TCPSite(pages, host, port).start()
    except OSError as error:
        raise Mistake(
            f"Port {port} of {host} can't be used: {error.strerror}. Give another --port. "
            "Nothing was started."
        ) from error
    if socket is not None:
        await socket.open()
    return pages, socket


async def _health(shop: Shop, socket: Socket | None) -> Mapping[str, object]:
    try:
        waiting = await shop.inbox.waiting()
        states = {state.value: n for state, n in (await shop.calls.count_by_state()).items()}
    except StoreAway:
        return {"ok": False, "database": False}
    connected = await socket.connected() if socket else True
    return {
        "ok": connected,
        "database": True,
        "slack_connected": connected,
        "inbox_waiting": waiting,
        "slack_throttled": shop.client.limiter.throttled,
        "calls": states,
    }


async def _drain(shop: Shop, loops: list[asyncio.Task[None]]) -> None:
    """What was accepted is worked off, what is in mid-dial gets its answer; the rest is kept."""
    await shop.desk.drain(DRAIN_DESK)
    await shop.dialler.drain(DRAIN_DIALS)
    for loop in shop.loops:
        loop.stop()
    _, late = await asyncio.wait(loops, timeout=STOP_LOOPS)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    for provider in shop.providers.values():
        await provider.aclose()


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    running = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        running.add_signal_handler(name, stop.set)
    return stop
