"""The VozAgent stand-in keeps to the provider's document, progresses, and misbehaves on demand."""

import asyncio
import io
import wave
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.demo.vozagent import Fault, Kind, Outcome, VozAgentStandIn
from tests.contracts.openapi_judge import Document

DOCUMENT = Document("vozagent.yaml")
VOZ = "asst-7d0c2a51-voz"
NUMBER = "+12025550142"
GOOD = {"phone_number": NUMBER, "assistant_id": VOZ}


class Visitor:
    """Speaks to the stand-in as any program would; every answer under /v1 is judged."""

    def __init__(self, stand_in: VozAgentStandIn, session: aiohttp.ClientSession) -> None:
        self._stand_in = stand_in
        self._session = session
        self.key = stand_in.api_key

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.key}"}
        url = self._stand_in.origin + path
        async with self._session.request(method, url, json=body, headers=headers) as answer:
            told = await answer.json()
            if path.startswith("/v1/"):
                bare = path.partition("?")[0]
                assert DOCUMENT.answer_problems(method, bare, answer.status, told) == []
            return answer.status, told

    async def dial(self, **changes: Any) -> tuple[int, Any]:
        return await self.ask("POST", "/v1/calls/outbound", GOOD | changes)

    async def control(self, name: str, body: Any) -> Any:
        return (await self.ask("POST", f"/_control/{name}", body))[1]


@pytest.fixture
async def stand_in() -> AsyncIterator[VozAgentStandIn]:
    stand_in = VozAgentStandIn()
    stand_in.account.pace = None
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
async def visitor(stand_in: VozAgentStandIn) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession() as session:
        yield Visitor(stand_in, session)


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        (GOOD, 201, None),
        ({"phone_number": NUMBER, "assistant_name": "Voz"}, 201, None),
        (GOOD | {"tags": ["a"], "first_name": "Ann", "notes": ""}, 201, None),
        (GOOD | {"tags": "a"}, 201, None),
        ({}, 400, "phone_number"),
        ({"assistant_id": VOZ}, 400, "phone_number"),
        ({"phone_number": NUMBER}, 400, "assistant_id"),
        (GOOD | {"phone_number": "2025550142"}, 400, "phone_number"),
        (GOOD | {"phone_number": 12025550142}, 400, "phone_number"),
        (GOOD | {"assistant_id": ""}, 400, "assistant_id"),
        (GOOD | {"tags": [1]}, 400, "tags"),
        (GOOD | {"notes": None}, 400, "notes"),
        (GOOD | {"when": "tomorrow"}, 400, "when"),
        ([], 400, "object"),
        ("text", 400, "object"),
        (GOOD | {"assistant_id": "asst-nobody"}, 404, "assistant"),
        (GOOD | {"assistant_id": "asst-c3a85d20-old"}, 400, "Old Voz"),
        (GOOD | {"assistant_id": "asst-5f71e9b8-desk"}, 400, "Front Desk"),
    ],
)
async def test_a_dial_is_checked_as_the_document_says(
    visitor: Visitor, stand_in: VozAgentStandIn, body: Any, status: int, word: str | None
) -> None:
    answered, told = await visitor.ask("POST", "/v1/calls/outbound", body)
    assert answered == status
    assert word is None or word in str(told["error"])
    assert len(stand_in.calls) == (status == 201)
    assert [post.status for post in stand_in.posts] == [status]
    if status == 201:
        assert DOCUMENT.request_problems("POST", "/v1/calls/outbound", body) == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/calls/outbound"),
        ("GET", "/v1/calls"),
        ("GET", "/v1/calls/call-1"),
        ("GET", "/v1/assistants"),
        ("GET", "/v1/assistants/x"),
        ("GET", "/v1/phone-numbers"),
        ("GET", "/v1/webhooks"),
        ("POST", "/v1/webhooks"),
    ],
)
async def test_no_page_opens_without_the_key(visitor: Visitor, method: str, path: str) -> None:
    visitor.key = "gw_other"
    status, told = await visitor.ask(method, path, GOOD if method == "POST" else None)
    assert (status, told["error"]["code"]) == (401, "unauthorized")


