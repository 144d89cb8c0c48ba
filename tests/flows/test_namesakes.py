"""Assistants of one name, at two providers or at one, are told apart and never mixed up."""

from dataclasses import replace

import pytest

from bot.calls.person import Defaults
from bot.calls.provider import Agent
from bot.flows.ask import Proposal, Question, Typed
from bot.flows.drafting import known
from bot.flows.hear import Choice
from bot.understanding.command import Code, KnownAgent
from tests.fakes import HOME, MORNING
from tests.flows.conftest import NOVA, VOZ, Office

OTHER = Agent("Voz", "vozzo", "z-1")
PRIYA = Agent("Priya", "vozzo", "z-2")
TWIN = Agent("Voz", "vozagent", "asst-twin", language="Hindi")
LINE = "+1 415 555 2671 with Voz tomorrow noon"


@pytest.fixture(autouse=True)
def two_providers(office: Office) -> None:
    office.agents.known = [VOZ, NOVA, OTHER, PRIYA]


def offered(question: Question) -> list[tuple[str, str]]:
    return [(agent.name, agent.provider) for agent in question.problem.agents]


async def test_a_name_at_two_providers_is_asked_with_a_choice_for_each(office: Office) -> None:
    asked = await office.question(LINE)
    assert asked.problem.code == Code.AMBIGUOUS_AGENT
    assert offered(asked) == [("Voz", "vozagent"), ("Voz", "vozzo")]
    for agent in (VOZ, OTHER):
        made = await office.asking.answer(asked.draft.id, Choice(agent=known(agent)), HOME.asker)
        assert isinstance(made, Proposal)
        assert (made.request.provider, made.request.agent_id) == (agent.provider, agent.id)


@pytest.mark.parametrize(
    "words",
    ["with Voz via vozzo", "with Voz via VOZZO", "with voz using Vozzo", "via vozzo with Voz",
     "Voz via vozzo", "Voz, Vozzo", "vozzo agent Voz", "with Voz (vozzo)", "with Voz from Vozzo",
     "with Voz tomorrow 1pm via vozzo", "provider: vozzo, agent: Voz"],
)  # fmt: skip
async def test_the_provider_in_the_line_settles_it(office: Office, words: str) -> None:
    made = await office.proposal(f"+1 415 555 2671 {words}")
    assert (made.request.agent_name, made.request.provider) == ("Voz", "vozzo")
    assert made.request.name is None


async def test_an_assistant_that_is_not_at_that_provider_is_told_where_it_is(
    office: Office,
) -> None:
    for source, words in enumerate(("with Nova via vozzo", "Nova via vozzo")):
        asked = await office.question(f"+1 415 555 2671 {words} tomorrow noon", f"d{source}")
        assert (asked.problem.code, asked.problem.detail) == (Code.UNKNOWN_AGENT, "not_there")
        assert (asked.problem.found, asked.problem.provider) == ("Nova", "vozzo")
        assert offered(asked) == [("Nova", "vozagent")]


async def test_a_provider_that_is_not_set_up_is_told_with_where_the_assistant_is(
    office: Office,
) -> None:
    asked = await office.question("+1 415 555 2671 with Nova tomorrow noon via Voicy")
    assert (asked.problem.code, asked.problem.detail) == (Code.UNKNOWN_AGENT, "no_provider")
    assert (asked.problem.provider, offered(asked)) == ("Voicy", [("Nova", "vozagent")])


async def test_a_provider_alone_is_no_name_beside_the_number(office: Office) -> None:
    asked = await office.question("+1 415 555 2671 via vozzo tomorrow noon")
    assert offered(asked) == [("Voz", "vozzo"), ("Priya", "vozzo")]
    office.agents.known = [VOZ, NOVA, PRIYA]
    assert (await office.proposal("+1 415 555 2671 via vozzo", "d2")).request.agent_id == "z-2"


async def sets(office: Office, own: Defaults) -> None:
    await office.people.set_defaults(HOME.team, HOME.asker, own, MORNING)


