"""What could not be read is asked back: one button per reading, and a way out."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.calls.contact import Contact
from bot.calls.timing import Instant, Window
from bot.calls.timing_json import timing_to_json
from bot.flows.ask import Question
from bot.flows.drafting import agent_to_json
from bot.flows.people import WHICH_PERSON, people_of
from bot.reports.problems import problem_text
from bot.slack.blocks import Block, actions, button, clip, context, escape, message, section
from bot.slack.screens.assistants import provider_words, short_names
from bot.slack.screens.confirm import CANCEL, CHANGE, pack
from bot.slack.times import choice_words
from bot.understanding.base_hours import is_allowed
from bot.understanding.phones import masked, shown

CHOOSE_AGENT, CHOOSE_TIME, CHOOSE_PERSON = "choose_agent", "choose_time", "choose_person"
MOST_AGENTS, MOST_TIMES = 4, 3
LONGEST_NAME = 30  # characters of a person's name on a button
TIME_CODES = frozenset(
    {"past_time", "ambiguous_time", "invalid_time", "outside_hours", "timezone_unknown"}
)
AGENT_CODES = frozenset({"unknown_agent", "missing_agent", "ambiguous_agent"})


def asked_back(
    question: Question, command: str = "/dial", labels: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The message of a draft that lacks something; its buttons continue the same draft."""
    problem, labels = question.problem, labels or {}
    offers = _offers(question, labels)
    where = dict.fromkeys(provider_words(agent.provider, labels) for agent in problem.agents)
    text = problem_text(
        problem.code.value,
        found=escape(problem.found or question.reading.said_when),
        detail=problem.detail,
        suggestion=escape(problem.suggestion) if problem.suggestion else None,
        offers=len(offers),
        command=command,
        provider=escape(provider_words(problem.provider, labels)),
        where=escape(" and ".join(where)),
    )
    buttons = [
        *offers,
        button(_other(question), CHANGE, pack(**_carried(question))),
        button("Cancel", CANCEL, question.draft.id),
    ]
    small = context("The same draft goes on when you press; it expires in 15 minutes.")
    return message(text, [section(text), actions(*buttons), small])


def _other(question: Question) -> str:
    if question.problem.code.value in TIME_CODES:
        return "Other time…"
    which = question.problem.detail == WHICH_PERSON
    return "Someone else: type the number…" if which else "Open the form…"


def _carried(question: Question) -> dict[str, Any]:
    """What a button says besides its own reading: the draft, and what was chosen before."""
    facts: dict[str, Any] = {"draft": question.draft.id}
    if question.chosen.person is not None:
        facts["person"] = question.chosen.person
    if question.problem.code.value in TIME_CODES and question.reading.agent is not None:
        facts |= agent_to_json(question.reading.agent)
    return facts


def _offers(question: Question, labels: Mapping[str, str]) -> list[Block]:
    if question.problem.detail == WHICH_PERSON:
        return _people(question)
    if question.problem.code.value in AGENT_CODES:
        return _agents(question, labels)
    return _times(question)


def _agents(question: Question, labels: Mapping[str, str]) -> list[Block]:
    agents = list(dict.fromkeys(question.problem.agents))
    names = short_names(agents, labels)[:MOST_AGENTS]
    return [
        button(name, f"{CHOOSE_AGENT}:{index}", pack(**_carried(question), **agent_to_json(agent)))
        for index, (name, agent) in enumerate(zip(names, agents, strict=False))
    ]


def _times(question: Question) -> list[Block]:
    candidates, zones = question.problem.candidates, question.reading.callee_zones
    theirs = zones[0] if len(zones) == 1 else None
    return [
        button(
            choice_words(when, question.asker_zone, theirs),
            f"{CHOOSE_TIME}:{index}",
            pack(**_carried(question), when=timing_to_json(when)),
            style="primary" if index == 0 and len(candidates) == 1 else None,
        )
        for index, when in enumerate(_possible_first(candidates, zones))
    ]


def _possible_first(
    candidates: tuple[Instant | Window, ...], zones: tuple[str, ...]
) -> list[Instant | Window]:
    """3 PM before 3 AM: what the person called may be rung at comes first."""
    offered = candidates[:MOST_TIMES]
    return sorted(offered, key=lambda when: not is_allowed(when, zones))


def _people(question: Question) -> list[Block]:
    """Their numbers are masked unless that makes two of them look the same."""
    people = people_of(question.draft)
    texts = [_person(one, masked(one.number), question) for one in people]
    full = [_person(one, shown(one.number), question) for one in people]
    return [
        button(
            text if texts.count(text) == 1 else full[index],
            f"{CHOOSE_PERSON}:{index}",
            pack(**{**_carried(question), "person": index}),
        )
        for index, text in enumerate(texts)
    ]


def _person(one: Contact, number: str, question: Question) -> str:
    zone = ZoneInfo(question.asker_zone)
    day, now = one.last_asked_at.astimezone(zone), question.now.astimezone(zone)
    called = f"{day:%-d %b}" if day.year == now.year else f"{day:%-d %b %Y}"
    return f"{clip(one.name, LONGEST_NAME)} · {number} · called {called}"
