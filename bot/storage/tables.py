"""Every table, with the keys that carry a promise."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    func,
    literal_column,
)

from bot.storage.dialects import JsonWords, Utc, Word, Words
from bot.storage.provider_tables import agents, lanes, pauses, provider_news, webhooks
from bot.storage.schema import metadata

__all__ = [  # conditions of indexes stand beside their tables
    "BULK", "HELD", "RUNNING", "SCHEDULED", "SINGLE", "agents", "attempts", "audit", "calls",
    "campaigns", "drafts", "house", "inbox", "lanes", "metadata", "pauses", "people", "posts",
    "provider_news", "webhooks",
]  # fmt: skip

people = Table(
    "people",
    metadata,
    Column("team", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("zone", String),
    Column("name", String),
    Column("seen_at", Utc, nullable=False),
    Column("defaults", JSON(none_as_null=True)),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", String, primary_key=True),
    Column("team", String, nullable=False),
    Column("delivery_key", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("body", JSON, nullable=False),
    Column("received_at", Utc, nullable=False),
    Column("done_at", Utc),
    Column("failures", Integer, nullable=False, default=0),
    Column("last_failure", Words),
    Column("held_by", String),
    Column("lease_until", Utc),
    UniqueConstraint("team", "delivery_key"),  # a redelivery does nothing
)
Index(
    "ix_inbox_waiting",
    inbox.c.lease_until,
    postgresql_where=inbox.c.done_at.is_(None),
    sqlite_where=inbox.c.done_at.is_(None),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", String, primary_key=True),
    Column("source", String, nullable=False, unique=True),  # one delivery makes one draft
    Column("team", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("thread", String),
    Column("asker", String, nullable=False),
    Column("state", String, nullable=False),
    Column("request", JSON(none_as_null=True)),
    Column("partial", JSON, nullable=False),
    Column("response_url", Words),
    Column("expires_at", Utc, nullable=False),
    Column("call_id", String),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", String, primary_key=True),
    Column("team", String, nullable=False),
    Column("code", String, nullable=False),
    Column("name", Words, nullable=False),
    Column("state", String, nullable=False),  # draft, awaiting_approval, running, stopped, done
    Column("rev", Integer, nullable=False),
    Column("created_by", String, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("at_once", Integer),  # calls dialling or on the line; none: as many as the lane takes
    Column("served", BigInteger, nullable=False, server_default="0"),  # the turn it last had
    UniqueConstraint("team", "code"),
)
RUNNING = campaigns.c.state == literal_column("'running'")
Index("ix_campaigns_running", campaigns.c.id, postgresql_where=RUNNING, sqlite_where=RUNNING)

calls = Table(
    "calls",
    metadata,
    Column("id", String, primary_key=True),
    Column("code", String, nullable=False),
    Column("team", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("thread", String),
    Column("asker", String, nullable=False),
    Column("number", String, nullable=False),
    Column("provider", String, nullable=False),
    Column("request", JSON, nullable=False),
    Column("state", String, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("due", Utc, nullable=False),
    Column("window", JSON(none_as_null=True)),
    Column("reason", Words, nullable=False, default=""),
    Column("reason_code", String, nullable=False, default=""),
    Column("changed_by", String, nullable=False),
    Column("changed_at", Utc, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("attempts_made", Integer, nullable=False, default=0),  # rows in attempts
    Column("attempts_used", Integer, nullable=False, default=0),  # of those, rang or may have
    Column("name_key", String),  # the name of the person called, as calls.names compares it
    Column("campaign", String),  # of those called in bulk
    UniqueConstraint("team", "code"),
)
# Written out, not bound: a database uses a partial index only for a condition it can read. In lower
# case, although it always is: SQLite takes any state for rare, and would else rather go through all
# rows of it in ix_calls_state.
SCHEDULED = func.lower(calls.c.state) == literal_column("'scheduled'")
HELD = func.lower(calls.c.state) == literal_column("'held'")
# A hundred thousand calls of campaigns must not stand between a claim and the single ones.
SINGLE = SCHEDULED & calls.c.campaign.is_(None)
BULK = SCHEDULED & calls.c.campaign.is_not(None)
Index(
    "ix_calls_single",
    calls.c.provider,
    calls.c.due,
    calls.c.id,
    postgresql_where=SINGLE,
    sqlite_where=SINGLE,
)
Index(
    "ix_calls_bulk",
    calls.c.campaign,
    calls.c.provider,
    calls.c.due,
    calls.c.id,
    postgresql_where=BULK,
    sqlite_where=BULK,
)
Index(
    "ix_calls_held",
    calls.c.provider,
    calls.c.due,
    calls.c.reason_code,
    postgresql_where=HELD,
    sqlite_where=HELD,
)
Index("ix_calls_state", calls.c.state, calls.c.due)
Index("ix_calls_asker", calls.c.team, calls.c.asker, calls.c.id)
Index("ix_calls_number", calls.c.number, calls.c.provider)
_named = calls.c.name_key.is_not(None)
Index(
    "ix_calls_name",
    calls.c.team,
    calls.c.name_key,
    postgresql_where=_named,
    sqlite_where=_named,
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", String, primary_key=True),
    Column("call_id", String, ForeignKey("calls.id"), nullable=False),
    Column("n", Integer, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("provider", String, nullable=False),
    Column("claimed_by", String, nullable=False),
    Column("claimed_at", Utc, nullable=False),
    Column("lease_until", Utc, nullable=False),  # by the database's clock
    Column("answer", String, nullable=False, default=""),
    Column("detail", Words, nullable=False, default=""),
    Column("provider_call_id", Word),
    Column("raw_status", Word, nullable=False, default=""),
    Column("started_at", Utc),
    Column("ended_at", Utc),
    Column("seconds", Float),
    Column("cost_micros", BigInteger),
    Column("currency", String, nullable=False, default="USD"),
    Column("summary", Words),
    Column("transcript", Words),
    Column("recording_url", Words),
    Column("next_poll", Utc),
    Column("checks", Integer, nullable=False, default=0),
    Column("variables", JsonWords),
    Column("until", Utc),
    UniqueConstraint("call_id", "n"),
    UniqueConstraint("provider", "provider_call_id"),
)
Index(
    "uq_attempts_one_open",
    attempts.c.call_id,
    unique=True,
    postgresql_where=attempts.c.open,
    sqlite_where=attempts.c.open,
)
Index(
    "ix_attempts_open",
    attempts.c.provider,
    attempts.c.claimed_at,
    postgresql_where=attempts.c.open,
    sqlite_where=attempts.c.open,
)
_polled = attempts.c.next_poll.is_not(None)
Index("ix_attempts_next_poll", attempts.c.next_poll, postgresql_where=_polled, sqlite_where=_polled)
Index(
    "ix_attempts_provider_poll",
    attempts.c.provider,
    attempts.c.next_poll,
    postgresql_where=_polled,
    sqlite_where=_polled,
)

posts = Table(
    "posts",
    metadata,
    Column("call_id", String, ForeignKey("calls.id"), primary_key=True),
    Column("role", String, primary_key=True),
    Column("channel", String, nullable=False),
    Column("thread", String),
    Column("ts", String),
    Column("rev_wanted", Integer, nullable=False),
    Column("rev_posted", Integer, nullable=False, default=0),
    Column("not_before", Utc, nullable=False),
    Column("doubtful", Boolean, nullable=False, default=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("blocked", String),
    Column("held_by", String),
    Column("lease_until", Utc),
)
_behind = posts.c.rev_wanted > posts.c.rev_posted
Index("ix_posts_behind", posts.c.not_before, postgresql_where=_behind, sqlite_where=_behind)

audit = Table(
    "audit",
    metadata,
    Column("id", String, primary_key=True),
    Column("subject", String, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("at", Utc, nullable=False),
    Column("by", String, nullable=False),
    Column("what", String, nullable=False),
    Column("before", String, nullable=False),
    Column("after", String, nullable=False),
    Column("why", Words, nullable=False, default=""),
    UniqueConstraint("subject", "rev"),  # every revision has exactly one reason
)

house = Table(
    "house",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)
