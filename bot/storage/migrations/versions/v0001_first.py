"""The first schema: deliveries, drafts, calls with their attempts, messages, audit."""

import sqlalchemy as sa
from alembic import op

from bot.storage.dialects import Utc

revision = "0001"
down_revision = None


def upgrade() -> None:
    """All tables."""
    _people()
    _inbox()
    _drafts()
    _calls()
    _attempts()
    _posts()
    _audit()
    _agents_cache()


def downgrade() -> None:
    """Back to an empty database."""
    op.drop_table("agents_cache")
    op.drop_table("audit")
    op.drop_table("posts")
    op.drop_table("attempts")
    op.drop_table("calls")
    op.drop_table("drafts")
    op.drop_table("inbox")
    op.drop_table("people")


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("seen_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("team", "person", name=("pk_people")),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("delivery_key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("received_at", Utc(), nullable=False),
        sa.Column("done_at", Utc(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failure", sa.Text(), nullable=True),
        sa.Column("held_by", sa.String(), nullable=True),
        sa.Column("lease_until", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=("pk_inbox")),
        sa.UniqueConstraint("team", "delivery_key", name=("uq_inbox_team_delivery_key")),
    )
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
        sqlite_where=sa.text("done_at IS NULL"),
    )


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=True),
        sa.Column("asker", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("request", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("partial", sa.JSON(), nullable=False),
        sa.Column("response_url", sa.Text(), nullable=True),
        sa.Column("expires_at", Utc(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=("pk_drafts")),
        sa.UniqueConstraint("source", name=("uq_drafts_source")),
    )


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=True),
        sa.Column("asker", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("due", Utc(), nullable=False),
        sa.Column("window", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", Utc(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("attempts_made", sa.Integer(), nullable=False),
        sa.Column("attempts_used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=("pk_calls")),
        sa.UniqueConstraint("team", "code", name=("uq_calls_team_code")),
    )
    op.create_index("ix_calls_asker", "calls", ["team", "asker", "id"], unique=False)
    op.create_index(
        "ix_calls_due",
        "calls",
        ["due"],
        unique=False,
        postgresql_where=sa.text("state = 'scheduled'"),
        sqlite_where=sa.text("state = 'scheduled'"),
    )
    op.create_index("ix_calls_state", "calls", ["state", "due"], unique=False)


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=False),
        sa.Column("claimed_at", Utc(), nullable=False),
        sa.Column("lease_until", Utc(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("provider_call_id", sa.String(), nullable=True),
        sa.Column("raw_status", sa.String(), nullable=False),
        sa.Column("started_at", Utc(), nullable=True),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("cost_micros", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("transcript", sa.Text(), nullable=True),
        sa.Column("recording_url", sa.Text(), nullable=True),
        sa.Column("next_poll", Utc(), nullable=True),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=("fk_attempts_call_id")),
        sa.PrimaryKeyConstraint("id", name=("pk_attempts")),
        sa.UniqueConstraint("call_id", "n", name=("uq_attempts_call_id_n")),
        sa.UniqueConstraint(
            "provider", "provider_call_id", name=("uq_attempts_provider_provider_call_id")
        ),
    )
    op.create_index(
        "ix_attempts_next_poll",
        "attempts",
        ["next_poll"],
        unique=False,
        postgresql_where=sa.text("next_poll IS NOT NULL"),
        sqlite_where=sa.text("next_poll IS NOT NULL"),
    )
    op.create_index(
        "uq_attempts_one_open",
        "attempts",
        ["call_id"],
        unique=True,
        postgresql_where=sa.text("open"),
        sqlite_where=sa.text("open"),
    )


def _posts() -> None:
    op.create_table(
        "posts",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=True),
        sa.Column("ts", sa.String(), nullable=True),
        sa.Column("rev_wanted", sa.Integer(), nullable=False),
        sa.Column("rev_posted", sa.Integer(), nullable=False),
        sa.Column("not_before", Utc(), nullable=False),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked", sa.String(), nullable=True),
        sa.Column("held_by", sa.String(), nullable=True),
        sa.Column("lease_until", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=("fk_posts_call_id")),
        sa.PrimaryKeyConstraint("call_id", "role", name=("pk_posts")),
    )
    op.create_index(
        "ix_posts_behind",
        "posts",
        ["not_before"],
        unique=False,
        postgresql_where=sa.text("rev_wanted > rev_posted"),
        sqlite_where=sa.text("rev_wanted > rev_posted"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=("pk_audit")),
        sa.UniqueConstraint("subject", "rev", name=("uq_audit_subject_rev")),
    )


def _agents_cache() -> None:
    op.create_table(
        "agents_cache",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("why_not", sa.Text(), nullable=True),
        sa.Column("seen_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "agent", name=("pk_agents_cache")),
    )
