"""A second look at tries, doubts and loops: what is dialled again, and are its words true."""

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.calls.call import Call
from bot.calls.errors import Cause, MaybePlaced, NotPlaced, ProviderError
from bot.calls.lanes import NO_LIMITS
from bot.calls.provider import News, Receipt
from bot.calls.states import State
from bot.calls.verdict import Answer, Verdict
from bot.providers.answers import not_readable
from bot.reports.diary import diary_line
from bot.reports.standing import Around, why
from bot.schedule.dialler import LEASE
from bot.schedule.loop import Loop
from bot.slack.screens.live import root_message, scene_of
from bot.storage.standing import StandingStore
from tests.fakes import MORNING
from tests.schedule.bench import Bench, Scripted
from tests.schedule.test_retrying import ends, says

LABELS = {"vozagent": "VozAgent"}
NEW_YORK = ZoneInfo("America/New_York")
REVOKED = not_readable("VozAgent", 401, None)


async def message_of(bench: Bench, call: Call) -> str:
    """What people read of it."""
    call = await bench.call(call)
    return str(root_message(call, await bench.attempt(call), LABELS)["text"])


async def test_a_cancel_that_nobody_asked_for_ends_no_loop() -> None:
    """A library may let out the cancel with which it ended its own wait."""
    turns = asyncio.Queue[int]()

    async def turn() -> float:
        turns.put_nowait(1)
        if turns.qsize() == 1:
            raise asyncio.CancelledError
        return 60

    loop = Loop("any", turn)
    running = asyncio.create_task(loop.run())
    async with asyncio.timeout(5):
        while turns.qsize() < 2:
            await asyncio.sleep(0.05)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


@pytest.mark.parametrize("zones", [(), ("America/Los_Angeles", "Europe/Berlin", "Asia/Tokyo")])
async def test_where_no_zone_is_known_tries_that_nobody_chose_keep_to_the_askers_day(
    bench: Bench, provider: Scripted, zones: tuple[str, ...]
) -> None:
    bench.clock.moment = MORNING.astimezone(NEW_YORK).replace(hour=20, minute=45)
    call = await bench.book(callee_zones=zones, retries=1)
    await bench.dial()
    await ends(bench, provider, State.NO_ANSWER)
    again = (await bench.call(call)).due.astimezone(NEW_YORK)
    assert (again.day, again.hour, again.minute) == (21, 8, 0)


async def test_who_was_reached_by_an_earlier_try_after_all_is_not_called_again_by_itself(
    bench: Bench, provider: Scripted
) -> None:
    provider.answers.extend([Receipt("p-1", "queued"), Receipt("p-2", "queued")])
    call = await bench.book(retries=2)
    await bench.dial()
    await ends(bench, provider, State.NO_ANSWER)
    bench.clock.advance(minutes=30)
    await bench.dial()
    provider.readings.clear()
    provider.readings.append(News(State.NO_ANSWER, "no_answer", "p-2"))
    await bench.watch(seconds=3)
    assert (await bench.call(call)).reason_code == "retrying"
    for late, code in ((State.RINGING, "retrying"), (State.COMPLETED, "answered_after_all")):
        await bench.box.keep("vozagent", f"late {late}", says(late), bench.clock.now())
        await bench.unasked.turn()
        assert (await bench.call(call)).reason_code == code
    bench.clock.advance(hours=5)
    await bench.dial()
    assert len(provider.dialled) == 2


async def test_a_key_that_may_not_ask_is_named_as_the_reason_why_nothing_is_heard(
    bench: Bench, provider: Scripted
) -> None:
    call = await bench.dialled()
    provider.readings.append(REVOKED)
    await bench.watch(minutes=11)
    assert await standing_still(bench) == (
        "no news from VozAgent for 11 min: VozAgent does not accept our account (401); an admin "
        "must check its key"
    )
    provider.readings.clear()
    provider.readings.append(News(State.PLACED, "queued", "p-1"))
    await bench.watch(minutes=1)
    assert (await standing_still(bench)).endswith("for 12 min; its last word was “queued”")
    assert await bench.state(call) is State.PLACED


async def standing_still(bench: Bench) -> str:
    """Why the call stands still."""
    look = await StandingStore(bench.database).look(bench.clock.now(), {})
    (thing,) = [each for each in look.things if each.kind in set(State)]
    return why(thing, Around(look, LABELS, {}, lambda moment: f"{moment:%H:%M}"))


