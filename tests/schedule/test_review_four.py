"""What the schedule must withstand: stale looks, broken lists, odd clocks, one bad call."""

import asyncio
import contextlib
from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.calls.call import Attempt, Call
from bot.calls.errors import Cause, MaybePlaced, NotPlaced, ProviderError
from bot.calls.posts import Role
from bot.calls.provider import Capabilities, News, Order, Receipt, Watched
from bot.calls.states import LIVE, State
from bot.calls.timing import Window
from bot.schedule.loop import Loop
from bot.schedule.slots import AT_ONCE
from bot.schedule.works import works
from bot.storage.calls import CallStore
from tests.fakes import HOME, instant, request
from tests.schedule.bench import Bench, Scripted

REFUSED_KEY = NotPlaced("They refuse our key. No phone rang.", cause=Cause.CREDENTIALS)
AWAY = NotPlaced("Not sent. No phone rang.", cause=Cause.UNREACHABLE)
BY_LIST = Capabilities(can_read=True, can_find=True, reads_at_once=20)
SILENT = Capabilities(can_read=False, can_find=False)


class ById(Scripted):
    """Tells of each call by its id, and has as many ids as are needed."""

    def __init__(self, **about: Any) -> None:
        super().__init__(**about)
        self.told: dict[str, News | Exception] = {}
        self.answers.extend(Receipt(f"p-{n}") for n in range(200))

    async def read(self, watched: Watched) -> News | None:
        """What is told of that id."""
        self.asked.append(watched.provider_call_id)
        said = self.told.get(watched.provider_call_id)
        if isinstance(said, Exception):
            raise said
        return said


class Bug(Exception):
    """Something nobody thought of."""


def says(state: State, number: int = 0, **more: Any) -> News:
    return News(state, state.value, f"p-{number}", **more)


def another(bench: Bench, *providers: Scripted) -> Bench:
    """A bench over the same store with these providers."""
    return Bench(bench.database, bench.clock, {each.name: each for each in providers})


async def once(bench: Bench) -> None:
    """One turn as its loop would make it, whatever it raises, and the answers."""
    dialler = bench.dialler()
    with contextlib.suppress(Exception):
        await dialler.turn()
    await dialler.drain(5)


async def hasten(bench: Bench, call: Call) -> None:
    """Somebody presses *Call now*."""
    now = bench.clock.now()
    done = await bench.calls.reschedule(
        await bench.call(call),
        replace(call.request, when=None),
        by="U0RITA",
        now=now,
        due=now,
        window=None,
        what="called now",
    )
    assert done is not None


# A phone never rings twice


async def in_a_second_try_after_a_stale_look(bench: Bench, provider: ById) -> Call:
    """Tried once, hastened and tried again, while an older look at the first try came home."""
    call = await bench.book(retries=2)
    await bench.dial()
    stale = (await bench.call(call), await bench.attempt(call))
    provider.told["p-0"] = says(State.NO_ANSWER)
    await bench.watch(seconds=3)
    assert await bench.state(call) is State.SCHEDULED
    await bench.follower.apply(*stale, says(State.PLACED))
    await hasten(bench, call)
    await bench.dial()
    provider.told["p-1"] = says(State.IN_PROGRESS, 1)
    return call


async def test_a_look_at_an_earlier_try_never_moves_the_one_on_the_line(bench: Bench) -> None:
    provider = ById()
    bench = another(bench, provider)
    call = await in_a_second_try_after_a_stale_look(bench, provider)
    await bench.watch(seconds=3)
    await bench.watch(seconds=3)
    assert await bench.state(call) is State.IN_PROGRESS
    bench.clock.advance(hours=5)
    await bench.dial()
    assert len(provider.dialled) == 2


async def test_who_was_talked_to_after_all_is_not_called_again(bench: Bench) -> None:
    provider = ById()
    bench = another(bench, provider)
    await bench.book(retries=1)
    await bench.dial()
    provider.told["p-0"] = says(State.NO_ANSWER)
    await bench.watch(seconds=3)
    news = says(State.COMPLETED, summary="They said yes.")
    await bench.box.keep(provider.name, "k1", news, bench.clock.now())
    await bench.watch(seconds=3)
    bench.clock.advance(minutes=31)
    await bench.dial()
    assert len(provider.dialled) == 1


