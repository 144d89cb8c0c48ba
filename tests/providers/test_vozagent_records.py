"""What is peculiar to VozAgent: its records, its lists without totals, its assistants' names."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.calls.provider import Order, Watched
from bot.calls.states import State
from bot.demo.vozagent import Assistant, VozAgentStandIn
from bot.providers.fields import micros
from bot.providers.vozagent import VozAgent, VozAgentSettings
from bot.providers.vozagent_api import Created, Detail, dial_body
from tests.providers.raw_server import Exchange, Manner, serving

VOZ = "asst-7d0c2a51-voz"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ORDER = Order("C-1", "+12025550142", VOZ, "Voz", begins=NOON)


class HandClock:
    """A clock the test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def stand_in(clock: HandClock) -> AsyncIterator[VozAgentStandIn]:
    stand_in = VozAgentStandIn(clock)
    stand_in.account.pace = None
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


def opened(stand_in: VozAgentStandIn, **more: Any) -> VozAgent:
    given = {"api_key": stand_in.api_key, "base_url": stand_in.base_url} | more
    return VozAgentSettings.model_validate(given).open()


@pytest.fixture
async def voz_agent(stand_in: VozAgentStandIn) -> AsyncIterator[VozAgent]:
    provider = opened(stand_in)
    yield provider
    await provider.aclose()


def ring(stand_in: VozAgentStandIn, number: str, *, begin: bool = True) -> str:
    call = stand_in.account.place(number, stand_in.account.assistants[VOZ])
    if begin:
        stand_in.advance(call.id)
    return call.id


async def found(voz_agent: VozAgent, since: datetime, minutes: int = 10) -> list[str | None]:
    until = since + timedelta(minutes=minutes)
    return [news.provider_call_id for news in await voz_agent.find(ORDER, since=since, until=until)]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Ann", "Ann", None),
        ("Ann Lee", "Ann", "Lee"),
        ("  Ann  van der\tLee ", "Ann", "van der Lee"),
        ("", None, None),
        (None, None, None),
    ],
)
def test_a_name_is_split_after_its_first_word(
    name: str | None, first: str | None, last: str | None
) -> None:
    body = dial_body(replace(ORDER, name=name))
    expected = {"first_name": first, "last_name": last}
    assert {key: value for key, value in body.items() if key.endswith("_name")} == {
        key: value for key, value in expected.items() if value
    }


def test_the_request_names_the_assistant_by_id_alone_and_has_no_tags() -> None:
    body = dial_body(replace(ORDER, notes=" Kitchen "))
    assert body == {
        "phone_number": "+12025550142",
        "assistant_id": VOZ,
        "source": "switchboard",
        "notes": "Kitchen",
    }


@pytest.mark.parametrize(
    ("dollars", "expected"),
    [("0.15", 150_000), ("0.1234565", 123_457), ("0", 0), ("3", 3_000_000), ("1.1", 1_100_000)],
)
def test_dollars_become_whole_millionths(dollars: str, expected: int) -> None:
    assert micros(Decimal(dollars)) == expected


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("2026-11-20T12:00:00Z", NOON),
        ("2026-11-20T12:00:00", NOON),
        ("2026-11-20T17:30:00+05:30", NOON),
        ("2026-11-20 12:00:00.000", NOON),
        ("yesterday", None),
        ("0001-01-01T00:00:00+05:30", None),
        (None, None),
        ([], None),
    ],
)
def test_times_without_a_zone_are_utc_and_bad_ones_absent(told: Any, meant: Any) -> None:
    detail = Detail.model_validate({"id": "c", "call_status": "x", "call_started_at": told})
    assert str(detail.call_started_at) == str(meant)


def test_one_bad_field_does_not_hide_the_others() -> None:
    answer = {"id": 7, "call_status": "completed", "cost": "much", "duration_seconds": -1}
    detail = Detail.model_validate(answer | {"transcript": ["a"], "new_field": {}})
    assert (detail.id, detail.cost, detail.duration_seconds, detail.transcript) == (
        "7",
        None,
        None,
        None,
    )


def test_an_odd_status_does_not_cost_us_the_id() -> None:
    assert Created.model_validate({"call_id": 7, "status": {"a": 1}}).call_id == "7"


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("in-progress", State.IN_PROGRESS),
        ("In Progress", State.IN_PROGRESS),
        ("IN_PROGRESS", State.IN_PROGRESS),
        (" queued ", State.PLACED),
        ("No-Answer", State.NO_ANSWER),
        ("canceled", State.FAILED),
        ("", None),
        ("in--progress", None),
    ],
)
async def test_words_are_compared_without_case_and_dashes(word: str, state: State | None) -> None:
    async with serving(_always({"id": "c", "call_status": word, "cost": 0.1})) as server:
        given = {"api_key": "gw_key", "base_url": server.origin}
        provider = VozAgentSettings.model_validate(given).open()
        news = await provider.read(Watched("c", ORDER, NOON))
        await provider.aclose()
    assert news is not None
    assert (news.state, news.raw_status, news.cost_micros) == (state, word, 100_000)


