"""The Voicy stand-in keeps to the provider's document, in both generations of its words."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.demo.voicy import DANA, DEMO_FROM, SALES, SWITCHED_OFF, VoicyStandIn
from tests.providers.voicy_bench import CALL_ID, NOON, NUMBER, HandClock
from tests.providers.voicy_visitor import BASE, DOCUMENT, GOOD, Visitor


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


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        (GOOD, 201, None),
        ({"from_number": DEMO_FROM, "to_number": NUMBER}, 201, None),
        (GOOD | {"override_agent_id": SALES.id.upper()}, 201, None),
        (GOOD | {"vars_provided": {}}, 201, None),
        (GOOD | {"vars_provided": {"customer_name": "Ann", "age": 7, "old": False}}, 201, None),
        ({"to_number": NUMBER}, 400, "from_number"),
        ({"from_number": DEMO_FROM}, 400, "to_number"),
        ([], 400, "object"),
        ("text", 400, "object"),
        (GOOD | {"to_number": "2025550142"}, 422, "to_number"),
        (GOOD | {"to_number": 12025550142}, 422, "to_number"),
        (GOOD | {"override_agent_id": "dana"}, 422, "override_agent_id"),
        (GOOD | {"override_agent_id": None}, 422, "override_agent_id"),
        (GOOD | {"vars_provided": "x"}, 422, "vars_provided"),
        (GOOD | {"vars_provided": {"a": {}}}, 422, "vars_provided"),
        (GOOD | {"vars_provided": {"a": None}}, 422, "vars_provided"),
        (GOOD | {"when": "tomorrow"}, 422, "when"),
        (GOOD | {"from_number": "+12025550177"}, 403, "from_number"),
        (GOOD | {"override_agent_id": CALL_ID}, 404, "agent"),
        (GOOD | {"override_agent_id": SWITCHED_OFF.id}, 422, "Old Sales"),
    ],
)
async def test_a_dial_is_checked_as_the_document_says(
    visitor: Visitor, stand_in: VoicyStandIn, body: Any, status: int, word: str | None
) -> None:
    answered, told = await visitor.ask("POST", f"{BASE}/call-dial", body)
    assert answered == status
    assert word is None or word in str(told)
    assert len(stand_in.calls) == (status == 201)
    assert [post.status for post in stand_in.posts] == [status]
    fits = DOCUMENT.request_problems("POST", f"{BASE}/call-dial", body) == []
    assert fits or status != 201


@pytest.mark.parametrize(
    ("method", "page"),
    [
        ("POST", "call-dial"),
        ("GET", "call-get/x"),
        ("POST", "call-list"),
        ("GET", "agent-list"),
        ("GET", "agent-get/x"),
    ],
)
async def test_no_page_opens_without_the_key(visitor: Visitor, method: str, page: str) -> None:
    visitor.key = "voicy_sk_live_other"
    status, _ = await visitor.ask(method, f"{BASE}/{page}", GOOD if method == "POST" else None)
    assert status == 401


async def test_errors_come_in_both_shapes(visitor: Visitor, stand_in: VoicyStandIn) -> None:
    shapes = [(await visitor.dial(to_number="x"))[1] for _ in range(2)]
    assert shapes == [
        {"error": "to_number must be in E.164 format"},
        {"status": "error", "message": "to_number must be in E.164 format"},
    ]
    await visitor.control("settings", {"error_shape": "message"})
    assert (await visitor.dial(to_number="x"))[1] == shapes[1]


async def test_the_list_is_paged_by_a_cursor_and_filtered(
    visitor: Visitor, stand_in: VoicyStandIn, clock: HandClock
) -> None:
    ids = []
    for agent in (DANA, SALES, DANA, DANA):
        ids.append((await visitor.dial(override_agent_id=agent.id))[1]["call_id"])
        stand_in.advance(ids[-1])
        clock.now += timedelta(minutes=1)
    assert await visitor.listed() == ids[::-1]
    assert await visitor.listed(sort_order="ascending", limit=2) == ids[:2]
    assert await visitor.listed(limit=2, pagination_key=ids[2]) == [ids[1], ids[0]]
    assert await visitor.listed(filter_criteria={"agent_id": [SALES.id]}) == [ids[1]]
    assert await visitor.listed(filter_criteria={"direction": ["incoming"]}) == []
    assert await visitor.listed(filter_criteria={"call_status": ["busy"]}) == []
    second = round((NOON + timedelta(minutes=1)).timestamp() * 1000)
    times = {"lower_threshold": second, "upper_threshold": second + 60_000}
    assert await visitor.listed(filter_criteria={"start_timestamp": times}) == [ids[2], ids[1]]
    _, told = await visitor.ask("POST", f"{BASE}/call-list", {"limit": 1})
    assert told["total_count"] == 4
    assert "id" not in told["calls"][0]["agent"]
    assert "transcript" not in told["calls"][0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": 0},
        {"limit": 1001},
        {"limit": "5"},
        {"sort_order": "up"},
        {"pagination_key": CALL_ID},
        {"pagination_key": 7},
        {"number": NUMBER},
        {"filter_criteria": {"to_number": [NUMBER]}},
        {"filter_criteria": {"agent_id": ["dana"]}},
        {"filter_criteria": {"agent_id": DANA.id}},
        {"filter_criteria": {"direction": ["outbound"]}},
        {"filter_criteria": {"start_timestamp": {"lower_threshold": "noon"}}},
        {"filter_criteria": {"start_timestamp": {"from": 1}}},
        {"filter_criteria": {"include_test_calls": "no"}},
    ],
)
async def test_a_list_asked_for_wrongly_is_refused(visitor: Visitor, wrong: dict[str, Any]) -> None:
    assert (await visitor.ask("POST", f"{BASE}/call-list", wrong))[0] == 422


async def test_a_call_that_has_not_begun_may_be_hidden_by_a_filter_of_time(
    visitor: Visitor, stand_in: VoicyStandIn
) -> None:
    _, made = await visitor.dial()
    since = {"filter_criteria": {"start_timestamp": {"lower_threshold": 1}}}
    assert await visitor.listed(**since) == [made["call_id"]]
    await visitor.control("settings", {"hides_unbegun": True})
    assert await visitor.listed(**since) == []
    assert await visitor.listed() == [made["call_id"]]


async def test_a_call_may_be_listed_late(visitor: Visitor, stand_in: VoicyStandIn) -> None:
    await visitor.control("settings", {"listing_lag": 60})
    _, made = await visitor.dial()
    assert await visitor.listed() == []
    assert (await visitor.ask("GET", f"{BASE}/call-get/{made['call_id']}"))[0] == 404
    stand_in.account.calls[made["call_id"]].visible_from = 0
    assert await visitor.listed() == [made["call_id"]]


async def test_agents_can_be_read(visitor: Visitor) -> None:
    _, agents = await visitor.ask("GET", f"{BASE}/agent-list")
    assert [(agent["name"], agent["active"]) for agent in agents] == [
        ("Dana", True),
        ("Sales", True),
        ("Old Sales", False),
    ]
    _, dana = await visitor.ask("GET", f"{BASE}/agent-get/{DANA.id}")
    assert {each["name"] for each in dana["variables_provided"]} == {"customer_name", "notes"}
    assert (await visitor.ask("GET", f"{BASE}/agent-get/{CALL_ID}"))[0] == 404


@pytest.mark.parametrize(
    ("vocabulary", "ends"),
    [
        ("ended", {"ended"}),
        ("hang-ups", {"user_hangup", "agent_hangup", "inactivity", "error_inactivity"}),
        (
            "alternating",
            {"ended", "user_hangup", "agent_hangup", "inactivity", "error_inactivity"},
        ),
    ],
)
async def test_good_calls_end_in_the_words_of_the_vocabulary(
    visitor: Visitor, stand_in: VoicyStandIn, vocabulary: str, ends: set[str]
) -> None:
    await visitor.control("settings", {"vocabulary": vocabulary})
    for _ in range(6):
        await visitor.dial()
    stand_in.end_all()
    assert {call.status for call in stand_in.calls} == ends


@pytest.mark.parametrize(
    ("kind", "show_ringing", "words"),
    [
        ("answered", True, ["ringing", "ongoing", "ended"]),
        ("voicemail", False, ["ongoing", "ended", "ended"]),
        ("no-answer", True, ["ringing", "no_answer", "no_answer"]),
        ("busy", False, ["busy", "busy", "busy"]),
        ("failed", False, ["error", "error", "error"]),
        ("rings forever", False, ["ongoing", "ongoing", "ongoing"]),
    ],
)
async def test_each_outcome_has_its_words(
    visitor: Visitor, stand_in: VoicyStandIn, kind: str, show_ringing: bool, words: list[str]
) -> None:
    settings = {"show_ringing": show_ringing, "vocabulary": "ended"}
    await visitor.control("settings", settings)
    await visitor.control("outcomes", {"numbers": {NUMBER: kind}})
    _, made = await visitor.dial()
    assert [stand_in.advance(made["call_id"]) for _ in words] == words
