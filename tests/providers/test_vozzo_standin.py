"""The Vozzo stand-in keeps to its document, rings each recipient once, in its slot."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.demo.vozzo import DEMO_AGENT_ID, Fault, Kind, VozzoStandIn
from tests.contracts.openapi_judge import Document
from tests.fakes import FakeClock

DOCUMENT = Document("vozzo.yaml")
PATH = "/v1alpha/dispatcher"
NUMBER, OTHER = "+12025550142", "+12025550143"
FRIDAY = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)  # 11:30 in Kolkata
SLOT = {
    "timezone": "IST",
    "allow_on_weekends": False,
    "start_time": "12:00",
    "end_time": "13:00",
    "start_date": "2026-11-20",
}
CALL = {"to_phone_number": NUMBER, "agent_language": "Hindi", "metadata": '{"call_ref":"C-1"}'}


def request(*calls: Any, **changes: Any) -> dict[str, Any]:
    """A good request; ``changes`` are of its slot."""
    config = {"searchable_attr": "phone_number", "timeslot_settings": SLOT | changes}
    return {
        "agent_uuid": DEMO_AGENT_ID,
        "scheduled_call_config": config,
        "scheduled_call_data": list(calls or [CALL]),
    }


class Visitor:
    """Speaks to the stand-in as any program would; every answer of the API is judged."""

    def __init__(self, stand_in: VozzoStandIn, session: aiohttp.ClientSession) -> None:
        self._stand_in = stand_in
        self._session = session
        self.key = stand_in.api_key

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.key}"}
        url = self._stand_in.origin + path
        async with self._session.request(method, url, json=body, headers=headers) as answer:
            told = await answer.json()
            if path == PATH and method == "POST":
                assert DOCUMENT.answer_problems(method, path, answer.status, told) == []
            return answer.status, told

    async def dispatch(self, body: Any) -> tuple[int, Any]:
        return await self.ask("POST", PATH, body)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(FRIDAY)


@pytest.fixture
async def stand_in(clock: FakeClock) -> AsyncIterator[VozzoStandIn]:
    stand_in = VozzoStandIn(clock=clock.now)
    stand_in.account.pace = None
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
async def visitor(stand_in: VozzoStandIn) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession() as session:
        yield Visitor(stand_in, session)


@pytest.mark.parametrize(
    "body",
    [
        request(),
        request() | {"prompt_history_id": None, "post_call_config": {"goals": [1, {"a": []}]}},
        request() | {"prompt_history_id": "p-1", "agent_uuid": DEMO_AGENT_ID.upper()},
        request(CALL | {"metadata": "{}"}, CALL | {"to_phone_number": OTHER}),
    ],
)
async def test_what_the_document_allows_is_taken(
    visitor: Visitor, stand_in: VozzoStandIn, body: Any
) -> None:
    assert DOCUMENT.request_problems("POST", PATH, body) == []
    status, told = await visitor.dispatch(body)
    assert (status, told["status"]) == (200, "queued")
    assert len(stand_in.waiting) == len(body["scheduled_call_data"])


FORBIDDEN: list[tuple[Any, int, str]] = [
    ({}, 422, "agent_uuid"),
    (request() | {"agent_uuid": "priya"}, 422, "agent_uuid"),
    (request() | {"agent_uuid": None}, 422, "agent_uuid"),
    (request() | {"prompt_history_id": 7}, 422, "prompt_history_id"),
    (request() | {"when": "now"}, 422, "when"),
    (request() | {"scheduled_call_config": {}}, 422, "timeslot_settings"),
    (request() | {"scheduled_call_data": []}, 422, "scheduled_call_data"),
    (request() | {"scheduled_call_data": CALL}, 422, "scheduled_call_data"),
    (request() | {"post_call_config": {"aims": []}}, 422, "aims"),
    (request() | {"post_call_config": {"goals": "all"}}, 422, "goals"),
    (request(CALL | {"metadata": {"call_ref": "C-1"}}), 422, "metadata"),
    (request(CALL | {"metadata": "C-1"}), 422, "metadata"),
    (request(CALL | {"metadata": "[]"}), 422, "metadata"),
    (request(CALL | {"to_phone_number": "2025550142"}), 422, "to_phone_number"),
    (request(CALL | {"agent_language": ""}), 422, "agent_language"),
    (request(CALL | {"name": "Ann"}), 422, "name"),
    (request({"to_phone_number": NUMBER}), 422, "metadata"),
    (request(start_time="9:00"), 422, "start_time"),
    (request(end_time="24:00"), 422, "end_time"),
    (request(end_time="13:00:00"), 422, "end_time"),
    (request(start_date="20-11-2026"), 422, "start_date"),
    (request(start_date="2026-02-30"), 422, "start_date"),
    (request(allow_on_weekends="no"), 422, "allow_on_weekends"),
    ([], 400, "object"),
    ("now", 400, "object"),
]
NONSENSE: list[tuple[Any, int, str]] = [
    (request(CALL | {"metadata": "{oops}"}), 422, "metadata"),
    (request(start_time="13:00"), 422, "end_time must be after"),
    (request(timezone="Asia/Kolkata"), 422, "timezone"),
    (request() | {"agent_uuid": DEMO_AGENT_ID.replace("5", "6")}, 404, "agent"),
]


@pytest.mark.parametrize(("body", "status", "word"), FORBIDDEN + NONSENSE)
async def test_what_makes_no_sense_is_refused_in_words(
    visitor: Visitor, stand_in: VozzoStandIn, body: Any, status: int, word: str
) -> None:
    answered, told = await visitor.dispatch(body)
    assert answered == status
    assert word in told["message"]
    assert [post.status for post in stand_in.posts] == [status]
    assert (stand_in.waiting, stand_in.calls) == ([], [])


@pytest.mark.parametrize("body", [each[0] for each in FORBIDDEN])
def test_the_document_forbids_it_too(body: Any) -> None:
    assert DOCUMENT.request_problems("POST", PATH, body)


async def test_each_recipient_rings_once_when_the_slot_opens(
    visitor: Visitor, stand_in: VozzoStandIn, clock: FakeClock
) -> None:
    stand_in.outcome("busy", number=OTHER)
    await visitor.dispatch(request(CALL, CALL | {"to_phone_number": OTHER}))
    assert (stand_in.calls, stand_in.posts_to(NUMBER), stand_in.posts_to(OTHER)) == ([], 1, 1)
    clock.advance(minutes=29)
    stand_in.open_slots()
    assert stand_in.calls == []
    for _ in range(3):
        clock.advance(minutes=1)
        stand_in.open_slots()
    assert [call.number for call in stand_in.calls] == [NUMBER, OTHER]
    assert stand_in.calls[0].created_at == FRIDAY + timedelta(minutes=30)
    assert stand_in.posts[0].call_ids == [call.id for call in stand_in.calls]
    assert stand_in.advance(stand_in.calls[1].id) == "busy"
    assert stand_in.waiting == []


async def test_in_an_open_slot_it_rings_at_once_under_the_id_that_was_told(
    visitor: Visitor, stand_in: VozzoStandIn
) -> None:
    _, told = await visitor.dispatch(request(start_time="11:00"))
    (call,) = stand_in.account.calls.values()
    assert call.id == told["call_id"]
    assert (call.agent.name, call.language, call.metadata) == (
        "Priya",
        "Hindi",
        {"call_ref": "C-1"},
    )


async def test_a_slot_opens_by_itself(
    visitor: Visitor, stand_in: VozzoStandIn, clock: FakeClock
) -> None:
    clock.advance(minutes=29, seconds=59.99)
    await visitor.dispatch(request())
    assert stand_in.calls == []
    clock.advance(seconds=1)
    async with asyncio.timeout(5):
        while not stand_in.calls:
            await asyncio.sleep(0)
    assert len(stand_in.calls) == 1


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ({"end_time": "11:30", "start_time": "11:00", "allow_on_weekends": True}, 1),
        ({"end_time": "11:30", "start_time": "11:00"}, 3),
        ({"start_date": "2026-11-21", "start_time": "11:00"}, 3),
        ({"start_date": "2026-11-21", "start_time": "11:00", "allow_on_weekends": True}, 1),
        ({"start_date": "2026-11-01", "start_time": "11:00"}, None),
    ],
)
async def test_a_slot_that_is_over_or_on_a_weekend_is_taken_as_the_next_day_s(
    visitor: Visitor,
    stand_in: VozzoStandIn,
    changes: dict[str, Any],
    days: int | None,
) -> None:
    await visitor.dispatch(request(**changes))
    told = [recipient.opens for recipient in stand_in.waiting]
    eleven = datetime(2026, 11, 20, 5, 30, tzinfo=UTC)
    assert told == ([] if days is None else [eleven + timedelta(days=days)])
    assert len(stand_in.calls) == (days is None)


async def test_nothing_else_is_there(visitor: Visitor) -> None:
    for method, path in [
        ("GET", PATH),
        ("DELETE", PATH),
        ("GET", f"{PATH}/call-1"),
        ("GET", "/v1alpha/calls"),
        ("GET", "/v1alpha/agents"),
        ("POST", "/v1alpha/webhooks"),
    ]:
        status, told = await visitor.ask(method, path)
        assert (status, told["message"]) == (404, "There is no such page.")


async def test_no_page_opens_without_the_key(visitor: Visitor, stand_in: VozzoStandIn) -> None:
    visitor.key = "expired"
    assert (await visitor.dispatch(request()))[0] == 401
    assert (stand_in.waiting, stand_in.calls) == ([], [])


async def test_faults_and_counts_work_as_with_every_stand_in(
    visitor: Visitor, stand_in: VozzoStandIn
) -> None:
    stand_in.misbehave(Fault(Kind.ERROR, status=503, effect=True), Kind.NO_CALL_ID)
    now = request(CALL, CALL | {"to_phone_number": OTHER}, start_time="11:00")
    assert (await visitor.dispatch(now))[0] == 503
    assert (await visitor.dispatch(request(start_time="11:00"))) == (200, {"status": "queued"})
    _, seen = await visitor.ask("GET", "/_control/posts")
    assert seen["by_number"] == seen["rang"] == {NUMBER: 2, OTHER: 1}
    assert seen["by_agent_uuid"] == {DEMO_AGENT_ID: 2}
    await visitor.dispatch(request())
    await visitor.ask("POST", "/_control/reset", {})
    assert (stand_in.posts, stand_in.calls, stand_in.waiting) == ([], [], [])
