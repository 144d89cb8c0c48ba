"""SIGTERM while commands pour in: what was acknowledged must be kept, and answered in the end."""

import asyncio
import random
import sqlite3
import time
from dataclasses import dataclass, field

from bot.demo.bot_process import BotProcess
from tests.bench.bots import bot_settings, running_bot, worked_off
from tests.bench.processes import Failed
from tests.bench.slash import Line, Typist, lines
from tests.bench.stage import SQLITE, Stage, file_of
from tests.bench.tables import table

AT_ONCE = 8
LONGEST = 0.4  # seconds from the first command to the SIGTERM
STOP_GOAL = 10.0  # seconds


@dataclass
class Stops:
    """What the tries came to."""

    acked: set[str] = field(default_factory=set)  # triggers
    sent: int = 0
    took: list[float] = field(default_factory=list)  # seconds from SIGTERM to the end
    codes: set[int] = field(default_factory=set)


async def stops(stage: Stage, tries: int, seed: int) -> list[str]:
    """The table."""
    url = await stage.databases.fresh(SQLITE)
    settings, found = bot_settings(stage, url), Stops()
    typist, chance = Typist(f"{stage.far.origin}/answer"), random.Random(seed)
    await stage.far.reset()
    for _ in range(tries):
        async with running_bot(stage, settings) as (bot, port):
            await _stop_under_load(bot, port, typist, found, chance.uniform(0, LONGEST))
    kept = _kept(url)
    async with running_bot(stage, settings) as (_, port):
        await worked_off(port)
    answers = await stage.far.answers()
    rows = [
        ("SIGTERM in mid-stream", f"{tries:,} times", ""),
        ("commands sent", f"{found.sent:,}", ""),
        ("acknowledged", f"{len(found.acked):,}", ""),
        ("acknowledged and not kept", f"{len(found.acked - kept):,}", "0"),
        ("acknowledged and never answered", f"{len(found.acked - set(answers)):,}", "0"),
        ("answered twice", f"{sum(count > 1 for count in answers.values()):,}", ""),
        ("longest stop", f"{max(found.took):.1f} s", f"≤ {STOP_GOAL:.0f} s"),
        ("exit codes", ", ".join(map(str, sorted(found.codes))), "0"),
    ]
    return table(f"Stopped while {AT_ONCE} people type", ("What", "Figure", "Goal"), rows)


async def _stop_under_load(
    bot: BotProcess, port: int, typist: Typist, found: Stops, after: float
) -> None:
    async with lines(port, AT_ONCE) as opened:
        typing = [asyncio.create_task(_type(line, typist, found)) for line in opened]
        await asyncio.sleep(after)
        began = time.perf_counter()
        found.codes.add(await bot.stop())
        found.took.append(time.perf_counter() - began)
        await asyncio.gather(*typing)


async def _type(line: Line, typist: Typist, found: Stops) -> None:
    """Until the line breaks, or the bot says that it can't."""
    while True:
        trigger, request = typist.next()
        found.sent += 1
        try:
            await line.post(request)
        except (OSError, Failed):
            return
        found.acked.add(trigger)


def _kept(url: str) -> set[str]:
    """The triggers of all commands in the database."""
    with sqlite3.connect(file_of(url)) as connection:
        rows = connection.execute("SELECT delivery_key FROM inbox").fetchall()
    connection.close()
    return {str(key).partition(":")[2] for (key,) in rows}
