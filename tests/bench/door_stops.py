"""SIGTERM while people book calls: what was acknowledged must be kept, answered, and dialled once.

A try is one process of the bot, stopped once at a random moment while so many people each type a
command and press its button as fast as they are answered; a quarter are stopped before the first
press. All tries share one database: what one leaves undone the next takes up.
"""

import asyncio
import random
import sqlite3
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp

from bot.demo.bot_process import BotProcess
from tests.bench.bots import bot_settings, running_bot, worked_off
from tests.bench.door_people import People
from tests.bench.slash import lines
from tests.bench.stage import SQLITE, Stage, file_of
from tests.bench.tables import table
from tests.story.world import FRIDAY

AT_ONCE = 8
EARLY = 0.25  # the share of tries that are stopped soon after the first command was sent
LONGEST = 0.5  # seconds: the SIGTERM comes within that, of the others after the first press
PRESSED_WITHIN = 20.0  # seconds
STOP_GOAL = 10.0  # seconds
DIALLED_WITHIN = 300.0  # seconds
ON_THE_WAY = ("scheduled", "dialling")


@dataclass
class Stops:
    """What the stops themselves came to."""

    took: list[float] = field(default_factory=list)  # seconds from SIGTERM to the end
    codes: Counter[int] = field(default_factory=Counter)
    under_way: list[int] = field(default_factory=list)  # requests without an answer at the SIGTERM


async def stops(stage: Stage, tries: int, seed: int) -> list[str]:
    """The table."""
    url, people, found = await stage.databases.fresh(SQLITE), People(), Stops()
    settings, chance = _settings(stage, url), random.Random(seed)
    await stage.far.reset()
    async with people.listening():
        for _ in range(tries):
            async with running_bot(stage, settings) as (bot, port):
                await _stop_under_load(bot, port, people, found, chance)
        kept = _kept(url)
        async with running_bot(stage, settings) as (_, port):
            await worked_off(port)
            states = await _dialled_off(port)
    dials = Counter(to for to, _, _ in await stage.far.dials())
    rows = [*_stop_rows(tries, people, found), *_promises(people, kept, dials, states)]
    return table(f"Stopped while {AT_ONCE} people book calls", ("What", "Figure", "Goal"), rows)


def _settings(stage: Stage, url: str) -> dict[str, str]:
    """On a Friday noon, when anybody may be called."""
    clock = stage.folder / "clock"
    clock.write_text(str((FRIDAY - datetime.now(UTC)).total_seconds()), encoding="ascii")
    return bot_settings(stage, url) | {"SWITCHBOARD_CLOCK_FILE": str(clock)}


async def _stop_under_load(
    bot: BotProcess, port: int, people: People, found: Stops, chance: random.Random
) -> None:
    async with lines(port, AT_ONCE) as opened:
        booking = [asyncio.create_task(people.book(line)) for line in opened]
        await _some_moment(people, chance)
        found.under_way.append(people.said.unanswered)
        began = time.perf_counter()
        found.codes[await bot.stop()] += 1
        found.took.append(time.perf_counter() - began)
        _, waiting = await asyncio.wait(booking, timeout=0.2)  # for what was acknowledged last
        for task in waiting:
            task.cancel()
        await asyncio.gather(*booking, return_exceptions=True)


async def _some_moment(people: People, chance: random.Random) -> None:
    people.press_taken.clear()
    if chance.random() > EARLY:
        await asyncio.wait_for(people.press_taken.wait(), PRESSED_WITHIN)
    await asyncio.sleep(chance.uniform(0, LONGEST))


async def _dialled_off(port: int) -> dict[str, int]:
    """Calls by state, once none is on its way to the provider. Raises ``TimeoutError``."""
    async with asyncio.timeout(DIALLED_WITHIN), aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
                states: dict[str, int] = (await answer.json())["calls"]
            if not any(states.get(state) for state in ON_THE_WAY):
                return states
            await asyncio.sleep(0.2)


def _stop_rows(tries: int, people: People, found: Stops) -> list[tuple[str, str, str]]:
    said, took = people.said, sorted(found.took)
    busy = sum(count > 0 for count in found.under_way)
    codes = ", ".join(f"{code}: {count:,}" for code, count in sorted(found.codes.items()))
    return [
        ("SIGTERM to a process of its own", f"{tries:,} times", ""),
        ("of these with requests under way", f"{busy:,}; {sum(found.under_way):,} requests", ""),
        ("requests sent", f"{said.sent:,}", ""),
        ("acknowledged", f"{len(said.commands):,} commands, {len(said.pressed):,} presses", ""),
        ("stop, median", f"{took[len(took) // 2]:.1f} s", ""),
        ("stop, longest", f"{took[-1]:.1f} s", f"≤ {STOP_GOAL:.0f} s"),
        ("exit codes", codes, "0"),
    ]


def _promises(
    people: People, kept: set[str], dials: Counter[str], states: dict[str, int]
) -> list[tuple[str, str, str]]:
    said = people.said
    acknowledged = said.commands | said.presses
    doubled = sum(count > 1 for count in dials.values())
    left = ", ".join(f"{state} {count:,}" for state, count in states.items() if count)
    return [
        ("acknowledged and not kept", f"{len(acknowledged - kept):,}", "0"),
        ("acknowledged and never answered", f"{len(said.commands - set(said.answers)):,}", "0"),
        ("answered twice", f"{sum(count > 1 for count in said.answers.values()):,}", ""),
        ("dials at the provider", f"{dials.total():,}", ""),
        ("press acknowledged and never dialled", f"{len(said.pressed - set(dials)):,}", "0"),
        ("dialled twice", f"{doubled:,}", "0"),
        ("calls by state in the end", left, ""),
    ]


def _kept(url: str) -> set[str]:
    """The triggers of all that is in the database."""
    connection = sqlite3.connect(file_of(url))
    rows = connection.execute("SELECT delivery_key FROM inbox").fetchall()
    connection.close()
    return {str(key).partition(":")[2] for (key,) in rows}