async def test_a_default_assistant_is_the_one_of_its_provider(office: Office) -> None:
    await sets(office, Defaults(agent="Voz", agent_provider="vozzo", agent_id="z-1"))
    made = await office.proposal("+1 415 555 2671 tomorrow noon")
    assert made.request.provider == "vozzo"
    assert made.request.from_defaults == ("assistant Voz",)


async def test_a_default_set_without_a_provider_goes_on_where_one_has_the_name(
    office: Office,
) -> None:
    await sets(office, Defaults(agent="Nova"))
    assert (await office.proposal("+1 415 555 2671")).request.agent_id == NOVA.id
    await sets(office, Defaults(agent="Voz"))
    asked = await office.question("+1 415 555 2671", "d2")
    assert offered(asked) == [("Voz", "vozagent"), ("Voz", "vozzo")]


async def test_a_default_is_never_another_provider_s_namesake(office: Office) -> None:
    await sets(office, Defaults(agent="Voz", agent_provider="voicy"))
    asked = await office.question("+1 415 555 2671 tomorrow noon")
    assert asked.problem.code == Code.MISSING_AGENT


async def test_a_provider_in_the_line_leaves_the_default_its_say_there(office: Office) -> None:
    await sets(office, Defaults(agent="Priya", agent_provider="vozzo"))
    assert (await office.proposal("+1 415 555 2671 via vozzo")).request.agent_id == "z-2"
    asked = await office.question("+1 415 555 2671 via vozagent", "d2")
    assert offered(asked) == [("Voz", "vozagent"), ("Nova", "vozagent")]


async def test_two_of_one_name_at_one_provider_are_both_offered(office: Office) -> None:
    office.agents.known = [VOZ, TWIN]
    asked = await office.question(LINE)
    assert [agent.id for agent in asked.problem.agents] == ["asst-voz", "asst-twin"]
    made = await office.asking.answer(asked.draft.id, Choice(agent=known(TWIN)), HOME.asker)
    assert isinstance(made, Proposal)
    assert made.request.agent_id == "asst-twin"


async def test_a_button_of_an_earlier_version_that_fits_two_asks_again(office: Office) -> None:
    asked = await office.question(LINE)
    again = await office.asking.answer(
        asked.draft.id, Choice(agent=KnownAgent("Voz", "")), HOME.asker
    )
    assert isinstance(again, Question)
    assert offered(again) == [("Voz", "vozagent"), ("Voz", "vozzo")]


async def test_the_same_call_again_has_the_same_assistant_of_the_same_provider(
    office: Office,
) -> None:
    office.agents.known = [VOZ, TWIN, OTHER]
    asked = await office.question(LINE)
    for agent in office.agents.known:
        made = await office.asking.answer(asked.draft.id, Choice(agent=known(agent)), HOME.asker)
        assert isinstance(made, Proposal)
    booked = await office.booking.confirm(asked.draft.id, HOME.asker)
    assert booked.call.request.agent_id == "z-1"
    for moving in (True, False):
        typed = Typed(HOME, "monday noon", f"move {moving}", None)
        again = await office.asking.retime(typed, booked.call, moving=moving)
        assert isinstance(again, Proposal)
        assert (again.request.provider, again.request.agent_id) == ("vozzo", "z-1")


async def test_the_same_call_again_asks_when_its_assistant_is_gone(office: Office) -> None:
    made = await office.proposal("+1 415 555 2671 with Voz via vozzo tomorrow noon")
    call = (await office.booking.confirm(made.draft.id, HOME.asker)).call
    await sets(office, Defaults(agent="Nova", agent_provider="vozagent"))
    office.agents.known = [VOZ, NOVA, PRIYA]
    typed = Typed(HOME, "monday noon", "again", None)
    again = await office.asking.retime(typed, call, moving=False)
    assert isinstance(again, Question)
    assert (again.problem.detail, offered(again)) == ("not_there", [("Voz", "vozagent")])
    anew = replace(call.request, agent_id="deleted", provider="vozagent")
    same = await office.asking.retime(
        replace(typed, source="anew"), replace(call, request=anew), moving=False
    )
    assert isinstance(same, Proposal)
    assert same.request.agent_id == VOZ.id  # made anew under its old name
