"""What is peculiar to Voicy's records: two generations of words, a cursor, times that may lack."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.calls.states import State
from bot.demo.voicy import DANA, SALES, Outcome, VoicyStandIn
from bot.providers.voicy import Voicy
from bot.providers.voicy_api import Detail
from tests.providers.voicy_bench import (
    CALL_ID,
    NOON,
    HandClock,
    opened,
    place,
    ring,
    settings,
    standing_in,
    watched,
)


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


def detail(**told: Any) -> Detail:
    return Detail.model_validate({"call_id": CALL_ID, **told})


def turn(role: Any, content: Any) -> dict[str, Any]:
    return {"role": role, "content": content}


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("initiated", State.PLACED),
        ("ringing", State.RINGING),
        ("ongoing", State.IN_PROGRESS),
        ("in_progress", State.IN_PROGRESS),
        ("In-Progress", State.IN_PROGRESS),
        ("ended", State.COMPLETED),
        ("user_hangup", State.COMPLETED),
        ("agent_hangup", State.COMPLETED),
        ("inactivity", State.COMPLETED),
        ("error_inactivity", State.COMPLETED),
        ("no_answer", State.NO_ANSWER),
        ("busy", State.BUSY),
        ("error", State.FAILED),
        ("canceled", State.FAILED),
        ("transferred", None),
    ],
)
async def test_both_generations_of_words_are_understood_and_kept(
    stand_in: VoicyStandIn, voicy: Voicy, word: str, state: State | None
) -> None:
    call = ring(stand_in)
    call.status = word
    for news in (
        await voicy.read(watched(call.id)),
        (await voicy.overview([watched(call.id)]))[call.id],
    ):
        assert news is not None
        assert (news.state, news.raw_status) == (state, word)


async def test_however_a_good_call_ends_it_is_completed(
    stand_in: VoicyStandIn, voicy: Voicy
) -> None:
    calls = [ring(stand_in, begin=False) for _ in range(5)]
    stand_in.end_all()
    told = await voicy.overview([watched(call.id) for call in calls])
    assert {news.state for news in told.values()} == {State.COMPLETED}
    words = {"ended", "user_hangup", "agent_hangup", "inactivity", "error_inactivity"}
    assert {news.raw_status for news in told.values()} == words


async def test_a_call_without_a_word_is_no_news_and_no_surprise() -> None:
    with capture_logs() as logs:
        news = settings().open()._news(detail())
    assert (news.state, news.raw_status, logs) == (None, "", [])


async def test_all_that_is_known_of_a_call_is_told(
    stand_in: VoicyStandIn, voicy: Voicy, clock: HandClock
) -> None:
    stand_in.account.vocabulary = "hang-ups"
    words = Outcome(transcript="Assistant: Hello.\nCustomer: Hi,  who is it?", summary="A hello.")
    stand_in.outcome(words)
    call_id = await place(voicy)
    stand_in.advance(call_id)
    clock.now += timedelta(seconds=95, milliseconds=500)
    stand_in.end_all()
    news = await voicy.read(watched(call_id))
    assert news is not None
    assert (news.state, news.raw_status) == (State.COMPLETED, "user_hangup")
    assert (news.started_at, news.ended_at, news.seconds) == (NOON, clock.now, 95.5)
    assert news.transcript == "Agent: Hello.\nCustomer: Hi, who is it?"
    assert news.summary == "A hello."
    assert news.recording_url == f"{stand_in.origin}/recordings/{call_id}.wav"
    assert news.cost_micros is None
    assert news.variables == {
        "interested": "yes",
        "next_step": "call again",
        "best_day": "Tuesday",
    }


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([turn("agent", "Hi"), turn("user", "Yes")], "Agent: Hi\nCustomer: Yes"),
        ([turn("SYSTEM", "two\nlines")], "System: two lines"),
        ([turn("a\nb", "x"), {"content": "y"}], "A b: x\nSomebody: y"),
        ([7, None, {"role": "agent"}, turn(1, ["x"]), {"content": "z"}], "Somebody: z"),
        ([], ""),
        (None, ""),
        ("Agent: Hi", ""),
    ],
)
def test_what_was_said_is_a_line_for_each_turn(turns: Any, expected: str) -> None:
    assert detail(transcript=turns).lines == expected


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (1795176000000, 120000, (NOON, NOON + timedelta(minutes=2), 120.0)),
        (1795176000000, None, (NOON, None, None)),
        ("1795176000000", 1500.0, (NOON, NOON + timedelta(seconds=1.5), 1.5)),
        (None, 0, (None, None, 0.0)),
        (0, 500, (None, None, 0.5)),
        (-5, -5, (None, None, None)),
        (10**30, 10**30, (None, None, None)),
        (1795176000000, 10**16, (NOON, None, None)),
        ("soon", {}, (None, None, None)),
        (float("inf"), float("nan"), (None, None, None)),
    ],
)
def test_milliseconds_become_instants_and_seconds(start: Any, length: Any, expected: Any) -> None:
    told = detail(call_status="ended", start_timestamp=start, duration_ms=length)
    assert (told.started_at, told.ended_at, told.seconds) == expected


def test_a_call_that_goes_on_has_no_end_whatever_its_length_so_far() -> None:
    told = detail(call_status="ongoing", start_timestamp=1795176000000, duration_ms=5000)
    assert (told.started_at, told.ended_at) == (datetime(2026, 11, 20, 12, tzinfo=UTC), None)


def test_one_bad_field_does_not_hide_the_others() -> None:
    told = detail(call_status=5, agent="Dana", summary=["x"], vars_extracted=[], recording_url="u")
    assert (told.word, told.agent, told.summary, told.learned) == ("5", None, None, {})
    assert told.recording_url == "u"


async def test_many_calls_are_told_by_one_page(stand_in: VoicyStandIn, voicy: Voicy) -> None:
    calls = [ring(stand_in, f"+12025550{n}") for n in range(100, 130)]
    told = await voicy.overview([watched(call.id) for call in calls])
    assert set(told) == {call.id for call in calls}
    assert len(stand_in.requests) == 1


async def test_a_call_on_a_later_page_is_told_too(stand_in: VoicyStandIn, voicy: Voicy) -> None:
    first = ring(stand_in)
    for _ in range(1000):
        ring(stand_in, "+12025550143")
    last = ring(stand_in)
    assert set(await voicy.overview([watched(last.id)])) == {last.id}
    assert len(stand_in.requests) == 1
    assert set(await voicy.overview([watched(first.id), watched(last.id)])) == {first.id, last.id}
    assert len(stand_in.requests) == 3


async def test_the_list_is_asked_for_no_more_than_is_needed(
    stand_in: VoicyStandIn, voicy: Voicy, clock: HandClock
) -> None:
    old = ring(stand_in)
    clock.now += timedelta(hours=1)
    new = ring(stand_in)
    assert set(await voicy.overview([watched(new.id, clock.now), watched(old.id, clock.now)])) == {
        new.id
    }
    both = await voicy.overview([watched(new.id, clock.now), watched(old.id, NOON)])
    assert set(both) == {new.id, old.id}


async def test_a_clock_of_theirs_that_is_late_hides_no_call(
    stand_in: VoicyStandIn, voicy: Voicy, clock: HandClock
) -> None:
    clock.now = NOON - timedelta(minutes=4)
    call = ring(stand_in)
    assert set(await voicy.overview([watched(call.id, NOON)])) == {call.id}


@pytest.mark.parametrize("hides", [True, False])
async def test_a_call_that_has_not_begun_is_told_or_absent(
    stand_in: VoicyStandIn, voicy: Voicy, hides: bool
) -> None:
    stand_in.account.hides_unbegun = hides
    call = ring(stand_in, begin=False)
    assert set(await voicy.overview([watched(call.id)])) == (set() if hides else {call.id})
    news = await voicy.read(watched(call.id))
    assert news is not None
    assert (news.state, news.started_at) == (State.PLACED, None)


async def test_a_team_name_stands_beside_or_in_place_of_a_listed_one(
    stand_in: VoicyStandIn,
) -> None:
    names = {
        "Priya": {"id": DANA.id.upper(), "language": "hi"},
        "sales": {"id": SALES.id},
        "Ghost": {"id": CALL_ID},
    }
    provider = opened(stand_in, agents=names)
    agents = {agent.name: agent for agent in await provider.list_agents()}
    await provider.aclose()
    assert list(agents) == ["Priya", "sales", "Ghost", "Dana", "Old Sales"]
    assert [agent.language for agent in agents.values()] == ["hi", "es", None, "hi", "en"]
    assert agents["Ghost"].why_not == "Voicy has no agent with the id set for it"
    assert agents["Old Sales"].why_not == "it is switched off at Voicy"
    assert agents["Dana"].id == DANA.id
