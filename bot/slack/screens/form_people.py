"""A name in the form in place of a number: looked up among the people called before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.calls.call import Home
from bot.calls.contact import Contact
from bot.flows.people import MOST_OFFERED, WHICH_PERSON, Found
from bot.reports.problems import problem_text
from bot.slack.blocks import clip
from bot.slack.screens.form import Errors, values_of
from bot.slack.screens.form_time import MOST_ERROR, reading_in
from bot.slack.tools import Tools
from bot.understanding.command import Who
from bot.understanding.phones import shown
from bot.understanding.who import who_in_field, without


@dataclass(frozen=True, slots=True)
class Named:
    """The form with the number of the person named in it, or what is wrong with the name."""

    view: Mapping[str, Any]
    contact: Contact | None = None
    errors: Errors = field(default_factory=dict)


async def with_number(tools: Tools, view: Mapping[str, Any], team: str, person: str) -> Named:
    """The form as it is when it holds a number, or no name at all."""
    values = values_of(view)
    typed, words = (str(values.get(name) or "").strip() for name in ("number", "words"))
    who = who_in_field(typed) if typed else _who_in_words(words, tools.clock.now())
    if who is None:
        return Named(view)
    found = await tools.asking.people(Home(team, "", person), who)
    if found.called is None:
        return Named(view, errors={"number": _error(found)})
    filled = {"number": found.called.number, "name": values.get("name") or found.called.name}
    if not typed:
        filled["words"] = without(who.words, words)
    return Named(_filled(view, filled), found.called)


def _who_in_words(words: str, now: datetime) -> Who | None:
    return reading_in(words, now).who if words else None


def _error(found: Found) -> str:
    """Plain text under the field; whoever fills in a form may read the numbers."""
    detail = WHICH_PERSON if found.people else "unknown_name"
    people = [f"{one.name}, {shown(one.number)}" for one in found.people[:MOST_OFFERED]]
    text = problem_text("no_phone", found=found.words, detail=detail, offers=len(people))
    listed = f" Write the number: {'; '.join(people)}." if people else ""
    return clip(text + listed, MOST_ERROR)


def _filled(view: Mapping[str, Any], filled: Mapping[str, str]) -> dict[str, Any]:
    """The view as if those fields had been filled in so."""
    state = view.get("state", {})
    values = dict(state.get("values", {}))
    for name, text in filled.items():
        slots = values.get(name) or {name: {"type": "plain_text_input"}}
        values[name] = {key: {**slot, "value": text} for key, slot in slots.items()}
    return {**view, "state": {**state, "values": values}}
