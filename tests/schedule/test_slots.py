"""How many dials are under way: never more than fifty in flight; a few wait where it is quick."""

import asyncio

from bot.schedule.slots import AT_ONCE, LATELY, Slots

HERE = "vozagent"


class Desk:
    """Dials that are answered when the test says so."""

    def __init__(self) -> None:
        self.slots = Slots()
        self.in_flight = self.most = 0
        self.answers: asyncio.Queue[None] = asyncio.Queue()

    def claim(self, many: int) -> None:
        for _ in range(many):
            self.slots.start(HERE, self._dial(), sends=True)

    async def answer(self, many: int) -> None:
        for _ in range(many):
            self.answers.put_nowait(None)
        await asyncio.sleep(0.01)

    async def _dial(self) -> None:
        async with self.slots.place(HERE):
            self.in_flight += 1
            self.most = max(self.most, self.in_flight)
            await self.answers.get()
            self.in_flight -= 1

    async def finish(self) -> None:
        await self.answer(len(self.slots.tasks))
        await asyncio.gather(*self.slots.tasks)


async def test_nothing_is_claimed_ahead_of_a_provider_that_has_not_answered() -> None:
    desk = Desk()
    assert desk.slots.room(HERE) == AT_ONCE
    desk.claim(AT_ONCE)
    assert desk.slots.room(HERE) == 0
    await desk.finish()


async def test_for_each_quick_answer_one_more_is_claimed_than_has_a_place() -> None:
    desk = Desk()
    desk.claim(AT_ONCE)
    await desk.answer(10)
    assert desk.slots.room(HERE) == 20  # ten places, and ten that wait for the next ones
    desk.claim(20)
    await asyncio.sleep(0.01)
    assert desk.in_flight == AT_ONCE
    await desk.finish()
    assert desk.most == AT_ONCE


async def test_answers_of_long_ago_say_nothing() -> None:
    desk = Desk()
    desk.claim(AT_ONCE)
    await desk.answer(10)
    await asyncio.sleep(LATELY)
    assert desk.slots.room(HERE) == 10
    await desk.finish()
