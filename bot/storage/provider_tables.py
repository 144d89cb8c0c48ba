"""The tables about providers: their agents, their lanes with what is paused, what they tell us."""

from sqlalchemy import Boolean, Column, Float, Index, String, Table, UniqueConstraint

from bot.storage.dialects import JsonWords, Utc, Word, Words
from bot.storage.schema import metadata

agents = Table(
    "agents_cache",
    metadata,
    Column("provider", String, primary_key=True),
    Column("agent", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("active", Boolean, nullable=False),
    Column("language", String),
    Column("why_not", Words),
    Column("seen_at", Utc, nullable=False),
)

lanes = Table(
    "lanes",
    metadata,
    Column("provider", String, primary_key=True),
    Column("level", Float),  # requests that may be made at once; none kept: the bucket is full
    Column("level_at", Utc),
    Column("asked_level", Float),  # the share of the rate that only questions may use
    Column("asked_at", Utc),
    Column("parked_until", Utc),
    Column("shut_since", Utc),
    Column("shut_why", Words, nullable=False, server_default=""),
    Column("probe_at", Utc),
    Column("to_tell", String),
)

pauses = Table(
    "pauses",
    metadata,
    Column("scope", String, primary_key=True),  # as calls.pauses names it
    Column("team", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", Utc, nullable=False),
    Column("reason", Words, nullable=False),
)

provider_news = Table(
    "provider_news",
    metadata,
    Column("id", String, primary_key=True),
    Column("provider", String, nullable=False),
    Column("delivery_key", Word, nullable=False),
    Column("provider_call_id", Word),
    Column("news", JsonWords, nullable=False),
    Column("received_at", Utc, nullable=False),
    Column("applied_at", Utc),
    UniqueConstraint("provider", "delivery_key"),  # a replay does nothing
)
_unapplied = provider_news.c.applied_at.is_(None)
Index(
    "ix_provider_news_unapplied",
    provider_news.c.id,
    postgresql_where=_unapplied,
    sqlite_where=_unapplied,
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("provider", String, primary_key=True),
    Column("url", Words, nullable=False),
    Column("their_id", Word),
    Column("address_key_hash", String),
    Column("secret", Words),
    Column("registered_at", Utc, nullable=False),
)
