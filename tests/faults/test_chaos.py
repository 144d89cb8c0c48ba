"""Several bots over one database, killed and frozen at random; and that their judge is strict."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.schedule.dialler import SEND_WITHIN
from tests.fakes import MORNING
from tests.faults.chaos.blows import Harm
from tests.faults.chaos.drawn import Drawn
from tests.faults.chaos.facts import Case, Dial, Ring
from tests.faults.chaos.judge import judge
from tests.faults.chaos.plan import Options, Plan

ROOT = Path(__file__).parents[2]
SMALL = ("--calls", "240", "--workers", "3", "--seconds", "15", "--pause", "2", "--hurry")
# Among the accidents of each: all three ends of a process, and a sleep longer than a dial may wait.
SEEDS = {"postgresql": 67, "sqlite": 116}
WITHIN = 420.0  # seconds; several times what it takes on a machine with nothing else to do
OPTIONS = Options(
    calls=240, workers=3, seconds=15.0, database="postgresql", seed=1, pause=2.0, by_hand=6,
    hurry=True,
)  # fmt: skip
PLAN = Plan("chaos 1", "+14155550123", "vozagent", "answered")
RANG = Ring("p-1", PLAN.number, "answered", MORNING)
NOBODY = Ring("p-1", PLAN.number, "no-answer", MORNING)
LATER = MORNING + timedelta(minutes=31)


async def test_bots_killed_and_frozen_at_random_lose_and_double_nothing() -> None:
    ends = await asyncio.gather(*(_chaos(*each) for each in SEEDS.items()))
    for _, said in ends:
        print(said)
    assert [code for code, _ in ends] == [0, 0]


async def _chaos(database: str, seed: int) -> tuple[int | None, str]:
    """One run of the command: its exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.chaos",
        "--database", database, "--seed", str(seed), *SMALL,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    saying = asyncio.create_task(process.communicate())
    done, _ = await asyncio.wait({saying}, timeout=WITHIN)
    if not done:
        process.send_signal(signal.SIGINT)  # it ends its bots
    said, _ = await saying
    return process.returncode, said.decode()


def test_a_seed_draws_the_same_calls_and_accidents_again_and_another_one_others() -> None:
    drawn = Drawn.of(OPTIONS)
    assert Drawn.of(OPTIONS) == drawn
    other = Drawn.of(replace(OPTIONS, seed=OPTIONS.seed + 1))
    assert (other.plans, other.acts) != (drawn.plans, drawn.acts)


def test_the_calls_are_the_same_whatever_happens_to_them() -> None:
    calm = Drawn.of(replace(OPTIONS, pause=1000.0, workers=1, database="sqlite"))
    assert calm.plans == Drawn.of(OPTIONS).plans


def test_the_small_run_kills_stops_and_freezes_for_longer_than_a_dial_may_wait() -> None:
    for database, seed in SEEDS.items():
        workers = 3 if database == "postgresql" else 1
        small = replace(OPTIONS, database=database, seed=seed, workers=workers)
        blows = [blow for act in Drawn.of(small).acts for blow in act]
        assert {Harm.KILL, Harm.STOP, Harm.FREEZE} <= {blow.harm for blow in blows}
        assert max(blow.seconds for blow in blows if blow.harm is Harm.FREEZE) > SEND_WITHIN


def test_the_judge_is_content_with_a_call_that_rang_once() -> None:
    assert _judged(_case("completed", _dial(RANG))) == []


def test_the_judge_misses_a_call_that_nobody_knows() -> None:
    assert _judged(replace(_case("completed"), call=None)) == ["lost"]


def test_the_judge_sees_a_phone_that_rang_twice() -> None:
    again = Dial(LATER, (replace(RANG, id="p-2"),), 201)
    assert "doubled" in _judged(_case("completed", _dial(RANG), again))


def test_the_judge_sees_a_dial_after_one_without_an_answer() -> None:
    assert "doubled" in _judged(_case("completed", Dial(MORNING, (), None), _dial(RANG)))


def test_the_judge_allows_as_many_retries_as_were_wanted_and_not_one_more() -> None:
    wanted = replace(PLAN, outcome="no-answer", retries=1)
    again = Dial(LATER, (replace(NOBODY, id="p-2", ended_at=LATER),), 201)
    kept = _case("no_answer", _dial(NOBODY), again)
    assert _judged(replace(kept, plan=wanted)) == []
    assert "doubled" in _judged(replace(kept, plan=replace(wanted, retries=0)))


def test_the_judge_allows_another_dial_after_the_providers_own_no() -> None:
    assert _judged(_case("completed", Dial(MORNING, (), 429), _dial(RANG))) == []


def test_the_judge_believes_no_end_that_the_provider_does_not_know() -> None:
    assert _judged(_case("completed", _dial(NOBODY))) == ["untrue"]
    assert _judged(_case("completed", Dial(MORNING, (), 503))) == ["untrue"]
    assert _judged(_case("busy", _dial(RANG))) == ["untrue"]


def test_the_judge_lets_nobody_wait_for_a_dial_that_may_have_been_made() -> None:
    assert _judged(_case("scheduled", due=LATER)) == []
    assert _judged(_case("scheduled", _dial(RANG), due=LATER)) == ["untrue"]
    assert _judged(_case("held", Dial(MORNING, (), None))) == ["untrue"]
    assert _judged(_case("expired", Dial(MORNING, (), 503))) != []


def test_the_judge_lets_no_call_stand_still() -> None:
    assert _judged(_case("scheduled", due=MORNING - timedelta(minutes=1))) == ["untrue"]
    assert _judged(_case("dialling", _dial(RANG))) == ["untrue"]
    assert _judged(_case("unsure", _dial(RANG))) == []


def _dial(ring: Ring) -> Dial:
    return Dial(MORNING, (ring,), 201)


def _case(state: str, *dials: Dial, due: object = MORNING) -> Case:
    """One attempt for each dial; the newest has the id of what rang last."""
    changed = MORNING - timedelta(hours=1)
    row = {"state": state, "due": due, "reason": "why", "reason_code": "", "changed_at": changed}
    ids = [dial.rings[0].id if dial.rings else None for dial in dials]
    attempts = [{"n": n + 1, "provider_call_id": each} for n, each in enumerate(ids)]
    case = Case(PLAN, list(dials), row, list(attempts))
    case.siblings = [case]
    return case


def _judged(case: Case) -> Sequence[str]:
    case.siblings = [case]
    return [wrong.kind for wrong in judge([case], MORNING)]
