"""A shop with rows of every kind in every table, as many as one likes, for moves and backups."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, func, insert, select

from bot.calls.states import State
from bot.storage.database import Database
from bot.storage.rows import request_to_json
from bot.storage.tables import (
    agents,
    attempts,
    audit,
    calls,
    campaigns,
    drafts,
    house,
    inbox,
    lanes,
    metadata,
    pauses,
    people,
    posts,
    provider_news,
    webhooks,
)
from tests.fakes import MORNING, instant, request

ODD = "naïve “quotes”, 電話, 🎈, a \\ and a\ttab"
CHUNK = 1000  # rows in one statement
Rows = list[dict[str, Any]]


async def fill(database: Database, count: int) -> None:
    """So many calls, each with an attempt, a message and two lines of history, and what is around.

    Five rows and a little more per call.
    """
    rows: Mapping[Table, Rows] = {
        calls: [_call(n) for n in range(count)],
        attempts: [_attempt(n) for n in range(count)],
        posts: [_post(n) for n in range(count)],
        audit: [_line(n, rev) for n in range(count) for rev in (1, 2)],
        **_around("\x00" if database.dialect == "sqlite" else ""),
    }
    async with database.write() as connection:
        for table, all_of_it in rows.items():
            for start in range(0, len(all_of_it), CHUNK):
                await connection.execute(insert(table), all_of_it[start : start + CHUNK])


async def count(database: Database) -> int:
    """Rows in all tables."""
    async with database.read() as connection:
        each = [
            (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in metadata.sorted_tables
        ]
    return sum(each)


def call_id(n: int) -> str:
    """Not in the order of ``n``: keys come as they come."""
    return f"{n * 7919 % 99_991:05d}-call"


def _call(n: int) -> dict[str, Any]:
    asked = request(when=instant(MORNING + timedelta(minutes=n)), name=f"{ODD} {n}", notes=ODD)
    return {
        "id": call_id(n), "code": f"C-{n:05d}", "team": "T0ACME", "channel": "C0SALES",
        "thread": None if n % 2 else "1.1", "asker": "U0RITA", "number": asked.number,
        "provider": "vozagent", "request": request_to_json(asked), "state": State.COMPLETED,
        "rev": 2, "due": MORNING + timedelta(microseconds=n), "window": None, "reason": ODD,
        "reason_code": "", "changed_by": "switchboard", "changed_at": MORNING,
        "created_at": MORNING, "attempts_made": 1, "attempts_used": 1, "name_key": f"key {n}",
        "campaign": None if n % 3 else "b-1",
    }  # fmt: skip


def _attempt(n: int) -> dict[str, Any]:
    return {
        "id": f"{n:05d}-attempt", "call_id": call_id(n), "n": 1, "open": n % 3 == 0,
        "provider": "vozagent", "claimed_by": "w1", "claimed_at": MORNING, "lease_until": MORNING,
        "answer": "placed", "detail": ODD, "provider_call_id": f"p-{n}" if n % 5 else None,
        "raw_status": "done", "started_at": MORNING, "ended_at": None, "seconds": n / 7,
        "cost_micros": n * 10**12, "currency": "USD", "summary": ODD, "transcript": None,
        "recording_url": None, "next_poll": None, "checks": 0,
        "variables": {"mood": ODD, "deep": {"b": [1, 2.5, None, True], "a": "\x00"}},
        "until": None,
    }  # fmt: skip


def _post(n: int) -> dict[str, Any]:
    return {
        "call_id": call_id(n), "role": "root", "channel": "C0SALES", "thread": None,
        "ts": f"{n}.1", "rev_wanted": 2, "rev_posted": 2, "not_before": MORNING,
        "doubtful": bool(n % 2), "failures": 0, "blocked": None, "held_by": None,
        "lease_until": None,
    }  # fmt: skip


def _line(n: int, rev: int) -> dict[str, Any]:
    return {
        "id": f"{n:05d}-{rev}", "subject": call_id(n), "rev": rev, "at": MORNING, "by": "U0RITA",
        "what": "scheduled", "before": "draft", "after": "scheduled", "why": ODD,
    }  # fmt: skip


def _around(odd: str) -> dict[Table, Rows]:
    """A few rows of the tables that stay small. ``odd`` is what only SQLite keeps in a text."""
    return {
        people: [
            {
                "team": "T0ACME", "person": f"U{n}", "zone": "Europe/Berlin", "name": f"{ODD}{odd}",
                "seen_at": MORNING, "defaults": {"retries": n} if n % 2 else None,
            }
            for n in range(20)
        ],
        inbox: [
            {
                "id": f"i-{n}", "team": "T0ACME", "delivery_key": f"k{n}", "kind": "command",
                "body": {"text": f"{ODD}\x00", "n": n}, "received_at": MORNING,
                "done_at": None if n % 2 else MORNING, "failures": 0, "last_failure": None,
                "held_by": "w1", "lease_until": MORNING,
            }
            for n in range(20)
        ],
        drafts: [
            {
                "id": f"d-{n}", "source": f"s-{n}", "team": "T0ACME", "channel": "C0SALES",
                "thread": None, "asker": "U0RITA", "state": "open", "request": None,
                "partial": {"who": ODD}, "response_url": None, "expires_at": MORNING,
                "call_id": None,
            }
            for n in range(20)
        ],
        agents: [
            {
                "provider": provider, "agent": "a-1", "name": name, "active": True,
                "language": None, "why_not": None, "seen_at": MORNING,
            }
            for provider in ("vozagent", "voicy") for name in ("Voz", "voz", "Éva", "_x")
        ],
        lanes: [{"provider": "vozagent", "level": 0.1, "level_at": MORNING, "shut_why": ""}],
        provider_news: [
            {
                "id": "n-1", "provider": "voicy", "delivery_key": "k", "provider_call_id": "p-1",
                "news": {"state": "completed"}, "received_at": MORNING, "applied_at": None,
            }
        ],
        campaigns: [
            {
                "id": "b-1", "team": "T0ACME", "code": "B-92QX", "name": ODD, "state": "running",
                "rev": 2, "created_by": "U0RITA", "created_at": MORNING, "at_once": None,
                "served": 2**40,
            }
        ],
        pauses: [
            {
                "scope": "campaign:b-1", "team": "T0ACME", "by": "U0OMAR", "at": MORNING,
                "reason": f"{ODD}{odd}",
            }
        ],
        house: [{"name": "mode", "value": "real"}],
        webhooks: [
            {
                "provider": "voicy", "url": "https://dial.example.test/…", "their_id": "w-1",
                "address_key_hash": "h", "secret": "s1gn", "registered_at": MORNING,
            }
        ],
    }  # fmt: skip
