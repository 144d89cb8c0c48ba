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
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from bot.storage.dialects import Utc, Word, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

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
    UniqueConstraint("team", "code"),
)
_scheduled = calls.c.state == "scheduled"
Index("ix_calls_due", calls.c.due, postgresql_where=_scheduled, sqlite_where=_scheduled)
Index("ix_calls_state", calls.c.state, calls.c.due)
Index("ix_calls_asker", calls.c.team, calls.c.asker, calls.c.id)

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
    Column("provider_call_id", String),
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
_polled = attempts.c.next_poll.is_not(None)
Index("ix_attempts_next_poll", attempts.c.next_poll, postgresql_where=_polled, sqlite_where=_polled)

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
