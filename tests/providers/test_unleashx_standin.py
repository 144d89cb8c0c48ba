"""The UnleashX stand-in keeps to the provider's document, progresses, and misbehaves on demand."""

import asyncio
import io
import wave
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.demo.unleashx import Fault, Kind, Outcome, UnleashXStandIn
from tests.contracts.openapi_judge import Document

DOCUMENT = Document("unleashx.yaml")
ROOT = "/api/v1/global/agents"
NUMBER = "+12025550142"
GOOD = {"agent_id": 412, "phone_number": NUMBER, "metadata": {"call_ref": "C-4F7K.1"}}


class Visitor:
    """Speaks to the stand-in as any program would; every answer of the API is judged."""

    def __init__(self, stand_in: UnleashXStandIn, session: aiohttp.ClientSession) -> None:
        self._stand_in = stand_in
        self._session = session
        self.headers = {"token": stand_in.api_key}

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        url = self._stand_in.origin + path
        async with self._session.request(method, url, json=body, headers=self.headers) as answer:
            told = await answer.json()
            if path.startswith(ROOT):
                bare = path.partition("?")[0]
                assert DOCUMENT.answer_problems(method, bare, answer.status, told) == []
            return answer.status, told

    async def dial(self, **changes: Any) -> dict[str, Any]:
        status, told = await self.ask("POST", f"{ROOT}/call", GOOD | changes)
        assert status == 200
        return told["data"]  # type: ignore[no-any-return]  # parsed JSON

    async def listed(self, query: str = "") -> list[dict[str, Any]]:
        status, told = await self.ask("GET", f"{ROOT}/executions/list?{query}")
        assert status == 200
        return told["datalist"]  # type: ignore[no-any-return]  # parsed JSON

    async def control(self, name: str, body: Any) -> Any:
        return (await self.ask("POST", f"/_control/{name}", body))[1]


@pytest.fixture
async def stand_in() -> AsyncIterator[UnleashXStandIn]:
    stand_in = UnleashXStandIn()
    stand_in.account.pace = None
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
async def visitor(stand_in: UnleashXStandIn) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession() as session:
        yield Visitor(stand_in, session)


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (GOOD, 200, None),
        ({"agent_id": 412, "phone_number": NUMBER}, 200, None),
        (GOOD | {"metadata": {"order": {"id": 7}, "tags": [1]}}, 200, None),
        ({}, 400, "Phone Number is required"),
        ({"agent_id": 412}, 400, "Phone Number is required"),
        (GOOD | {"phone_number": ""}, 400, "Phone Number is required"),
        ({"phone_number": NUMBER}, 400, "Agent ID is required"),
        ([], 400, "object"),
        ("text", 400, "object"),
        (GOOD | {"metadata": '{"call_ref": "C-1"}'}, 422, "metadata"),
        (GOOD | {"metadata": None}, 422, "metadata"),
        (GOOD | {"agent_id": "412"}, 422, "agent_id"),
        (GOOD | {"agent_id": True}, 422, "agent_id"),
        (GOOD | {"agent_id": [412]}, 422, "agent_id"),
        (GOOD | {"phone_number": 12025550142}, 422, "phone_number"),
        (GOOD | {"phone_number": "+0"}, 422, "phone_number"),
        (GOOD | {"when": "tomorrow"}, 422, "when"),
        *(
            (GOOD | {"agent_id": agent_id}, 404, "Agent not found or not active")
            for agent_id in (1, 305, 421, 430, 431, 440, 441)
        ),
    ],
)
async def test_a_dial_is_checked_as_the_document_says(
    visitor: Visitor, stand_in: UnleashXStandIn, body: Any, status: int, words: str | None
) -> None:
    answered, told = await visitor.ask("POST", f"{ROOT}/call", body)
    assert answered == status
    assert words is None or words in told["message"]
    assert len(stand_in.calls) == (status == 200)
    assert [post.status for post in stand_in.posts] == [status]
    if status == 200:
        assert DOCUMENT.request_problems("POST", f"{ROOT}/call", body) == []
    else:
        assert told["error"] is True


async def test_a_missing_plus_is_added(visitor: Visitor, stand_in: UnleashXStandIn) -> None:
    assert (await visitor.dial(phone_number=NUMBER[1:]))["phone_number"] == NUMBER
    assert [call.number for call in stand_in.calls] == [NUMBER]


