"""The record of one dial: when its first byte may have left, and that there is no second time."""

import asyncio
import sys
from types import SimpleNamespace

import httpx
import pytest

from bot.providers.sending import HeldBack, Sending
from tests.providers import raw_server
from tests.providers.raw_server import serving

STARTED, COMPLETE = "http11.send_request_headers.started", "http11.send_request_headers.complete"
POST, CONNECT = (
    {"request": SimpleNamespace(method=b"POST")},
    {"request": SimpleNamespace(method=b"CONNECT")},
)
BAD_HEADER, RESET = httpx.LocalProtocolError("header"), httpx.ReadError("reset")
DIAL_ONCE = """
import asyncio, sys
from bot.providers.http import Line, ProviderClient

async def main():
    client = ProviderClient(Line("standin", "StandIn", sys.argv[1], {}))
    await client.dial("/calls", {}, reference="C-1", may_send=lambda: True)
    await client.aclose()

asyncio.run(main())
"""


async def test_it_has_not_begun_until_the_post_itself_is_written() -> None:
    sending = Sending(lambda: True)
    for event in ("connection.connect_tcp.started", "connection.start_tls.complete"):
        await sending(event, {})
    await sending(STARTED, CONNECT)
    await sending(COMPLETE, {})
    assert (sending.begun, sending.headers_sent, sending.phase) == (False, False, "not_begun")
    assert sending.surely_not_sent(RESET)
    await sending(STARTED, POST)
    assert (sending.begun, sending.headers_sent, sending.phase) == (True, False, "sent")
    assert not sending.surely_not_sent(RESET)


async def test_a_bad_header_is_unsent_only_while_no_header_has_left() -> None:
    sending = Sending(lambda: True)
    await sending(STARTED, POST)
    assert sending.surely_not_sent(BAD_HEADER)
    await sending(COMPLETE, {})
    assert not sending.surely_not_sent(BAD_HEADER)


async def test_nothing_inside_the_client_can_send_it_a_second_time() -> None:
    sending = Sending(lambda: True)
    await sending(STARTED, POST)
    with pytest.raises(HeldBack):
        await sending(STARTED, POST)
    assert not sending.surely_not_sent(HeldBack())
    assert not sending.held_back


async def test_a_proxy_of_the_environment_is_not_used() -> None:
    async with serving(raw_server.mute) as proxy, serving(raw_server.answer_rightly) as server:
        names = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
        environment = dict.fromkeys(names, proxy.origin) | {"PYTHONPATH": ":".join(sys.path)}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", DIAL_ONCE, server.origin, env=environment
        )
        assert await process.wait() == 0
        assert (proxy.connections, len(server.requests)) == (0, 1)
