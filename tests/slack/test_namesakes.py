"""Assistants and people of one name are told apart wherever one of them is to be chosen."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.calls.contact import Contact
from bot.calls.person import NONE_SET, Defaults
from bot.calls.provider import Agent
from bot.flows.ask import Proposal, Question
from bot.flows.drafting import agent_from_json, known
from bot.flows.hear import Choice
from bot.flows.people import Found, people_kept
from bot.slack.screens.assistants import mark_of, short_names
from bot.slack.screens.confirm import confirmation, unpack
from bot.slack.screens.defaults import defaults_form, defaults_message, read_defaults
from bot.slack.screens.form import read_call_form
from bot.slack.screens.form_drawing import Form, call_form, form_of
from bot.slack.screens.question import asked_back
from bot.understanding.command import Code, KnownAgent, Problem, Reading
from tests.fakes import MORNING, request
from tests.samples import LONG_NAME
from tests.slack.surfaces import DRAFT, MANY
from tests.slack.test_form import submitted
from tests.slack.test_words import buttons, said

LABELS = {"vozagent": "VozAgent", "vozzo": "Vozzo"}
VOZ, OTHER = Agent("Voz", "vozagent", "asst-1a"), Agent("Voz", "vozzo", "asst-1a")
TWIN = Agent("Voz", "vozagent", "asst-2b")
HINDI = Agent("Voz", "vozagent", "asst-3c", language="Hindi")
NOVA = Agent("Nova", "vozagent", "asst-4d")


def names(*agents: Agent) -> list[str]:
    return short_names([known(agent) for agent in agents], LABELS)


def test_a_name_is_as_short_as_tells_it_from_its_namesakes() -> None:
    assert names(VOZ, NOVA) == ["Voz", "Nova"]
    assert names(VOZ, OTHER, NOVA) == ["Voz · VozAgent", "Voz · Vozzo", "Nova"]
    assert names(VOZ, TWIN) == ["Voz · VozAgent · …t-1a", "Voz · VozAgent · …t-2b"]
    assert names(VOZ, HINDI) == ["Voz · VozAgent · …t-1a", "Voz · VozAgent · Hindi"]
    assert names(VOZ, HINDI, OTHER)[-1] == "Voz · Vozzo"


def test_ids_that_end_alike_are_shown_as_far_as_they_differ() -> None:
    one, two = replace(VOZ, id="a-0001-xyz"), replace(VOZ, id="b-0002-xyz")
    assert names(one, two) == ["Voz · VozAgent · …1-xyz", "Voz · VozAgent · …2-xyz"]
    alias = replace(VOZ, name="Priya")
    assert names(VOZ, alias) == ["Voz", "Priya"]
    assert mark_of(known(VOZ), [known(VOZ), known(alias)]) == ""


def test_long_names_leave_room_for_what_tells_them_apart() -> None:
    long = [replace(VOZ, name=LONG_NAME, id=f"x{n}", provider="p" * 90) for n in range(3)]
    made = names(*long)
    assert len(set(made)) == 3
    assert max(map(len, made)) <= 75


# questions ---------------------------------------------------------------------------------------


def question(problem: Problem, draft: Any = DRAFT, **more: Any) -> Question:
    reading = Reading(agent=known(OTHER))
    return Question(draft, reading, problem, "America/New_York", MORNING, **more)


def test_a_question_has_a_button_for_each_namesake_that_says_which_it_is() -> None:
    agents = tuple(known(agent) for agent in (VOZ, TWIN, OTHER))
    asked = question(Problem(Code.AMBIGUOUS_AGENT, found="Voz", agents=agents))
    offers = buttons(asked_back(asked, "/dial", LABELS))[:3]
    assert [one["text"]["text"] for one in offers] == names(VOZ, TWIN, OTHER)
    assert [agent_from_json(unpack(one["value"])) for one in offers] == list(agents)


def test_an_assistant_elsewhere_is_told_with_the_names_people_know() -> None:
    there = Problem(
        Code.UNKNOWN_AGENT, found="Nova", agents=(known(NOVA),), detail="not_there",
        provider="vozzo",
    )  # fmt: skip
    text = said(asked_back(question(there), "/dial", LABELS))
    assert text.startswith("Vozzo has no assistant “Nova”. *Nova* is at VozAgent.")
    assert "Nothing was dialled." in text
    away = replace(there, detail="no_provider", provider="voicy & <co>")
    text = said(asked_back(question(away), "/dial", LABELS))
    assert "I can't call via “voicy &amp; &lt;co&gt;”: no provider of that name is set up" in text


# people ------------------------------------------------------------------------------------------


def person(name: str, number: str, *, own: bool = True) -> Contact:
    return Contact(name, number, MORNING - timedelta(days=17), own)


def who_is_it(*people: Contact, **more: Any) -> dict[str, Any]:
    draft = replace(DRAFT, partial=dict(people_kept(Found("Smith", people))))
    problem = Problem(Code.NO_PHONE, found="Smith", detail="which_person")
    return asked_back(question(problem, draft, **more), "/dial", LABELS)


def test_people_of_a_name_are_offered_with_masked_number_and_last_call() -> None:
    old = replace(person("Jo <Smith>", "+12125550123"), last_asked_at=MORNING - timedelta(days=400))
    drawn = who_is_it(person("John Smith", "+14155552671"), old)
    assert "I know several people like “Smith” from earlier calls." in said(drawn)
    labels = [one["text"]["text"] for one in buttons(drawn)]
    assert labels == [
        "John Smith · +1 415-555-••71 · called 3 Nov",
        "Jo <Smith> · +1 212-555-••23 · called 16 Oct 2025",
        "Someone else: type the number…",
        "Cancel",
    ]
    assert [unpack(one["value"]).get("person") for one in buttons(drawn)[:2]] == [0, 1]
    assert "2671" not in str(drawn)
    assert "I know one person like “Smith”" in said(who_is_it(person("J Smith", "+14155552671")))


def test_two_numbers_that_look_the_same_when_masked_are_shown_in_full() -> None:
    drawn = who_is_it(person("Jo Smith", "+14155552671"), person("Jo Smith", "+14155551171"))
    labels = [one["text"]["text"] for one in buttons(drawn)[:2]]
    assert labels == [
        "Jo Smith · +1 415-555-2671 · called 3 Nov", "Jo Smith · +1 415-555-1171 · called 3 Nov",
    ]  # fmt: skip


def test_five_people_fit_and_six_are_never_offered() -> None:
    people = [person(LONG_NAME, f"+4420794609{n:02}") for n in range(9)]
    drawn = who_is_it(*people)
    assert len(buttons(drawn)) == 5 + 2
    assert all(len(one["text"]["text"]) <= 75 for one in buttons(drawn))


def test_buttons_of_later_questions_carry_the_person_on() -> None:
    times = Problem(Code.PAST_TIME, candidates=())
    chosen = Choice(person=1)
    for problem in (Problem(Code.MISSING_AGENT, agents=(known(VOZ),)), times):
        drawn = buttons(asked_back(question(problem, chosen=chosen), "/dial", LABELS))
        assert all(unpack(one["value"])["person"] == 1 for one in drawn[:-1])


@pytest.mark.parametrize(
    ("own", "words"), [(True, "your call of"), (False, "a call of this workspace on")]
)
def test_a_confirmation_says_from_which_call_the_number_is(own: bool, words: str) -> None:
    contact = person("John Smith", "+14155552671", own=own)
    drawn = confirmation(Proposal(DRAFT, request(), MORNING, contact), LABELS)
    small = [element["text"] for block in drawn["blocks"] for element in block.get("elements", [])
             if isinstance(element.get("text"), str)]  # fmt: skip
    assert any(text.startswith(f"Number from {words} <!date^") for text in small)
    assert "Number from" not in str(confirmation(Proposal(DRAFT, request(), MORNING), LABELS))


# forms -------------------------------------------------------------------------------------------


def options(view: dict[str, Any], field: str = "agent") -> dict[str, Any]:
    block = next(one for one in view["blocks"] if one.get("block_id") == field)
    element: dict[str, Any] = block["element"]
    return element


def test_the_form_tells_namesakes_apart_and_gets_back_the_chosen_one() -> None:
    agents = [VOZ, TWIN, OTHER, NOVA]
    view = call_form(Form(agents, "UTC", labels=LABELS), "d1")
    labels = [one["text"]["text"] for one in options(view)["options"]]
    assert labels == ["Nova (VozAgent)", "Voz (VozAgent, …t-1a)", "Voz (VozAgent, …t-2b)",
                      "Voz (Vozzo)"]  # fmt: skip
    assert "initial_option" not in options(view)
    for agent in agents:
        shown = form_of(
            request(agent_name=agent.name, provider=agent.provider, agent_id=agent.id),
            agents,
            LABELS,
        )
        made, errors = read_call_form(
            submitted(call_form(shown, "d1")), now=MORNING, default_region="US", agents=agents
        )
        assert not errors
        assert made is not None
        assert (made.provider, made.agent_id) == (agent.provider, agent.id)


def test_one_assistant_under_two_names_is_two_choices() -> None:
    alias = replace(VOZ, name="Priya")
    view = call_form(Form([VOZ, alias], "UTC", agent="Priya", provider="vozagent"), "d1")
    values = [one["value"] for one in options(view)["options"]]
    assert len(set(values)) == 2
    assert options(view)["initial_option"]["text"]["text"] == "Priya (vozagent)"


def test_defaults_remember_provider_and_id() -> None:
    agents = [VOZ, TWIN, OTHER, NOVA]
    for agent, label in zip(agents, names(*agents), strict=True):
        own = Defaults(agent=agent.name, agent_provider=agent.provider, agent_id=agent.id)
        view = defaults_form(own, agents, "US", LABELS)
        assert options(view)["initial_option"]["text"]["text"] == label
        read, errors = read_defaults(submitted(view, clock="mine"), agents)
        assert not errors
        assert (read.agent, read.agent_provider, read.agent_id) == (
            agent.name, agent.provider, agent.id,
        )  # fmt: skip
        assert f"Assistant: {agent.name} · " in said(defaults_message(own, "US", "x", LABELS))


def test_defaults_of_earlier_versions_are_shown_where_they_are_clear() -> None:
    clear = options(defaults_form(Defaults(agent="Nova"), [VOZ, NOVA], "US", LABELS))
    assert clear["initial_option"]["text"]["text"] == "Nova"
    unclear = options(defaults_form(Defaults(agent="Voz"), [VOZ, OTHER], "US", LABELS))
    assert unclear["initial_option"]["value"] == "ask"
    assert "Assistant: Nova\n" in said(defaults_message(Defaults(agent="Nova"), "US", "x", {}))


def test_a_default_assistant_that_is_gone_changes_nothing() -> None:
    view = submitted(defaults_form(Defaults(agent="Nova"), [NOVA], "US", LABELS), clock="mine")
    own, errors = read_defaults(view, [VOZ])
    assert own == NONE_SET
    assert "Your defaults were not changed" in errors["agent"]
    assert read_defaults(view)[1] == {}


def test_the_default_set_is_listed_however_many_there_are() -> None:
    last = MANY[-1]
    own = Defaults(agent=last.name, agent_provider=last.provider, agent_id=last.id)
    element = options(defaults_form(own, MANY, "US", LABELS))
    assert len(element["options"]) == 100
    assert element["initial_option"] in element["options"]
    assert element["initial_option"]["value"] != "ask"
    assert isinstance(agent_from_json({"agent": "Voz"}), KnownAgent)
