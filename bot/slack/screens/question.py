"""What could not be read is asked back: one button per reading, and a way out."""

from typing import Any

from bot.calls.timing import Instant, Window
from bot.calls.timing_json import timing_to_json
from bot.flows.ask import Question
from bot.reports.problems import problem_text
from bot.slack.blocks import Block, actions, button, context, escape, message, section
from bot.slack.screens.confirm import CANCEL, CHANGE, pack
from bot.slack.times import choice_words
from bot.understanding.base_hours import is_allowed

CHOOSE_AGENT, CHOOSE_TIME = "choose_agent", "choose_time"
MOST_AGENTS, MOST_TIMES = 4, 3
TIME_CODES = frozenset(
    {"past_time", "ambiguous_time", "invalid_time", "outside_hours", "timezone_unknown"}
)
AGENT_CODES = frozenset({"unknown_agent", "missing_agent", "ambiguous_agent"})


def asked_back(question: Question, command: str = "/dial") -> dict[str, Any]:
    """The message of a draft that lacks something; its buttons continue the same draft."""
    problem = question.problem
    offers = _offers(question)
    text = problem_text(
        problem.code.value,
        found=escape(problem.found or question.reading.said_when),
        detail=problem.detail,
        suggestion=escape(problem.suggestion) if problem.suggestion else None,
        offers=len(offers),
        command=command,
    )
    other = "Other time…" if problem.code.value in TIME_CODES else "Open the form…"
    buttons = [
        *offers,
        button(other, CHANGE, question.draft.id),
        button("Cancel", CANCEL, question.draft.id),
    ]
    small = context("The same draft goes on when you press; it expires in 15 minutes.")
    return message(text, [section(text), actions(*buttons), small])


def _offers(question: Question) -> list[Block]:
    problem = question.problem
    draft = question.draft.id
    if problem.code.value in AGENT_CODES:
        names = list(dict.fromkeys((*_nearest(problem.suggestion), *problem.suggestions)))
        return [
            button(name, f"{CHOOSE_AGENT}:{index}", pack(draft=draft, agent=name))
            for index, name in enumerate(names[:MOST_AGENTS])
        ]
    zones = question.reading.callee_zones
    theirs = zones[0] if len(zones) == 1 else None
    # Without the assistant in it, pressing a time would forget one that was chosen before.
    chosen = {"agent": question.reading.agent.name} if question.reading.agent else {}
    return [
        button(
            choice_words(when, question.asker_zone, theirs),
            f"{CHOOSE_TIME}:{index}",
            pack(draft=draft, when=timing_to_json(when), **chosen),
            style="primary" if index == 0 and len(problem.candidates) == 1 else None,
        )
        for index, when in enumerate(_possible_first(problem.candidates, zones))
    ]


def _possible_first(
    candidates: tuple[Instant | Window, ...], zones: tuple[str, ...]
) -> list[Instant | Window]:
    """3 PM before 3 AM: what the person called may be rung at comes first."""
    offered = candidates[:MOST_TIMES]
    return sorted(offered, key=lambda when: not is_allowed(when, zones))


def _nearest(suggestion: str | None) -> tuple[str, ...]:
    return (suggestion,) if suggestion else ()
