"""kill -9 at every point that matters: nothing accepted is lost, no phone rings twice."""

import asyncio
import random
import sys
from pathlib import Path

from bot.demo.vozagent import Fault, Kind
from tests.faults.killing import READY_WITHIN, KillableWorld, killable

NUMBER = "+14155552671"
KILLS, CALLS, AT_ONCE = 50, 200, 8


async def test_killed_between_commit_and_ack_the_command_is_taken_up_once(tmp_path: Path) -> None:
    async with killable(tmp_path) as world:
        assert world.process is not None
        await world.process.stop()
        dying = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.dying_bot",
            env={**world.process.environment(), **world.settings()},
            cwd=Path(__file__).parents[2],
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        await world.slack.app_connected(READY_WITHIN)
        lost = await world.slack.command("rita", "#sales", "/dial +1 415 555 2671 with Voz now")
        assert not lost.acked
        await dying.wait()
        assert world.rows("SELECT count(*) FROM inbox WHERE done_at IS NULL") == [(1,)]
        await world.start_bot()
        answer = await world.slack.until(
            lambda _: next(m for m in world.ephemerals() if "Call now?" in world.text(m)), 20
        )
        await world.slack.redeliver(lost)
        await world.press(answer, "draft_schedule")
        await world.settles("completed")
        assert world.rows("SELECT count(*) FROM drafts") == [(1,)]
        assert world.vozagent.posts_to(NUMBER) == 1


async def test_killed_between_claim_and_answer_the_call_is_unsure_and_found(
    tmp_path: Path,
) -> None:
    async with killable(tmp_path) as world:
        world.vozagent.account.pace = None
        world.vozagent.account.listing_lag = 3600  # nothing can be found for an hour
        world.vozagent.misbehave(Fault(Kind.SLOW, seconds=20))
        await world.books_for_sure(NUMBER)
        await _posted(world, 1)
        assert world.states() == {"dialling": 1}
        await world.kill()
        await world.start_bot()
        await world.settles("unsure")
        root = await world.slack.until(lambda _: world.roots()[0], 20)
        await world.reads(root, "Not sure it rang", "dial again until I know", timeout=20)
        assert world.vozagent.posts_to(NUMBER) == 1


async def test_killed_after_the_answer_the_call_is_found_by_reading_not_by_dialling(
    tmp_path: Path,
) -> None:
    async with killable(tmp_path) as world:
        world.vozagent.account.pace = None
        await world.books_for_sure_behind_a_lock(NUMBER)
        await world.kill()
        assert world.states() == {"dialling": 1}
        world.vozagent.account.pace = 0.05
        (call,) = world.vozagent.calls
        while world.vozagent.advance(call.id) != "completed":
            await asyncio.sleep(0)
        await world.start_bot()
        await world.settles("completed")
        root = await world.slack.until(lambda _: world.roots()[0], 20)
        await world.reads(root, "Reached", timeout=20)
        assert world.vozagent.posts_to(NUMBER) == 1


async def test_fifty_random_kills_over_two_hundred_calls_lose_and_double_nothing(
    tmp_path: Path,
) -> None:
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")
    chance = random.Random(seed)
    numbers = [f"+1415555{number:04d}" for number in range(2000, 2000 + CALLS)]
    async with killable(tmp_path) as world:
        booking = asyncio.create_task(_book_all(world, numbers))
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.0, 0.6))
            await world.kill()
            await world.start_bot()
        await booking
        states = await world.settles("completed", "unsure", seconds=120)
    posted = [post.said("phone_number") for post in world.vozagent.posts]
    assert sum(states.values()) == CALLS, f"seed {seed}: lost {CALLS - sum(states.values())}"
    assert len(posted) == len(set(posted)), f"seed {seed}: doubled"
    assert set(posted) <= set(numbers)
    unsure = {str(row[0]) for row in world.rows("SELECT number FROM calls WHERE state='unsure'")}
    assert set(numbers) - set(posted) <= unsure, f"seed {seed}: neither dialled nor in doubt"
    print(f"{KILLS} kills, {CALLS} calls: {dict(states)}, {len(posted)} POSTs, 0 doubled, 0 lost")


async def _book_all(world: KillableWorld, numbers: list[str]) -> None:
    """Several reps type at the same time, each until they are heard."""
    waiting = list(reversed(numbers))

    async def rep() -> None:
        while waiting:
            await world.books_for_sure(waiting.pop())

    await asyncio.gather(*(rep() for _ in range(AT_ONCE)))


async def _posted(world: KillableWorld, count: int) -> None:
    async with asyncio.timeout(10):
        while len(world.vozagent.posts) < count:
            await asyncio.sleep(0.01)