def _always(answer: Any) -> Manner:
    content = json.dumps(answer).encode()

    async def manner(exchange: Exchange) -> None:
        await exchange.read_request()
        head = f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {len(content)}\r\n\r\n"
        await exchange.send(head.encode() + content)

    return manner


async def test_a_call_is_found_on_a_later_page(
    stand_in: VozAgentStandIn, voz_agent: VozAgent
) -> None:
    wanted = ring(stand_in, ORDER.number)
    for _ in range(130):
        ring(stand_in, "+12025550143", begin=False)
    assert await found(voz_agent, NOON) == [wanted]


@pytest.mark.parametrize("newest_first", [True, False])
async def test_the_order_of_the_list_does_not_matter(
    stand_in: VozAgentStandIn, voz_agent: VozAgent, clock: HandClock, newest_first: bool
) -> None:
    stand_in.account.newest_first = newest_first
    clock.now = NOON - timedelta(hours=3)
    for _ in range(120):
        ring(stand_in, "+12025550143")
    ring(stand_in, ORDER.number)
    clock.now = NOON
    wanted = ring(stand_in, ORDER.number)
    assert await found(voz_agent, NOON) == [wanted]


async def test_a_list_newest_first_is_not_read_beyond_the_time_asked_for(
    stand_in: VozAgentStandIn, voz_agent: VozAgent, clock: HandClock
) -> None:
    clock.now = NOON - timedelta(hours=3)
    for _ in range(250):
        ring(stand_in, "+12025550143")
    clock.now = NOON
    wanted = ring(stand_in, ORDER.number)
    assert await found(voz_agent, NOON) == [wanted]
    lists = [path for path in stand_in.account.reads if path.startswith("/v1/calls?")]
    assert len(lists) == 1
    assert len(stand_in.account.reads) == 2


async def test_a_call_that_does_not_say_when_it_began_is_looked_at_too(
    stand_in: VozAgentStandIn, voz_agent: VozAgent
) -> None:
    wanted = ring(stand_in, ORDER.number, begin=False)
    assert await found(voz_agent, NOON + timedelta(hours=9)) == [wanted]


async def test_every_call_that_may_be_it_is_told(
    stand_in: VozAgentStandIn, voz_agent: VozAgent
) -> None:
    both = {ring(stand_in, ORDER.number), ring(stand_in, ORDER.number)}
    assert set(await found(voz_agent, NOON)) == both


async def test_one_look_is_bounded_and_the_next_goes_on_where_it_stopped(
    stand_in: VozAgentStandIn, voz_agent: VozAgent
) -> None:
    wanted = ring(stand_in, ORDER.number)
    for n in range(60):
        ring(stand_in, f"+120255501{n % 40:02}")
    with capture_logs() as logs:
        assert await found(voz_agent, NOON) == []
    assert [line["event"] for line in logs] == ["provider_find_cut_short"]
    assert await found(voz_agent, NOON) == [wanted]
    details = [path for path in stand_in.account.reads if not path.startswith("/v1/calls?")]
    assert len(details) == len(set(details)) == 61


async def test_a_team_name_stands_beside_or_in_place_of_a_listed_one(
    stand_in: VozAgentStandIn,
) -> None:
    names = {
        "Priya": {"id": VOZ, "language": "Hindi"},
        "nova": {"id": "asst-19e4b6f3-nova", "language": "Spanish"},
        "Ghost": {"id": "asst-gone"},
        "Desk": {"id": "asst-5f71e9b8-desk"},
    }
    provider = opened(stand_in, agents=names)
    agents = {agent.name: agent for agent in await provider.list_agents()}
    await provider.aclose()
    assert list(agents) == ["Priya", "nova", "Ghost", "Desk", "Voz", "Old Voz", "Front Desk"]
    assert (agents["Priya"].id, agents["Priya"].language) == (VOZ, "Hindi")
    assert agents["Voz"].language == "Hindi"
    assert agents["Ghost"].why_not == "VozAgent has no assistant with the id set for it"
    assert agents["Desk"].why_not == "it only takes incoming calls"


async def test_all_pages_of_assistants_are_read() -> None:
    many = [Assistant(f"asst-{n}", f"Voz {n}") for n in range(230)]
    stand_in = VozAgentStandIn(assistants=many)
    await stand_in.start()
    provider = opened(stand_in)
    assert len(await provider.list_agents()) == 230
    await provider.aclose()
    await stand_in.stop()
