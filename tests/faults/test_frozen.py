"""A process that stood still for a while and wakes: it rings nobody, and overwrites nothing."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.calls.states import State
from bot.demo.vozagent import Fault, Kind
from bot.storage.calls import CallStore
from tests.databases import fresh_url, opened
from tests.fakes import FakeClock
from tests.faults.chaos.plan import Plan
from tests.faults.chaos.worker import Worker
from tests.faults.door import door_before
from tests.faults.ward import PLAN, Ward, opened_ward
from tests.schedule.bench import Bench, Scripted

LONGER_THAN_A_DIAL_WAITS = 11.0  # seconds; ten are allowed between claim and first byte
SLOW = Fault(Kind.SLOW, seconds=1.0)


@pytest.fixture
async def ward(tmp_path: Path, postgresql: str) -> AsyncIterator[Ward]:
    """Two bots over PostgreSQL."""
    async with (
        fresh_url("postgresql", tmp_path, postgresql) as url,
        opened_ward(tmp_path, url, workers=2) as ward,
    ):
        yield ward


async def test_frozen_between_claim_and_first_byte_it_sends_nothing_when_it_wakes(
    tmp_path: Path,
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'switchboard.db'}"
    async with (
        opened_ward(tmp_path, url, workers=1) as ward,
        door_before(ward.vozagent.base_url) as door,
    ):
        ward.door = door
        await ward.ready()
        await ward.booked()
        await ward.comes_to(State.DIALLING)
        sleeper = await ward.dialler()
        sleeper.halt()
        await door.open()
        await asyncio.sleep(LONGER_THAN_A_DIAL_WAITS)
        assert ward.dials == 0
        sleeper.wake()
        await ward.comes_to(State.COMPLETED)
        slept, woke = await ward.attempts()
    assert (slept.answer, woke.answer) == ("not_placed", "placed")
    assert ward.dials == 1


async def test_frozen_after_sending_its_late_answer_is_taken_when_nobody_knows_better(
    ward: Ward,
) -> None:
    ward.vozagent.account.listing_lag = 3600  # nobody can find it at the provider
    sleeper = await _frozen_after_sending(ward)
    await ward.comes_to(State.UNSURE)
    sleeper.wake()
    await ward.comes_to(State.PLACED)
    (attempt,) = await ward.attempts()
    assert attempt.provider_call_id == ward.vozagent.calls[0].id
    ward.vozagent.calls[0].visible_from = 0.0
    await ward.comes_to(State.COMPLETED)
    assert ward.dials == 1


async def test_frozen_after_sending_it_never_overwrites_what_others_found(ward: Ward) -> None:
    sleeper = await _frozen_after_sending(ward)
    await ward.comes_to(State.COMPLETED)
    known = [change.what for change in await ward.history()]
    sleeper.wake()
    await ward.says(sleeper, "answer_came_too_late")
    assert [change.what for change in await ward.history()] == known
    assert ward.dials == 1


async def test_frozen_after_sending_it_leaves_the_next_attempt_alone(ward: Ward) -> None:
    nobody_there = replace(PLAN, outcome="no-answer", retries=1)
    sleeper = await _frozen_after_sending(ward, nobody_there)
    await ward.comes_to(State.SCHEDULED)
    ward.vozagent.misbehave(Fault(Kind.SLOW, seconds=5.0))
    ward.skip(minutes=31)
    await ward.arrives(2)
    sleeper.wake()
    await ward.says(sleeper, "answer_came_too_late")
    first, second = await ward.attempts()
    assert (first.raw_status, second.answer) == ("no-answer", "")
    await ward.comes_to(State.NO_ANSWER)
    assert ward.dials == 2


async def test_a_process_frozen_in_mid_claim_keeps_others_from_dialling_for_seconds_only(
    tmp_path: Path, postgresql: str
) -> None:
    async with (
        fresh_url("postgresql", tmp_path, postgresql) as url,
        opened_ward(tmp_path, url, workers=1) as ward,
    ):
        await ward.ready()
        async with ward.mid_claim():
            ward.workers[0].halt()
        ward.add_bot()
        await ward.arrives(1)
        ward.workers[0].wake()
        await ward.comes_to(State.COMPLETED)
        await asyncio.sleep(1.0)  # whatever the sleeper believed, it had time to do it
        assert ward.dials == 1


async def test_a_process_that_slept_before_its_claim_goes_by_the_hour_at_which_it_woke(
    tmp_path: Path, clock: FakeClock
) -> None:
    class Slept(CallStore):
        async def due_providers(self, now: datetime) -> Sequence[str]:
            found = await super().due_providers(now)
            clock.advance(hours=12)  # 10 AM there when it looked, 10 PM when it goes on
            return found

    provider = Scripted()
    async with fresh_url("sqlite", tmp_path, None) as url, opened(url) as database:
        bench = Bench(database, clock, {provider.name: provider})
        call = await bench.book()
        dialler = bench.dialler(Slept(database))
        await dialler.turn()
        await dialler.drain(5)
        assert provider.dialled == []
        assert await bench.state(call) == State.HELD


async def _frozen_after_sending(ward: Ward, plan: Plan = PLAN) -> Worker:
    """Its dial has arrived, its answer has not; then its lease runs out."""
    await ward.ready(plan)
    ward.vozagent.misbehave(SLOW)
    await ward.booked(plan)
    await ward.arrives(1)
    sleeper = await ward.dialler()
    sleeper.halt()
    await ward.end_lease()
    return sleeper
