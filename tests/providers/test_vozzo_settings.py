"""Vozzo's settings: what may be set, what follows from it, and what is refused in words."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from bot.providers.vozzo import VozzoSettings
from bot.settings import Mistake, load

AGENT_ID = "01234567-89ab-4def-8123-456789abcdef"
PRIYA = {"id": AGENT_ID, "language": "Hindi"}


def settings(**given: Any) -> VozzoSettings:
    return VozzoSettings.model_validate({"api_key": "token", "agents": {"Priya": PRIYA}} | given)


@pytest.mark.parametrize(
    ("given", "ahead", "at_once"),
    [({}, False, 1), ({"handover": "at_once", "batch_size": 500}, True, 500)],
)
def test_what_it_can_do_follows_from_its_settings(
    given: dict[str, Any], ahead: bool, at_once: int
) -> None:
    can = settings(**given).open().capabilities
    assert (can.ahead, can.places_at_once) == (ahead, at_once)
    assert not any([can.can_read, can.can_find, can.can_list_agents, can.hears])


def test_it_is_set_up_by_the_environment() -> None:
    name = "SWITCHBOARD_PROVIDERS__VOZZO__"
    agent = {"id": AGENT_ID.upper(), "language": "Hindi"}
    given = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        f"{name}API_KEY": "token",
        f"{name}AGENTS": json.dumps({"Priya": agent}),
        f"{name}ZONES": '{"Europe/London": "GMT"}',
        f"{name}HANDOVER": "at_once",
        f"{name}BATCH_SIZE": "5",
    }
    vozzo = load(given).providers.vozzo
    assert vozzo is not None
    assert vozzo.base_url == "https://backend.vozzo.ai"
    assert (vozzo.agents["Priya"].id, vozzo.agents["Priya"].language) == (AGENT_ID, "Hindi")
    assert (vozzo.zones, vozzo.batch_size) == ({"Europe/London": "GMT"}, 5)
    with pytest.raises(
        Mistake, match="PRIYA__ID: Value error, an agent's id must be the UUID"
    ) as caught:
        load(given | {f"{name}AGENTS": '{"Priya": {"id": "priya-secret"}}'})
    assert "priya-secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"agents": {"Priya": {"id": AGENT_ID[:-1]}}}, "must be the UUID"),
        ({"agents": {"Priya": PRIYA | {"language": ""}}}, "at least 1"),
        ({"agents": {"Priya": PRIYA | {"post_call_config": {"aims": []}}}}, "aims"),
        ({"agents": {"Priya": PRIYA | {"post_call_config": {"goals": "all"}}}}, "list"),
        ({"zones": {}}, "at least one zone"),
        ({"zones": {"IST": "IST"}}, "IANA zone"),
        ({"zones": {"": "IST"}}, "IANA zone"),
        ({"zones": {"../Kolkata": "IST"}}, "IANA zone"),
        ({"zones": {"Asia": "IST"}}, "IANA zone"),
        ({"zones": {"Asia/Kolkata": " "}}, "must not be empty"),
        ({"handover": "soon"}, "late"),
        ({"batch_size": 0}, "batch_size"),
        ({"batch_size": 501}, "batch_size"),
        ({"window_minutes": 4}, "window_minutes"),
        ({"window_minutes": 1440}, "window_minutes"),
    ],
)
def test_wrong_settings_are_refused_in_words(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        settings(**wrong)
