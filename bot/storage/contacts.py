"""People who were called before, found by their names among the workspace's calls."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from bot.calls.contact import Contact
from bot.calls.names import name_key
from bot.storage.database import Database
from bot.storage.rows import request_from_json
from bot.storage.tables import calls


class ContactStore:
    """``calls.contact.Contacts`` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def named(self, team: str, asker: str, words: str, limit: int = 6) -> Sequence[Contact]:
        """Whose name is, begins with, or has a word beginning with each of ``words``.

        Exact names first, then the asker's own contacts, then the latest; each number once.
        """
        key = name_key(words)
        if key is None:
            return ()
        found = _matches(team, asker, key).subquery("found")
        newest = func.coalesce(found.c.newest_exact, found.c.newest)
        statement = (
            select(calls.c.request, found.c.number, found.c.last_asked_at, found.c.own)
            .join_from(found, calls, calls.c.id == newest)
            .order_by(found.c.newest_exact.is_(None), found.c.own.desc())
            .order_by(found.c.last_asked_at.desc(), found.c.number)
            .limit(limit)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
        return [
            Contact(
                request_from_json(row.request).name or "",
                row.number,
                row.last_asked_at,
                row.own > 0,
            )
            for row in rows
        ]


def _matches(team: str, asker: str, key: str) -> Select[tuple[object, ...]]:
    """One row for each number: the newest call to it, of that very name if there is one."""
    exact = case((calls.c.name_key == key, calls.c.id), else_=None)
    return (
        select(
            calls.c.number,
            func.max(calls.c.id).label("newest"),
            func.max(exact).label("newest_exact"),
            func.max(calls.c.created_at).label("last_asked_at"),
            func.max(case((calls.c.asker == asker, 1), else_=0)).label("own"),
        )
        .where(calls.c.team == team, calls.c.name_key.is_not(None))
        .where(*(_has_word(word) for word in key.split()))
        .group_by(calls.c.number)
    )


def _has_word(beginning: str) -> ColumnElement[bool]:
    return or_(
        calls.c.name_key.startswith(beginning, autoescape=True),
        calls.c.name_key.contains(f" {beginning}", autoescape=True),
    )
