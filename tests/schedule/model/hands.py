"""The hands of a play: how each thing is done that may happen in it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, invariant
from structlog import DropEvent
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.calls.call import Call
from bot.calls.provider import News
from bot.flows.settle import Said
from bot.reports.buttons import Action, actions
from tests.fakes import request
from tests.schedule.model.company import COMPANIES, Fate, Line, PhoneCompany
from tests.schedule.model.luck import MOST_CALLS
from tests.schedule.model.office import Office, opened
from tests.schedule.model.persons import AGENTS, moment
from tests.schedule.model.process import Process
from tests.schedule.model.stage import HERE, Theatre

# What is logged where something of ours broke and nobody waited for it.
FAILURES = frozenset({
    "turn_failed", "look_failed", "claim_failed", "list_failed", "dial_failed",
    "answer_not_stored", "news_not_applied", "call_not_judged", "order_not_written",
    "news_not_readable", "call_not_readable",
})  # fmt: skip


class Hands(RuleBasedStateMachine):
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
        self._logs = self._leaving.enter_context(capture_logs([of_the_living]))
        self.office: Office = self._loop.run_until_complete(opened(theatre.database))

    @invariant()
    def every_promise_is_kept(self) -> None:
        """Nothing that the ledger wrote down, nothing that failed in secret."""
        failures = [str(log) for log in self._logs if log["event"] in FAILURES]
        wrongs = [*self.office.ledger.wrongs, *self._failed, *failures]
        assert not wrongs, "\n".join([*wrongs, "", *self.office.ledger.story])

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
        self._seen["plays"] += 1

    def run(self, *works: Coroutine[Any, Any, Any]) -> None:
        """One after the other; each until everybody has come to a stop."""
        self._mishap = False
        self._seen["steps"] += 1

        async def all_of_them() -> None:
            for work in works:
                await work
                await self.office.calm()

        self._loop.run_until_complete(all_of_them())

    async def _shown(self, call: Call) -> Sequence[str]:
        """The buttons under its message; behind one of them is a form with how it went."""
        can = COMPANIES[call.request.provider]
        seen = await self.office.persons.sees(call)
        offered = actions(seen, can_be_asked=can.can_read)
        marks = tuple(Said) if Action.MARK in offered else ()
        return [*(each for each in offered if each is not Action.MARK), *marks]

    async def _press_wherever(self, button: Action) -> None:
        """It is shown."""
        persons = self.office.persons
        for call in persons.calls:
            if button in await self._shown(call):
                persons.press(call, button, None, steps=False)

    def _all_answers_come(self) -> None:
        for answer in self._answers():
            answer.set_result(None)

    async def _book(self, company: str, number: str, word: str, retries: int) -> None:
        wanted = request(
            provider=company,
            number=number,
            agent_id=AGENTS[company].id,
            retries=abs(retries),
            retry_voicemail=retries < 0,
            when=moment(word, self.office.time.now()),
        )
        await self.office.persons.fills_in(wanted)

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
        return process.others({call.request.provider for call in self.office.persons.calls})

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

    def _enough(self) -> bool:
        return len(self.office.persons.calls) >= MOST_CALLS

    @staticmethod
    def _some(things: Sequence[Any], number: int) -> Any:
        return things[number % len(things)]


def _begun(pair: tuple[PhoneCompany, Line]) -> datetime:
    return pair[1].begun


def of_the_living(_logger: object, _method: str, event: EventDict) -> EventDict:
    """What a process logs that is dead already, nobody would ever read."""
    errand = HERE.get()
    if errand is not None and errand.life.dead:
        raise DropEvent
    return event


async def do(what: Callable[[], None]) -> None:
    """As one of the works of a step."""
    what()
