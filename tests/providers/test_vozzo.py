"""Vozzo keeps the contract of providers that cannot be asked, and speaks of time in slots."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.calls.errors import Cause, NotPlaced
from bot.calls.provider import CallProvider, Order, Receipt, Watched
from bot.calls.timing import Window
from bot.demo.vozzo import DEMO_AGENT_ID, DEMO_KEY, VozzoStandIn
from bot.providers.vozzo import Vozzo, VozzoSettings
from bot.providers.vozzo_api import LONGEST_METADATA, metadata, receipt_of
from tests.contracts.dialling_contract import DiallingContract
from tests.contracts.document_contract import DocumentContract
from tests.contracts.judging_middleware import Judge
from tests.contracts.one_provider import NUMBER, OTHER_NUMBER, PATIENCE, always
from tests.contracts.openapi_judge import Document

FRIDAY = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)  # 11:30 in Kolkata
PRIYA = {"id": DEMO_AGENT_ID, "language": "Hindi"}
AGENTS = {"Priya": PRIYA, "Priya in English": PRIYA | {"language": "English"}}
ORDER = Order("C-4F7K-1", NUMBER, DEMO_AGENT_ID, "Priya", FRIDAY, "Ann Lee", "Kitchen")
MIDNIGHT = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)  # Saturday begins in Kolkata


def settings(**given: Any) -> VozzoSettings:
    return VozzoSettings.model_validate({"api_key": DEMO_KEY, "agents": AGENTS} | given)


class TestVozzo(DiallingContract, DocumentContract):
    document: ClassVar[Document] = Document("vozzo.yaml")
    agent_id: ClassVar[str] = DEMO_AGENT_ID
    agent_name: ClassVar[str] = "Priya"
    wrong_key: ClassVar[str] = "another_token"
    operations: ClassVar[Mapping[str, str]] = {"dispatchCalls": "place"}

    @pytest.fixture
    def order(self) -> Order:
        return ORDER

    def new_stand_in(self) -> VozzoStandIn:
        return VozzoStandIn(clock=lambda: FRIDAY)

    def open(self, base_url: str, api_key: str) -> CallProvider:
        key = SecretStr(api_key)
        return settings(api_key=key, base_url=base_url, timeouts=PATIENCE, batch_size=2).open()


@pytest.fixture
async def stand_in() -> AsyncIterator[VozzoStandIn]:
    stand_in, judge = VozzoStandIn(clock=lambda: FRIDAY), Judge(TestVozzo.document)
    stand_in.account.pace = None
    judge.attach(stand_in)
    await stand_in.start()
    yield stand_in
    await stand_in.stop()
    assert judge.problems == []


@pytest.fixture
async def vozzo(stand_in: VozzoStandIn) -> AsyncIterator[Vozzo]:
    provider = settings(base_url=stand_in.base_url, batch_size=10).open()
    yield provider
    await provider.aclose()


async def opened(stand_in: VozzoStandIn, order: Order, **given: Any) -> Receipt:
    provider = settings(base_url=stand_in.base_url, **given).open()
    try:
        return await provider.place([order], may_send=always)
    finally:
        await provider.aclose()


async def test_one_call_is_written_as_the_document_shows(
    stand_in: VozzoStandIn, vozzo: Vozzo
) -> None:
    receipt = await vozzo.place([ORDER], may_send=always)
    assert stand_in.posts[0].body == {
        "agent_uuid": DEMO_AGENT_ID,
        "prompt_history_id": None,
        "scheduled_call_config": {
            "searchable_attr": "phone_number",
            "timeslot_settings": {
                "timezone": "IST",
                "allow_on_weekends": False,
                "start_time": "11:30",
                "end_time": "12:30",
                "start_date": "2026-11-20",
            },
        },
        "scheduled_call_data": [
            {
                "to_phone_number": NUMBER,
                "agent_language": "Hindi",
                "metadata": '{"name": "Ann Lee", "notes": "Kitchen", "call_ref": "C-4F7K-1"}',
            }
        ],
    }
    assert receipt == Receipt(stand_in.calls[0].id, "queued", FRIDAY + timedelta(hours=1))


async def test_the_settings_of_an_agent_and_of_the_account_are_sent(stand_in: VozzoStandIn) -> None:
    told = {"goals": ["A visit"], "questions": [{"q": "When?"}]}
    agent = {"id": DEMO_AGENT_ID, "prompt_history_id": "p-7", "post_call_config": told}
    await opened(stand_in, ORDER, agents={"Priya": agent}, window_minutes=15)
    body = stand_in.posts[0].body
    assert body["prompt_history_id"] == "p-7"
    assert body["post_call_config"] == {"criteria": [], "buckets": [], "tags": []} | told
    assert body["scheduled_call_data"][0]["agent_language"] == "English"
    assert body["scheduled_call_config"]["timeslot_settings"]["end_time"] == "11:45"


async def test_many_share_a_request_and_no_id_is_believed(
    stand_in: VozzoStandIn, vozzo: Vozzo
) -> None:
    in_english = replace(ORDER, number=OTHER_NUMBER, agent_name="Priya in English")
    receipt = await vozzo.place([ORDER, in_english], may_send=always)
    rows = stand_in.posts[0].body["scheduled_call_data"]
    assert [row["agent_language"] for row in rows] == ["Hindi", "English"]
    assert [call.number for call in stand_in.calls] == [NUMBER, OTHER_NUMBER]
    assert receipt == Receipt(None, "queued", FRIDAY + timedelta(hours=1))


def test_parties_are_those_whose_request_would_be_the_same() -> None:
    vozzo = settings(batch_size=2).open()
    party = vozzo.party(ORDER)
    same = {"reference": "C-2-1", "number": OTHER_NUMBER, "notes": None, "begins": FRIDAY}
    assert vozzo.party(replace(ORDER, **same)) == party  # type: ignore[arg-type]  # given by name
    assert vozzo.party(replace(ORDER, begins=FRIDAY + timedelta(seconds=59))) == party
    assert vozzo.party(replace(ORDER, begins=FRIDAY + timedelta(seconds=60))) != party
    window = Window(FRIDAY, FRIDAY + timedelta(hours=2), "UTC")
    assert vozzo.party(replace(ORDER, window=window)) != party
    assert vozzo.party(replace(ORDER, agent_id="another")) == "C-4F7K-1"


def test_one_by_one_every_call_is_a_party_of_its_own() -> None:
    vozzo = settings().open()
    assert vozzo.party(ORDER) != vozzo.party(replace(ORDER, reference="C-2-1"))


async def test_calls_of_different_parties_are_never_sent_together(
    stand_in: VozzoStandIn, vozzo: Vozzo
) -> None:
    later = replace(ORDER, begins=FRIDAY + timedelta(hours=1))
    with pytest.raises(NotPlaced, match="agent and their time") as caught:
        await vozzo.place([ORDER, later], may_send=always)
    assert caught.value.cause is Cause.REFUSED
    assert stand_in.posts == []


async def test_an_agent_that_left_the_settings_is_not_used(
    stand_in: VozzoStandIn, vozzo: Vozzo
) -> None:
    with pytest.raises(NotPlaced, match="Priya is not in the settings") as caught:
        await vozzo.place([replace(ORDER, agent_id="another")], may_send=always)
    assert caught.value.cause is Cause.REFUSED
    assert stand_in.posts == []


async def test_shortly_before_midnight_there_a_call_waits_for_midnight(
    stand_in: VozzoStandIn,
) -> None:
    order = replace(ORDER, begins=MIDNIGHT - timedelta(minutes=3))
    with pytest.raises(NotPlaced, match="no room") as caught:
        await opened(stand_in, order)
    assert caught.value.cause is Cause.BUSY_LINE
    assert caught.value.wait == timedelta(minutes=3, seconds=1)
    assert "five minutes" in caught.value.for_user
    assert caught.value.for_user.endswith("No phone rang.")
    assert stand_in.posts == []


async def test_a_call_given_ahead_gets_the_slot_after_midnight(stand_in: VozzoStandIn) -> None:
    order = replace(ORDER, begins=MIDNIGHT - timedelta(minutes=3))
    receipt = await opened(stand_in, order, handover="at_once")
    assert receipt.until == MIDNIGHT + timedelta(hours=1)
    assert [recipient.opens for recipient in stand_in.waiting] == [MIDNIGHT]
    assert stand_in.calls == []


async def test_at_the_end_of_its_window_a_call_is_not_sent(stand_in: VozzoStandIn) -> None:
    window = Window(FRIDAY, FRIDAY + timedelta(minutes=4), "America/New_York")
    with pytest.raises(NotPlaced, match="no room") as caught:
        await opened(stand_in, replace(ORDER, window=window), handover="at_once")
    assert (caught.value.cause, caught.value.wait) == (Cause.TOO_LATE, None)
    assert stand_in.posts == []


async def test_hours_of_a_few_minutes_a_day_never_give_a_slot(stand_in: VozzoStandIn) -> None:
    window = Window(FRIDAY, None, "UTC", time(6), time(6, 4))
    with pytest.raises(NotPlaced, match="no room") as caught:
        await opened(stand_in, replace(ORDER, window=window), handover="at_once")
    assert caught.value.cause is Cause.TOO_LATE
    assert stand_in.posts == []


async def test_nothing_can_be_asked_and_agents_are_those_of_the_settings(
    stand_in: VozzoStandIn, vozzo: Vozzo
) -> None:
    watched = Watched("call-1", ORDER, FRIDAY)
    assert await vozzo.read(watched) is None
    assert await vozzo.overview([watched]) == {}
    assert await vozzo.find(ORDER, since=FRIDAY, until=FRIDAY) == ()
    agents = [(agent.name, agent.id, agent.language) for agent in await vozzo.list_agents()]
    assert agents == [
        ("Priya", DEMO_AGENT_ID, "Hindi"),
        ("Priya in English", DEMO_AGENT_ID, "English"),
    ]
    assert stand_in.account.reads == []


@pytest.mark.parametrize(
    ("answer", "call_id", "status"),
    [
        ({"call_id": "c-1", "status": "queued"}, "c-1", "queued"),
        ({"data": {"call_id": "c-1", "status": "queued"}}, "c-1", "queued"),
        ({"result": {"call_id": 71}, "status": "ok"}, "71", "ok"),
        ({"call_id": "", "data": [], "result": {"call_id": "c-1"}}, "c-1", ""),
        ({"call_id": ["c-1"], "status": 7, "data": "queued"}, None, "7"),
        ({}, None, ""),
        ([{"call_id": "c-1"}], None, ""),
        ("queued", None, ""),
        (None, None, ""),
    ],
)
def test_any_body_of_a_yes_is_a_yes(answer: Any, call_id: str | None, status: str) -> None:
    assert receipt_of(answer, alone=True, until=FRIDAY) == Receipt(call_id, status, FRIDAY)
    assert receipt_of(answer, alone=False, until=FRIDAY) == Receipt(None, status, FRIDAY)


@given(
    st.none() | st.text(max_size=60) | st.just("Ann " * 2000),
    st.none() | st.text() | st.text(alphabet='"\\\x00é😀', min_size=600, max_size=4000),
)
def test_metadata_is_a_string_that_holds_a_small_flat_object(
    name: str | None, notes: str | None
) -> None:
    written = metadata(replace(ORDER, name=name, notes=notes))
    facts = json.loads(written)
    assert len(written) <= LONGEST_METADATA
    assert facts["call_ref"] == ORDER.reference
    assert facts.keys() <= {"name", "notes", "call_ref"}
    assert all(isinstance(value, str) for value in facts.values())


def test_notes_are_cut_before_a_name_and_no_more_than_needed() -> None:
    facts = json.loads(metadata(replace(ORDER, notes='"' * 5000)))
    assert facts["name"] == "Ann Lee"
    assert len(metadata(replace(ORDER, notes='"' * 5000))) in {1_999, 2_000}
    facts = json.loads(metadata(replace(ORDER, name="Ann " * 1000)))
    assert facts["notes"] == ""
    assert facts["name"].startswith("Ann Ann ")
    assert facts["name"].endswith("…")
