"""Every way a dial can fail, against a server that counts: never a wrong "surely not sent"."""

import asyncio
import json
import random
import socket
import traceback
from collections.abc import Iterator
from contextlib import suppress

import pytest
from structlog.testing import capture_logs

from bot.calls.errors import Cause, MaybePlaced, NotPlaced, ProviderError
from bot.providers.account import Timeouts
from bot.providers.http import Line, ProviderClient
from tests.providers import raw_server
from tests.providers.dialling import NOTES, SHORT, dial, line, outcome
from tests.providers.raw_server import OK, Exchange, Manner, serving

BAD_KEY = {"Authorization": "Bearer gw_secret\nX: 1"}


@pytest.fixture
def full_port() -> Iterator[int]:
    """A port whose queue of connections is full: connecting to it hangs."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            with suppress(BlockingIOError):
                each.connect(("127.0.0.1", port))
        yield port
        for each in waiting:
            each.close()


@pytest.mark.parametrize(
    ("manner", "expected", "requests"),
    [
        (raw_server.answer_rightly, "taken", 1),
        (raw_server.close_on_accept, "maybe", 0),
        (raw_server.reset_on_accept, "maybe", 0),
        (raw_server.read_then_close, "maybe", 1),
        (raw_server.read_then_reset, "maybe", 1),
        (raw_server.silence, "maybe", 1),
        (raw_server.mute, "maybe", 0),
        (raw_server.stop_in_the_headers, "maybe", 1),
        (raw_server.close_in_the_headers, "maybe", 1),
        (raw_server.stop_in_the_body, "taken, unread", 1),
        (raw_server.close_in_the_body, "taken, unread", 1),
        (raw_server.speak_something_else, "maybe", 1),
        (raw_server.bad_gzip, "taken, unread", 1),
        (raw_server.drip, "maybe", 1),
        (raw_server.point_at_itself, "maybe", 1),
    ],
)
async def test_a_request_that_may_have_left_is_never_called_unsent(
    manner: Manner, expected: str, requests: int
) -> None:
    async with serving(manner) as server:
        client = ProviderClient(line(server.origin))
        assert await outcome(client) == expected
        await client.aclose()
        assert len(server.requests) == requests


async def test_a_huge_request_that_nobody_reads_may_have_left() -> None:
    async with serving(raw_server.mute) as server:
        client = ProviderClient(line(server.origin))
        assert await outcome(client, {"notes": "x" * 30_000_000}) == "maybe"
        await client.aclose()


async def test_a_refused_connection_is_surely_unsent() -> None:
    async with serving(raw_server.mute) as server:
        client = ProviderClient(line(server.origin))
    assert await outcome(client) == "unreachable"
    await client.aclose()


async def test_a_connection_that_hangs_is_surely_unsent(full_port: int) -> None:
    client = ProviderClient(line(f"http://127.0.0.1:{full_port}"))
    assert await outcome(client) == "unreachable"
    await client.aclose()


async def test_waiting_for_a_free_connection_is_surely_unsent() -> None:
    async with serving(raw_server.silence) as server:
        patience = SHORT.model_copy(update={"answer": 5.0})
        client = ProviderClient(line(server.origin, connections=1, shards=1, timeouts=patience))
        first = asyncio.create_task(outcome(client))
        await server.seen.wait()
        assert await outcome(client) == "unreachable"
        assert await first == "maybe"
        await client.aclose()
        assert len(server.requests) == 1


@pytest.mark.parametrize("base_url", ["ftp://127.0.0.1/x", "http://127.0.0.1:1"])
async def test_a_request_that_cannot_be_written_is_a_bug_without_a_retry(base_url: str) -> None:
    async with serving(raw_server.answer_rightly) as server:
        url = server.origin if base_url.startswith("http:") else base_url
        client = ProviderClient(Line("standin", "StandIn", url, BAD_KEY))
        with capture_logs() as logs, pytest.raises(NotPlaced) as caught:
            await dial(client)
        await client.aclose()
        assert caught.value.cause is Cause.REFUSED
        assert "gw_secret" not in "".join(traceback.format_exception(caught.value)) + repr(logs)
        assert server.requests == []


async def test_a_cancel_while_connecting_is_known_to_be_unsent(full_port: int) -> None:
    client = ProviderClient(line(f"http://127.0.0.1:{full_port}"))
    with capture_logs() as logs, pytest.raises(TimeoutError):
        await asyncio.wait_for(dial(client), 0.1)
    await client.aclose()
    assert [(entry["class"], entry["phase"]) for entry in logs] == [("cancelled", "not_begun")]


@pytest.mark.parametrize(
    ("manner", "phase", "status"),
    [(raw_server.silence, "sent", None), (raw_server.stop_in_the_body, "answered", 201)],
)
async def test_a_cancel_while_waiting_is_known_to_be_sent(
    manner: Manner, phase: str, status: int | None
) -> None:
    async with serving(manner) as server:
        client = ProviderClient(line(server.origin))
        with capture_logs() as logs:
            task = asyncio.create_task(dial(client))
            await server.seen.wait()
            await asyncio.sleep(0.05)  # the client reads what the server has sent meanwhile
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await client.aclose()
        assert len(server.requests) == 1
        assert [(entry["phase"], entry["status"]) for entry in logs] == [(phase, status)]


async def test_after_a_cancel_the_client_still_dials() -> None:
    async with serving(_silent_then_right()) as server:
        client = ProviderClient(line(server.origin, connections=1))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(dial(client), 0.1)
        assert await outcome(client) == "taken"
        await client.aclose()


def _silent_then_right() -> Manner:
    async def manner(exchange: Exchange) -> None:
        await exchange.read_request()
        if exchange.server.connections > 1:
            await exchange.send(OK)
        else:
            await exchange.forever()

    return manner


async def test_dials_never_share_a_connection_so_an_idle_one_cannot_break_them() -> None:
    async with serving(raw_server.answer_and_keep) as server:
        client = ProviderClient(line(server.origin))
        assert [await outcome(client) for _ in range(20)] == ["taken"] * 20
        await client.aclose()
        assert server.connections == len(server.requests) == 20


async def test_a_trouble_in_asking_for_leave_sends_nothing() -> None:
    def broken() -> bool:
        raise RuntimeError("the lease cannot be read")

    async with serving(raw_server.answer_rightly) as server:
        client = ProviderClient(line(server.origin))
        with pytest.raises(NotPlaced):
            await client.dial("/calls", NOTES, reference="C-1", may_send=broken)
        await client.aclose()
        assert server.requests == []


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_among_random_breaks_no_call_that_arrived_is_called_unsent(seed: int) -> None:
    chance = random.Random(seed)
    async with serving(_random_breaks(chance)) as server:
        patience = Timeouts()
        clients = [ProviderClient(line(server.origin, timeouts=patience)) for _ in range(2)]
        answers = await asyncio.gather(
            *(_labelled(clients[n % 2], n, forbidden=chance.random() < 0.2) for n in range(100))
        )
        for client in clients:
            await client.aclose()
        arrived = [json.loads(body)["n"] for body in server.requests]
        unsent = {n for n, answer in enumerate(answers) if answer in {"unreachable", "too_late"}}
        assert len(arrived) == len(set(arrived))
        assert unsent.isdisjoint(arrived)
        assert {"taken", "maybe", "too_late"} <= set(answers)


async def _labelled(client: ProviderClient, n: int, *, forbidden: bool) -> str:
    try:
        await client.dial("/calls", {"n": n}, reference=str(n), may_send=lambda: not forbidden)
    except NotPlaced as error:
        return error.cause.value
    except MaybePlaced:
        return "maybe"
    return "taken"


def _random_breaks(chance: random.Random) -> Manner:
    manners = [
        raw_server.answer_rightly,
        raw_server.close_on_accept,
        raw_server.reset_on_accept,
        raw_server.read_then_close,
        raw_server.read_then_reset,
        raw_server.close_in_the_headers,
        _reset_in_the_middle,
    ]

    async def manner(exchange: Exchange) -> None:
        await chance.choice(manners)(exchange)

    return manner


async def _reset_in_the_middle(exchange: Exchange) -> None:
    await exchange.reader.read(50)
    exchange.reset()


async def test_a_read_survives_one_broken_connection_but_not_two() -> None:
    breaks = [raw_server.reset_on_accept, _right_read, *[raw_server.read_then_reset] * 2]

    async def in_turn(exchange: Exchange) -> None:
        await breaks[exchange.server.connections - 1](exchange)

    async with serving(in_turn) as server:
        client = ProviderClient(line(server.origin))
        assert await client.get("/calls") == []
        with pytest.raises(ProviderError, match="ReadError"):
            await client.get("/calls")
        await client.aclose()
        assert server.connections == 4


async def test_a_key_that_cannot_be_sent_is_not_told_by_a_question_either() -> None:
    async with serving(raw_server.mute) as server:
        client = ProviderClient(Line("standin", "StandIn", server.origin, BAD_KEY))
        with pytest.raises(ProviderError, match="LocalProtocolError") as caught:
            await client.get("/calls")
        await client.aclose()
    assert "gw_secret" not in "".join(traceback.format_exception(caught.value))


async def test_an_endless_answer_is_given_up() -> None:
    async with serving(_endless) as server:
        client = ProviderClient(line(server.origin, timeouts=Timeouts()))
        assert await outcome(client) == "taken, unread"
        with pytest.raises(ProviderError, match="DecodingError"):
            await client.get("/calls")
        await client.aclose()


async def _endless(exchange: Exchange) -> None:
    await exchange.read_request()
    await exchange.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[")
    while True:
        await exchange.send(b" " * 65536)


async def _right_read(exchange: Exchange) -> None:
    await exchange.read_request()
    await exchange.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n[]")
