"""Which provider's assistant is meant, by the words of the line and by what was set or pressed."""

import pytest

from bot.understanding.command import Context, KnownAgent, Reading, read_command
from tests.understanding.readers import NEW_YORK, WEDNESDAY, code_of

VOZ, HER_VOZ = KnownAgent("Voz", "vozagent", "a-1"), KnownAgent("Voz", "vozzo", "z-1")
NOVA, PRIYA = KnownAgent("Nova", "vozagent", "a-2"), KnownAgent("Priya", "vozzo", "z-2")
TWIN = KnownAgent("Voz", "vozagent", "a-3", "Hindi")
AGENTS = (VOZ, NOVA, HER_VOZ, PRIYA)


def read(
    words: str,
    agents: tuple[KnownAgent, ...] = AGENTS,
    default: KnownAgent | None = None,
    chosen: KnownAgent | None = None,
) -> Reading:
    context = Context(WEDNESDAY, NEW_YORK, "US", agents, default_agent=default, chosen_agent=chosen)
    return read_command(f"+1 212 555 0123 {words}", context)


@pytest.mark.parametrize(
    "words",
    ["with Voz via vozzo", "with voz via VOZZO", "with Voz using vozzo", "using Vozzo with Voz",
     "Voz via vozzo", "via vozzo Voz", ", Voz, Vozzo", "with Voz (Vozzo)", "with Voz at vozzo",
     "vozzo agent Voz", "with Voz tomorrow noon via vozzo", "with vozzo's Voz", "with vozzo/Voz"],
)  # fmt: skip
def test_a_provider_beside_a_name_settles_which(words: str) -> None:
    reading = read(words)
    assert (reading.agent, reading.problem, reading.name) == (HER_VOZ, None, None)


def test_namesakes_without_a_provider_are_asked_about_and_named() -> None:
    problem = read("with Voz").problem
    assert problem is not None
    assert (problem.code, problem.found) == ("ambiguous_agent", "Voz")
    assert problem.agents == (VOZ, HER_VOZ)
    twins = read("with Voz via vozagent", (VOZ, TWIN, HER_VOZ)).problem
    assert twins is not None
    assert twins.agents == (VOZ, TWIN)


@pytest.mark.parametrize(
    ("words", "detail", "provider", "elsewhere"),
    [
        ("with Nova via vozzo", "not_there", "vozzo", (NOVA,)),
        ("with Nova tomorrow noon via Vozzo", "not_there", "vozzo", (NOVA,)),
        ("Nova via vozzo", "not_there", "vozzo", (NOVA,)),
        ("with Priya from vozagent", "not_there", "vozagent", (PRIYA,)),
        ("with Voz via Voicy", "no_provider", "Voicy", (VOZ, HER_VOZ)),
        ("with Nova via Vozo tomorrow noon", "no_provider", "Vozo", (NOVA,)),
        ("via voicy with Nova", "no_provider", "voicy", (NOVA,)),
    ],
)
def test_an_assistant_not_at_the_provider_named_is_told_where_it_is(
    words: str, detail: str, provider: str, elsewhere: tuple[KnownAgent, ...]
) -> None:
    problem = read(words).problem
    assert problem is not None
    assert (problem.code, problem.detail, problem.provider) == ("unknown_agent", detail, provider)
    assert problem.agents == elsewhere


def test_a_provider_nobody_knows_is_never_passed_over() -> None:
    assert code_of(read("via voicy tomorrow noon")) == "unknown_agent"
    assert code_of(read("via voicy tomorrow noon", default=VOZ)) == "unknown_agent"
    assert code_of(read("via voicy", (VOZ,))) == "unknown_agent"


def test_a_default_speaks_only_where_the_line_leaves_it_open() -> None:
    assert read("tomorrow noon", default=HER_VOZ).agent == HER_VOZ
    assert read("via vozzo", default=HER_VOZ).agent == HER_VOZ
    assert code_of(read("via vozagent", default=HER_VOZ)) == "ambiguous_agent"
    assert code_of(read("with Voz", default=HER_VOZ)) == "ambiguous_agent"
    assert read("with Nova", default=HER_VOZ).agent == NOVA
    assert read("", default=HER_VOZ).defaults_used == ("agent",)
    assert read("with Nova", default=HER_VOZ).defaults_used == ()


def test_a_default_or_choice_may_leave_provider_and_id_open() -> None:
    for open_one in (KnownAgent("Priya", ""), KnownAgent("Priya", "vozzo", "gone")):
        assert read("", default=open_one).agent == PRIYA
        assert read("with Nova", chosen=open_one).agent == PRIYA
    both = read("", default=KnownAgent("Voz", "")).problem
    assert both is not None
    assert both.agents == (VOZ, HER_VOZ)


def test_what_was_chosen_is_never_replaced_by_something_else() -> None:
    assert read("with Voz", chosen=HER_VOZ).agent == HER_VOZ
    assert read("with Voz", (VOZ, TWIN), chosen=TWIN).agent == TWIN
    gone = read("", (NOVA, HER_VOZ), default=NOVA, chosen=VOZ).problem
    assert gone is not None
    assert (gone.detail, gone.provider, gone.agents) == ("not_there", "vozagent", (HER_VOZ,))
    assert code_of(read("", (NOVA,), chosen=VOZ)) == "unknown_agent"
