"""The judge of the contracts: the documents it goes by, and that it does find fault."""

import aiohttp
import pytest

from bot.demo.vozagent import VozAgentStandIn
from tests.contracts.judging_middleware import Judge
from tests.contracts.openapi_judge import Document

DOCUMENTS = {name: Document(f"{name}.yaml") for name in ("unleashx", "voicy", "vozagent", "vozzo")}
ID = "550e8400-e29b-41d4-a716-446655440000"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_shows_answers_and_errors_of_its_dial(name: str) -> None:
    statuses = {example.status for example in DOCUMENTS[name].examples()}
    assert {401, 500} < statuses
    assert {200, 201} & statuses


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("vozzo", {"Authorization": "Bearer x"}),
        ("voicy", {"Authorization": "Bearer x"}),
        ("vozagent", {"Authorization": "Bearer x"}),
        ("unleashx", {"token": "x"}),
        ("unleashx", {"api_access_token": "x"}),
    ],
)
def test_a_key_is_wanted_where_the_document_wants_it(name: str, good: dict[str, str]) -> None:
    document = DOCUMENTS[name]
    assert document.header_problems(good) == []
    for bad in ({}, {"Authorization": "Bearer "}, {"Authorization": "Basic x"}, {"key": "x"}):
        assert document.header_problems(bad) != []


def test_an_id_in_a_path_must_be_of_the_documented_kind() -> None:
    document = DOCUMENTS["voicy"]
    assert document.path_problems("GET", f"/functions/v1/call-get/{ID}") == []
    assert document.path_problems("GET", "/functions/v1/call-get/7") != []


async def test_what_breaks_the_document_on_the_wire_is_noticed() -> None:
    stand_in, judge = VozAgentStandIn(), Judge(DOCUMENTS["vozagent"])
    judge.attach(stand_in)
    await stand_in.start()
    key = {"Authorization": f"Bearer {stand_in.api_key}"}
    dial = f"{stand_in.base_url}/calls/outbound"
    async with aiohttp.ClientSession(stand_in.base_url + "/") as session:
        for request in (
            session.get("calls?number=1", headers=key),
            session.get("nowhere", headers=key),
            session.get("calls"),
            session.post(dial, headers=key, json={"phone_number": "5"}),
            session.post(dial, headers=key, data=b"{"),
        ):
            before = len(judge.problems)
            await request
            assert len(judge.problems) > before
    await stand_in.stop()
    assert judge.judged == 5
