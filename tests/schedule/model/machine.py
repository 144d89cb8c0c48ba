"""The play itself: what may happen next, as hypothesis decides."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from bot.calls.provider import News
from bot.calls.states import State
from bot.flows.settle import Said
from bot.reports.buttons import Action
from tests.schedule.model.booked import Booked
from tests.schedule.model.company import GOES_ON, Answer, Comes, Fate
from tests.schedule.model.hands import Hands, do
from tests.schedule.model.luck import (
    A_MINUTE,
    AGAIN,
    AND_THEN,
    DAYS_OF_DOUBT,
    LINES,
    MISHAPS,
    NUMBERS,
    OFF,
    PAUSES,
    company_names,
    days,
    fates,
    numbers,
    processes,
    rarely,
    retries_left,
    says,
    spans,
    tried,
    whens,
    which,
)
from tests.schedule.model.persons import AGENTS, moment

WAITING = frozenset({"scheduled", "held"})
ASKED_ABOUT = frozenset({"unsure", "handed_over", *WAITING})
OLD = (*(each for each in Action if each not in {Action.MARK, Action.AGAIN}), *Said)


class Play(Hands):
    """One database, two processes, three phone companies, and somebody who clicks."""

    # What may happen --------------------------------------------------------------------------
    # Few rules, and wide ones: hypothesis leaves out some of them in each play.

    @initialize(
        asked=st.lists(st.tuples(company_names, numbers, retries_left), min_size=1, max_size=4),
        told=st.lists(fates, max_size=3),
        usual=days,
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

    @precondition(lambda self: not self._enough())
    @rule(company=company_names, number=numbers, word=whens, retries=retries_left, typed=rarely)
    def a_call_is_asked_for(
        self, company: str, number: str, word: str, retries: int, typed: bool
    ) -> None:
        """In a form or by a typed line, and confirmed."""
        if typed and word in LINES and retries in AGAIN:
            said = f"{number} with {AGENTS[company].name} {LINES[word]}{AGAIN[retries]}"
            self.run(self.office.persons.types(said, Booked(retries, after_voicemail=False)))
        else:
            self.run(self._book(company, number, word, retries))

    @precondition(lambda self: self.office.persons.drafts)
    @rule(number=which, line=st.sampled_from(["in 10 minutes", "in 2 hours"]), steps=rarely)
    def a_call_is_moved_by_a_line(self, number: int, line: str, steps: bool) -> None:
        """Or a button that confirms is pressed once more, while others do something else."""
        persons = self.office.persons
        if steps or not persons.calls:
            draft = self._some(persons.drafts, number)
            self.run(do(lambda: persons.presses_later(draft, steps=True)))
        else:
            waiting = self.office.ledger.standing(persons.calls, WAITING) or persons.calls
            self.run(persons.moves_by_line(self._some(waiting, number), line))

    @rule(process=processes, wait=st.booleans(), told=st.lists(fates, max_size=2), steps=rarely)
    def dial(self, process: int, wait: bool, told: list[Fate], steps: bool) -> None:
        """What is due, or what will be due next; its requests meet these fates."""
        if wait:
            self.run(self.office.passes_until_due())
        self.run(self._nudge(process, "dialler", told, steps=steps))

    @precondition(lambda self: self.office.persons.calls)
    @rule(
        process=processes,
        told=st.lists(fates, max_size=1),
        on_the_line=rarely,
        end=tried,
        stop=rarely,
    )
    def a_try_from_beginning_to_end(
        self, process: int, told: list[Fate], on_the_line: bool, end: State, stop: bool
    ) -> None:
        """What is due next is dialled, goes on at its company, and is asked about.

        Then somebody may have had enough of it.
        """
        known = len(self._lines())
        self.run(self.office.passes_until_due(), self._nudge(process, "dialler", told))
        new = [line for _, line in self._lines()[known:]]
        for to in (State.IN_PROGRESS, end) if on_the_line else (end,):
            for line in new:
                line.goes_on(to, summary=True)
            self.run(self.office.passes(timedelta(minutes=2)), self._look(process))
        if stop:
            self.run(self._press_wherever(Action.STOP))

    @precondition(lambda self: self.office.persons.calls)
    @rule(process=processes, answer=st.sampled_from(Answer), says=says, comes=st.booleans())
    def an_answer_is_long_in_coming(
        self, process: int, answer: Answer, says: Action | None, comes: bool
    ) -> None:
        """By then its call is in doubt, and a person may have said how it went."""
        late = [Fate(answer, Comes.LATE)]
        self.run(self.office.passes_until_due(), self._nudge(process, "dialler", late))
        self.run(self.office.passes(A_MINUTE), self._look(1 - process))
        if says is not None:
            self.run(self._press_wherever(says))
        if comes:
            self.run(do(self._all_answers_come))

    @rule(process=processes, span=spans, deaf=rarely, one=st.none() | st.integers(0, 7))
    def look(self, process: int, span: timedelta, deaf: bool, one: int | None) -> None:
        """Time passes, then all loops but the dialler turn; or one, which may be stopped."""
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

    @precondition(lambda self: self.office.persons.calls)
    @rule(number=which, button=st.integers(0, 11), old=rarely, word=whens, steps=rarely)
    def a_button_is_pressed(
        self, number: int, button: int, old: bool, word: str, steps: bool
    ) -> None:
        """On an old message are some that make no sense any more."""
        persons = self.office.persons
        asked = self.office.ledger.standing(persons.calls, ASKED_ABOUT) if button % 2 else ()
        call = self._some(asked or persons.calls, number)
        shown = OLD if old else self._loop.run_until_complete(self._shown(call))
        pressed = self._some(shown, button) if shown else None
        seldom = pressed == Action.AGAIN and (word != "days" or self._enough())
        if pressed is None or seldom:
            return
        when = moment(word, self.office.time.now())
        self.run(do(lambda: persons.press(call, pressed, when, steps=steps)))

    @precondition(lambda self: self._stopped())
    @rule(number=which, to_its_end=st.booleans())
    def what_was_stopped_goes_on(self, number: int, to_its_end: bool) -> None:
        """A process or a click does its next step; an answer that was long in coming comes."""
        step, finish = self._some(self._stopped(), number)
        self.run(do(finish if to_its_end else step))

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
                office.time.off = self._some(OFF, number)
            case "lists":
                for company in office.companies.values():
                    company.lag = cycle(self._some(((110, 0), (0, 110), (0,)), number))
            case "stranger":
                news = News(State.COMPLETED, "completed", f"stranger-{number}")
                self.run(office.box_keeps("open", f"s{number}", news))
            case "pressed twice" if office.persons.drafts:
                self.run(office.persons.presses(self._some(office.persons.drafts, number)))
            case "pause":
                line, steps = self._some(PAUSES, number), span < timedelta(seconds=13)
                self.run(do(lambda: office.persons.says(line, steps=steps)))
            case "housekeeping":
                self.run(self._nudge(number % 2, "housekeeping"))
        self._mishap = True