@pytest.mark.parametrize(
    ("found", "shows"),
    [
        ((), "VozAgent shows no such call, and I have stopped asking."),
        (REVOKED, "VozAgent could not be asked, and I have stopped asking."),
        (
            (News(None, "", "p-1"), News(None, "", "p-2")),
            "could be this call, and I have stopped asking.",
        ),
    ],
)
async def test_what_is_said_when_nobody_looks_any_more_is_what_the_last_look_found(
    bench: Bench, provider: Scripted, found: tuple[News, ...] | ProviderError, shows: str
) -> None:
    provider.answers.append(MaybePlaced("No clear answer."))
    call = await bench.dialled()
    provider.findings.append(found)
    await bench.watch(hours=25)
    assert shows in await message_of(bench, call)
    call = await bench.call(call)
    scene = scene_of(call, await bench.attempt(call), LABELS)
    assert shows in diary_line([(await bench.history(call.id))[-1]], scene)


async def test_a_call_whose_window_passed_between_two_tries_was_called(
    bench: Bench, provider: Scripted
) -> None:
    call = await bench.book(retries=2)
    await bench.dial()
    await ends(bench, provider, State.BUSY)
    bench.clock.advance(minutes=30)
    passed = Verdict(Answer.EXPIRE, "window_passed", "its window passed before it was dialled")
    await bench.calls.claim_due(
        bench.clock.now(),
        provider="vozagent",
        limits=NO_LIMITS,
        worker="w1",
        limit=9,
        lease=LEASE,
        judge=lambda _: passed,
    )
    assert await bench.state(call) is State.EXPIRED
    text = await message_of(bench, call)
    assert "was not reached in 1 try, and no time was left for another" in text
    assert "was not called" not in text


async def test_a_refusal_that_comes_late_was_no_try(bench: Bench, provider: Scripted) -> None:
    provider.answers.append(NotPlaced("Refused. No phone rang.", cause=Cause.REFUSED))
    call = await bench.book()
    dialler = bench.dialler()
    provider.gate.clear()
    await dialler.turn()
    await bench.calls.recover("another")  # its lease is over
    await bench.watch(seconds=1)
    assert await bench.state(call) is State.UNSURE
    provider.gate.set()
    await dialler.drain(30)
    ended = await bench.call(call)
    assert (ended.state, ended.attempts_used) == (State.FAILED, 0)
    assert "Could not call ·" in await message_of(bench, call)


async def test_a_later_try_that_is_refused_says_that_there_was_another_before(
    bench: Bench, provider: Scripted
) -> None:
    refused = NotPlaced("VozAgent refused it. No phone rang.", cause=Cause.REFUSED)
    provider.answers.extend([Receipt("p-1", "queued"), refused])
    call = await bench.book(retries=1)
    await bench.dial()
    await ends(bench, provider, State.BUSY)
    bench.clock.advance(minutes=30)
    await bench.dial()
    assert "Could not call again ·" in await message_of(bench, call)
    assert bench.clock.now() - MORNING < timedelta(hours=1)


async def test_calls_that_a_provider_out_of_reach_keeps_waiting_are_named(
    bench: Bench, provider: Scripted
) -> None:
    """They are held, released and tried again every other minute, and come no further."""
    away = NotPlaced(
        "VozAgent could not be reached, so the call was not sent. I try again while its time "
        "lasts. No phone rang.",
        cause=Cause.UNREACHABLE,
    )
    provider.answers.extend([away] * 99)
    call = await bench.book()
    store, seen = StandingStore(bench.database), []
    for _ in range(40):
        await bench.dial()
        look = await store.look(bench.clock.now(), {})
        seen += [thing.name for thing in look.things if thing.kind == State.HELD]
        bench.clock.advance(seconds=30)
    assert await bench.state(call) is State.HELD
    assert len(provider.dialled) > 9
    assert len(seen) == 20
    assert len(set(seen)) == 1
    assert (await standing_still(bench)).startswith("VozAgent could not be reached")
    provider.answers.clear()
    bench.clock.advance(minutes=2)
    await bench.dial()
    assert await bench.state(call) is State.PLACED
