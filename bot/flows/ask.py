"""From a typed line to a draft: a confirmation, or a question with the answers to press."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.calls.call import Call, Draft, DraftId, Home, Request
from bot.calls.contact import Contact
from bot.calls.errors import Misunderstood
from bot.calls.ports import Clock, Drafts
from bot.flows.drafting import (
    DRAFT_LIVES,
    MOVES,
    agent_from_json,
    agent_to_json,
    check_owner,
    filled,
    gone,
    retries_to_json,
)
from bot.flows.hear import NO_CHOICE, Choice, Ears, Heard, request_of
from bot.flows.people import PERSON, Found, contact_of, people_kept, people_of
from bot.understanding.command import Code, KnownAgent, Problem, Reading, Who

MOST_NUMBERS = 5  # more than that is a list, and a list wants a second pair of eyes
PHONE_PROBLEMS = {Code.NO_PHONE, Code.INVALID_PHONE, Code.REFUSED_PHONE, Code.TOO_LONG}


@dataclass(frozen=True, slots=True)
class Typed:
    """A line somebody typed, and where. ``source`` names the delivery it came with."""

    home: Home
    text: str
    source: str
    response_url: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A draft that is complete and waits for its button.

    ``contact`` is whose number was taken from an earlier call; ``None``: it was typed.
    """

    draft: Draft
    request: Request
    now: datetime
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A draft that lacks something: the problem, and what was understood besides.

    ``chosen`` is what was pressed before; the buttons of this question carry it on.
    """

    draft: Draft
    reading: Reading
    problem: Problem
    asker_zone: str
    now: datetime
    chosen: Choice = NO_CHOICE


class Asking:
    """Reads what was typed and keeps it as drafts."""

    def __init__(self, *, drafts: Drafts, ears: Ears, clock: Clock) -> None:
        self._drafts = drafts
        self._ears = ears
        self._clock = clock

    async def propose(self, typed: Typed) -> list[Proposal | Question]:
        """One draft for each number in the line; one question when something is missing."""
        heard = await self._ears.hear(typed.home, typed.text, self._clock.now())
        phones, problem = heard.reading.phones, heard.reading.problem
        if len(phones) > MOST_NUMBERS:
            raise Misunderstood(
                f"That line has {len(phones)} numbers; I take {MOST_NUMBERS} at once. "
                "Split it into several commands. Nothing was dialled."
            )
        if len(phones) < 2 or (problem and problem.code in PHONE_PROBLEMS):
            return [await self._keep(typed, heard, {})]
        return [await self._propose_for(typed, phone, heard.now) for phone in phones]

    async def _propose_for(self, typed: Typed, phone: str, now: datetime) -> Proposal | Question:
        """One of several numbers: "their time" and calling hours are each person's own."""
        heard = await self._ears.hear(typed.home, typed.text, now, Choice(phone=phone))
        return await self._keep(typed, heard, {"phone": phone})

    async def answer(self, draft_id: DraftId, choice: Choice, by: str) -> Proposal | Question:
        """The asker pressed one of the readings offered: the same draft goes on.

        Raises ``NotFound`` when the draft is gone.
        """
        draft = await self.open_draft(draft_id, by)
        kept = draft.partial
        now = datetime.fromisoformat(kept["now"]) if "now" in kept else self._clock.now()
        choice = _resumed(draft, choice)
        heard = await self._ears.hear(draft.home, kept.get("text", ""), now, choice)
        if heard.reading.problem is not None:
            problem = heard.reading.problem
            return Question(draft, heard.reading, problem, heard.zone, now, choice)
        request = filled(request_of(heard), kept)
        changed = await self._drafts.change(
            draft_id, request, expires_at=self._clock.now() + DRAFT_LIVES
        )
        if changed is None:
            raise gone()
        return Proposal(changed, request, now, contact_of(changed))

    async def open_draft(self, draft_id: DraftId, by: str) -> Draft:
        """The draft if that person can still press it. Raises ``NotFound`` or ``NotAllowed``."""
        draft = await self._drafts.get(draft_id)
        if draft is None or draft.state != "open" or draft.expires_at <= self._clock.now():
            raise gone()
        check_owner(draft, by)
        return draft

    async def retime(self, typed: Typed, call: Call, *, moving: bool) -> Proposal | Question:
        """Words for another time of a call: ``moving`` it, or for a new call like it."""
        now = self._clock.now()
        text = f"{call.request.number} {typed.text}".strip()
        asked = call.request
        agent = KnownAgent(asked.agent_name, asked.provider, asked.agent_id)
        choice = Choice(agent=agent)
        like = {**agent_to_json(agent), "code": call.code}
        kept = {"name": call.request.name, "notes": call.request.notes}
        like |= {key: value for key, value in kept.items() if value}
        if moving:
            like[MOVES] = call.id
        heard = await self._ears.hear(typed.home, text, now, choice)
        if heard.reading.retries is None:
            like |= retries_to_json(asked)
        return await self._keep(replace(typed, text=text), heard, like)

    async def reading_of(self, draft: Draft, choice: Choice = NO_CHOICE) -> Reading | None:
        """What was understood of the line behind a draft; ``None`` when there was no line."""
        text = draft.partial.get("text")
        if not text:
            return None
        now = datetime.fromisoformat(draft.partial["now"])
        heard = await self._ears.overhear(draft.home, text, now, _resumed(draft, choice))
        return heard.reading

    async def heard(self, home: Home, text: str) -> Heard:
        """What can be understood of somebody's words, complete or not; nothing is kept."""
        return await self._ears.overhear(home, text, self._clock.now())

    async def people(self, home: Home, who: Who) -> Found:
        """Whom a name may mean to the person at ``home``."""
        return await self._ears.people(home, who)

    async def _keep(
        self, typed: Typed, heard: Heard, like: Mapping[str, str]
    ) -> Proposal | Question:
        reading = heard.reading
        partial: dict[str, str] = {"text": typed.text, "now": heard.now.isoformat()}
        if reading.agent is not None:
            partial |= agent_to_json(reading.agent)
        partial |= {**people_kept(heard.found), **like}
        request = filled(request_of(heard), partial) if reading.problem is None else None
        draft = await self._drafts.open(
            typed.home,
            request,
            source=":".join((typed.source, *filter(None, [partial.get("phone")]))),
            expires_at=heard.now + DRAFT_LIVES,
            response_url=typed.response_url,
            partial=partial,
        )
        if draft.request is None and request is not None:
            until = draft.expires_at
            draft = await self._drafts.change(draft.id, request, expires_at=until) or draft
        if draft.request is not None:
            # Also when the same delivery is worked off again: what is shown is what was kept.
            return Proposal(draft, draft.request, heard.now, contact_of(draft))
        problem = reading.problem or Problem(Code.NO_PHONE)
        return Question(draft, reading, problem, heard.zone, heard.now)


def _resumed(draft: Draft, choice: Choice) -> Choice:
    """A choice with what is known of its draft already. Raises ``NotFound``."""
    kept, people = draft.partial, people_of(draft)
    place = choice.person if choice.person is not None else kept.get(PERSON)
    if place is None:
        called = None
    elif 0 <= int(place) < len(people):
        called = people[int(place)]
    else:
        raise gone()
    agent = choice.agent or agent_from_json(kept)
    return replace(choice, agent=agent, phone=kept.get("phone"), called=called)