async def test_a_call_for_tomorrow_never_rings_today(bench: Bench, provider: Scripted) -> None:
    # It was booked for a provider that took calls ahead, which was changed before it went out.
    tomorrow = bench.clock.now() + timedelta(days=1)
    call = await bench.book(when=instant(tomorrow))
    await bench.dial()
    assert provider.dialled == []
    bench.clock.advance(days=1, seconds=1)
    for _ in range(2):
        await bench.dial()
    assert await bench.state(call) is State.PLACED


# One bad call, provider or list does not stop the others


async def test_a_slow_provider_keeps_no_other_waiting(bench: Bench) -> None:
    slow, quick = ById(name="slow"), ById(name="vozagent")
    bench = another(bench, slow, quick)
    slow.gate.clear()
    for n in range(AT_ONCE + 10):
        await bench.book(f"slow {n}", provider="slow")
    await bench.book("quick")
    dialler = bench.dialler()
    for _ in range(3):
        await dialler.turn()
        await asyncio.sleep(0)  # as between two turns of a loop
    dialled = len(quick.dialled)
    slow.gate.set()
    await dialler.drain(20)
    assert dialled == 1


async def test_a_call_that_cannot_be_judged_stops_no_other(bench: Bench) -> None:
    first, other = ById(name="vozagent"), ById(name="voicy")
    bench = another(bench, first, other)
    await bench.book("bad", callee_zones=("Mars/Phobos",), provider="voicy")
    same = await bench.book("same", provider="voicy")
    elsewhere = await bench.book("elsewhere")
    for _ in range(3):
        await once(bench)
    assert await bench.state(elsewhere) is State.PLACED
    assert await bench.state(same) is State.PLACED


class Picky(ById):
    """Cannot say which party some orders belong to."""

    def party(self, order: Order) -> Hashable:
        if order.agent_id == "bad":
            raise Bug
        return order.agent_id


async def test_an_order_that_cannot_be_written_puts_no_other_call_in_doubt(bench: Bench) -> None:
    provider = Picky(capabilities=replace(SILENT, places_at_once=3))
    bench = another(bench, provider)
    calls = [
        await bench.book(agent, agent_id=agent, number=f"+1415555010{n}")
        for n, agent in enumerate(("a", "bad", "c"))
    ]
    await once(bench)
    states = [await bench.state(call) for call in calls]
    assert (states[0], states[2]) == (State.HANDED_OVER, State.HANDED_OVER)


async def test_a_dial_that_breaks_is_in_doubt_at_once_and_blames_no_stop(
    bench: Bench, provider: Scripted
) -> None:
    provider.answers.append(Bug("after the request was sent"))
    call = await bench.dialled()
    assert call.state is State.UNSURE
    assert call.reason_code != "process_stopped"


class Choosy(CallStore):
    """Breaks when the answer of one call is stored."""

    broken: str

    async def move(self, call: Call, to: State, **how: Any) -> Call | None:
        if call.id == self.broken and call.state is State.DIALLING:
            raise Bug
        return await super().move(call, to, **how)


async def test_one_answer_that_cannot_be_stored_loses_no_other_of_its_party(bench: Bench) -> None:
    provider = Scripted(capabilities=replace(SILENT, places_at_once=3))
    provider.answers.append(Receipt(None))
    bench = another(bench, provider)
    calls = [await bench.book(str(n), number=f"+1415555010{n}") for n in range(3)]
    store = Choosy(bench.database)
    store.broken = calls[0].id
    dialler = bench.dialler(store)
    await dialler.turn()
    await dialler.drain(5)
    assert [await bench.state(call) for call in calls[1:]] == [State.HANDED_OVER] * 2


