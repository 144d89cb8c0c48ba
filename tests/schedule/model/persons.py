"""Persons at their screens: what they type, confirm and press."""

from collections.abc import Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.calls.agents import Listing
from bot.calls.call import Call, Draft, Request
from bot.calls.errors import BotError, NotFound
from bot.calls.provider import Agent
from bot.calls.timing import Instant, Window
from bot.flows.ask import Asking, Proposal, Typed
from bot.flows.book import Booking
from bot.flows.hear import Ears
from bot.flows.pauses import Pausing
from bot.flows.settle import ENDS, Said, Settling
from bot.reports.buttons import Action
from bot.storage.contacts import ContactStore
from bot.storage.directory import PeopleStore
from bot.understanding.command import Code
from tests.fakes import HOME
from tests.schedule.model.booked import Booked
from tests.schedule.model.company import COMPANIES
from tests.schedule.model.ledger import Ledger
from tests.schedule.model.process import Stores, Time
from tests.schedule.model.stage import Errand, Life, StagedDatabase

ZONE = "America/New_York"
DRAFT_LIVES = timedelta(minutes=15)
AGENTS = {name: Agent(name.title(), name, f"agent of {name}") for name in COMPANIES}


class Catalogue:
    """One assistant at each company, of its name."""

    async def all(self) -> list[Agent]:
        """All of them."""
        return list(AGENTS.values())

    async def listings(self) -> list[Listing]:
        """Nobody asks."""
        return []

    async def refresh(self) -> list[Listing]:
        """Nothing is new."""
        return [Listing(agent.provider, (agent,)) for agent in AGENTS.values()]


class OneZone:
    """Everybody who asks is in New York."""

    async def of(self, team: str, person: str) -> str:
        """That zone."""
        return ZONE


