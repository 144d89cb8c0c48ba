"""What acknowledges a slash command beside us: a bare server, stock Bolt, and our door alone.

``python -m tests.bench.ack_server ORDER`` with ``kind``, the ``secret``, where Slack's Web API is
(``api``) and, for our door, the ``url`` of a database.
"""

import asyncio
import hashlib
import hmac
import json
import sys
import time
from dataclasses import dataclass

import aiohttp
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.calls.inbox import Delivery
from bot.logs import set_up_logs
from bot.schedule.clock import MachineClock
from bot.slack.client import SlackClient
from bot.slack.desk import Desk
from bot.slack.door import Door, bolt_app, over_http
from bot.slack.limits import Limiter
from bot.storage.database import Database
from bot.storage.inbox import InboxStore
from bot.storage.migrate import migrate
from tests.bench.far_side import IDENTITY, listen

PATH = "/slack/events"
TOKEN = "xoxb-bench"
OLDEST = 300  # seconds


@dataclass(frozen=True)
class Order:
    """See above."""

    kind: str
    secret: str
    api: str
    url: str = ""


def bare(order: Order) -> web.Application:
    """Checks the signature and says yes."""

    async def acknowledge(request: web.Request) -> web.Response:
        body, stamp = await request.read(), request.headers["X-Slack-Request-Timestamp"]
        if abs(time.time_ns() / 1e9 - int(stamp)) > OLDEST:
            raise web.HTTPUnauthorized
        signed = hmac.new(order.secret.encode(), b"v0:%s:" % stamp.encode() + body, hashlib.sha256)
        wanted = f"v0={signed.hexdigest()}"
        if not hmac.compare_digest(wanted, request.headers["X-Slack-Signature"]):
            raise web.HTTPUnauthorized
        return web.Response()

    app = web.Application()
    app.router.add_post(PATH, acknowledge)
    return app


def stock(order: Order) -> web.Application:
    """Bolt as its documentation begins: acknowledge, and do nothing."""
    client = AsyncWebClient(token=TOKEN, base_url=order.api)
    app = AsyncApp(client=client, signing_secret=order.secret)

    @app.command("/dial")
    async def dial(ack: AsyncAck) -> None:
        await ack()

    return app.server(path=PATH).web_app


async def door(order: Order) -> web.Application:
    """Our door with a desk that has nothing to do: the intent is committed, and marked done."""
    database = Database(order.url)
    await migrate(database)
    inbox = InboxStore(database, MachineClock(), "bench")
    client = SlackClient(
        token=TOKEN,
        base_url=order.api,
        session=aiohttp.ClientSession(),
        limiter=Limiter(time.monotonic),
    )

    async def nothing(delivery: Delivery) -> None:
        return

    bolt = bolt_app(
        client=client.web, signing_secret=order.secret, bot_token=TOKEN, identity=IDENTITY
    )
    Door(
        app=bolt,
        inbox=inbox,
        desk=Desk(inbox=inbox, client=client, handlers={"command": nothing}),
        clock=MachineClock(),
        check_form=_no_forms,
    )
    app = web.Application()
    app.router.add_post(PATH, over_http(bolt))
    return app


async def _no_forms(body: object) -> dict[str, str]:
    return {}


async def main(order: Order) -> None:
    """Serve until ended."""
    set_up_logs()
    if order.kind == "door":
        await listen(await door(order))
    await listen({"bare": bare, "stock": stock}[order.kind](order))


if __name__ == "__main__":
    asyncio.run(main(Order(**json.loads(sys.argv[1]))))