@pytest.mark.parametrize(
    ("method", "page"), [("POST", "call"), ("GET", "get"), ("GET", "executions/list")]
)
@pytest.mark.parametrize(
    ("header", "opens"),
    [("token", True), ("api_access_token", True), ("X-Token", False), ("Authorization", False)],
)
async def test_a_page_opens_with_the_token_in_either_header(
    visitor: Visitor, stand_in: UnleashXStandIn, method: str, page: str, header: str, opens: bool
) -> None:
    visitor.headers = {header: stand_in.api_key}
    status, told = await visitor.ask(method, f"{ROOT}/{page}", GOOD if method == "POST" else None)
    assert status == (200 if opens else 401)
    assert opens or told == {"error": True, "message": "Invalid Auth Key"}


async def test_an_answer_may_be_flat(visitor: Visitor, stand_in: UnleashXStandIn) -> None:
    stand_in.account.wrapped = False
    async with (
        aiohttp.ClientSession(headers=visitor.headers) as session,
        session.post(f"{stand_in.origin}{ROOT}/call", json=GOOD) as answer,
    ):
        told = await answer.json()
    assert told == {
        "execution_id": stand_in.calls[0].id,
        "agent_id": 412,
        "phone_number": NUMBER,
        "call_status": "initiated",
    }


async def test_agents_come_as_a_list_and_one_alone(visitor: Visitor) -> None:
    _, told = await visitor.ask("GET", f"{ROOT}/get")
    names = [agent["agent_name"] for agent in told["data"]["data"]]
    assert names[:3] == ["Maya", "Omar", "Old Maya"]
    _, told = await visitor.ask("GET", f"{ROOT}/get?agent_type=2")
    assert [agent["agent_name"] for agent in told["data"]["data"]] == ["Chatty"]
    _, told = await visitor.ask("GET", f"{ROOT}/get?agent_id=412")
    assert told["data"]["data"]["agent_name"] == "Maya"
    assert (await visitor.ask("GET", f"{ROOT}/get?agent_id=1"))[0] == 404
    assert (await visitor.ask("GET", f"{ROOT}/get?agent_id=x"))[0] == 422


async def test_a_record_has_an_id_of_its_own_and_two_durations(
    visitor: Visitor, stand_in: UnleashXStandIn
) -> None:
    stand_in.outcome(Outcome("answered", seconds=61))
    made = await visitor.dial()
    (row,) = await visitor.listed()
    assert (row["ID"], row["CALL_STATUS"], row["STATUS"]) == (9001, "initiated", "initiated")
    assert (row["TOTAL_DURATION"], row["total_duration"]) == (None, None)
    assert made["execution_id"] not in str(row)
    for _ in range(2):
        stand_in.advance(made["execution_id"])
    (row,) = await visitor.listed()
    assert (row["TOTAL_DURATION"], row["total_duration"]) == (61, "1m 1s")
    assert "INPUT_DATA" not in row
    stand_in.account.input_data_shown = True
    assert (await visitor.listed())[0]["INPUT_DATA"] == {"call_ref": "C-4F7K.1"}
    assert [call["ID"] for call in await visitor.listed("page=2")] == []


async def test_records_are_filtered(visitor: Visitor, stand_in: UnleashXStandIn) -> None:
    await visitor.dial()
    await visitor.dial(phone_number="+12025550143", agent_id=418, metadata={"call_ref": "C-9"})
    stand_in.advance(stand_in.calls[0].id)

    async def ids(query: str) -> list[int]:
        return [row["ID"] for row in await visitor.listed(query)]

    assert await ids("") == [9002, 9001]
    assert await ids("agent_id=412") == [9001]
    assert await ids("calling_number=0143") == [9002]
    assert await ids("calling_number=120255501") == [9002, 9001]
    assert await ids("status=running") == [9001]
    assert await ids("provider_number=%2B12025550198") == [9002, 9001]
    assert await ids("provider_number=0198") == []
    assert await ids("input_data=C-4F7K") == [9001]
    assert await ids("limit=1&page=2") == [9001]
    stand_in.account.newest_first = False
    assert await ids("limit=1") == [9001]
    stand_in.account.most_per_page = 1
    assert await ids("limit=100") == [9001]