async def test_the_same_person_stays_one_contact(visitor: Visitor) -> None:
    _, first = await visitor.dial()
    _, second = await visitor.dial(first_name="Ann")
    _, other = await visitor.dial(phone_number="+12025550143")
    assert (first["is_new_contact"], second["is_new_contact"]) == (True, False)
    assert first["contact_id"] == second["contact_id"] != other["contact_id"]
    assert len({first["call_id"], second["call_id"], other["call_id"]}) == 3


async def test_the_list_is_paged_filtered_and_shows_no_number(
    visitor: Visitor, stand_in: VozAgentStandIn
) -> None:
    ids = [(await visitor.dial())[1]["call_id"] for _ in range(5)]
    stand_in.advance(ids[0])
    _, page = await visitor.ask("GET", "/v1/calls?limit=2&offset=1&call_type=outbound")
    assert [row["id"] for row in page] == [ids[3], ids[2]]
    assert NUMBER not in str(page)
    _, live = await visitor.ask("GET", f"/v1/calls?status=in-progress&assistant_id={VOZ}")
    assert [row["id"] for row in live] == ids[:1]
    assert (await visitor.ask("GET", "/v1/calls?call_type=inbound"))[1] == []
    for wrong in ("limit=101", "limit=x", "offset=-1", "status=ringing", "call_type=both"):
        assert (await visitor.ask("GET", f"/v1/calls?{wrong}"))[0] == 400


async def test_assistants_and_numbers_can_be_read(visitor: Visitor) -> None:
    _, active = await visitor.ask("GET", "/v1/assistants?is_active=true&assistant_type=outbound")
    assert [row["name"] for row in active] == ["Voz"]
    assert (await visitor.ask("GET", f"/v1/assistants/{VOZ}"))[1]["name"] == "Voz"
    assert (await visitor.ask("GET", "/v1/assistants/nobody"))[0] == 404
    assert len((await visitor.ask("GET", "/v1/phone-numbers?status=active"))[1]) == 1
    assert (await visitor.ask("GET", "/v1/phone-numbers?provider=other"))[1] == []


async def test_a_webhook_is_subscribed_masked_and_paused(visitor: Visitor) -> None:
    asked = {"name": "bot", "url": "https://bot.example.com/x", "events": ["call.started"]}
    status, made = await visitor.ask("POST", "/v1/webhooks", asked)
    assert (status, made["is_active"]) == (201, True)
    _, listed = await visitor.ask("GET", "/v1/webhooks")
    assert listed[0]["secret"] == "whsec_*****" != made["secret"]
    path = f"/v1/webhooks/{made['id']}"
    assert (await visitor.ask("PATCH", path, {"is_active": False}))[0] == 400
    assert (await visitor.ask("PATCH", path, {}))[0] == 400
    assert (await visitor.ask("PATCH", path, {"isActive": False}))[1]["is_active"] is False
    assert (await visitor.ask("PATCH", "/v1/webhooks/none", {"isActive": False}))[0] == 404
    bad: list[dict[str, Any]] = [
        {"url": "http://x"},
        {"events": []},
        {"events": ["x"]},
        {"name": ""},
    ]
    for wrong in bad:
        assert (await visitor.ask("POST", "/v1/webhooks", asked | wrong))[0] == 400


async def test_calls_move_on_by_themselves_at_their_pace(
    visitor: Visitor, stand_in: VozAgentStandIn
) -> None:
    stand_in.account.pace = 0.01
    _, made = await visitor.dial()
    call: dict[str, Any] = {"call_status": "queued"}
    async with asyncio.timeout(5):
        while call["call_status"] != "completed":
            _, call = await visitor.ask("GET", f"/v1/calls/{made['call_id']}")
    told = [(event, call["id"]) for event in ("call.started", "call.completed")]
    assert stand_in.account.events == told
    async with aiohttp.ClientSession() as session, session.get(call["recording_url"]) as answer:
        with wave.open(io.BytesIO(await answer.read())) as sound:
            assert sound.getnframes() == 4000


