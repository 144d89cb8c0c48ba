"""Several providers: their lanes, their webhooks and what those told; people by their names.

Everything is added, nothing an older version uses is taken away: both may run side by side.
"""

import sqlalchemy as sa
from alembic import op

from bot.calls.names import name_key
from bot.storage.dialects import JsonWords, Utc, Word, Words

revision = "0004"
down_revision = "0003"

BATCH = 1000  # rows
calls = sa.table(
    "calls",
    sa.column("id", sa.String()),
    sa.column("request", sa.JSON()),
    sa.column("name_key", sa.String()),
)


def upgrade() -> None:
    """New tables, new columns that may be empty, and better indexes."""
    _lanes()
    _provider_news()
    _house()
    _webhooks()
    _calls()
    _attempts()


def downgrade() -> None:
    """What was added is forgotten."""
    op.drop_index("ix_attempts_provider_poll", "attempts")
    op.drop_index("ix_attempts_open", "attempts")
    op.drop_column("attempts", "until")
    op.drop_column("attempts", "variables")
    op.drop_index("ix_calls_number", "calls")
    op.drop_index("ix_calls_name", "calls")
    op.drop_index("ix_calls_held", "calls")
    op.drop_index("ix_calls_scheduled", "calls")
    op.drop_column("calls", "name_key")
    _index("ix_calls_due", "calls", ["due"], "state = 'scheduled'")
    for table in ("webhooks", "house", "provider_news", "lanes"):
        op.drop_table(table)


def _lanes() -> None:
    op.create_table(
        "lanes",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("level", sa.Float(), nullable=True),
        sa.Column("level_at", Utc(), nullable=True),
        sa.Column("asked_level", sa.Float(), nullable=True),
        sa.Column("asked_at", Utc(), nullable=True),
        sa.Column("parked_until", Utc(), nullable=True),
        sa.Column("shut_since", Utc(), nullable=True),
        sa.Column("shut_why", Words(), server_default="", nullable=False),
        sa.Column("probe_at", Utc(), nullable=True),
        sa.Column("to_tell", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("provider", name="pk_lanes"),
    )


def _provider_news() -> None:
    op.create_table(
        "provider_news",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("delivery_key", Word(), nullable=False),
        sa.Column("provider_call_id", Word(), nullable=True),
        sa.Column("news", JsonWords(), nullable=False),
        sa.Column("received_at", Utc(), nullable=False),
        sa.Column("applied_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_provider_news"),
        sa.UniqueConstraint(
            "provider", "delivery_key", name="uq_provider_news_provider_delivery_key"
        ),
    )
    _index("ix_provider_news_unapplied", "provider_news", ["id"], "applied_at IS NULL")


def _house() -> None:
    op.create_table(
        "house",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_house"),
    )


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("url", Words(), nullable=False),
        sa.Column("their_id", Word(), nullable=True),
        sa.Column("address_key_hash", sa.String(), nullable=True),
        sa.Column("secret", Words(), nullable=True),
        sa.Column("registered_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("provider", name="pk_webhooks"),
    )


def _calls() -> None:
    op.add_column("calls", sa.Column("name_key", sa.String(), nullable=True))
    _fill_name_keys()
    op.drop_index("ix_calls_due", "calls")
    _index("ix_calls_scheduled", "calls", ["provider", "due", "id"], "state = 'scheduled'")
    _index("ix_calls_held", "calls", ["provider", "due", "reason_code"], "state = 'held'")
    _index("ix_calls_name", "calls", ["team", "name_key"], "name_key IS NOT NULL")
    op.create_index("ix_calls_number", "calls", ["number", "provider"])


def _attempts() -> None:
    op.add_column("attempts", sa.Column("variables", JsonWords(), nullable=True))
    op.add_column("attempts", sa.Column("until", Utc(), nullable=True))
    op.create_index(
        "ix_attempts_open",
        "attempts",
        ["provider", "claimed_at"],
        postgresql_where=sa.text("open"),
        sqlite_where=sa.text("open = 1"),  # as queries say it there: SQLite compares the words
    )
    _index(
        "ix_attempts_provider_poll", "attempts", ["provider", "next_poll"], "next_poll IS NOT NULL"
    )


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, postgresql_where=condition, sqlite_where=condition)


def _fill_name_keys() -> None:
    """Those who were called before can be called by their name from now on."""
    connection = op.get_bind()
    last = ""
    while True:
        batch = sa.select(calls.c.id, calls.c.request).where(calls.c.id > last)
        rows = connection.execute(batch.order_by(calls.c.id).limit(BATCH)).all()
        if not rows:
            return
        keys = [{"of": row.id, "key": name_key(row.request.get("name"))} for row in rows]
        named = [each for each in keys if each["key"]]
        if named:
            statement = sa.update(calls).where(calls.c.id == sa.bindparam("of"))
            connection.execute(statement.values(name_key=sa.bindparam("key")), named)
        last = rows[-1].id
