"""Webhooks that were registered at providers by their own API."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from bot.storage.database import Database
from bot.storage.dialects import insert_if_new
from bot.storage.tables import webhooks


@dataclass(frozen=True, slots=True)
class Webhook:
    """One provider's webhook. ``url`` is shown to people, so the key in its address is left out."""

    provider: str
    url: str
    registered_at: datetime  # aware UTC
    their_id: str | None = None  # the provider's own reference to it
    secret: str | None = field(default=None, repr=False)  # what it signs with
    address_key_hash: str | None = field(default=None, repr=False)

    def opens(self, address_key: str) -> bool:
        """Whether that is the key of its address."""
        return hmac.compare_digest(self.address_key_hash or "", _hash(address_key))


class WebhookStore:
    """At most one webhook for each provider."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(
        self,
        provider: str,
        *,
        url: str,
        now: datetime,
        their_id: str | None = None,
        address_key: str | None = None,
        secret: str | None = None,
    ) -> None:
        """Keep it instead of the one before; of the key in its address only a hash is kept."""
        facts = {
            "url": url.replace(address_key, "…") if address_key else url,
            "their_id": their_id,
            "address_key_hash": _hash(address_key) if address_key else None,
            "secret": secret,
            "registered_at": now,
        }
        new = insert_if_new(webhooks, self._database.dialect).values(provider=provider, **facts)
        async with self._database.write() as connection:
            if (await connection.execute(new)).rowcount == 0:
                await connection.execute(update(webhooks).where(_of(provider)).values(**facts))

    async def of(self, provider: str) -> Webhook | None:
        """A provider's webhook, ``None`` when none was registered."""
        statement = select(webhooks).where(_of(provider))
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).mappings().one_or_none()
        return Webhook(**row) if row else None


def _of(provider: str) -> ColumnElement[bool]:
    return webhooks.c.provider == provider


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
