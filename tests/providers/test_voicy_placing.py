"""What is peculiar to placing calls at Voicy: its settings, its variables and its limits."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from bot.calls.errors import Cause, NotPlaced, ProviderError
from bot.demo.voicy import DANA, DEMO_FROM, SWITCHED_OFF, VoicyStandIn
from bot.providers.answers import wait_of
from bot.providers.voicy import Voicy, VoicySettings
from bot.providers.voicy_api import Created, dial_body, variables_of
from tests.providers.voicy_bench import (
    CALL_ID,
    NUMBER,
    ORDER,
    HandClock,
    opened,
    place,
    settings,
    standing_in,
    watched,
)


class Parked:
    """A pace that only remembers the pauses asked for."""

    def __init__(self) -> None:
        self.waits: list[timedelta] = []

    async def turn(self) -> None:
        """At once."""

    async def park(self, wait: timedelta) -> None:
        self.waits.append(wait)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def stand_in(clock: HandClock) -> AsyncIterator[VoicyStandIn]:
    async with standing_in(clock) as stand_in:
        yield stand_in


@pytest.fixture
async def voicy(stand_in: VoicyStandIn) -> AsyncIterator[Voicy]:
    provider = opened(stand_in)
    yield provider
    await provider.aclose()


def test_the_documented_address_and_limits_are_the_usual_ones() -> None:
    can = settings().open().capabilities
    assert settings().base_url == "https://api.voicy.co/functions/v1"
    assert (can.per_minute, can.live_calls, can.reads_at_once, can.hears) == (60, 10, 1000, False)


def test_another_plan_has_other_limits() -> None:
    can = settings(per_minute=600, live_calls=100, webhook_secret=" s ").open().capabilities
    assert (can.per_minute, can.live_calls, can.hears) == (600, 100, True)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"from_number": "2025550188"}, "written like +12025550199"),
        ({"from_number": "+1 202 555 0188"}, "written like +12025550199"),
        ({"from_number": ""}, "written like +12025550199"),
        ({"webhook_secret": " "}, "an empty secret would let anybody in"),
        ({"reference_variable": "notes"}, "choose another name"),
        ({"reference_variable": "our reference"}, "reference_variable"),
        ({"agents": {"Dana": {"id": "dana"}}}, "the id of Dana must be a UUID"),
    ],
)
def test_wrong_settings_say_what_is_wrong(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        settings(**wrong)
    assert words in str(caught.value)
    assert "2025550188" not in str(caught.value)


def test_without_a_number_to_call_from_there_is_no_account() -> None:
    with pytest.raises(ValidationError, match="from_number"):
        VoicySettings.model_validate({"api_key": "k"})


def test_the_request_names_both_numbers_the_agent_and_what_it_is_told() -> None:
    body = dial_body(ORDER, DEMO_FROM, variables_of(ORDER, None))
    assert body == {
        "from_number": DEMO_FROM,
        "to_number": NUMBER,
        "override_agent_id": DANA.id,
        "vars_provided": {"customer_name": "Ann Lee", "notes": "Kitchen"},
    }


@pytest.mark.parametrize(
    ("name", "notes", "expected"),
    [
        ("  Ann \t Lee ", " two\nlines ", {"customer_name": "Ann Lee", "notes": "two\nlines"}),
        ("", "  ", {}),
        (None, None, {}),
        ("half \ud800", None, {"customer_name": "half ?"}),
    ],
)
def test_what_is_empty_is_left_out(
    name: str | None, notes: str | None, expected: dict[str, str]
) -> None:
    order = replace(ORDER, name=name, notes=notes)
    assert variables_of(order, None) == expected
    body = dial_body(order, DEMO_FROM, variables_of(order, None))
    assert body.get("vars_provided", {}) == expected
    assert ("vars_provided" in body) == bool(expected)


async def test_our_reference_goes_along_only_under_the_name_set_for_it(
    stand_in: VoicyStandIn, voicy: Voicy
) -> None:
    with_reference = opened(stand_in, reference_variable="file_number")
    await place(voicy)
    await place(with_reference)
    await with_reference.aclose()
    first, second = [post.said("vars_provided") for post in stand_in.posts]
    assert "C-4F7K-1" not in str(first)
    assert second == first | {"file_number": "C-4F7K-1"}


def test_an_agent_that_is_no_uuid_is_not_dialled() -> None:
    with pytest.raises(NotPlaced, match="override_agent_id") as caught:
        dial_body(replace(ORDER, agent_id="dana"), DEMO_FROM, {})
    assert caught.value.cause is Cause.REFUSED
    assert caught.value.for_user == (
        "Voicy would not accept this call: check override agent id. It was not sent. No phone rang."
    )


def test_an_odd_status_does_not_cost_us_the_id() -> None:
    assert Created.model_validate({"call_id": 7, "call_status": {"a": 1}}).call_id == "7"


async def test_both_shapes_of_an_error_are_told_in_its_words(
    stand_in: VoicyStandIn, voicy: Voicy
) -> None:
    for shape in ("error", "message"):
        stand_in.account.error_shape = shape
        with pytest.raises(NotPlaced) as caught:
            await place(voicy, agent_id=SWITCHED_OFF.id)
        assert "“Old Sales is not active”" in caught.value.for_user


@pytest.mark.parametrize(
    "body",
    [
        {"error": "Rate limit exceeded. Please retry after 30 seconds."},
        {"status": "error", "message": "Rate limit exceeded. Please retry after 30 seconds."},
    ],
)
def test_a_pause_is_read_from_the_words_of_a_429(body: Any) -> None:
    assert wait_of({}, body) == timedelta(seconds=30)


async def test_the_pause_of_a_429_is_taken_from_its_headers_and_told_to_the_pace(
    stand_in: VoicyStandIn, clock: HandClock
) -> None:
    stand_in.account.per_minute = 1
    pace = Parked()
    provider = settings(api_key=stand_in.api_key, base_url=stand_in.base_url).open(pace)
    await provider.list_agents()
    clock.now += timedelta(seconds=18)
    with pytest.raises(NotPlaced) as caught:
        await place(provider)
    with pytest.raises(ProviderError):
        await provider.read(watched(CALL_ID))
    await provider.aclose()
    wait = timedelta(seconds=42)
    assert (caught.value.cause, caught.value.wait) == (Cause.BUSY_LINE, wait)
    assert pace.waits == [wait, wait]
    assert stand_in.calls == []


async def test_one_live_call_too_many_is_a_busy_line(stand_in: VoicyStandIn, voicy: Voicy) -> None:
    stand_in.account.live_cap = 2
    for _ in range(2):
        stand_in.account.place(NUMBER, DANA)
    with pytest.raises(NotPlaced) as caught:
        await place(voicy)
    assert caught.value.cause is Cause.BUSY_LINE
    stand_in.end_all()
    await place(voicy)
    assert stand_in.most_live == 2
