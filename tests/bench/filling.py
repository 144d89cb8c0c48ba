"""Scheduled calls by the thousand, straight into the tables, as a year of bookings leaves them.

``python -m tests.bench.filling ORDER`` with ``url``, ``calls`` and ``after`` (seconds from now
until the first falls due; the others follow a second apart).
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert

from bot.calls.call import Request
from bot.calls.posts import Role
from bot.calls.states import State
from bot.storage.database import Database
from bot.storage.ids import new_id
from bot.storage.rows import request_to_json
from bot.storage.tables import audit, calls, drafts, posts
from tests.fakes import HOME, instant, request

CHUNK = 500  # calls in one statement
AREAS = (415, 212, 312, 617, 206)
Row = dict[str, Any]


def noon_zone(now: datetime) -> str:
    """A zone where it is about noon, so that a benchmark may call at any hour of the day."""
    ahead = 12 - now.astimezone(UTC).hour
    return f"Etc/GMT{-ahead:+d}"  # their sign is the other way round


def request_at(n: int, due: datetime, zone: str) -> Request:
    """The n-th call, to a number of its own."""
    return request(number=number(n), when=instant(due), callee_zones=(zone,), said="at 10am")


def number(n: int) -> str:
    """The n-th fictional number; after 50,000 they come again."""
    return f"+1{AREAS[n // 10_000 % len(AREAS)]}555{n % 10_000:04d}"


async def fill(database: Database, moments: Sequence[datetime], first: int = 0) -> None:
    """One call for each of the moments, as booking leaves it, its message posted; all or none.

    ``first`` is the number of the first of them: each number is given once.
    """
    zone = noon_zone(datetime.now(UTC))
    async with database.write() as connection:
        for start in range(0, len(moments), CHUNK):
            rows: dict[Table, list[Row]] = {calls: [], drafts: [], audit: [], posts: []}
            for n, due in enumerate(moments[start : start + CHUNK], first + start):
                for table, row in _rows(n, due, zone):
                    rows[table].append(row)
            for table, some in rows.items():
                await connection.execute(insert(table), some)


def _rows(n: int, due: datetime, zone: str) -> Iterator[tuple[Table, Row]]:
    now = datetime.now(UTC)
    asked = request_at(n, due, zone)
    about = {
        "team": HOME.team, "channel": HOME.channel, "thread": None, "asker": HOME.asker,
    }  # fmt: skip
    call_id, said = new_id(), request_to_json(asked)
    yield calls, about | {
        "id": call_id, "code": f"C-{n:06d}", "number": asked.number, "provider": asked.provider,
        "request": said, "state": State.SCHEDULED, "rev": 1, "due": due, "window": None,
        "reason": "", "reason_code": "", "changed_by": HOME.asker, "changed_at": now,
        "created_at": now, "attempts_made": 0, "attempts_used": 0, "name_key": None,
    }  # fmt: skip
    yield drafts, about | {
        "id": new_id(), "source": f"filled-{call_id}", "state": "pressed", "request": said,
        "partial": {"text": f"{asked.number} with Voz {asked.said}"}, "response_url": None,
        "expires_at": now + timedelta(minutes=15), "call_id": call_id,
    }  # fmt: skip
    yield audit, {
        "id": new_id(), "subject": call_id, "rev": 1, "at": now, "by": HOME.asker,
        "what": "scheduled", "before": "draft", "after": "scheduled", "why": asked.said,
    }  # fmt: skip
    for role, rev in ((Role.ROOT, 1), (Role.DIARY, 0), (Role.RESULT, 0)):
        yield posts, {
            "call_id": call_id, "role": role, "channel": HOME.channel, "thread": None,
            "ts": f"{n}.1" if rev else None, "rev_wanted": rev, "rev_posted": rev,
            "not_before": now, "doubtful": False, "failures": 0,
        }  # fmt: skip


async def main(url: str, calls: int, after: float, first: int = 0) -> dict[str, Any]:
    """Fill a migrated database."""
    earliest = datetime.now(UTC) + timedelta(seconds=after)
    database = Database(url)
    began = time.perf_counter()
    await fill(database, [earliest + timedelta(seconds=n) for n in range(calls)], first)
    took = time.perf_counter() - began
    await database.close()
    return {"seconds": took}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(**json.loads(sys.argv[1])))))
