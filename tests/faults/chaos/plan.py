"""Which calls are booked: drawn from the seed, and put into the database before anything dies."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.calls.call import Home, Request
from bot.calls.timing import Instant, Window
from bot.demo.voicy.calls import DANA
from bot.demo.vozagent.calls import ASSISTANTS
from bot.storage.calls import CallStore
from bot.storage.database import Database
from bot.storage.drafts import DraftStore

HOME = Home(team="T0ACME", channel="C0SALES", asker="U0RITA")
OURS, ASLEEP = "America/New_York", "Asia/Kolkata"  # 13:00 and 23:30 when it begins
AGENTS = {"vozagent": ("Voz", ASSISTANTS[0].id), "voicy": (DANA.name, DANA.id)}
OUTCOMES = {"answered": 70, "no-answer": 12, "busy": 6, "voicemail": 6, "failed": 6}
AREAS = (201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224,
         225, 228, 229, 231, 234, 239, 240, 248, 251, 252, 253, 254, 256, 260, 262, 267, 269, 270,
         272, 276, 281, 301, 302, 303, 304, 305, 307, 308, 309, 310, 312, 313, 314, 315, 316, 317,
         318, 319, 320, 321, 323, 325)  # fmt: skip
MOST = 100 * len(AREAS)
TWINS = 0.02  # two calls to one number at the same time
AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Options:
    """``seconds`` of chaos, ``pause`` between two accidents of one bot on average."""

    calls: int
    workers: int
    seconds: float
    database: str
    seed: int
    pause: float
    by_hand: int
    hurry: bool
    keep: Path | None = None  # where logs and a SQLite database stay


@dataclass(frozen=True, slots=True)
class Plan:
    """One call. It is due ``after`` seconds of the chaos; its window is open for ``window``.

    ``by_hand`` is typed into Slack instead, and due at once.
    """

    mark: str  # travels along in the notes, so that each dial is known at the stand-in
    number: str
    provider: str
    outcome: str
    after: float = 0.0
    window: float | None = None
    retries: int = 0
    zone: str = OURS
    by_hand: bool = False


def draw(chance: random.Random, count: int, seconds: float, by_hand: int) -> list[Plan]:
    """So many calls over so many seconds. Raises ``ValueError`` when numbers do not suffice."""
    if count > MOST:
        raise ValueError(f"there are only {MOST} invented numbers")
    numbers = [f"+1{area}55501{line:02}" for area in AREAS for line in range(100)]
    chance.shuffle(numbers)
    plans: list[Plan] = []
    for n in range(count):
        mark, hand = f"chaos {n}", n < by_hand
        if not hand and plans and not plans[-1].by_hand and chance.random() < TWINS:
            twin = plans[-1]
            plans.append(_timed(chance, mark, twin.number, twin.provider, twin.outcome, twin.after))
            continue
        provider = "vozagent" if hand else chance.choice(sorted(AGENTS))
        outcome = chance.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
        if hand:
            plans.append(Plan(mark, numbers[n], provider, outcome, by_hand=True))
            continue
        after = chance.uniform(0, seconds)
        plans.append(_timed(chance, mark, numbers[n], provider, outcome, after))
    return plans


def _timed(
    chance: random.Random, mark: str, number: str, provider: str, outcome: str, after: float
) -> Plan:
    window = chance.uniform(10, 60) if chance.random() < 0.1 else None
    retries = chance.choice((0, 0, 0, 1, 2))
    zone = ASLEEP if chance.random() < 0.02 else OURS
    return Plan(mark, number, provider, outcome, after, window, retries, zone)


async def book(database: Database, plans: Sequence[Plan], begin: datetime) -> None:
    """All that are not typed by hand; ``begin`` is when the chaos will."""
    waiting = [plan for plan in plans if not plan.by_hand]

    async def clerk() -> None:
        while waiting:
            await _book(database, waiting.pop(), begin)

    await asyncio.gather(*(clerk() for _ in range(AT_ONCE)))


async def _book(database: Database, plan: Plan, begin: datetime) -> None:
    due = begin + timedelta(seconds=plan.after)
    request = _request(plan, due)
    window = request.when if isinstance(request.when, Window) else None
    ago = begin - timedelta(minutes=1)
    draft = await DraftStore(database).open(
        HOME, request, source=plan.mark, expires_at=begin, response_url=None
    )
    made = await CallStore(database).schedule(
        draft.id, request, by=HOME.asker, now=ago, due=due, window=window
    )
    if made is None:
        raise AssertionError(f"{plan.mark} could not be booked")


def _request(plan: Plan, due: datetime) -> Request:
    name, agent_id = AGENTS[plan.provider]
    when: Instant | Window = Instant(due.astimezone(ZoneInfo(OURS)), OURS)
    if plan.window is not None:
        end = due + timedelta(seconds=plan.window)
        when = Window(when.start, end.astimezone(ZoneInfo(OURS)), OURS)
    return Request(
        number=plan.number,
        agent_name=name,
        agent_id=agent_id,
        provider=plan.provider,
        asker_zone=OURS,
        when=when,
        notes=plan.mark,
        callee_zones=(plan.zone,),
        retries=plan.retries,
    )
