"""The Voicy stand-in keeps its provider's limits, counts requests, and tells when calls end."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web

from bot.demo.voicy import DANA, Fault, Kind, VoicyStandIn
from bot.demo.voicy.webhooks import signature
from tests.providers.voicy_bench import NOON, HandClock
from tests.providers.voicy_visitor import BASE, DOCUMENT, Listener, Visitor


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def stand_in(clock: HandClock) -> AsyncIterator[VoicyStandIn]:
    stand_in = VoicyStandIn(clock)
    stand_in.account.pace = None
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
async def visitor(stand_in: VoicyStandIn) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession() as session:
        yield Visitor(stand_in, session)


@pytest.fixture
async def listener(stand_in: VoicyStandIn) -> AsyncIterator[Listener]:
    """One that the stand-in's webhooks go to."""
    listener, app = Listener(), web.Application()
    app.router.add_post("/hook", listener.page)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    stand_in.account.webhook_url = f"http://{host}:{port}/hook"
    stand_in.account.webhook_secret = "whsec-invented"
    yield listener
    await runner.cleanup()


async def test_calls_move_on_by_themselves_at_their_pace(
    visitor: Visitor, stand_in: VoicyStandIn, listener: Listener, clock: HandClock
) -> None:
    stand_in.account.pace = 0.01
    _, made = await visitor.dial()
    await asyncio.wait_for(listener.came.wait(), 5)
    _, call = await visitor.ask("GET", f"{BASE}/call-get/{made['call_id']}")
    assert call["start_timestamp"] == round(clock.now.timestamp() * 1000)
    assert call["transcript"][1] == {
        "role": "caller",
        "content": "Hello, Voz.",
        "timestamp_ms": 2500,
    }


async def test_the_sixty_first_request_of_a_minute_is_refused_in_words_and_headers(
    visitor: Visitor, stand_in: VoicyStandIn, clock: HandClock
) -> None:
    first = clock.now
    for n in range(60):
        clock.now = first + timedelta(milliseconds=500 * n)
        await visitor.ask("GET", f"{BASE}/agent-list")
    assert visitor.headers["X-RateLimit-Remaining"] == "0"
    clock.now = first + timedelta(seconds=30)
    status, told = await visitor.dial()
    assert (status, told) == (429, {"error": "Rate limit exceeded. Please retry after 30 seconds."})
    assert visitor.headers["X-RateLimit-Limit"] == "60"
    assert visitor.headers["X-RateLimit-Reset"] == str(round(first.timestamp()) + 60)
    assert visitor.headers["Date"] == "Fri, 20 Nov 2026 12:00:30 GMT"
    assert ([post.status for post in stand_in.posts], stand_in.calls) == ([429], [])
    clock.now = first + timedelta(seconds=60)
    assert (await visitor.dial())[0] == 201
    assert (len(stand_in.requests), stand_in.most_in_a_minute()) == (62, 61)


async def test_another_plan_has_another_limit_or_none(
    visitor: Visitor, stand_in: VoicyStandIn
) -> None:
    await visitor.control("settings", {"per_minute": 2})
    page = f"{BASE}/agent-list"
    assert [(await visitor.ask("GET", page))[0] for _ in range(3)] == [200, 200, 429]
    await visitor.control("settings", {"per_minute": None})
    assert (await visitor.ask("GET", page))[0] == 200
    assert "X-RateLimit-Limit" not in visitor.headers


async def test_requests_are_counted_whatever_becomes_of_them(
    visitor: Visitor, stand_in: VoicyStandIn, clock: HandClock
) -> None:
    stand_in.misbehave(Fault(Kind.ERROR, status=500), Fault(Kind.HTML, on="read"))
    await visitor.dial()
    clock.now += timedelta(seconds=59)
    visitor.key = "voicy_sk_live_other"
    await visitor.dial()
    clock.now += timedelta(seconds=1)
    await visitor.dial()
    await visitor.control("settings", {})
    assert stand_in.requests == [NOON + timedelta(seconds=late) for late in (0, 59, 60)]
    assert stand_in.most_in_a_minute() == 2


async def test_the_eleventh_live_call_is_refused(visitor: Visitor, stand_in: VoicyStandIn) -> None:
    assert [(await visitor.dial())[0] for _ in range(11)] == [201] * 10 + [429]
    stand_in.end_all()
    assert (await visitor.dial())[0] == 201
    assert (stand_in.most_live, stand_in.account.live) == (10, 1)


async def test_the_end_of_a_call_is_told_signed(
    visitor: Visitor, stand_in: VoicyStandIn, listener: Listener
) -> None:
    _, made = await visitor.dial(vars_provided={"customer_name": "Zoë"})
    stand_in.end_all()
    await stand_in.all_told()
    ((headers, body),) = listener.heard
    assert headers["x-voicy-event"] == "call_ended"
    assert headers["x-voicy-signature"] == f"sha256={signature(body, 'whsec-invented')}"
    told = json.loads(body)
    assert (told["event"], told["call"]["call_id"]) == ("call_ended", made["call_id"])
    assert told["call"]["agent"]["id"] == DANA.id
    assert [turn["role"] for turn in told["call"]["transcript"]] == ["agent", "user"]
    page = f"{BASE}/call-get/{made['call_id']}"  # the document gives both the same shape
    assert DOCUMENT.answer_problems("GET", page, 200, told["call"]) == []


async def test_a_webhook_can_be_sent_again_byte_for_byte(
    visitor: Visitor, stand_in: VoicyStandIn, listener: Listener
) -> None:
    _, made = await visitor.dial()
    stand_in.end_all()
    await stand_in.all_told()
    listener.status = 503
    assert await stand_in.tell_again(made["call_id"]) == 503
    assert listener.heard[0][1] == listener.heard[1][1]
    assert stand_in.parcels[0].statuses == [200, 503]


async def test_without_a_secret_a_webhook_is_not_signed(
    visitor: Visitor, stand_in: VoicyStandIn, listener: Listener
) -> None:
    stand_in.account.webhook_secret = None
    await visitor.dial()
    stand_in.end_all()
    await stand_in.all_told()
    assert "x-voicy-signature" not in listener.heard[0][0]


async def test_a_webhook_nobody_takes_is_no_trouble(
    visitor: Visitor, stand_in: VoicyStandIn, listener: Listener, unused_tcp_port: int
) -> None:
    stand_in.account.webhook_url = f"http://127.0.0.1:{unused_tcp_port}/"
    await visitor.dial()
    stand_in.end_all()
    await stand_in.all_told()
    assert stand_in.parcels[0].statuses == [None]


async def test_a_webhook_that_waits_ends_with_the_stand_in(
    visitor: Visitor, stand_in: VoicyStandIn, listener: Listener
) -> None:
    stand_in.account.webhook_delay = 60
    await visitor.dial()
    stand_in.end_all()
    await stand_in.stop()
    await stand_in.all_told()
    assert (stand_in.parcels, listener.heard) == ([], [])


async def test_a_reset_forgets_what_was_counted_and_told(
    visitor: Visitor, stand_in: VoicyStandIn, listener: Listener
) -> None:
    await visitor.dial()
    stand_in.end_all()
    await stand_in.all_told()
    await visitor.control("reset", {})
    assert (stand_in.requests, stand_in.calls, stand_in.parcels) == ([], [], [])
    assert (stand_in.most_in_a_minute(), stand_in.most_live) == (0, 0)
