"""One chaos from beginning to end."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from bot.calls.errors import StoreAway
from bot.storage.migrate import migrate
from tests.faults.chaos.drawn import FIRST_ACT, Drawn
from tests.faults.chaos.events import Accidents
from tests.faults.chaos.facts import cases_of
from tests.faults.chaos.judge import judge
from tests.faults.chaos.plan import Options, Plan, book
from tests.faults.chaos.server import OwnServer
from tests.faults.chaos.stage import Stage, opened_stage
from tests.faults.chaos.stopwatch import Stopwatch
from tests.faults.chaos.telling import Told, told_of
from tests.faults.chaos.vigil import Vigil
from tests.faults.chaos.worker import Death

TROUBLE = 0.06  # of the dials go wrong
FIRST_RETRY, SECOND_RETRY = timedelta(minutes=31), timedelta(minutes=121)
DOUBTS = timedelta(minutes=6)  # longer than the longest pause between two looks for a call
LOOKS = 3
LOOKED_FOR_WITHIN = 20.0  # seconds for each of them
LEASES_END = 75.0  # seconds after the last death, at most
REST_WITHIN, LOOKED_UP = 60.0, 8.0  # seconds; and calls a second, if all of them were in doubt
ACCEPTED_FOR = 90.0  # seconds: the lease of accepted work, and time to do it
CAUGHT_UP_WITHIN = 12.0  # seconds
REPS = 3
LEAD = timedelta(hours=1)  # calls are booked so long before the chaos
Hurry = Callable[[], Awaitable[None]]


async def run(options: Options, folder: Path, url: str, server: OwnServer | None) -> Told:
    """Draw, book, let things die, let them come to rest, judge."""
    drawn, watch = Drawn.of(options), Stopwatch()
    async with opened_stage(folder, url, options.workers, options.seed, server) as stage:
        await _prepare(stage, drawn.plans)
        accidents = Accidents(stage)
        vigil = Vigil(stage.database, lambda: _deaths(stage))
        watching = asyncio.create_task(vigil.run())
        hurry = vigil.hurry if options.hurry else _no_hurry
        watch.lap("set up")
        await _chaos(stage, accidents, drawn, hurry)
        watch.lap("chaos")
        await _calm(stage, vigil, hurry, REST_WITHIN + options.calls / LOOKED_UP)
        watch.lap("rest")
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await stage.stop_bot()
        cases = await cases_of(stage, drawn.plans)
        wrongs = judge(cases, stage.now())
        return told_of(drawn, stage, accidents, vigil, cases, wrongs, watch.laps)


async def _prepare(stage: Stage, plans: Sequence[Plan]) -> None:
    await migrate(stage.database)
    stage.shape(plans)
    begin = stage.now() + LEAD
    await book(stage.database, plans, begin)
    await stage.start_bot()
    await stage.knows_agents()  # in peace; in the chaos a list may not come for a while
    stage.skip_to(begin)


async def _chaos(stage: Stage, accidents: Accidents, drawn: Drawn, hurry: Hurry) -> None:
    """Two acts: in the second one the first retries are due."""
    first, second = drawn.acts
    stage.trouble(TROUBLE)
    by_hand = [plan for plan in drawn.plans if plan.by_hand]
    typing = asyncio.create_task(_type(stage, by_hand))
    await accidents.strike(first, drawn.options.seconds * FIRST_ACT)
    late = await typing
    with suppress(StoreAway):
        await hurry()
    with suppress(TimeoutError):  # what was heard and is never answered, the judge will call lost
        await stage.heard(ACCEPTED_FOR)  # a confirmation is good for a quarter of an hour
        for number in late:
            await stage.confirms(number)
    with suppress(TimeoutError):  # half an hour later, what is due would be too late to go out
        async with asyncio.timeout(CAUGHT_UP_WITHIN):
            await stage.quiet()
    stage.skip(seconds=FIRST_RETRY.total_seconds())
    await accidents.strike(second, drawn.options.seconds * (1 - FIRST_ACT))
    await accidents.over()
    stage.trouble(0)


async def _type(stage: Stage, plans: Sequence[Plan]) -> list[str]:
    """Several reps, each of whom types until the bot has heard it; numbers not yet asked back.

    A line waits half a minute for each process that dies with it.
    """
    waiting, late = list(plans), list[str]()

    async def rep() -> None:
        while waiting:
            number = waiting.pop().number
            try:
                await stage.books_for_sure(number)
            except TimeoutError:
                late.append(number)

    await asyncio.gather(*(rep() for _ in range(REPS)))
    return late


async def _calm(stage: Stage, vigil: Vigil, hurry: Hurry, within: float) -> None:
    """All bots run in health until nothing is under way any more."""
    await stage.all_up()
    vigil.all_are_well()
    await hurry()
    with suppress(TimeoutError):  # what has not come to rest by then is judged as it stands
        async with asyncio.timeout(LEASES_END):
            while await vigil.look():
                await asyncio.sleep(0.2)
        async with asyncio.timeout(within):
            await _rest(stage)


async def _rest(stage: Stage) -> None:
    """Let retries go out, and doubtful calls be looked for."""
    await stage.quiet()
    for span in (SECOND_RETRY, *[DOUBTS] * LOOKS):
        stage.skip(seconds=span.total_seconds())
        await asyncio.sleep(1.5)  # longer than a bot rests before it looks at the clock
        await stage.looked_for(LOOKED_FOR_WITHIN)
        await stage.quiet()
        if not await stage.in_doubt():
            return


async def _no_hurry() -> None:
    """Leases last as long as they last."""


def _deaths(stage: Stage) -> list[Death]:
    return [death for worker in stage.workers for death in worker.deaths]
