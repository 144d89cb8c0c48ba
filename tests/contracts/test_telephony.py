"""What all stand-ins share: requests count for every number they name, faults carry headers."""

from typing import Any

import aiohttp
import pytest

from bot.demo.telephony import Fault, Kind
from bot.demo.telephony.account import Post
from bot.demo.vozagent import VozAgentStandIn

NUMBERS = ["+12025550142", "+12025550143"]


def test_a_request_for_many_phones_counts_for_each_of_them() -> None:
    stand_in = VozAgentStandIn()
    stand_in.account.posts += [Post({}, NUMBERS, 200, ["a", "b"]), Post({}, NUMBERS[:1])]
    assert [stand_in.posts_to(number) for number in NUMBERS] == [2, 1]
    assert [post.call_id for post in stand_in.posts] == ["a", None]
    assert stand_in.account.posts_json()["by_number"] == {NUMBERS[0]: 2, NUMBERS[1]: 1}


@pytest.mark.parametrize(
    "fault",
    [
        Fault(Kind.ERROR, status=429, headers={"X-RateLimit-Reset": "9"}, retry_after="3"),
        {
            "kind": "error",
            "status": 429,
            "headers": {"X-RateLimit-Reset": "9"},
            "retry_after": "3",
        },
    ],
    ids=["handed in", "over the wire"],
)
async def test_a_fault_can_carry_headers(fault: Any) -> None:
    stand_in = VozAgentStandIn()
    base_url = await stand_in.start()
    async with aiohttp.ClientSession() as session:
        if isinstance(fault, Fault):
            stand_in.misbehave(fault)
        else:
            await session.post(f"{stand_in.origin}/_control/faults", json=[fault])
        async with session.post(f"{base_url}/calls/outbound", json={}) as answer:
            told = (answer.headers["X-RateLimit-Reset"], answer.headers["Retry-After"])
            assert (answer.status, *told) == (429, "9", "3")
    await stand_in.stop()


async def test_a_reset_forgets_what_is_peculiar_to_a_provider_too() -> None:
    stand_in = VozAgentStandIn()
    stand_in.account.pace = None
    voz = next(iter(stand_in.account.assistants.values()))
    call = stand_in.account.place(NUMBERS[0], voz)
    stand_in.account.webhooks["wh-1"] = {}
    stand_in.advance(call.id)
    assert stand_in.account.events == [("call.started", call.id)]
    stand_in.account.reset()
    assert (stand_in.calls, stand_in.account.webhooks, stand_in.account.events) == ([], {}, [])
