"""Doors take what people ask for, workers call; whoever dies, the others go on from there."""

import asyncio
import statistics
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.vozagent import Fault, Kind
from tests.databases import postgresql_database
from tests.faults.crew import Crew, opened_crew

NUMBER = "+14155552671"
LONGEST = 5.0  # seconds; it takes a twentieth of one, but the machine may be busy
AT_ONCE = 1  # people who type
BREATH = 0.5  # seconds: whoever types in a tight loop starves the processes that start


@pytest.fixture
async def url(postgresql: str) -> AsyncIterator[str]:
    """An empty database."""
    async with postgresql_database(postgresql) as url:
        yield url


def some(count: int, first: int) -> list[str]:
    """Numbers nobody has."""
    return [f"+1415555{number:04d}" for number in range(first, first + count)]


async def test_what_a_door_takes_in_workers_dial_at_once_and_one_stands_in_for_the_other(
    tmp_path: Path, url: str
) -> None:
    async with opened_crew(tmp_path, url, "door 1", "worker 1", "worker 2") as crew:
        door, worker = await crew.health("door 1"), await crew.health("worker 2")
        assert (door["role"], door["ok"], door["bell"]) == ("door", True, True)
        assert (worker["role"], worker["ok"], worker["bell"]) == ("worker", True, True)
        assert door["slack_connected"]
        assert "slack_connected" not in worker
        await _all_dialled_at_once(crew, some(8, 1100))
        await crew.come_to("completed")
        assert set(await crew.claimed_by()) <= {"worker 1", "worker 2"}
        await _found_after_a_death_in_mid_dial(crew)


async def _all_dialled_at_once(crew: Crew, numbers: list[str]) -> None:
    answers = [await crew.confirmation(number) for number in numbers]
    pairs = zip(answers, numbers, strict=True)
    waits = sorted([await crew.until_dialled(*pair) for pair in pairs])
    print(f"pressed to dialled: {statistics.median(waits):.3f} s, at most {waits[-1]:.3f} s")
    assert waits[-1] < LONGEST
    assert [crew.vozagent.posts_to(number) for number in numbers] == [1] * len(numbers)


async def _found_after_a_death_in_mid_dial(crew: Crew) -> None:
    crew.vozagent.misbehave(Fault(Kind.SLOW, seconds=20))
    await crew.until_dialled(await crew.confirmation(NUMBER), NUMBER)
    await crew.dies((await crew.claimed_by())[-1])
    assert "dialling" in await crew.column("SELECT state FROM calls")
    await crew.end_leases("attempts")
    await crew.end_leases("posts")
    await crew.come_to("completed")
    moves = await crew.column(
        "SELECT what FROM audit WHERE subject = (SELECT max(id) FROM calls) ORDER BY rev"
    )
    assert moves[:4] == ["scheduled", "claimed", "abandoned", "found at the provider"]
    await crew.reads(crew.roots()[-1], "Reached")
    assert crew.vozagent.posts_to(NUMBER) == 1


async def test_what_a_door_had_accepted_when_it_died_another_works_off(
    tmp_path: Path, url: str
) -> None:
    numbers = some(5, 1200)
    async with opened_crew(tmp_path, url, "door 1", "worker 1") as crew:
        async with crew.nobody_writes("drafts"):
            for number in numbers:
                typed = await crew.slack.command("rita", "#sales", f"/dial {number} with Voz now")
                assert typed.acked
            await crew.dies("door 1")
        assert crew.ephemerals() == []
        await crew.end_leases("inbox")
        await crew.add("door 2")
        await crew.slack.until(lambda _: len(crew.ephemerals()) == len(numbers))
        assert await crew.column("SELECT count(*) FROM drafts") == [len(numbers)]
        for answer in crew.ephemerals():
            await crew.press(answer, "draft_schedule")
        await crew.slack.until(lambda _: len(crew.vozagent.posts) == len(numbers))
        await crew.come_to("completed")
    assert [crew.vozagent.posts_to(number) for number in numbers] == [1] * len(numbers)


async def test_all_are_replaced_one_after_the_other_and_nobody_notices(
    tmp_path: Path, url: str
) -> None:
    typed: list[str] = []
    replaced = asyncio.Event()
    async with opened_crew(tmp_path, url, "door 1", "worker 1") as crew:
        reps = asyncio.gather(*(_books(crew, typed, replaced) for _ in range(AT_ONCE)))
        codes = []
        for role in ("door", "worker"):
            await crew.add(f"{role} 2")
            codes.append(await crew.stop(f"{role} 1"))
        replaced.set()
        await reps
        await crew.come_to("completed")
        calls = await crew.column("SELECT number FROM calls")
    posted = [number for post in crew.vozagent.posts for number in post.numbers]
    assert sorted(calls) == sorted(posted) == sorted(typed)
    assert codes == [0, 0]
    print(f"{len(typed)} calls booked and dialled once while all were replaced")


async def _books(crew: Crew, typed: list[str], enough: asyncio.Event) -> None:
    """A rep who never stops, and types each line until it is heard."""
    while not enough.is_set():
        (number,) = some(1, 1300 + len(typed))
        typed.append(number)
        await crew.books_for_sure(number)
        await asyncio.sleep(BREATH)
