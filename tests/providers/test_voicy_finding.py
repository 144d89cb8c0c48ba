"""How a call whose id is not known is found at Voicy, and what proves that it is ours."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.demo.voicy import DANA, SALES, VoicyStandIn
from bot.providers.voicy import Voicy
from tests.providers.raw_server import Exchange, Manner, serving
from tests.providers.voicy_bench import (
    CALL_ID,
    NOON,
    NUMBER,
    ORDER,
    HandClock,
    opened,
    ring,
    settings,
    standing_in,
)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def stand_in(clock: HandClock) -> AsyncIterator[VoicyStandIn]:
    async with standing_in(clock) as stand_in:
        yield stand_in


@pytest.fixture
async def voicy(stand_in: VoicyStandIn) -> AsyncIterator[Voicy]:
    provider = opened(stand_in)
    yield provider
    await provider.aclose()


async def found(voicy: Voicy, since: datetime = NOON, minutes: int = 10) -> list[str | None]:
    until = since + timedelta(minutes=minutes)
    return [news.provider_call_id for news in await voicy.find(ORDER, since=since, until=until)]


async def test_every_call_that_may_be_it_is_told(stand_in: VoicyStandIn, voicy: Voicy) -> None:
    both = [ring(stand_in).id, ring(stand_in).id]
    ring(stand_in, "+12025550143")
    stand_in.account.place(NUMBER, SALES)
    assert set(await found(voicy)) == set(both)


async def test_a_call_is_found_between_the_two_instants_only(
    stand_in: VoicyStandIn, voicy: Voicy, clock: HandClock
) -> None:
    call = ring(stand_in)
    assert await found(voicy, NOON) == [call.id]
    assert await found(voicy, NOON - timedelta(minutes=10)) == [call.id]
    assert await found(voicy, NOON + timedelta(milliseconds=1)) == []
    assert await found(voicy, NOON - timedelta(minutes=11)) == []


async def test_a_call_of_an_agent_that_is_no_uuid_was_never_sent(
    stand_in: VoicyStandIn, voicy: Voicy
) -> None:
    order = replace(ORDER, agent_id="dana")
    assert await voicy.find(order, since=NOON, until=NOON) == ()
    assert stand_in.requests == []


async def test_a_call_dialled_for_somebody_else_is_not_taken(
    stand_in: VoicyStandIn, voicy: Voicy
) -> None:
    ring(stand_in, customer_name="Bob Gray")
    assert await found(voicy) == []
    unnamed, named = ring(stand_in), ring(stand_in, customer_name=" ann  LEE")
    assert set(await found(voicy)) == {unnamed.id, named.id}


async def test_our_reference_proves_which_call_it_is(stand_in: VoicyStandIn) -> None:
    provider = opened(stand_in, reference_variable="file_number")
    ring(stand_in, customer_name="Ann Lee", file_number="C-4F7K-2")
    ours = ring(stand_in, customer_name="Ann Lee", file_number="C-4F7K-1")
    assert await found(provider) == [ours.id]
    await provider.aclose()


@pytest.mark.parametrize("word", ["initiated", "ringing"])
async def test_a_call_under_way_that_does_not_say_when_it_began_is_taken(
    stand_in: VoicyStandIn, voicy: Voicy, word: str
) -> None:
    call = ring(stand_in, begin=False)
    call.status = word
    assert await found(voicy, NOON + timedelta(hours=9)) == [call.id]


async def test_a_call_over_that_never_said_when_it_began_needs_our_reference(
    stand_in: VoicyStandIn, voicy: Voicy
) -> None:
    call = ring(stand_in, begin=False, customer_name="Ann Lee", file_number="C-4F7K-1")
    call.status = "no_answer"
    assert await found(voicy) == []
    provider = opened(stand_in, reference_variable="file_number")
    assert await found(provider) == [call.id]
    await provider.aclose()


async def test_one_look_reads_no_more_than_ten_calls(stand_in: VoicyStandIn, voicy: Voicy) -> None:
    for _ in range(12):
        ring(stand_in)
    with capture_logs() as logs:
        assert len(await found(voicy)) == 10
    assert [line["event"] for line in logs] == ["provider_find_cut_short"]
    assert len(stand_in.requests) == 11


STARTED = {"call_id": CALL_ID, "call_status": "ongoing", "to_number": NUMBER}
STARTED_AT = round(NOON.timestamp() * 1000)


@pytest.mark.parametrize(
    ("row", "fitting"),
    [
        ({}, True),
        ({"direction": None}, True),
        ({"to_number": "+1 (202) 555-0142"}, True),
        ({"agent": {"name": "Whoever", "version": 1}}, True),
        ({"agent": {"id": DANA.id.upper()}}, True),
        ({"agent": {"id": SALES.id}}, False),
        ({"direction": "incoming"}, False),
        ({"to_number": None}, False),
        ({"to_number": "+12025550143"}, False),
        ({"start_timestamp": STARTED_AT - 1}, False),
        ({"start_timestamp": STARTED_AT + 600_001}, False),
    ],
)
async def test_a_list_that_goes_by_none_of_our_filters_does_not_mislead(
    row: dict[str, Any], fitting: bool
) -> None:
    shown = STARTED | {"start_timestamp": STARTED_AT} | row
    async with serving(_telling(shown, shown)) as server:
        provider = settings(base_url=server.origin).open()
        assert await found(provider) == ([CALL_ID] if fitting else [])
        await provider.aclose()
    assert json.loads(server.requests[0]) == {
        "filter_criteria": {
            "direction": ["outgoing"],
            "agent_id": [DANA.id],
            "start_timestamp": {
                "lower_threshold": STARTED_AT,
                "upper_threshold": STARTED_AT + 600_001,
            },
        },
        "sort_order": "descending",
        "limit": 1000,
    }


async def test_a_beginning_that_only_the_call_itself_tells_counts_too() -> None:
    whole = STARTED | {"start_timestamp": STARTED_AT - 3_600_000}
    async with serving(_telling(STARTED, whole)) as server:
        provider = settings(base_url=server.origin).open()
        assert await found(provider) == []
        await provider.aclose()
    assert len(server.requests) == 2


def _telling(row: dict[str, Any], whole: dict[str, Any]) -> Manner:
    """A list of one row whatever is asked, and that one call."""

    async def manner(exchange: Exchange) -> None:
        head = await exchange.read_request()
        listing = head.startswith(b"POST")
        body = json.dumps({"calls": [row], "total_count": 1} if listing else whole).encode()
        answer = f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
        await exchange.send(answer.encode() + body)

    return manner
