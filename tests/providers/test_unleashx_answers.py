"""How UnleashX's answers are read, what is sent to it, and which agents can call."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.calls.errors import ProviderError
from bot.calls.provider import NotGenuine, Watched
from bot.calls.states import State
from bot.demo.unleashx import UnleashXStandIn
from bot.providers import Providers
from bot.providers.unleashx_api import (
    AgentRow,
    agents_in,
    created_in,
    dial_body,
    rows_in,
)
from bot.providers.unleashx_rows import Row
from tests.contracts.openapi_judge import Document
from tests.providers.unleashx_account import NOON, ORDER, answered, opened

DOCUMENT = Document("unleashx.yaml")
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
KEYS = st.sampled_from(
    ["data", "datalist", "error", "execution_id", "agent_id", "ID", "INPUT_DATA"]
)
ANSWERS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4)
)
NO_ROW = Watched("x", ORDER, NOON)


@pytest.fixture
async def stand_in() -> AsyncIterator[UnleashXStandIn]:
    stand_in = UnleashXStandIn()
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


def row(**fields: Any) -> Row:
    return Row.model_validate({"ID": 9001} | fields)


def test_the_request_has_its_metadata_as_an_object_and_its_agent_as_a_number() -> None:
    body = dial_body(replace(ORDER, name="  Ann\t Lee ", notes=" Kitchen\nand hall "))
    assert body == {
        "agent_id": 412,
        "phone_number": ORDER.number,
        "metadata": {"call_ref": "C-4F7K.1", "name": "Ann Lee", "notes": "Kitchen\nand hall"},
    }
    assert dial_body(ORDER)["metadata"] == {"call_ref": "C-4F7K.1"}


@given(name=st.text(), notes=st.text())
def test_whatever_is_said_of_a_person_the_request_fits_the_document(name: str, notes: str) -> None:
    body = json.loads(json.dumps(dial_body(replace(ORDER, name=name, notes=notes))))
    assert DOCUMENT.request_problems("POST", "/api/v1/global/agents/call", body) == []


@pytest.mark.parametrize("header", ["token", "api_access_token"])
async def test_the_token_goes_where_the_settings_say(
    stand_in: UnleashXStandIn, header: str
) -> None:
    provider = opened(stand_in, header=header)
    assert await provider.list_agents()
    await provider.aclose()


def test_a_header_nobody_documented_is_refused() -> None:
    with pytest.raises(ValidationError, match="header"):
        Providers.model_validate({"unleashx": {"api_key": "token-1", "header": "Authorization"}})


@pytest.mark.parametrize(
    ("answer", "provider_call_id"),
    [
        ({"execution_id": "e-1", "call_status": "initiated"}, "e-1"),
        ({"success": True, "data": {"execution_id": "e-1"}}, "e-1"),
        ({"data": {"execution_id": 77, "call_status": ["odd"]}}, "77"),
        ({"error": True, "message": "Call failed"}, None),
        ({"error": True, "data": {"execution_id": "e-1"}}, "e-1"),
        ({"data": {"execution_id": ""}}, None),
        ({"data": None}, None),
        ([], None),
    ],
)
async def test_a_good_status_is_a_call_whatever_its_body_says(
    answer: Any, provider_call_id: str | None
) -> None:
    async with answered(answer) as (provider, _):
        receipt = await provider.place([ORDER], may_send=lambda: True)
    assert receipt.provider_call_id == provider_call_id


@pytest.mark.parametrize(
    "answer", [{"error": True, "datalist": []}, {"data": {}}, {}, {"datalist": None}, "none", 7]
)
async def test_a_list_that_is_none_is_an_error_and_not_an_empty_list(answer: Any) -> None:
    async with answered(answer) as (provider, _):
        for ask in (provider.read(NO_ROW), provider.overview([NO_ROW]), provider.list_agents()):
            with pytest.raises(ProviderError, match="200"):
                await ask


@pytest.mark.parametrize("answer", [{"datalist": []}, {"data": {"datalist": []}}, {"data": []}])
async def test_a_list_is_read_in_any_envelope(answer: Any) -> None:
    async with answered(answer) as (provider, _):
        assert await provider.read(NO_ROW) is None
        assert await provider.list_agents() == ()


@given(ANSWERS)
def test_no_answer_is_too_odd_to_be_looked_at(answer: Any) -> None:
    created = created_in(answer)
    assert created is None or created.execution_id
    for rows in (rows_in(answer), agents_in(answer)):
        assert rows is None or isinstance(rows, list)
    for model in (Row, AgentRow):
        try:
            model.model_validate(answer)
        except ValidationError:
            continue


def test_names_that_differ_by_case_alone_are_kept_apart() -> None:
    assert row(TOTAL_DURATION=61.5, total_duration="1m 1s").seconds == 61.5
    assert row(total_duration="1m 1s").seconds is None
    assert row(total_duration=99, id=1, call_status="busy", status="busy").word == ""


@pytest.mark.parametrize(
    ("call_status", "status", "word", "state"),
    [
        ("completed", "failed", "completed", State.COMPLETED),
        (None, "no-answer", "no-answer", State.NO_ANSWER),
        (" ", "Busy", "Busy", State.BUSY),
        ("RUNNING", 1, "RUNNING", State.IN_PROGRESS),
        ("initiated", None, "initiated", State.PLACED),
        (None, 3, "3", None),
        (4, "completed", "4", None),
        ("transferred", "completed", "transferred", None),
        (None, None, "", None),
        ({"a": 1}, ["b"], "", None),
    ],
)
async def test_the_status_of_the_call_goes_before_that_of_the_record(
    call_status: Any, status: Any, word: str, state: State | None
) -> None:
    told = {"ID": 9001, "CALL_STATUS": call_status, "STATUS": status}
    async with answered({"datalist": [told]}) as (provider, _):
        news = await provider.read(replace(NO_ROW, provider_call_id="9001"))
    assert news is not None
    assert (news.raw_status, news.state) == (word, state)


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("2026-11-20T12:00:00.000Z", NOON),
        ("2026-11-20 12:00:00", NOON),
        ("2026-11-20T17:30:00+05:30", NOON),
        (1795176000000, NOON),
        ("1795176000000", NOON),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("20/11/2026 12:00", None),
        ("", None),
        (None, None),
        ([], None),
    ],
)
def test_times_are_read_in_every_known_form_and_bad_ones_are_absent(told: Any, meant: Any) -> None:
    assert row(CREATED_AT=told).created_at == meant


@pytest.mark.parametrize(
    ("told", "whole"),
    [
        ("https://media.example/9001.mp3?a=1", True),
        ("HTTPS://media.example/9001.mp3", True),
        ("http://media.example/9001.mp3", True),
        ("recordings/9001.mp3", False),
        ("//media.example/9001.mp3", False),
        ("https://", False),
        ("https://media.example/a b", False),
        ("javascript:https://x", False),
        (None, False),
        (7, False),
    ],
)
def test_only_a_whole_address_is_a_recording(told: Any, whole: bool) -> None:
    assert row(FILE_PATH=told).recording_url == (told if whole else None)


@pytest.mark.parametrize(
    ("shown", "reference"),
    [
        ({"call_ref": "C-4F7K.1", "name": "Ann"}, "C-4F7K.1"),
        ('{"call_ref": "C-4F7K.1"}', "C-4F7K.1"),
        ({"call_ref": None}, None),
        ({"customer": "Ann"}, None),
        ("call_ref=C-4F7K.1", None),
        ([], None),
        (None, None),
    ],
)
def test_our_reference_is_seen_where_a_record_shows_it(shown: Any, reference: str | None) -> None:
    assert row(INPUT_DATA=shown).reference == reference


@pytest.mark.parametrize(
    ("changes", "fits"),
    [
        ({}, True),
        ({"CALLING_NUMBER": "1 (202) 555-0142"}, True),
        ({"CALLING_NUMBER": 12025550142}, True),
        ({"AGENT_ID": "412"}, True),
        ({"CALLING_NUMBER": "+12025550143"}, False),
        ({"CALLING_NUMBER": "2025550142"}, False),
        ({"CALLING_NUMBER": None}, False),
        ({"AGENT_ID": 418}, False),
        ({"AGENT_ID": None}, False),
        ({"CREATED_AT": None}, False),
        ({"CREATED_AT": "2026-11-20T12:02:00Z"}, False),
        ({"CREATED_AT": None, "INPUT_DATA": {"call_ref": "C-4F7K.1"}}, True),
        ({"INPUT_DATA": {"call_ref": "C-4F7K.10"}}, False),
    ],
)
def test_a_record_fits_by_agent_number_and_time_or_by_our_reference(
    changes: dict[str, Any], fits: bool
) -> None:
    told = {"AGENT_ID": 412, "CALLING_NUMBER": ORDER.number, "CREATED_AT": NOON.isoformat()}
    minute = timedelta(minutes=1)
    assert row(**told | changes).fits(ORDER, NOON - minute, NOON + minute) == fits


async def test_no_webhook_is_believed(stand_in: UnleashXStandIn) -> None:
    provider = opened(stand_in)
    with pytest.raises(NotGenuine):
        provider.hear({}, b'{"execution_id": "e-1", "call_status": "completed"}')
    assert not provider.capabilities.hears
    await provider.aclose()
