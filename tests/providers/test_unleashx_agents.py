"""Which of UnleashX's agents can call, and how a team's own names for them are set."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.calls.errors import Cause, NotPlaced
from bot.calls.provider import Watched
from bot.demo.unleashx import UnleashXStandIn
from bot.providers import Providers
from bot.providers.unleashx_api import AgentRow, agent_number
from tests.providers.unleashx_account import NOON, ORDER, answered, opened


@pytest.fixture
async def stand_in() -> AsyncIterator[UnleashXStandIn]:
    stand_in = UnleashXStandIn()
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@given(st.text(max_size=20) | st.integers().map(str) | st.from_regex(r"[0-9 _+-]{1,20}"))
def test_only_a_plain_whole_number_is_an_agent(text: str) -> None:
    number = agent_number(text)
    assert number is None or (str(number) == text and number > 0)


async def test_an_agent_that_is_no_number_is_refused_and_never_looked_for(
    stand_in: UnleashXStandIn,
) -> None:
    unleashx, odd = opened(stand_in), replace(ORDER, agent_id="maya")
    with pytest.raises(NotPlaced, match="agent_id") as caught:
        await unleashx.place([odd], may_send=lambda: True)
    assert caught.value.cause is Cause.REFUSED
    assert "whole numbers" in caught.value.for_user
    assert caught.value.for_user.endswith("No phone rang.")
    assert await unleashx.find(odd, since=NOON, until=NOON) == ()
    assert await unleashx.read(Watched("x", odd, NOON)) is None
    await unleashx.aclose()
    assert (stand_in.posts, stand_in.account.reads) == ([], [])


@pytest.mark.parametrize("wrong", ["123", "", 0, -3, 1.0, True, None, [123]])
def test_an_alias_whose_id_is_no_whole_number_is_refused_with_the_reason(wrong: Any) -> None:
    account = {"api_key": "hidden-token", "agents": {"Maya": {"id": wrong}}}
    with pytest.raises(ValidationError, match="a whole number from 1 on, without quotes") as caught:
        Providers.model_validate({"unleashx": account})
    assert "unleashx.agents.Maya.id" in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_an_alias_as_it_is_written_in_the_settings_is_read() -> None:
    written = '{"Maya": {"id": 123, "language": "English"}}'
    account = {"api_key": "token-1", "agents": json.loads(written)}
    settings = Providers.model_validate({"unleashx": account}).unleashx
    assert settings is not None
    assert (settings.agents["Maya"].id, settings.agents["Maya"].language) == ("123", "English")
    assert (settings.base_url, settings.header) == ("https://www.tryunleashx.com", "token")


@pytest.mark.parametrize(
    ("told", "why_not"),
    [
        ({}, None),
        ({"status": "1", "agent_type": 3.0}, None),
        ({"status": 2, "agent_type": 2}, "it is deleted at UnleashX"),
        ({"status": 3}, "it is not active (status 3)"),
        ({"status": None}, "it is not active (status not told)"),
        ({"status": "on"}, "it is not active (status not told)"),
        ({"agent_type": 2}, "it is a chat agent"),
        ({"agent_type": 4}, "it is not a telephone agent (type 4)"),
        ({"agent_type": None}, "it is not a telephone agent (type not told)"),
        ({"calling_type": 2}, "it only takes incoming calls"),
        ({"calling_type": None}, "its calling type is not set to outbound"),
        ({"calling_type": 7}, "its calling type is not set to outbound"),
    ],
)
def test_each_rule_an_agent_breaks_has_its_words(told: dict[str, Any], why_not: str | None) -> None:
    usable = {"agent_id": 412, "status": 1, "agent_type": 3, "calling_type": 1}
    assert AgentRow.model_validate(usable | told).why_not == why_not


@pytest.mark.parametrize("envelope", [lambda a: a, lambda a: [a], lambda a: {"data": [a]}])
async def test_agents_are_read_alone_or_as_a_list(envelope: Any) -> None:
    agent = {"agent_id": 7, "agent_name": " ", "status": 1, "agent_type": 3, "calling_type": 1}
    async with answered({"error": False, "data": {"data": envelope(agent)}}) as (provider, _):
        (told,) = await provider.list_agents()
    assert (told.id, told.name, told.active) == ("7", "Agent 7", True)


async def test_a_team_name_stands_beside_or_in_place_of_a_listed_one(
    stand_in: UnleashXStandIn,
) -> None:
    names = {
        "Priya": {"id": 412, "language": "Hindi"},
        "omar": {"id": 418, "language": "Spanish"},
        "Ghost": {"id": 7},
        "Desk": {"id": 440},
    }
    provider = opened(stand_in, agents=names)
    agents = {agent.name: agent for agent in await provider.list_agents()}
    await provider.aclose()
    assert list(agents) == [
        *names, "Maya", "Old Maya", "Paused Maya", "Chatty", "Helper", "Reception", "Newcomer",
    ]  # fmt: skip
    assert (agents["Priya"].id, agents["Priya"].language) == ("412", "Hindi")
    assert agents["Maya"].language == "Hindi"
    assert agents["Ghost"].why_not == "UnleashX has no agent with the id set for it"
    assert agents["Desk"].why_not == "it only takes incoming calls"