async def live(bench: Bench, many: int) -> list[Call]:
    calls = [await bench.book(f"call {n}") for n in range(many)]
    for _ in range(many // AT_ONCE + 1):
        await bench.dial()
    return [await bench.call(call) for call in calls]


async def test_where_only_the_list_is_broken_calls_are_still_followed(bench: Bench) -> None:
    provider = ById(capabilities=BY_LIST)
    bench = another(bench, provider)
    calls = await live(bench, 6)
    provider.listed = ProviderError("No list here (404).")
    provider.told = {f"p-{n}": says(State.COMPLETED, n, summary="Yes.") for n in range(6)}
    for _ in range(30):
        await bench.watch(minutes=2)
    assert {await bench.state(call) for call in calls} == {State.COMPLETED}


class Broken(ById):
    """Its list holds something nobody thought of."""

    async def overview(self, watched: Sequence[Watched]) -> dict[str, News]:
        raise Bug


async def test_a_list_that_breaks_hides_no_doubtful_call(bench: Bench) -> None:
    provider = Broken(capabilities=BY_LIST)
    bench = another(bench, provider)
    provider.answers.appendleft(MaybePlaced("No clear answer."))
    doubtful = await bench.dialled("doubtful")
    await live(bench, 6)
    provider.findings.append((News(State.IN_PROGRESS, "x", provider_call_id="q-1"),))
    for _ in range(5):
        with contextlib.suppress(Bug):
            await bench.watch(seconds=20)
    assert (await bench.attempt(doubtful)).provider_call_id == "q-1"


async def test_what_was_said_is_read_while_many_are_on_the_line(bench: Bench) -> None:
    provider = ById(capabilities=BY_LIST)
    bench = another(bench, provider)
    calls = await live(bench, 100)
    provider.listed = {f"p-{n}": says(State.IN_PROGRESS, n) for n in range(100)}
    provider.listed = {**provider.listed, "p-0": says(State.COMPLETED, 0)}
    provider.told["p-0"] = says(State.COMPLETED, 0, summary="Yes.")
    for _ in range(60):  # half a minute, as often as the loop turns
        await bench.watch(seconds=0.5)
    assert State.COMPLETED in {await bench.state(call) for call in calls}
    assert "p-0" in provider.asked


class Searching(ById):
    """A search takes its time."""

    def __init__(self, **about: Any) -> None:
        super().__init__(**about)
        self.found = asyncio.Event()
        self.seen_twice = asyncio.Event()

    async def find(self, order: Order, *, since: datetime, until: datetime) -> tuple[News, ...]:
        await self.found.wait()
        return ()

    async def read(self, watched: Watched) -> News | None:
        if watched.provider_call_id in self.asked:
            self.seen_twice.set()
        return await super().read(watched)


async def test_a_long_search_for_one_call_keeps_no_other_waiting(bench: Bench) -> None:
    provider = Searching()
    bench = another(bench, provider)
    provider.answers.appendleft(MaybePlaced("No clear answer."))
    await bench.dialled("doubtful")
    await bench.dialled("clear")
    bench.clock.advance(seconds=3)
    loop = Loop("watch", bench.watchers[provider.name].turn)
    watching = asyncio.create_task(loop.run())
    for _ in range(6):  # the clock goes on while it searches
        bench.clock.advance(seconds=3)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(provider.seen_twice.wait(), 0.3)
    provider.found.set()
    loop.stop()
    await watching
    assert provider.seen_twice.is_set()


async def test_news_nobody_can_read_holds_back_no_other(bench: Bench) -> None:
    provider = ById()
    bench = another(bench, provider)
    calls = await live(bench, 2)
    odd = News("levitating", "x", "p-0")  # type: ignore[arg-type]  # kept by a newer version of us
    now = bench.clock.now()
    await bench.box.keep(provider.name, "k1", odd, now)
    ids = {(await bench.attempt(call)).provider_call_id: call for call in calls}
    await bench.box.keep(provider.name, "k2", says(State.RINGING, 1), now)
    with contextlib.suppress(ValueError):
        await bench.unasked.turn()
    assert await bench.state(ids["p-1"]) is State.RINGING


# Nothing stands still for ever


async def test_a_call_of_which_no_news_ever_comes_fills_no_line_for_ever(bench: Bench) -> None:
    provider = ById(capabilities=Capabilities(can_read=True, can_find=True, live_calls=1))
    bench = another(bench, provider)
    await bench.dialled("forgotten by its provider")
    waiting = await bench.book("waiting")
    for _ in range(25):
        await bench.watch(hours=1)
        await bench.dial()
    assert await bench.state(waiting) is not State.SCHEDULED


async def test_a_call_of_which_no_news_ever_comes_is_not_shown_as_ringing_for_ever(
    bench: Bench,
) -> None:
    provider = ById()
    bench = another(bench, provider)
    call = await bench.dialled()
    for _ in range(25):
        await bench.watch(hours=2)
    assert await bench.state(call) not in LIVE


async def test_who_was_handed_over_is_asked_about_though_the_provider_is_switched_off(
    bench: Bench,
) -> None:
    provider = Scripted(capabilities=SILENT)
    bench = another(bench, provider)
    provider.answers.append(Receipt(None, until=bench.clock.now() + timedelta(hours=1)))
    call = await bench.dialled()
    bench.clock.advance(hours=2)
    changed = asyncio.Event()
    schedule = works(
        calls=bench.calls,
        lanes=bench.lanes,
        box=bench.box,
        providers={},
        clock=bench.clock,
        worker="w2",
        boot_clock=lambda: 0.0,
        changed=changed.set,
    )
    tasks = [asyncio.create_task(loop.run()) for loop in schedule.loops]
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(changed.wait(), 2)
    for loop in schedule.loops:
        loop.stop()
    await asyncio.gather(*tasks)
    assert (await bench.call(call)).reason_code == "window_over"


async def test_a_shut_lane_in_a_pause_is_not_looked_at_without_rest(
    bench: Bench, provider: Scripted
) -> None:
    now = bench.clock.now()
    await bench.lanes.shut(
        provider.name, why="They refuse our key.", now=now, probe_at=now + timedelta(minutes=1)
    )
    for n in range(3):
        await bench.dialled(f"call {n}")
    bench.clock.advance(minutes=2)
    await bench.lanes.park(provider.name, bench.clock.now() + timedelta(minutes=30))
    dialler = bench.dialler()
    rests = [await dialler.turn() for _ in range(5)]
    assert min(rests[1:]) >= 0.1


async def test_a_pause_noted_by_a_clock_that_was_wrong_ends(
    bench: Bench, provider: Scripted
) -> None:
    bench.clock.advance(days=2)
    await bench.lanes.park(provider.name, bench.clock.now() + timedelta(seconds=30))
    bench.clock.advance(days=-2)
    bench.clock.advance(minutes=61)  # no provider is given a longer pause
    call = await bench.book()
    await bench.dial()
    assert await bench.state(call) is State.PLACED


async def test_a_backlog_of_dials_leaves_some_requests_to_questions(bench: Bench) -> None:
    provider = ById(capabilities=Capabilities(can_read=True, can_find=True, per_minute=60))
    bench = another(bench, provider)
    for n in range(80):
        await bench.book(f"call {n}")
    answered = 0
    for _ in range(120):
        await bench.dial()
        wait = await bench.lanes.take(provider.name, 60, bench.clock.now(), spare=2)
        answered += not wait
        bench.clock.advance(seconds=0.5)
    assert answered >= 6


async def test_when_i_stop_asking_about_a_doubtful_call_its_message_says_so(
    bench: Bench, provider: Scripted
) -> None:
    provider.answers.append(MaybePlaced("No clear answer."))
    call = await bench.dialled()
    provider.findings.append(())
    before = await bench.posts.of(call.id, Role.ROOT)
    await bench.watch(hours=25)
    assert (await bench.attempt(call)).next_poll is None
    after = await bench.posts.of(call.id, Role.ROOT)
    assert before is not None
    assert after is not None
    assert after.rev_wanted > before.rev_wanted


# What is shown is true


async def book_until(bench: Bench, ends: timedelta, **about: Any) -> Call:
    """A call with a window that began a moment ago."""
    now = bench.clock.now()
    window = Window(now, now + ends, "America/New_York")
    wanted = request(when=window, **about)
    draft = await bench.drafts.open(
        HOME, wanted, source="w", expires_at=now + timedelta(minutes=15), response_url=None
    )
    made = await bench.calls.schedule(
        draft.id, wanted, by="U0RITA", now=now, due=now, window=window
    )
    assert made is not None
    return made[0]


async def test_a_call_nobody_answered_is_never_said_not_to_have_been_made(bench: Bench) -> None:
    provider = ById()
    bench = another(bench, provider)
    call = await book_until(bench, timedelta(minutes=20), retries=1)
    await bench.dial()
    provider.told["p-0"] = says(State.NO_ANSWER)
    await bench.watch(seconds=3)
    bench.clock.advance(minutes=40)
    await bench.dial()
    assert len(provider.dialled) == 1
    assert await bench.state(call) is State.NO_ANSWER


async def test_a_call_given_ahead_is_not_late_before_its_time(bench: Bench) -> None:
    provider = Scripted(capabilities=replace(SILENT, ahead=True))
    provider.answers.extend([AWAY] * 100)
    bench = another(bench, provider)
    tomorrow = bench.clock.now() + timedelta(days=1)
    call = await bench.book(when=instant(tomorrow))
    for _ in range(20):
        await bench.dial()
        bench.clock.advance(minutes=3)
    assert (await bench.call(call)).reason_code == "provider_unreachable"


async def test_calls_held_for_a_key_for_days_do_not_go_out_unasked(
    bench: Bench, provider: Scripted
) -> None:
    now = bench.clock.now()
    await bench.lanes.shut(
        provider.name, why="They refuse our key.", now=now, probe_at=now + timedelta(minutes=1)
    )
    calls = [await bench.dialled(f"call {n}") for n in range(2)]
    assert {call.state for call in calls} == {State.HELD}
    bench.clock.advance(days=3)
    for _ in range(4):
        await bench.dial()
    assert provider.dialled == []
    assert {(await bench.call(call)).reason_code for call in calls} == {"late"}


async def test_a_dial_that_surely_was_not_sent_uses_up_no_try(
    bench: Bench, provider: Scripted
) -> None:
    call = await bench.book(retries=1)
    dialler = bench.dialler()
    provider.answers.append(AWAY)
    provider.gate.clear()
    await dialler.turn()
    await bench.settler.abandon(await bench.call(call), await bench.attempt(call))
    provider.gate.set()
    await dialler.drain(5)
    assert await bench.state(call) is State.HELD
    assert (await bench.call(call)).attempts_used == 0


async def test_an_older_word_never_replaces_the_word_of_the_end(
    bench: Bench, provider: Scripted
) -> None:
    stale: tuple[Call, Attempt]
    call = await bench.dialled()
    stale = (call, await bench.attempt(call))
    await bench.follower.apply(*stale, says(State.FAILED))
    await bench.follower.apply(*stale, says(State.PLACED))
    assert (await bench.attempt(call)).raw_status == "failed"


@pytest.mark.parametrize("said", [State.COMPLETED, State.FAILED])
async def test_a_persons_word_and_the_end_of_the_window_do_not_undo_each_other(
    bench: Bench, said: State
) -> None:
    provider = Scripted(capabilities=SILENT)
    bench = another(bench, provider)
    provider.answers.append(Receipt(None, until=bench.clock.now() + timedelta(hours=1)))
    call = await bench.dialled()
    attempt = await bench.attempt(call)
    await bench.calls.move(
        call, said, by="U0RITA", now=bench.clock.now(), what="marked", reason_code="marked"
    )
    assert not await bench.settler.window_over(call, attempt)
    await bench.watch(hours=2)
    assert (await bench.call(call)).reason_code == "marked"
    assert await bench.state(call) is said
