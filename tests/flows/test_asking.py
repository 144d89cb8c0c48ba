"""From a typed line to drafts: confirmations, questions, and the answers to them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.calls.errors import Misunderstood, NotFound
from bot.calls.provider import Agent
from bot.calls.timing import Instant, Window
from bot.flows.ask import Proposal, Question
from bot.flows.hear import Choice
from bot.understanding.command import Code, KnownAgent
from tests.fakes import HOME, MORNING, instant
from tests.flows.conftest import VOZ, Office

CHICAGO, NEW_YORK, LOS_ANGELES = "America/Chicago", "America/New_York", "America/Los_Angeles"
NOON = MORNING + timedelta(days=1)  # noon in Chicago: MORNING is 18:00 UTC


async def test_a_complete_line_is_a_confirmation(office: Office) -> None:
    made = await office.proposal("+1 415 555 2671, John Smith with Voz tomorrow noon note: hello")
    asked = made.request
    assert (asked.number, asked.name, asked.notes) == ("+14155552671", "John Smith", "hello")
    assert (asked.agent_name, asked.agent_id, asked.provider) == ("Voz", "asst-voz", "vozagent")
    assert asked.when == instant(NOON, CHICAGO)
    assert asked.callee_zones == (LOS_ANGELES,)
    assert made.draft.expires_at == MORNING + timedelta(minutes=15)
    assert (await office.drafts.get(made.draft.id)) == made.draft


async def test_the_same_delivery_gives_the_same_draft(office: Office) -> None:
    line = "+1 415 555 2671 with Voz tomorrow noon"
    first, second = await office.proposal(line), await office.proposal(line)
    assert first.draft.id == second.draft.id
    assert first.draft.id != (await office.proposal(line, "d2")).draft.id


async def test_now_means_when_it_is_confirmed(office: Office) -> None:
    for source, line in (("a", "+1 415 555 2671 with Voz"), ("b", "+1 415 555 2671 with Voz now")):
        assert (await office.proposal(line, source)).request.when is None


async def test_two_numbers_have_their_own_noon_on_their_own_clocks(office: Office) -> None:
    west, east = await office.types("+1 415 555 2671, +1 212 555 2672 with Voz tomorrow noon")
    assert isinstance(west, Proposal)
    assert isinstance(east, Proposal)
    assert (west.request.number, east.request.number) == ("+14155552671", "+12125552672")
    assert (west.request.callee_zones, east.request.callee_zones) == ((LOS_ANGELES,), (NEW_YORK,))
    assert west.request.when == east.request.when == instant(NOON, CHICAGO)
    assert west.draft.id != east.draft.id


async def test_their_time_of_two_numbers_on_one_clock_is_that_clock(office: Office) -> None:
    line = "+1 415 555 2671, +1 213 555 2672 with Voz tomorrow noon their time"
    for answer in await office.types(line):
        assert isinstance(answer, Proposal)
        assert answer.request.when == Instant(
            NOON.astimezone(ZoneInfo(LOS_ANGELES)) + timedelta(hours=2), LOS_ANGELES
        )


async def test_their_time_of_two_numbers_on_two_clocks_is_never_guessed(office: Office) -> None:
    answers = await office.types(
        "+1 415 555 2671, +1 212 555 2672 with Voz tomorrow noon their time"
    )
    for answer in answers:
        if isinstance(answer, Question):
            assert answer.problem.code == Code.TIMEZONE_UNKNOWN
        else:
            when = answer.request.when
            assert isinstance(when, Instant)
            assert when.start.hour == 12
            assert (when.zone,) == answer.request.callee_zones


async def test_each_number_has_its_own_calling_hours(office: Office) -> None:
    answers = await office.types("+1 415 555 2671, +1 212 555 2672 with Voz tomorrow 8:30am")
    assert Code.OUTSIDE_HOURS in {
        answer.problem.code for answer in answers if isinstance(answer, Question)
    }
    for answer in answers:
        if isinstance(answer, Proposal):
            assert answer.request.number == "+12125552672"


async def test_more_than_five_numbers_are_refused_whole(office: Office) -> None:
    numbers = ", ".join(f"+1 415 555 267{n}" for n in range(6))
    with pytest.raises(Misunderstood, match="6 numbers") as caught:
        await office.types(f"{numbers} with Voz tomorrow noon")
    assert caught.value.for_user.endswith("Nothing was dialled.")
    five = numbers.rsplit(",", 1)[0]
    assert len(await office.types(f"{five} with Voz tomorrow noon")) == 5


async def test_an_unknown_assistant_is_looked_for_once_more(office: Office) -> None:
    office.agents.known, office.agents.fresh = [VOZ], [VOZ, Agent("Rex", "vozagent", "r-1")]
    made = await office.proposal("+1 415 555 2671 with Rex tomorrow noon")
    assert made.request.agent_id == "r-1"
    assert office.agents.refreshes == 1


async def test_an_assistant_that_is_switched_off_is_not_called_with(office: Office) -> None:
    asked = await office.question("+1 415 555 2671 with Vox tomorrow noon")
    assert asked.problem.code == Code.UNKNOWN_AGENT
    assert asked.problem.suggestion == "Voz"


async def test_without_any_assistant_it_says_so(office: Office) -> None:
    office.agents.known = []
    with pytest.raises(NotFound, match="no assistants"):
        await office.types("+1 415 555 2671 with Voz tomorrow noon")


async def test_the_assistant_chosen_under_a_question_continues_the_same_draft(
    office: Office,
) -> None:
    asked = await office.question("+1 415 555 2671 with Vox tomorrow noon")
    office.clock.advance(minutes=10)
    made = await office.asking.answer(
        asked.draft.id, Choice(agent=KnownAgent("Nova", "")), HOME.asker
    )
    assert isinstance(made, Proposal)
    assert made.draft.id == asked.draft.id
    assert (made.request.agent_name, made.request.when) == ("Nova", instant(NOON, CHICAGO))
    assert made.draft.expires_at == office.clock.now() + timedelta(minutes=15)


async def test_the_time_chosen_under_a_question_continues_the_same_draft(office: Office) -> None:
    asked = await office.question("+1 415 555 2671 with Voz tomorrow 9am")
    assert asked.problem.code == Code.OUTSIDE_HOURS
    offered = asked.problem.candidates[0]
    made = await office.asking.answer(asked.draft.id, Choice(when=offered), HOME.asker)
    assert isinstance(made, Proposal)
    assert (made.draft.id, made.request.when) == (asked.draft.id, offered)
    kept = await office.drafts.get(asked.draft.id)
    assert kept is not None
    assert kept.request == made.request


async def test_after_the_assistant_the_time_is_asked_and_both_answers_count(
    office: Office,
) -> None:
    first = await office.question("+1 415 555 2671 with Vox tomorrow 9am")
    second = await office.asking.answer(
        first.draft.id, Choice(agent=KnownAgent("Nova", "")), HOME.asker
    )
    assert isinstance(second, Question)
    assert second.problem.code == Code.OUTSIDE_HOURS
    assert second.reading.agent is not None  # its buttons carry it on
    made = await office.asking.answer(
        first.draft.id,
        Choice(agent=KnownAgent("Nova", ""), when=second.problem.candidates[0]),
        HOME.asker,
    )
    assert isinstance(made, Proposal)
    assert made.request.agent_name == "Nova"


async def test_a_draft_that_expired_or_was_dropped_cannot_be_continued(office: Office) -> None:
    asked = await office.question("+1 415 555 2671 with Vox tomorrow noon")
    dropped = await office.question("+1 415 555 2671 with Vox tomorrow noon", "d2")
    assert await office.booking.drop(dropped.draft.id, HOME.asker)
    office.clock.advance(minutes=14)
    with pytest.raises(NotFound):
        await office.asking.answer(
            dropped.draft.id, Choice(agent=KnownAgent("Voz", "")), HOME.asker
        )
    office.clock.advance(minutes=1)
    with pytest.raises(NotFound, match="no longer open"):
        await office.asking.answer(asked.draft.id, Choice(agent=KnownAgent("Voz", "")), HOME.asker)


async def test_what_was_understood_of_a_question_can_be_read_again(office: Office) -> None:
    asked = await office.question("+1 415 555 2671, Bob with Vox tomorrow noon note: hi")
    reading = await office.asking.reading_of(asked.draft)
    assert reading is not None
    assert (reading.phones, reading.name, reading.notes) == (("+14155552671",), "Bob", "hi")


async def test_a_window_is_kept_as_one(office: Office) -> None:
    made = await office.proposal("+1 415 555 2671 with Voz tomorrow between 1pm and 3pm")
    assert isinstance(made.request.when, Window)
