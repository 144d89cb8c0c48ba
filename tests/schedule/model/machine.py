"""The play itself: what may happen next, as hypothesis decides."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from itertools import cycle
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from structlog.testing import capture_logs

from bot.calls.call import Call
from bot.calls.provider import News
from bot.calls.states import State
from bot.calls.timing import Instant, Window
from bot.flows.settle import ENDS, Said
from tests.fakes import HOME, instant, request
from tests.schedule.model.company import GOES_ON, Answer, Comes, Fate, Line, PhoneCompany
from tests.schedule.model.office import Office, Process, opened
from tests.schedule.model.stage import Theatre

MOST_CALLS = 6
ZONE = "America/New_York"
NUMBERS = ("+14155550123", "+14155550123", "+14155550124")
FAILURES = frozenset({"turn_failed", "look_failed", "claim_failed", "list_failed", "dial_failed"})
SPANS = (
    timedelta(seconds=3), timedelta(seconds=1), timedelta(seconds=12), timedelta(seconds=61),
    timedelta(minutes=3), timedelta(minutes=31), timedelta(hours=3), timedelta(hours=25),
)  # fmt: skip

which = st.integers(0, 7)
numbers = st.sampled_from(NUMBERS)  # often the same: two calls to one phone
company_names = st.sampled_from(["open", "open", "open", "shy", "silent"])
retries_left = st.integers(-2, 2)  # below zero: also after a voicemail
whens = st.sampled_from(["now", "now", "soon", "later", "short window", "days"])
fates = st.builds(
    Fate,
    st.sampled_from([Answer.PLACED] * 5 + [Answer.SILENCE_AND_RINGS, *Answer]),
    st.sampled_from([Comes.AT_ONCE] * 4 + [*Comes]),
)
processes = st.integers(0, 1)
tried = st.sampled_from([State.NO_ANSWER, State.BUSY, State.VOICEMAIL, State.COMPLETED])
spans = st.sampled_from(SPANS)
rarely = st.sampled_from([False, False, False, True])
BEFORE_THE_DIAL = ("cancel", "call now", "move")
IN_DOUBT = ("it rang", "it did not", "check now")
BUTTONS = (*BEFORE_THE_DIAL, *IN_DOUBT, *Said)
A_GOOD_DAY = (Answer.PLACED,)
DAYS_OF_DOUBT = (
    (Answer.SILENCE_AND_RINGS, Answer.SILENCE),
    (Answer.SILENCE_AND_RINGS, Answer.SILENCE_AND_RINGS, Answer.NO_ID),
)
AND_THEN = ("we hear of it", "we ask", "we ask", "nothing")
MISHAPS = ("crash", "time passes", "clock", "lists", "stranger", "pressed twice")
SHOWN = {
    "scheduled": BEFORE_THE_DIAL, "held": BEFORE_THE_DIAL,
    "unsure": IN_DOUBT, "handed_over": tuple(Said),
}  # fmt: skip


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

    ``seen`` counts what happened in all plays.
    """

    def __init__(self, theatre: Theatre, seen: Counter[str]) -> None:
        super().__init__()
        self._seen = seen
        self._loop = theatre.loop
        self._failed = theatre.failed
        self._to_its_end = False
        self._mishap = False  # they do not come one after the other
        self._leaving = ExitStack()
        self._logs = self._leaving.enter_context(capture_logs())
        self.office: Office = self._loop.run_until_complete(opened(theatre.database))

    def teardown(self) -> None:
        """All comes to rest; everybody leaves."""
        with self._leaving:
            try:
                if self._to_its_end and not self.office.ledger.wrongs:
                    self.run(self.office.comes_to_rest())
                    self.every_promise_is_kept()
            finally:
                self._loop.run_until_complete(self.office.close())
                self._failed.clear()
        self._seen.update(self.office.ledger.seen)

    def run(self, *works: Coroutine[Any, Any, Any]) -> None:
        """One after the other; each until everybody has come to a stop."""

        self._mishap = False

        async def all_of_them() -> None:
            for work in works:
                await work
                await self.office.calm()

        self._loop.run_until_complete(all_of_them())

    # What may happen --------------------------------------------------------------------------
    # Few rules, and wide ones: hypothesis leaves out some of them in each play.

    @initialize(
        asked=st.lists(st.tuples(company_names, numbers, retries_left), min_size=1, max_size=4),
        told=st.lists(fates, max_size=3),
        usual=st.sampled_from([A_GOOD_DAY, A_GOOD_DAY, *DAYS_OF_DOUBT]),
        to_its_end=rarely,
    )
    def a_morning(
        self,
        asked: list[tuple[str, str, int]],
        told: list[Fate],
        usual: Sequence[Answer],
        to_its_end: bool,
    ) -> None:
        """Some calls are asked for at once, and dialled; to one phone on a day of many doubts."""
        self._to_its_end = to_its_end
        for each in self.office.companies.values():
            each.usual = cycle(usual)
        if usual in DAYS_OF_DOUBT:
            asked = [("open", NUMBERS[0], retries) for _, _, retries in asked]
        for company, number, retries in asked:
            self.run(self._book(company, number, "now", retries))
        self.run(self._nudge(0, "dialler", told))

    @precondition(lambda self: len(self.office.made) < MOST_CALLS)
    @rule(company=company_names, number=numbers, word=whens, retries=retries_left)
    def a_call_is_asked_for(self, company: str, number: str, word: str, retries: int) -> None:
        """And confirmed."""
        self.run(self._book(company, number, word, retries))

    @rule(process=processes, wait=st.booleans(), told=st.lists(fates, max_size=2), steps=rarely)
    def dial(self, process: int, wait: bool, told: list[Fate], steps: bool) -> None:
        """What is due, or what will be due next; its requests meet these fates."""
        if wait:
            self.run(self.office.passes_until_due())
        self.run(self._nudge(process, "dialler", told, steps=steps))

    @precondition(lambda self: self.office.made)
    @rule(process=processes, told=st.lists(fates, max_size=1), on_the_line=rarely, end=tried)
    def a_try_from_beginning_to_end(
        self, process: int, told: list[Fate], on_the_line: bool, end: State
    ) -> None:
        """What is due next is dialled, goes on at its company, and is asked about."""
        known = len(self._lines())
        self.run(self.office.passes_until_due(), self._nudge(process, "dialler", told))
        new = [line for _, line in self._lines()[known:]]
        for to in (State.IN_PROGRESS, end) if on_the_line else (end,):
            for line in new:
                line.goes_on(to, summary=True)
            self.run(self.office.passes(timedelta(minutes=2)), self._look(process))

    @rule(process=processes, span=spans, deaf=rarely, one=st.none() | st.integers(0, 7))
    def look(self, process: int, span: timedelta, deaf: bool, one: int | None) -> None:
        """Time passes, then all loops but the dialler turn; or one of them, which may be stopped."""
        self.run(self.office.passes(span), self._look(process, deaf=deaf, one=one))

    @precondition(lambda self: self._lines())
    @rule(number=which, to=which, summary=st.booleans(), then=st.sampled_from(AND_THEN))
    def a_call_goes_on(self, number: int, to: int, summary: bool, then: str) -> None:
        """At its company; and we hear of it, or ask some time later, or do not know yet."""
        company, line = self._some(self._lines(), number)
        following: Sequence[State | None] = GOES_ON[line.state] or (line.state,)
        line.goes_on(self._some([*following, None], to), summary=summary)
        if then == "we hear of it" and company.can.hears:
            self.run(self._heard(company, line, line.news[-1]), self._nudge(number % 2, "unasked"))
        elif then == "we ask":
            self.run(self.office.passes(timedelta(minutes=2)), self._look(number % 2))

    @precondition(lambda self: self._lines())
    @rule(number=which, word=which, hint=rarely)
    def a_webhook_comes(self, number: int, word: int, hint: bool) -> None:
        """Old or new, about a call of now or long ago; or it only says "go and read"."""
        company, line = self._some(self._lines(), number)
        news = self._some(line.news, word)
        if company.can.hears:
            self.run(self._heard(company, line, News(None, "hint", line.id) if hint else news))

    @precondition(lambda self: self.office.made)
    @rule(number=which, button=st.integers(0, 11), old=rarely, word=whens, steps=rarely)
    def a_button_is_pressed(
        self, number: int, button: int, old: bool, word: str, steps: bool
    ) -> None:
        """On an old message are some that make no sense any more."""
        _, call = self._some(self.office.made, number)
        shown = BUTTONS if old else SHOWN.get(self.office.ledger.state_of(call.code), BUTTONS)
        pressed = self._some(shown, button)
        self.run(_do(lambda: self._press(call, pressed, word, steps=steps)))

    @precondition(lambda self: self._stopped())
    @rule(number=which, to_its_end=st.booleans())
    def what_was_stopped_goes_on(self, number: int, to_its_end: bool) -> None:
        """A process or a click does its next step; an answer that was long in coming comes."""
        step, finish = self._some(self._stopped(), number)
        self.run(_do(finish if to_its_end else step))

    @precondition(lambda self: not self._mishap)
    @rule(what=st.sampled_from(MISHAPS), number=which, span=spans)
    def a_mishap(self, what: str, number: int, span: timedelta) -> None:
        """A process dies, a clock is set, lists lag, a webhook is a stranger's …"""
        office = self.office
        match what:
            case "time passes":
                self.run(office.passes(span))
            case "crash":
                self.run(office.crash(number % 2))
            case "clock":
                office.time.off = timedelta(seconds=self._some((-50, 0, 50), number))
            case "lists":
                for company in office.companies.values():
                    company.lag = cycle(self._some(((110, 0), (0, 110), (0,)), number))
            case "stranger":
                news = News(State.COMPLETED, "completed", f"stranger-{number}")
                self.run(office.box_keeps("open", f"s{number}", news))
            case "pressed twice" if office.made:
                self.run(office.press_again(*self._some(office.made, number)))
        self._mishap = True

    # What must hold ---------------------------------------------------------------------------

    @invariant()
    def every_promise_is_kept(self) -> None:
        """Nothing that the ledger wrote down, nothing that failed in secret."""
        failures = [str(log) for log in self._logs if log["event"] in FAILURES]
        wrongs = [*self.office.ledger.wrongs, *self._failed, *failures]
        assert not wrongs, "\n".join(wrongs)

    # How it is done ---------------------------------------------------------------------------

    def _press(self, call: Call, button: str, word: str, *, steps: bool) -> None:
        office, by = self.office, HOME.asker
        says: str | None = None
        match button:
            case "cancel":
                does, says = office.booking.cancel(call.id, by, ()), "cancelled"
            case "call now":
                does = office.booking.reschedule(call.id, None, by, ())
            case "move":
                when = moment(word, office.time.now())
                does = office.booking.reschedule(call.id, when, by, ())
            case "check now":
                does = office.settling.check_now(call.id)
            case "it rang":
                does, says = office.settling.it_rang(call.id, by, ()), "completed"
            case "it did not":
                does, says = office.settling.it_did_not(call.id, by, ()), "failed"
            case _:
                said = Said(button)
                does, says = office.settling.mark(call.id, said, "", by, ()), ENDS.get(said)
        office.click(call, does, says=says, steps=steps)

    async def _book(self, company: str, number: str, word: str, retries: int) -> None:
        wanted = request(
            provider=company,
            number=number,
            agent_id=f"agent of {company}",
            retries=abs(retries),
            retry_voicemail=retries < 0,
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

    async def _look(self, number: int, *, deaf: bool = False, one: int | None = None) -> None:
        process = await self.office.process(number)
        for company in self.office.companies.values():
            company.deaf = deaf
        loops = self._others(process)
        for name in loops if one is None else [self._some(loops, one)]:
            process.nudge(name, steps=one is not None)

    def _others(self, process: Process) -> list[str]:
        return process.others({call.request.provider for _, call in self.office.made})

    async def _heard(self, company: PhoneCompany, line: Line, news: News) -> None:
        if news.state is not None:
            line.told.add(news.state)
        key = f"{line.id} {news.raw_status} {bool(news.summary)}"
        await self.office.box_keeps(company.name, key, news)

    def _stopped(self) -> list[tuple[Callable[[], None], Callable[[], None]]]:
        """Whatever waits to go on: how it does one step, and all of them."""
        answers = [partial(answer.set_result, None) for answer in self._answers()]
        errands = self.office.errands()
        return [*zip(answers, answers, strict=True), *((one.go_on, one.finish) for one in errands)]

    def _answers(self) -> list[asyncio.Future[None]]:
        every = self.office.companies.values()
        return [answer for company in every for answer in company.coming if not answer.done()]

    def _lines(self) -> list[tuple[PhoneCompany, Line]]:
        """All calls of companies that tell of them, first to last."""
        every = self.office.companies.values()
        told = [(company, line) for company in every for line in company.lines]
        return sorted((pair for pair in told if pair[0].can.can_read), key=_begun)

    @staticmethod
    def _some(things: Sequence[Any], number: int) -> Any:
        return things[number % len(things)]


def _begun(pair: tuple[PhoneCompany, Line]) -> datetime:
    return pair[1].begun


async def _do(what: Callable[[], None]) -> None:
    what()
