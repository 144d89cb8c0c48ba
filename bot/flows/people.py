"""Whom a name means, by the workspace's own book: decided only by the whole name of one person."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.calls.call import Draft, Home
from bot.calls.contact import Contact, Contacts
from bot.calls.names import name_key
from bot.understanding.reading import Who
from bot.understanding.who import shortened

MOST_OFFERED = 5
PEOPLE, PERSON = "people", "person"  # in a draft: who was found, and the one it is about
UNKNOWN_NAME, WHICH_PERSON = "unknown_name", "which_person"  # details of a missing number


@dataclass(frozen=True, slots=True)
class Found:
    """Who was found for the ``words``, best first; ``called`` when there is no doubt."""

    words: str
    people: tuple[Contact, ...] = ()
    called: Contact | None = None


async def look_up(contacts: Contacts, home: Home, who: Who, agents: Collection[str]) -> Found:
    """Who in the workspace's book may be meant; never decided for an assistant's own name."""
    whole, short = who.words, shortened(who.words)
    for words in dict.fromkeys((whole, short)):
        people = await contacts.named(home.team, home.asker, words, MOST_OFFERED + 1)
        if people:
            taken = {name_key(agent) for agent in agents}
            sure = who.sure and words == whole and name_key(words) not in taken
            return Found(words, tuple(people), _only_one(words, people) if sure else None)
    return Found(whole)


def _only_one(words: str, people: Sequence[Contact]) -> Contact | None:
    """The one person of exactly that name; a first name alone is not enough beside others."""
    exact = [person for person in people if name_key(person.name) == name_key(words)]
    alone = len(people) == 1 or " " in (name_key(words) or "")
    return exact[0] if len(exact) == 1 and alone else None


# in drafts ---------------------------------------------------------------------------------------


def people_kept(found: Found | None) -> Mapping[str, str]:
    """Who was found, for the draft: buttons name them by their place in it."""
    if found is None or not found.people:
        return {}
    if found.called is not None:
        return {PEOPLE: _as_json([found.called]), PERSON: "0"}
    return {PEOPLE: _as_json(found.people[:MOST_OFFERED])}


def people_of(draft: Draft) -> tuple[Contact, ...]:
    """Who was found for the name in the line behind a draft."""
    return tuple(
        Contact(one["name"], one["number"], datetime.fromisoformat(one["asked"]), one["own"])
        for one in json.loads(draft.partial.get(PEOPLE, "[]"))
    )


def contact_of(draft: Draft) -> Contact | None:
    """From which earlier call the number of a complete draft was taken; ``None``: it was typed."""
    number = draft.request.number if draft.request is not None else None
    return next((person for person in people_of(draft) if person.number == number), None)


def _as_json(people: Sequence[Contact]) -> str:
    rows = [
        {"name": one.name, "number": one.number, "asked": one.last_asked_at.isoformat(),
         "own": one.own}
        for one in people
    ]  # fmt: skip
    return json.dumps(rows, ensure_ascii=False)
