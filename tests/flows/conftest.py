"""Flows over a real SQLite file, with a catalogue and a person's zone that tests set."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.calls.agents import Listing
from bot.calls.contact import Contact
from bot.calls.provider import Agent
from bot.flows.ask import Asking, Proposal, Question, Typed
from bot.flows.book import Booking
from bot.flows.hear import Ears
from bot.storage.calls import CallStore
from bot.storage.contacts import ContactStore
from bot.storage.database import Database
from bot.storage.directory import PeopleStore
from bot.storage.drafts import DraftStore
from tests.databases import fresh_url, opened
from tests.fakes import HOME, FakeClock

VOZ = Agent("Voz", "vozagent", "asst-voz")
NOVA = Agent("Nova", "vozagent", "asst-nova")
ASLEEP = Agent("Vox", "vozagent", "asst-vox", active=False, why_not="switched off")


@dataclass
class FixedAgents:
    """A catalogue: ``fresh`` is what a refresh brings, when that differs."""

    known: list[Agent] = field(default_factory=lambda: [VOZ, NOVA, ASLEEP])
    fresh: list[Agent] | None = None
    refreshes: int = 0

    async def all(self) -> list[Agent]:
        """What is known."""
        return self.known

    async def listings(self) -> list[Listing]:
        """What is known, by provider."""
        names = dict.fromkeys(agent.provider for agent in self.known)
        return [Listing(name, tuple(a for a in self.known if a.provider == name)) for name in names]

    async def refresh(self) -> list[Listing]:
        """What is known now."""
        self.refreshes += 1
        self.known = self.fresh if self.fresh is not None else self.known
        return await self.listings()


@dataclass
class FixedZone:
    """Everybody lives in one zone."""

    zone: str = "America/Chicago"

    async def of(self, team: str, person: str) -> str:
        """That zone."""
        return self.zone


@dataclass
class Book:
    """The workspace's book, and what was looked up in it."""

    store: ContactStore
    asked: list[str] = field(default_factory=list)

    async def named(self, team: str, asker: str, words: str, limit: int = 6) -> Sequence[Contact]:
        """See ``Contacts``."""
        self.asked.append(words)
        return await self.store.named(team, asker, words, limit)


@dataclass
class Office:
    """Asking and booking over one database."""

    clock: FakeClock
    drafts: DraftStore
    calls: CallStore
    people: PeopleStore
    book: Book
    agents: FixedAgents = field(default_factory=FixedAgents)
    zone: FixedZone = field(default_factory=FixedZone)

    @property
    def asking(self) -> Asking:
        """Reads lines."""
        ears = Ears(
            agents=self.agents,
            zones=self.zone,
            preferences=self.people,
            contacts=self.book,
            default_region="US",
        )
        return Asking(drafts=self.drafts, ears=ears, clock=self.clock)

    @property
    def booking(self) -> Booking:
        """Books drafts."""
        return Booking(drafts=self.drafts, calls=self.calls, clock=self.clock)

    async def types(self, text: str, source: str = "d1") -> list[Proposal | Question]:
        """What a line is answered with."""
        return await self.asking.propose(Typed(HOME, text, source, "https://slack.example/r"))

    async def proposal(self, text: str, source: str = "d1") -> Proposal:
        """The one confirmation a line is answered with."""
        (answer,) = await self.types(text, source)
        assert isinstance(answer, Proposal), answer
        return answer

    async def question(self, text: str, source: str = "d1") -> Question:
        """The one question a line is answered with."""
        (answer,) = await self.types(text, source)
        assert isinstance(answer, Question), answer
        return answer

    async def called(self, name: str, number: str = "+14155552671", by: str = HOME.asker) -> None:
        """Somebody called that person before."""
        home = replace(HOME, asker=by)
        text = f"{number} with Voz tomorrow noon"
        source = f"{name} {number} {by}"
        (made,) = await self.asking.propose(Typed(home, text, source, None))
        assert isinstance(made, Proposal), made
        request = replace(made.request, name=name)
        await self.drafts.change(made.draft.id, request, expires_at=made.draft.expires_at)
        await self.booking.confirm(made.draft.id, by)

    async def wants(self, **changes: object) -> Proposal:
        """A confirmation whose request was changed afterwards, as a form does it."""
        made = await self.proposal("+1 415 555 2671 with Voz tomorrow noon")
        request = replace(made.request, **changes)  # type: ignore[arg-type]  # facts are given by name
        changed = await self.drafts.change(made.draft.id, request, expires_at=made.draft.expires_at)
        assert changed is not None
        return replace(made, draft=changed, request=request)


@pytest.fixture
async def office(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Office]:
    """An office with an empty database."""
    async with fresh_url("sqlite", tmp_path, None) as url, opened(url) as database:
        yield office_over(database, clock)


def office_over(database: Database, clock: FakeClock) -> Office:
    """An office over that database."""
    drafts, calls = DraftStore(database), CallStore(database)
    return Office(clock, drafts, calls, PeopleStore(database), Book(ContactStore(database)))
