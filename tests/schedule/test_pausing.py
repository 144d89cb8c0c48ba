"""A pause reaches calls that are claimed and not yet sent; they lose nothing by it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from bot.calls.call import Call
from bot.calls.pauses import EVERYTHING, Pause, Scope, of_campaign, of_provider
from bot.calls.provider import Order, Receipt
from bot.calls.states import State
from bot.storage.pauses import PauseStore
from bot.storage.tables import calls, campaigns
from tests.databases import fresh_url, opened
from tests.fakes import MORNING, FakeClock
from tests.schedule.bench import Bench, Scripted


@dataclass
class Far(Scripted):
    """Before the first byte leaves, the road must be open."""

    road: asyncio.Event = field(default_factory=asyncio.Event)

    async def place(self, orders: Sequence[Order], *, may_send: Callable[[], bool]) -> Receipt:
        """Waits, then does as the script says."""
        await self.road.wait()
        return await super().place(orders, may_send=may_send)


class Paused(Bench):
    """With somebody who pauses."""

    far: Far

    async def pause(self, scope: Scope) -> None:
        pause = Pause(scope, "T0ACME", "U0OMAR", self.clock.now(), "key leaked")
        await PauseStore(self.database).pause(pause)

    async def resume(self, scope: Scope) -> None:
        await PauseStore(self.database).resume(scope, by="U0LEE", now=self.clock.now(), why="")

    async def book_in_campaign(self, name: str) -> Call:
        """One call of a running campaign."""
        call = await self.book(f"of {name}")
        row = {
            "id": name, "team": "T0ACME", "code": name, "name": name, "state": "running", "rev": 1,
            "created_by": "U0RITA", "created_at": MORNING,
        }  # fmt: skip
        async with self.database.write() as connection:
            await connection.execute(insert(campaigns).values(row))
            theirs = update(calls).where(calls.c.id == call.id).values(campaign=name)
            await connection.execute(theirs)
        return call

    async def paused_between_claim_and_first_byte(self, scope: Scope) -> None:
        """The dialler hears of it in its next turn, as when another process rings."""
        self.far.road.clear()
        dialler = self.dialler()
        await dialler.turn()
        await self.pause(scope)
        await dialler.turn()
        self.far.road.set()
        await dialler.drain(30)


@pytest.fixture
async def paused(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Paused]:
    """The schedule over a fresh SQLite file."""
    async with fresh_url("sqlite", tmp_path, None) as url, opened(url) as database:
        far = Far()
        bench = Paused(database, clock, {far.name: far})
        bench.far = far
        yield bench


@pytest.mark.parametrize("scope", [EVERYTHING, of_provider("vozagent")])
async def test_a_call_paused_before_its_first_byte_is_held_and_goes_out_when_resumed(
    paused: Paused, scope: Scope
) -> None:
    call = await paused.book()
    await paused.paused_between_claim_and_first_byte(scope)
    held = await paused.call(call)
    assert (held.state, held.reason_code, held.attempts_used) == (State.HELD, "paused", 0)
    assert held.reason == "U0OMAR key leaked"
    assert (await paused.attempt(call)).answer == "not_placed"
    paused.clock.advance(minutes=10)
    await paused.dial()
    assert paused.far.dialled == []
    await paused.resume(scope)
    await paused.dial()
    again = await paused.call(call)
    assert (again.state, again.attempts_used) == (State.PLACED, 1)
    assert len(paused.far.dialled) == 1


async def test_a_call_of_a_paused_campaign_goes_back_to_the_others(paused: Paused) -> None:
    call, scope = await paused.book_in_campaign("b-1"), of_campaign("b-1")
    await paused.paused_between_claim_and_first_byte(scope)
    back = await paused.call(call)
    assert (back.state, back.reason, back.attempts_used) == (State.SCHEDULED, "", 0)
    await paused.dial()
    assert paused.far.dialled == []
    await paused.resume(scope)
    await paused.dial()
    assert await paused.state(call) is State.PLACED


async def test_a_pause_of_something_else_keeps_no_call_back(paused: Paused) -> None:
    call = await paused.book()
    await paused.paused_between_claim_and_first_byte(of_provider("voicy"))
    assert await paused.state(call) is State.PLACED


async def test_what_has_been_sent_is_not_touched_by_a_pause(paused: Paused) -> None:
    paused.far.road.set()
    call = await paused.dialled()
    await paused.pause(EVERYTHING)
    await paused.dial()
    assert await paused.state(call) is State.PLACED


async def test_a_dialler_rests_while_all_that_is_due_is_paused(paused: Paused) -> None:
    await paused.book()
    await paused.book_in_campaign("b-1")
    await paused.pause(EVERYTHING)
    dialler = paused.dialler()
    rests = [await dialler.turn() for _ in range(3)]
    assert rests[-1] == 1.0
