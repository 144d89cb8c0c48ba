"""What webhooks told, kept before they are answered, until it is applied to its call."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import delete, select, update

from bot.calls.news_box import Heard
from bot.calls.provider import News
from bot.calls.states import State
from bot.storage.database import Database
from bot.storage.dialects import insert_if_new
from bot.storage.ids import new_id
from bot.storage.tables import attempts, calls, provider_news
from bot.storage.watching import pair_of

log = structlog.get_logger(__name__)

INSTANTS = ("started_at", "ended_at")


class NewsBoxStore:
    """``calls.news_box.NewsBox`` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, provider: str, delivery_key: str, news: News, now: datetime) -> bool:
        """Whether it is new; a replay of the same delivery changes nothing."""
        row = {
            "id": new_id(),
            "provider": provider,
            "delivery_key": delivery_key,
            "provider_call_id": news.provider_call_id,
            "news": news_to_json(news),
            "received_at": now,
        }
        statement = insert_if_new(provider_news, self._database.dialect).values(row)
        async with self._database.write() as connection:
            kept = await connection.execute(statement.returning(provider_news.c.id))
            return kept.scalar_one_or_none() is not None

    async def matched(self, limit: int) -> Sequence[Heard]:
        """News not applied yet whose call id belongs to an attempt of ours, oldest first."""
        ours = (attempts.c.provider == provider_news.c.provider) & (
            attempts.c.provider_call_id == provider_news.c.provider_call_id
        )
        statement = (
            select(
                calls,
                attempts,
                provider_news.c.received_at,
                provider_news.c.id,
                provider_news.c.news,
            )
            .select_from(provider_news)
            .join(attempts, ours)
            .join(calls, calls.c.id == attempts.c.call_id)
            .where(provider_news.c.applied_at.is_(None))
            .order_by(provider_news.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
        heard = []
        for row in rows:
            try:
                heard.append(Heard(row[-2], *pair_of(row), news_from_json(row[-1])))
            except Exception:  # of a newer version, or spoilt: it must not hide what came later
                log.exception("news_not_readable", news_id=row[-2])
                await self.done(row[-2], row[-3])
        return heard

    async def done(self, news_id: str, now: datetime) -> None:
        """It has been applied."""
        statement = update(provider_news).where(provider_news.c.id == news_id)
        async with self._database.write() as connection:
            await connection.execute(statement.values(applied_at=now))

    async def forget(self, before: datetime) -> int:
        """Delete what came before that instant, applied or never matched; how many."""
        statement = delete(provider_news).where(provider_news.c.received_at < before)
        async with self._database.write() as connection:
            return (await connection.execute(statement)).rowcount


def news_to_json(news: News) -> dict[str, Any]:
    """All that it says: states by value, instants with their offset."""
    facts = {each.name: getattr(news, each.name) for each in fields(news)}
    instants = {name: _iso(facts[name]) for name in INSTANTS}
    return facts | instants | {"variables": dict(news.variables)}


def news_from_json(facts: Mapping[str, Any]) -> News:
    """The reverse of ``news_to_json``."""
    instants = {name: _instant(facts[name]) for name in INSTANTS}
    state = State(facts["state"]) if facts["state"] else None
    return News(**{**facts, **instants, "state": state})


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