class Persons(Life):
    """What they do takes its steps beside the processes', and may come too late.

    ``drafts`` are those that were ever shown to them, ``made`` the calls that came of them.
    """

    def __init__(self, database: StagedDatabase, stores: Stores, time: Time, ledger: Ledger):
        super().__init__()
        self._stores = stores
        self._time = time
        self._ledger = ledger
        ahead = {name for name, can in COMPANIES.items() if can.ahead}
        self.booking = Booking(drafts=stores.drafts, calls=stores.calls, clock=time, ahead=ahead)
        self.settling = Settling(calls=stores.calls, clock=time)
        people, contacts = PeopleStore(database), ContactStore(database)
        ears = Ears(
            agents=Catalogue(),
            zones=OneZone(),
            preferences=people,
            contacts=contacts,
            default_region="US",
        )
        labels = {name: agent.name for name, agent in AGENTS.items()}
        self._pausing = Pausing(pauses=stores.pauses, labels=labels, clock=time)
        self._asking = Asking(drafts=stores.drafts, ears=ears, clock=time)
        self.drafts: list[Draft] = []
        self.made: dict[str, Call] = {}  # by the id of the draft
        self._delivered = 0

    # Asking for a call ------------------------------------------------------------------------

    async def types(self, line: str, wanted: Booked) -> None:
        """A command, delivered twice, understood, and confirmed."""
        typed = Typed(HOME, line, self._delivery(), None)
        for _ in range(2):
            (answer,) = await self._asking.propose(typed)
        if not isinstance(answer, Proposal):
            if answer.problem.code is not Code.OUTSIDE_HOURS:
                self._ledger.wrong("a line is not understood:", line, answer.problem)
            return
        await self._shown(answer.draft, wanted)

    async def fills_in(self, wanted: Request) -> None:
        """The form, and confirms it."""
        draft = await self._stores.drafts.open(
            HOME,
            wanted,
            source=self._delivery(),
            expires_at=self._time.now() + DRAFT_LIVES,
            response_url=None,
        )
        await self._shown(draft, Booked(wanted.retries, wanted.retry_voicemail))

    async def moves_by_line(self, call: Call, line: str) -> None:
        """`/dial move`: a draft that gives a call another time."""
        typed = Typed(HOME, line, self._delivery(), None)
        answer = await self._asking.retime(typed, call, moving=True)
        if isinstance(answer, Proposal):
            await self._shown(answer.draft, None, moves=call)

    async def _shown(self, draft: Draft, wanted: Booked | None, moves: Call | None = None) -> None:
        if moves is not None:
            self.made[draft.id] = moves
        self.drafts.append(draft)
        await self.presses(draft, wanted)

    async def presses(self, draft: Draft, wanted: Booked | None = None) -> None:
        """The button that confirms; also once more, or long after it was shown."""
        try:
            booked = await self.booking.confirm(draft.id, HOME.asker)
        except BotError:
            return  # not at that hour, or too late
        known = self.made.setdefault(draft.id, booked.call)
        if known.id != booked.call.id:
            self._ledger.wrong("one draft, and there are two calls:", known.code, booked.call.code)
        if wanted is not None:
            self._ledger.expect(booked.call.code, wanted)

    def presses_later(self, draft: Draft, *, steps: bool) -> None:
        """The same button, while others do something else."""
        self._begin(f"confirms {draft.id}", self.presses(draft), steps=steps)

    def _delivery(self) -> str:
        self._delivered += 1
        return f"delivery {self._delivered}"

    @property
    def calls(self) -> list[Call]:
        """All that were made."""
        return list({call.id: call for call in self.made.values()}.values())

    def says(self, line: str, *, steps: bool) -> None:
        """`pause …` or `resume …`: everything, or a company."""
        does, _, what = line.partition(" ")
        work = self._pauses if does == "pause" else self._resumes
        self._begin(line, work(what), steps=steps)

    async def _pauses(self, what: str) -> None:
        await self._pausing.pause(HOME.team, HOME.asker, what, {HOME.asker})

    async def _resumes(self, what: str) -> None:
        await self._pausing.resume(HOME.asker, what, {HOME.asker})

    async def resumes_all(self) -> None:
        """So that everything goes on."""
        for pause in await self._stores.pauses.all():
            await self._resumes(pause.provider or "everything")

    # Buttons under a call ---------------------------------------------------------------------

    def press(self, call: Call, button: str, when: Instant | Window | None, *, steps: bool) -> None:
        """It may be too late for it."""
        by, booking, settling = HOME.asker, self.booking, self.settling
        match button:
            case Action.CANCEL | Action.STOP:
                self._click(call, booking.cancel(call.id, by, ()), "cancelled", steps=steps)
            case Action.NOW:
                self._click(call, booking.reschedule(call.id, None, by, ()), steps=steps)
            case Action.MOVE:
                self._click(call, booking.reschedule(call.id, when, by, ()), steps=steps)
            case Action.CHECK:
                self._click(call, settling.check_now(call.id), steps=steps)
            case Action.RANG:
                self._click(call, settling.it_rang(call.id, by, ()), "completed", steps=steps)
            case Action.NOT_RANG:
                self._click(call, settling.it_did_not(call.id, by, ()), "failed", steps=steps)
            case Action.AGAIN:
                self._begin("call again", self._again(call), steps=steps)
            case _:
                said = Said(button)
                done = settling.mark(call.id, said, "", by, ())
                self._click(call, done, ENDS.get(said), steps=steps)

    def _click(
        self, call: Call, does: Coroutine[Any, Any, Call], says: str | None = None, *, steps: bool
    ) -> None:
        """``says`` is how they say it ends."""
        if says is not None:
            self._ledger.said[call.code].add(says)

        async def clicked() -> None:
            await does
            if says is not None:
                self._ledger.closed.add(call.code)

        self._begin(f"click on {call.code}", clicked(), steps=steps)

    async def _again(self, call: Call) -> None:
        """*Call again…*: a form filled in as the old call, confirmed as a call of its own."""
        self._ledger.called_again(call.code)
        now = await self.booking.find(call.id)
        await self.fills_in(replace(now.request, when=None, said="", asker_zone=ZONE))

    def _begin(self, name: str, work: Coroutine[Any, Any, None], *, steps: bool) -> None:
        errand = Errand(self, name)
        errand.steps = steps

        async def tries() -> None:
            try:
                await work
            except BotError:
                return  # it was too late for that

        errand.start(tries())

    async def sees(self, call: Call) -> Call:
        """The call as its message shows it. Raises ``NotFound``."""
        found = await self._stores.calls.get(call.id)
        if found is None:
            raise NotFound("A call is gone.")
        return found


def moment(word: str, now: datetime) -> Instant | Window | None:
    """A time as a form gives it; ``None`` is now."""
    match word:
        case "soon":
            return Instant(now + timedelta(minutes=2), ZONE)
        case "later":
            return Instant(now + timedelta(hours=4), ZONE)
        case "short window":
            return Window(now, now + timedelta(minutes=40), ZONE)
        case "days":
            return Window(now, now + timedelta(days=3), ZONE, allow_on_weekends=False)
    return None