async def test_the_filter_for_input_may_do_nothing(
    visitor: Visitor, stand_in: UnleashXStandIn
) -> None:
    await visitor.control("settings", {"input_data_works": False})
    await visitor.dial()
    assert len(await visitor.listed("input_data=C-none")) == 1


async def test_records_are_of_the_days_asked_for(
    visitor: Visitor, stand_in: UnleashXStandIn
) -> None:
    await visitor.dial()
    today = stand_in.calls[0].created_at.date().isoformat()
    for query, count in (
        (f"fromdate={today}", 1),
        (f"fromdate={today}&todate={today}", 1),
        (f"fromdate={today}T00:00:00Z", 1),
        ("fromdate=2099-01-01", 0),
        ("todate=2020-01-01", 0),
    ):
        assert len(await visitor.listed(query)) == count
    for wrong in ("fromdate=soon", "todate=1", "page=0", "limit=x", "agent_id=maya"):
        status, _ = await visitor.ask("GET", f"{ROOT}/executions/list?{wrong}")
        assert status == 422


async def test_a_record_is_shown_late(visitor: Visitor, stand_in: UnleashXStandIn) -> None:
    stand_in.misbehave(Fault(Kind.LISTING_LAG, seconds=60))
    await visitor.dial()
    assert await visitor.listed() == []
    stand_in.calls[0].visible_from = 0
    assert len(await visitor.listed()) == 1


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("answered", ["running", "completed", "completed"]),
        ("voicemail", ["running", "completed", "completed"]),
        ("no-answer", ["no-answer", "no-answer", "no-answer"]),
        ("busy", ["busy", "busy", "busy"]),
        ("failed", ["failed", "failed", "failed"]),
        ("rings forever", ["running", "running", "running"]),
    ],
)
@pytest.mark.parametrize("show_ringing", [True, False])
async def test_each_outcome_has_its_words(
    visitor: Visitor, stand_in: UnleashXStandIn, kind: str, words: list[str], show_ringing: bool
) -> None:
    await visitor.control("settings", {"show_ringing": show_ringing})
    await visitor.control("outcomes", {"numbers": {NUMBER: kind}})
    made = await visitor.dial()
    assert [stand_in.advance(made["execution_id"]) for _ in words] == words


async def test_calls_move_on_by_themselves_and_have_a_recording(
    visitor: Visitor, stand_in: UnleashXStandIn
) -> None:
    stand_in.account.pace = 0.01
    await visitor.dial()
    row: dict[str, Any] = {"CALL_STATUS": "initiated"}
    async with asyncio.timeout(5):
        while row["CALL_STATUS"] != "completed":
            (row,) = await visitor.listed()
    async with aiohttp.ClientSession() as session, session.get(row["FILE_PATH"]) as answer:
        with wave.open(io.BytesIO(await answer.read())) as sound:
            assert sound.getnframes() == 4000
    stand_in.account.whole_links = False
    (row,) = await visitor.listed()
    assert row["FILE_PATH"] == f"recordings/{stand_in.calls[0].id}.wav"


async def test_another_process_can_count_lost_dials(
    visitor: Visitor, stand_in: UnleashXStandIn
) -> None:
    await visitor.control("faults", ["lost_answer", "read_then_reset"])
    for _ in range(2):
        with pytest.raises(aiohttp.ClientError):
            await visitor.dial()
    _, seen = await visitor.ask("GET", "/_control/posts")
    assert (seen["by_number"], seen["by_agent_id"]) == ({NUMBER: 2}, {"412": 2})
    assert seen["rang"] == {NUMBER: 2}
    await visitor.control("reset", {})
    assert (stand_in.posts, stand_in.calls) == ([], [])
    await visitor.dial()
    assert (await visitor.listed())[0]["ID"] == 9001


@pytest.mark.parametrize("wrapped", [True, False])
async def test_an_answer_can_come_without_its_id(
    visitor: Visitor, stand_in: UnleashXStandIn, wrapped: bool
) -> None:
    stand_in.account.wrapped = wrapped
    stand_in.misbehave(Kind.NO_CALL_ID)
    url = f"{stand_in.origin}{ROOT}/call"
    async with (
        aiohttp.ClientSession(headers=visitor.headers) as session,
        session.post(url, json=GOOD) as answer,
    ):
        assert "execution_id" not in await answer.text()
    assert len(stand_in.calls) == 1