@pytest.mark.parametrize(
    ("kind", "show_ringing", "words"),
    [
        ("answered", False, ["in-progress", "completed", "completed"]),
        ("answered", True, ["ringing", "in-progress", "completed"]),
        ("voicemail", False, ["in-progress", "voicemail", "voicemail"]),
        ("no-answer", True, ["ringing", "no-answer", "no-answer"]),
        ("busy", False, ["busy", "busy", "busy"]),
        ("failed", False, ["failed", "failed", "failed"]),
        ("rings forever", True, ["ringing", "ringing", "ringing"]),
        ("rings forever", False, ["in-progress", "in-progress", "in-progress"]),
    ],
)
async def test_each_outcome_has_its_words(
    visitor: Visitor, stand_in: VozAgentStandIn, kind: str, show_ringing: bool, words: list[str]
) -> None:
    await visitor.control("settings", {"show_ringing": show_ringing})
    await visitor.control("outcomes", {"numbers": {NUMBER: kind}})
    _, made = await visitor.dial()
    assert [stand_in.advance(made["call_id"]) for _ in words] == words


async def test_an_outcome_can_carry_its_own_words(
    visitor: Visitor, stand_in: VozAgentStandIn
) -> None:
    await visitor.control("outcomes", {"default": {"kind": "answered", "summary": "Sold!"}})
    stand_in.outcome(Outcome("answered", seconds=95, cost=0.4), number="+12025550143")
    ids = [(await visitor.dial(phone_number=n))[1]["call_id"] for n in (NUMBER, "+12025550143")]
    for call_id in ids * 2:
        await visitor.control("advance", {"call_id": call_id})
    calls = [(await visitor.ask("GET", f"/v1/calls/{call_id}"))[1] for call_id in ids]
    assert calls[0]["analysis_summary"] == "Sold!"
    assert (calls[1]["duration_seconds"], calls[1]["cost"]) == (95, 0.4)


async def test_another_process_can_count_lost_dials(
    visitor: Visitor, stand_in: VozAgentStandIn
) -> None:
    faults = ["lost_answer", {"kind": "error", "status": 503, "effect": True}, "read_then_reset"]
    assert len((await visitor.control("faults", faults))["waiting"]) == 3
    for _ in range(3):
        try:
            await visitor.dial(first_name="Ann", notes="C-1")
        except aiohttp.ClientError:
            continue
    _, seen = await visitor.ask("GET", "/_control/posts")
    assert seen["by_phone_number"] == {NUMBER: 3}
    assert (seen["by_first_name"], seen["by_notes"]) == ({"Ann": 3}, {"C-1": 3})
    assert seen["rang"] == {NUMBER: 3}
    assert stand_in.posts_to(NUMBER) == 3
    await visitor.control("reset", {})
    assert (stand_in.posts, stand_in.calls) == ([], [])


async def test_each_fault_is_used_once_and_in_order(
    visitor: Visitor, stand_in: VozAgentStandIn
) -> None:
    stand_in.misbehave(
        Fault(Kind.ERROR, status=429, retry_after="3"), Fault(Kind.ERROR, status=502, effect=True)
    )
    assert [(await visitor.dial())[0] for _ in range(3)] == [429, 502, 201]
    assert [post.call_id is None for post in stand_in.posts] == [True, False, False]


async def test_an_unfinished_request_is_not_counted(stand_in: VozAgentStandIn) -> None:
    host, port = stand_in.origin.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = "POST /v1/calls/outbound HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\n"
    writer.write(f"{head}{{".encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    await asyncio.sleep(0.05)
    assert stand_in.posts == []


async def test_settings_nobody_knows_are_refused(stand_in: VozAgentStandIn) -> None:
    url = f"{stand_in.origin}/_control/settings"
    async with aiohttp.ClientSession() as session, session.post(url, json={"x": 1}) as answer:
        assert answer.status == 400
    with pytest.raises(ValueError, match="no such outcome"):
        Outcome("married")
