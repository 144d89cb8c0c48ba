"""The form read back: every field, every clock, every way to be wrong."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.calls.provider import Agent
from bot.calls.timing import Instant, Window
from bot.slack.screens.form import agent_key, read_call_form, read_move_form
from bot.slack.screens.form_drawing import Form, call_form, form_of, move_form
from tests.fakes import MORNING, instant, request
from tests.samples import HOSTILE, LONG_NAME, TEN_ZONES, call
from tests.slack.surfaces import MANY

VOZ = Agent("Voz", "vozagent", "asst-voz")
NEW_YORK, LOS_ANGELES = "America/New_York", "America/Los_Angeles"
TOMORROW = MORNING + timedelta(hours=22)  # 11:00 in New York, 8:00 in Los Angeles
LABELS = {"vozagent": "VozAgent"}


def submitted(view: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The view as Slack sends it back: initial values where nobody changed anything."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element, name = block["element"], block["block_id"]
        option = element.get("initial_option")
        slot = {
            "static_select": {"selected_option": option},
            "datetimepicker": {"selected_date_time": element.get("initial_date_time")},
        }.get(element["type"], {"value": element.get("initial_value")})
        if name in changes:
            slot = dict.fromkeys(slot, changes[name])
            if "selected_option" in slot and changes[name] is not None:
                slot = {"selected_option": {"value": changes[name]}}
        values[name] = {element["action_id"]: slot}
    return {**view, "state": {"values": values}}


def read(view: dict[str, Any], **more: Any) -> tuple[Any, dict[str, str]]:
    facts: dict[str, Any] = {"now": MORNING, "default_region": "US", "agents": [VOZ]}
    return read_call_form(view, **(facts | more))


def bare(**changes: Any) -> dict[str, Any]:
    filled = {"number": "(415) 555-2671", **changes}
    return submitted(call_form(Form([VOZ], NEW_YORK, labels=LABELS), "d1"), **filled)


def test_a_bare_form_with_a_number_is_a_call_now() -> None:
    made, errors = read(bare(name=" Bob ", notes=""))
    assert errors == {}
    assert (made.number, made.when, made.name, made.notes) == ("+14155552671", None, "Bob", None)
    assert (made.agent_name, made.agent_id, made.provider) == ("Voz", "asst-voz", "vozagent")
    assert made.callee_zones == (LOS_ANGELES,)


@pytest.mark.parametrize(
    ("number", "said"),
    [("", "no phone number"), ("911", "emergency"), ("555-12", "can't call"), (HOSTILE, "number")],
)
def test_a_wrong_number_is_told_at_its_field_in_plain_text(number: str, said: str) -> None:
    made, errors = read(bare(number=number))
    assert made is None
    assert list(errors) == ["number"]
    assert said in errors["number"]
    assert "`" not in errors["number"]
    assert errors["number"].endswith("Nothing was dialled.")


def test_the_minute_is_read_on_the_clock_chosen_beside_it() -> None:
    for zone, hour in ((NEW_YORK, 16), (LOS_ANGELES, 19), ("theirs", 19), ("UTC", 11)):
        made, errors = read(bare(when=int(TOMORROW.timestamp()), zone=zone), now=MORNING)
        if zone == "UTC":
            assert "calls are allowed 8 AM - 9 PM" in errors["when"]
        else:
            assert made.when.start == TOMORROW.replace(hour=hour), zone


def test_their_clock_follows_the_number_when_that_is_changed() -> None:
    previous = request(when=instant(MORNING + timedelta(days=1), LOS_ANGELES), said="10am",
                       zone_source="recipient")  # fmt: skip
    view = call_form(form_of(previous, [VOZ], LABELS), "d1")
    kept, _ = read(submitted(view), previous=previous)
    assert (kept.when, kept.said, kept.zone_source) == (previous.when, "10am", "recipient")
    moved, _ = read(submitted(view, number="+1 212 555 0123"), previous=previous)
    assert moved.when == Instant(datetime(2026, 11, 21, 10, tzinfo=ZoneInfo(NEW_YORK)), NEW_YORK)


def test_their_clock_needs_a_number_with_one_zone() -> None:
    made, errors = read(
        bare(number="+1 800 555 0123", when=int(TOMORROW.timestamp()), zone="theirs")
    )
    assert made is None
    assert "Choose a place" in errors["zone"]


def test_a_clock_time_that_does_not_exist_is_told() -> None:
    spring = datetime(2026, 3, 8, 7, 30, tzinfo=UTC)  # 2:30 in New York does not exist
    view = submitted(call_form(Form([VOZ], "UTC"), "d1"), number="+1 212 555 0123",
                     when=int(spring.replace(hour=2).timestamp()), zone=NEW_YORK)  # fmt: skip
    made, errors = read(view, now=spring - timedelta(days=1))
    assert made is None
    assert "does not exist" in errors["when"]


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (MORNING - timedelta(hours=2), "has passed"),
        (MORNING + timedelta(hours=12), "8 AM - 9 PM"),
    ],
)
def test_a_time_that_cannot_be_is_told_at_its_field(moment: datetime, said: str) -> None:
    made, errors = read(bare(when=int(moment.timestamp())))
    assert made is None
    assert said in errors["when"]
    assert errors["when"].endswith("Nothing was dialled.")


def test_a_window_nobody_touched_stays_a_window() -> None:
    start = (TOMORROW + timedelta(hours=2)).astimezone(ZoneInfo(LOS_ANGELES))
    window = Window(start, start + timedelta(hours=3), LOS_ANGELES)
    previous = request(when=window, said="10 to 1 their time", zone_source="recipient")
    view = call_form(form_of(previous, [VOZ], LABELS), "d1")
    assert "That stays unless you change" in str(view["blocks"])
    made, _ = read(submitted(view, name="Joan"), previous=previous)
    assert (made.when, made.said, made.name) == (window, "10 to 1 their time", "Joan")
    changed, _ = read(submitted(view, zone="America/Denver"), previous=previous)
    assert isinstance(changed.when, Instant)


def test_what_was_typed_is_in_the_form_whole() -> None:
    long = request(name=LONG_NAME[:150], notes="n" * 3_000)
    made, errors = read(submitted(call_form(form_of(long, [VOZ], LABELS), "d1")), previous=long)
    assert errors == {}
    assert (made.name, made.notes) == (LONG_NAME[:150].strip(), "n" * 3_000)


@pytest.mark.parametrize("agent", [MANY[0], MANY[150], MANY[-1]])
def test_any_of_three_hundred_long_named_assistants_comes_back_whole(agent: Agent) -> None:
    form = Form(MANY, NEW_YORK, agent=agent.name, provider=agent.provider)
    made, errors = read(submitted(call_form(form, "d1"), number="4155552671"), agents=MANY)
    assert errors == {}
    assert (made.agent_name, made.agent_id) == (agent.name, agent.id)


def test_of_two_of_one_name_the_one_of_that_provider_is_chosen() -> None:
    other = Agent("Voz", "voicy", "v-1")
    form = Form([VOZ, other], NEW_YORK, agent="Voz", provider="voicy")
    made, _ = read(submitted(call_form(form, "d1"), number="4155552671"), agents=[VOZ, other])
    assert (made.provider, made.agent_id) == ("voicy", "v-1")


def test_an_assistant_that_is_gone_or_was_never_there_is_told() -> None:
    _, errors = read(bare(), agents=[])
    assert "can't call any more" in errors["agent"]
    view = submitted(call_form(Form([], NEW_YORK), "d1"), number="4155552671", agent="none")
    _, errors = read(view)
    assert "No assistant can call" in errors["agent"]


def test_the_first_check_needs_no_catalogue() -> None:
    _, errors = read(bare(), agents=None)
    assert errors == {}


def test_keys_of_assistants_fit_and_differ() -> None:
    keys = {agent_key(agent) for agent in MANY}
    assert len(keys) == len(MANY)
    assert max(map(len, keys)) <= 150


def test_a_call_is_moved_on_the_clock_chosen() -> None:
    view = move_form(call(due=TOMORROW))
    call_id, when, errors = read_move_form(submitted(view), now=MORNING)
    assert (call_id, errors) == (call().id, {})
    assert when is not None
    assert when.start == TOMORROW
    _, when, _ = read_move_form(submitted(view, zone="theirs"), now=MORNING)
    assert when is not None
    assert when.start == TOMORROW + timedelta(hours=3)


def test_an_emptied_time_moves_a_call_to_now_and_the_form_says_so() -> None:
    view = move_form(call(due=TOMORROW))
    assert "Leave empty to call at once." in str(view["blocks"])
    _, when, errors = read_move_form(submitted(view, when=None), now=MORNING)
    assert (when, errors) == (None, {})


def test_a_call_cannot_be_moved_into_their_night_or_the_past() -> None:
    view = move_form(call(due=TOMORROW, request=request(callee_zones=TEN_ZONES)))
    _, _, errors = read_move_form(submitted(view), now=MORNING)
    assert "8 AM - 9 PM" in errors["when"]
    late = TOMORROW + timedelta(hours=1)
    _, _, errors = read_move_form(submitted(move_form(call(due=TOMORROW))), now=late)
    assert "has passed" in errors["when"]
