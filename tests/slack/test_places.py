"""Work leaves room for acknowledgements, but who only waits keeps nobody from beginning."""

import asyncio

from bot.slack.places import Places


async def test_only_so_many_begin_at_once_and_in_the_order_they_came() -> None:
    places, begun, gate = Places(2), list[int](), asyncio.Event()

    async def work(n: int) -> None:
        async with places.place():
            begun.append(n)
            await gate.wait()

    working = [asyncio.create_task(work(n)) for n in range(5)]
    await asyncio.sleep(0)
    assert begun == [0, 1]
    gate.set()
    await asyncio.gather(*working)
    assert begun == [0, 1, 2, 3, 4]


async def test_who_takes_long_gives_its_place_to_the_next_but_only_once() -> None:
    places, begun, gates = Places(1), list[int](), [asyncio.Event() for _ in range(3)]
    starts = [asyncio.Event() for _ in range(3)]

    async def work(n: int) -> None:
        async with places.place():
            begun.append(n)
            starts[n].set()
            await gates[n].wait()

    working = [asyncio.create_task(work(n)) for n in range(2)]
    await starts[1].wait()  # though the first has not ended
    gates[0].set()
    await working[0]
    working.append(asyncio.create_task(work(2)))
    await asyncio.sleep(0)
    assert begun == [0, 1]  # the end of the first gave nothing back a second time
    for gate in gates:
        gate.set()
    await asyncio.gather(*working)
    assert begun == [0, 1, 2]
