"""The play itself: what may happen next, as hypothesis decides."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from structlog.testing import capture_logs

from bot.calls.call import Call
from bot.calls.provider import News
from bot.calls.states import State
from bot.calls.timing import Instant, Window
from bot.flows.settle import ENDS, Said
from tests.fakes import HOME, instant, request
from tests.schedule.model.company import GOES_ON, Answer, Comes, Fate, Line, PhoneCompany
from tests.schedule.model.office import Office, opened_office
from tests.schedule.model.stage import StillLoop

MOST_CALLS = 5
ZONE = "America/New_York"
NUMBERS = ("+14155550123", "+14155550124")
FAILURES = frozenset({"turn_failed", "look_failed", "claim_failed", "list_failed", "dial_failed"})
SPANS = (
    timedelta(seconds=3), timedelta(seconds=1), timedelta(seconds=12), timedelta(seconds=61),
    timedelta(minutes=3), timedelta(minutes=31), timedelta(hours=3), timedelta(hours=25),
)  # fmt: skip

which = st.integers(0, 7)
numbers = st.sampled_from(NUMBERS)
company_names = st.sampled_from(["open", "open", "open", "shy", "silent"])
retries_left = st.integers(0, 2)
whens = st.sampled_from(["now", "now", "soon", "later", "short window", "days"])
fates = st.builds(
    Fate,
    st.sampled_from([Answer.PLACED] * 5 + [Answer.SILENCE_AND_RINGS, *Answer]),
    st.sampled_from([Comes.AT_ONCE] * 4 + [*Comes]),
)
processes = st.integers(0, 1)
spans = st.sampled_from(SPANS)
rarely = st.sampled_from([False, False, False, True])
buttons = st.sampled_from(
    ["cancel", "call now", "move", "it rang", "it did not", "check now", *Said]
)


def moment(word: str, now: datetime) -> Instant | Window | None:
    """A time as a person might give it."""
    match word:
        case "soon":
            return instant(now + timedelta(minutes=2))
        case "later":
            return instant(now + timedelta(hours=4))
        case "short window":
            return Window(now, now + timedelta(minutes=40), ZONE)
        case "days":
            return Window(now, now + timedelta(days=3), ZONE, allow_on_weekends=False)
    return None


class Play(RuleBasedStateMachine):
    """One database, two processes, three phone companies, and somebody who clicks.

    ``place`` opens an empty database and gives its URL; ``seen`` counts what happened in all plays.
    """

    def __init__(
        self, place: Callable[[], AbstractContextManager[str]], seen: Counter[str]
    ) -> None:
        super().__init__()
        self._seen = seen
        self._failed: list[str] = []
        self._leaving = ExitStack()
        self._logs = self._leaving.enter_context(capture_logs())
        url = self._leaving.enter_context(place())
        self._loop = self._leaving.enter_context(closing(StillLoop()))
        self._loop.set_exception_handler(lambda _, about: self._failed.append(str(about)))
        self.office: Office = self._loop.run_until_complete(opened_office(url))
        self._leaving.callback(lambda: self._loop.run_until_complete(self.office.close()))

    def teardown(self) -> None:
        """Everybody leaves."""
        self._seen.update(self.office.ledger.seen)
        self._leaving.close()

    def run(self, *works: Coroutine[Any, Any, Any]) -> None:
        """One after the other; each until everybody has come to a stop."""

        async def all_of_them() -> None:
            for work in works:
                await work
                await self.office.calm()

        self._loop.run_until_complete(all_of_them())

    # Booking ----------------------------------------------------------------------------------

    @precondition(lambda self: len(self.office.made) < MOST_CALLS)
    @rule(company=company_names, number=numbers, word=whens, retries=retries_left)
    def book(self, company: str, number: str, word: str, retries: int) -> None:
        """A person asks for a call and confirms."""
        self.run(self._book(company, number, word, retries))

    @precondition(lambda self: len(self.office.made) < MOST_CALLS)
    @rule(company=company_names, number=numbers, retries=retries_left, fate=fates, steps=rarely)
    def dial_somebody(
        self, company: str, number: str, retries: int, fate: Fate, steps: bool
    ) -> None:
        """Asked for, and dialled at once."""
        self.run(self._book(company, number, "now", retries))
        self.run(self._nudge(0, "dialler", [fate], steps=steps))

    # Processes --------------------------------------------------------------------------------

    @rule(process=processes, told=st.lists(fates, max_size=2), steps=rarely)
    def dial(self, process: int, told: list[Fate], steps: bool) -> None:
        """The dialler takes a turn; its next requests meet these fates."""
        self.run(self._nudge(process, "dialler", told, steps=steps))

    @rule(process=processes, told=st.lists(fates, max_size=2), steps=rarely)
    def dial_what_waits(self, process: int, told: list[Fate], steps: bool) -> None:
        """Time passes until the next call may be due, and it is dialled."""
        self.run(
            self.office.passes_until_due(), self._nudge(process, "dialler", told, steps=steps)
        )

    @rule(process=processes, loop=st.integers(0, 20), deaf=rarely, steps=rarely)
    def turn(self, process: int, loop: int, deaf: bool, steps: bool) -> None:
        """One of the other loops takes a turn."""
        self.run(self._turn(process, loop, deaf, steps))

    @rule(process=processes, span=spans)
    def look_at_all(self, process: int, span: timedelta) -> None:
        """Time passes, then all loops but the dialler take a turn."""
        self.run(self.office.passes(span), self._all_turns(process))

    @precondition(lambda self: self.office.errands())
    @rule(number=which)
    def go_on(self, number: int) -> None:
        """Something goes one step further."""
        self.run(_do(self._some(self.office.errands(), number).go_on))

    @precondition(lambda self: self.office.errands())
    @rule(number=which)
    def finish(self, number: int) -> None:
        """Something goes all the way."""
        self.run(_do(self._some(self.office.errands(), number).finish))

    @precondition(lambda self: self._answers())
    @rule(number=which)
    def answer_comes(self, number: int) -> None:
        """Long after the dial."""
        self.run(_do(lambda: self._some(self._answers(), number).set_result(None)))

    @precondition(lambda self: any(self.office.processes))
    @rule(process=processes)
    def crash(self, process: int) -> None:
        """Whatever it was doing."""
        alive = self.office.processes[process]
        if alive is not None:
            self.run(_do(alive.die))

    # Time -------------------------------------------------------------------------------------

    @rule(span=spans)
    def time_passes(self, span: timedelta) -> None:
        """And nobody does anything."""
        self.run(self.office.passes(span))

    @rule(what=st.sampled_from(["clock", "lists", "stranger", "press again"]), number=which)
    def something_small(self, what: str, number: int) -> None:
        """A clock is set, lists lag, a webhook is not about us, a button is pressed twice."""
        office = self.office
        match what:
            case "clock":
                office.time.off = timedelta(seconds=self._some((-50, 0, 50), number))
            case "lists":
                for company in office.companies.values():
                    company.lag = timedelta(seconds=self._some((110, 0), number))
            case "stranger":
                news = News(State.COMPLETED, "completed", f"stranger-{number}")
                self.run(office.box_keeps("open", f"s{number}", news))
            case _ if office.made:
                self.run(office.press_again(*self._some(office.made, number)))

    # Companies --------------------------------------------------------------------------------

    @precondition(lambda self: self._lines())
    @rule(number=which, to=which, summary=st.booleans())
    def call_goes_on(self, number: int, to: int, summary: bool) -> None:
        """At its company."""
        self._goes_on(number, to, summary)

    @precondition(lambda self: self._lines())
    @rule(number=which, to=which, summary=st.booleans())
    def call_goes_on_and_we_hear_of_it(self, number: int, to: int, summary: bool) -> None:
        """By webhook, which is then applied."""
        company, line = self._goes_on(number, to, summary)
        if company.can.hears:
            self.run(
                self._heard(company, line, line.news[-1]), self._nudge(number % 2, "unasked")
            )

    @precondition(lambda self: self._lines())
    @rule(number=which, to=which, summary=st.booleans(), process=processes)
    def call_goes_on_and_we_ask(self, number: int, to: int, summary: bool, process: int) -> None:
        """Some time later."""
        self._goes_on(number, to, summary)
        self.run(self.office.passes(timedelta(minutes=2)), self._all_turns(process))

    @precondition(lambda self: self._lines())
    @rule(number=which, to=st.sampled_from([State.NO_ANSWER, State.BUSY]), process=processes)
    def nobody_answers(self, number: int, to: State, process: int) -> None:
        """And we ask until we know."""
        _, line = self._some(self._lines(), number)
        if to in GOES_ON[line.state]:
            line.goes_on(to, summary=False)
        self.run(self.office.passes(timedelta(minutes=2)), self._all_turns(process))

    def _goes_on(self, number: int, to: int, summary: bool) -> tuple[PhoneCompany, Line]:
        company, line = self._some(self._lines(), number)
        following: Sequence[State | None] = GOES_ON[line.state] or (line.state,)
        line.goes_on(self._some([*following, None], to), summary=summary)
        return company, line

    @precondition(lambda self: self._lines())
    @rule(number=which, word=which, hint=st.booleans())
    def webhook(self, number: int, word: int, hint: bool) -> None:
        """Old or new, about a call of now or long ago; or it only says "go and read"."""
        company, line = self._some(self._lines(), number)
        news = self._some(line.news, word)
        if company.can.hears:
            self.run(self._heard(company, line, News(None, "hint", line.id) if hint else news))

    # Persons ----------------------------------------------------------------------------------

    @precondition(lambda self: self.office.made)
    @rule(number=which, button=buttons, word=whens, steps=rarely)
    def click(self, number: int, button: str, word: str, steps: bool) -> None:
        """A button, whether it makes sense or not."""
        _, call = self._some(self.office.made, number)
        self.run(_do(lambda: self._click(call, button, word, steps)))

    def _click(self, call: Call, button: str, word: str, steps: bool) -> None:
        office = self.office
        on, by = (call.id, HOME.asker, ()), HOME.asker
        end: State | None = None
        match button:
            case "cancel":
                does = office.booking.cancel(*on)
            case "call now":
                does = office.booking.reschedule(call.id, None, by, ())
            case "move":
                does = office.booking.reschedule(
                    call.id, moment(word, office.time.now()), by, ()
                )
            case "check now":
                does = office.settling.check_now(call.id)
            case "it rang":
                does, end = office.settling.it_rang(*on), State.COMPLETED
            case "it did not":
                does, end = office.settling.it_did_not(*on), State.FAILED
            case _:
                said = Said(button)
                does, end = office.settling.mark(call.id, said, "", by, ()), ENDS.get(said)
        closes = button == "cancel" or end is not None
        office.click(call, does, end=end, closes=closes, steps=steps)

    # What must hold ---------------------------------------------------------------------------

    @invariant()
    def every_promise_is_kept(self) -> None:
        """Nothing that the ledger wrote down, nothing that failed in secret."""
        failures = [str(log) for log in self._logs if log["event"] in FAILURES]
        wrongs = [*self.office.ledger.wrongs, *self._failed, *failures]
        assert not wrongs, "\n".join(wrongs)

    # How it is done ---------------------------------------------------------------------------

    async def _book(self, company: str, number: str, word: str, retries: int) -> None:
        wanted = request(
            provider=company,
            number=number,
            agent_id=f"agent of {company}",
            retries=retries,
            when=moment(word, self.office.time.now()),
        )
        await self.office.book(wanted)

    async def _nudge(
        self, number: int, loop: str, told: Sequence[Fate] = (), *, steps: bool = False
    ) -> None:
        process = await self.office.process(number)
        for company in self.office.companies.values():
            company.fates.clear()
            company.fates.extend(told)
        process.nudge(loop, steps=steps)

    async def _turn(self, number: int, loop: int, deaf: bool, steps: bool) -> None:
        process = await self.office.process(number)
        for company in self.office.companies.values():
            company.deaf = deaf
        process.nudge(self._some(process.others, loop), steps=steps)

    async def _all_turns(self, number: int) -> None:
        process = await self.office.process(number)
        for company in self.office.companies.values():
            company.deaf = False
        for name in process.others:
            process.nudge(name, steps=False)
            await self.office.calm()

    async def _heard(self, company: PhoneCompany, line: Line, news: News) -> None:
        if news.state is not None:
            line.told.add(news.state)
        key = f"{line.id} {news.raw_status} {bool(news.summary)}"
        await self.office.box_keeps(company.name, key, news)

    def _answers(self) -> list[asyncio.Future[None]]:
        every = self.office.companies.values()
        return [answer for company in every for answer in company.coming if not answer.done()]

    def _lines(self) -> list[tuple[PhoneCompany, Line]]:
        every = self.office.companies.values()
        return [
            (company, line) for company in every for line in company.lines if company.can.can_read
        ]

    @staticmethod
    def _some(things: Sequence[Any], number: int) -> Any:
        return things[number % len(things)]


async def _do(what: Callable[[], None]) -> None:
    what()
