"""Somebody is called by name: decided only by the whole name of one person, else asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.calls.contact import Contact
from bot.calls.errors import NotFound
from bot.calls.provider import Agent
from bot.flows.ask import Proposal, Question
from bot.flows.hear import Choice
from bot.flows.people import people_of
from bot.understanding.command import Code, KnownAgent
from tests.fakes import HOME, MORNING, instant
from tests.flows.conftest import NOVA, VOZ, Office

NOON = MORNING + timedelta(days=1)
JOHN = Contact("John Smith", "+14155552671", MORNING, own=True)
JANE = Contact("Jane Smith", "+12125552672", MORNING, own=False)


async def knows(office: Office, *people: Contact) -> None:
    """They were called before."""
    for one in people:
        await office.called(one.name, one.number, HOME.asker if one.own else "U0OMAR")


def person(name: str, number: str = "+14155552671") -> Contact:
    return Contact(name, number, MORNING, own=True)


async def test_one_person_of_that_name_is_confirmed_with_their_number(office: Office) -> None:
    await knows(office, JOHN, JANE)
    made = await office.proposal("john smith with Voz tomorrow noon note: kitchen")
    asked = made.request
    assert (asked.number, asked.name, asked.notes) == ("+14155552671", "John Smith", "kitchen")
    assert asked.callee_zones == ("America/Los_Angeles",)
    assert asked.when == instant(NOON, "America/Chicago")
    assert made.contact == JOHN


async def test_their_time_is_the_clock_of_the_number_found(office: Office) -> None:
    await knows(office, JANE)
    made = await office.proposal("Jane Smith with Voz tomorrow 1pm their time")
    assert made.request.when == instant(NOON, "America/New_York")
    assert made.request.zone_source == "recipient"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("JOSÉ GARCÍA with Voz", "Jose Garcia"),
        ("jose garcia with Voz", "José García"),
        ("O'Neill with Voz", "O\N{RIGHT SINGLE QUOTATION MARK}Neill"),
        ("Anna-Maria Kuhn with Voz", "Anna Maria Kühn"),
        ("call mom with Voz tomorrow noon", "Mom"),
        ("mom tomorrow noon with Voz", "Mom"),
        ("Dr. May tomorrow noon with Voz", "Dr May"),
        ("schedule a call with Ann Lee using Voz", "Ann Lee"),
    ],
)
async def test_case_accents_and_dots_make_no_other_name(
    office: Office, line: str, name: str
) -> None:
    await knows(office, person(name))
    assert (await office.proposal(line)).request.name == name


async def test_a_part_of_a_name_asks_and_the_press_goes_on(office: Office) -> None:
    await knows(office, JOHN, JANE)
    asked = await office.question("Smith with Nova tomorrow noon note: kitchen")
    assert (asked.problem.code, asked.problem.detail) == (Code.NO_PHONE, "which_person")
    assert people_of(asked.draft) == (JOHN, JANE)
    made = await office.asking.answer(asked.draft.id, Choice(person=1), HOME.asker)
    assert isinstance(made, Proposal)
    assert made.draft.id == asked.draft.id
    want = made.request
    assert (want.number, want.name, want.agent_name) == ("+12125552672", "Jane Smith", "Nova")
    assert (want.notes, want.when) == ("kitchen", instant(NOON, "America/Chicago"))
    assert made.contact == JANE


async def test_a_part_of_the_only_name_there_is_asks_too(office: Office) -> None:
    await knows(office, JOHN)
    asked = await office.question("Smith with Voz tomorrow noon")
    assert people_of(asked.draft) == (JOHN,)


async def test_two_people_of_one_name_are_asked_about(office: Office) -> None:
    other = replace(JOHN, number="+14155552699")
    await knows(office, JOHN, other)
    asked = await office.question("John Smith with Voz")
    assert people_of(asked.draft) == (JOHN, other)


async def test_a_whole_name_is_enough_beside_longer_ones_but_a_first_name_is_not(
    office: Office,
) -> None:
    await knows(office, JOHN, person("John Smithson", "+14155552699"))
    await knows(office, person("John", "+14155552698"))
    assert (await office.proposal("John Smith with Voz")).request.number == "+14155552671"
    assert (await office.question("John with Voz", "d2")).problem.detail == "which_person"


async def test_five_people_are_offered_at_most(office: Office) -> None:
    await knows(office, *(person(f"John {n}", f"+1415555260{n}") for n in range(9)))
    asked = await office.question("John with Voz")
    assert len(people_of(asked.draft)) == 5


async def test_a_name_nobody_has_is_told_how_to_become_known(office: Office) -> None:
    asked = await office.question("John Smith with Voz tomorrow noon")
    assert (asked.problem.detail, asked.problem.found) == ("unknown_name", "John Smith")
    assert asked.reading.agent is not None


@pytest.mark.parametrize(
    "line",
    ["+1 415 555 2672, John Smith with Voz", "555-12 John Smith with Voz",
     "911 John Smith with Voz", "with Voz tomorrow noon", "Voz tomorrow noon", "Nova",
     "tomorrow noon", ""],
)  # fmt: skip
async def test_a_line_with_a_number_or_without_a_name_looks_nobody_up(
    office: Office, line: str
) -> None:
    await knows(office, JOHN, person("Voz"), person("Nova"), person("Tom Orrow"))
    await office.types(line)
    assert office.book.asked == []


async def test_the_name_of_an_assistant_is_asked_about(office: Office) -> None:
    await knows(office, person("Nova"))
    assert (await office.question("Nova with Voz")).problem.detail == "which_person"


@pytest.mark.parametrize(
    "line",
    ["Will tomorrow noon with Voz", "<@U0LEE|will> with Voz", "June tomorrow noon with Voz",
     "Mr. Will with Voz", "my client Dawn Reed with Voz"],
)  # fmt: skip
async def test_words_that_may_be_something_else_are_never_taken_for_a_person(
    office: Office, line: str
) -> None:
    await knows(office, person("Will"), person("June", "+14155552699"))
    await knows(office, person("Dawn Reed", "+14155552698"))
    asked = await office.question(line)
    assert asked.problem.detail == "which_person"


async def test_the_person_chosen_is_kept_when_more_is_asked(office: Office) -> None:
    await knows(office, JOHN, JANE)
    first = await office.question("Smith tomorrow at 3")
    second = await office.asking.answer(first.draft.id, Choice(person=1), HOME.asker)
    assert isinstance(second, Question)
    assert (second.problem.code, second.chosen.person) == (Code.MISSING_AGENT, 1)
    agent = KnownAgent("Nova", "vozagent")
    third = await office.asking.answer(first.draft.id, Choice(agent=agent, person=1), HOME.asker)
    assert isinstance(third, Question)
    assert third.problem.code == Code.AMBIGUOUS_TIME
    assert third.reading.phones == ("+12125552672",)
    afternoon = third.problem.candidates[-1]
    choice = Choice(agent=agent, person=1, when=afternoon)
    made = await office.asking.answer(first.draft.id, choice, HOME.asker)
    assert isinstance(made, Proposal)
    assert (made.request.name, made.request.agent_name) == ("Jane Smith", "Nova")


async def test_a_person_found_at_once_is_kept_when_the_assistant_is_asked(office: Office) -> None:
    await knows(office, JOHN)
    asked = await office.question("John Smith tomorrow noon")
    assert asked.problem.code == Code.MISSING_AGENT
    await office.called("John Smith", "+14155552699")  # what was found is in the draft
    choice = Choice(agent=KnownAgent("Voz", "vozagent"))
    made = await office.asking.answer(asked.draft.id, choice, HOME.asker)
    assert isinstance(made, Proposal)
    assert made.request.number == "+14155552671"


async def test_a_new_assistant_is_found_for_a_person_called_by_name(office: Office) -> None:
    await knows(office, JOHN)
    office.agents.known, office.agents.fresh = [VOZ], [VOZ, Agent("Rex", "vozagent", "r-1")]
    made = await office.proposal("John Smith with Rex tomorrow noon")
    assert (made.request.agent_id, made.request.number) == ("r-1", "+14155552671")
    assert made.contact == JOHN


async def test_another_name_beside_the_one_found_is_asked_about(office: Office) -> None:
    await knows(office, JOHN)
    for source, line in enumerate(("John Smith and Mary Jones", "John Smith, Acme Corp")):
        asked = await office.question(f"{line} with Voz tomorrow noon", f"d{source}")
        assert asked.problem.detail == "unread_words"


async def test_somebody_may_be_called_like_a_day_of_another_language(office: Office) -> None:
    await knows(office, person("Mai Montag"))
    asked = await office.question("Mai Montag with Voz tomorrow noon")
    made = await office.asking.answer(asked.draft.id, Choice(person=0), HOME.asker)
    assert isinstance(made, Proposal)
    assert (made.request.name, made.request.when) == (
        "Mai Montag",
        instant(NOON, "America/Chicago"),
    )


async def test_nobody_is_chosen_who_was_not_offered(office: Office) -> None:
    await knows(office, JOHN)
    asked = await office.question("Smith with Voz")
    for place in (-1, 1):
        with pytest.raises(NotFound):
            await office.asking.answer(asked.draft.id, Choice(person=place), HOME.asker)


async def test_what_is_read_for_the_form_knows_the_person_chosen(office: Office) -> None:
    await knows(office, JOHN, JANE)
    asked = await office.question("Smith with Voz tomorrow at 3")
    reading = await office.asking.reading_of(asked.draft, Choice(person=1))
    assert reading is not None
    assert (reading.phones, reading.name) == (("+12125552672",), "Jane Smith")
    bare = await office.asking.reading_of(asked.draft)
    assert bare is not None
    assert (bare.phones, bare.name) == ((), "Smith")


async def test_the_hours_of_the_person_found_are_kept(office: Office) -> None:
    await knows(office, JOHN)
    asked = await office.question("John Smith with Nova tomorrow 8am")
    assert asked.problem.code == Code.OUTSIDE_HOURS
    offered = asked.problem.candidates[0]
    made = await office.asking.answer(asked.draft.id, Choice(when=offered), HOME.asker)
    assert isinstance(made, Proposal)
    assert (made.request.when, made.request.agent_id) == (offered, NOVA.id)
