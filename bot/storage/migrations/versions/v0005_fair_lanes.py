"""Campaigns and their calls, and pauses.

Everything is added, nothing an older version uses is taken away: both may run side by side. An
older one knows no pause and dials on, so an update is brought to its end before anything is paused.
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.dialects import Utc, Words

revision = "0005"
down_revision = "0004"

OLD_SCHEDULED, OLD_HELD = "state = 'scheduled'", "state = 'held'"
SCHEDULED, HELD = "lower(state) = 'scheduled'", "lower(state) = 'held'"
SINGLE = f"{SCHEDULED} AND campaign IS NULL"
BULK = f"{SCHEDULED} AND campaign IS NOT NULL"
calls = sa.table("calls", sa.column("state", sa.String()), sa.column("campaign", sa.String()))


def upgrade() -> None:
    """New tables, a column that may be empty, indexes that are used and keep single calls apart."""
    _campaigns()
    _pauses()
    op.add_column("calls", sa.Column("campaign", sa.String(), nullable=True))
    _index("ix_calls_single", "calls", ["provider", "due", "id"], SINGLE)
    columns = ["campaign", "provider", "due", "id"]
    _index("ix_calls_bulk", "calls", columns, BULK)
    op.drop_index("ix_calls_scheduled", "calls")
    op.drop_index("ix_calls_held", "calls")
    _index("ix_calls_held", "calls", ["provider", "due", "reason_code"], HELD)


def downgrade() -> None:
    """What was added is forgotten. Calls of campaigns are not: nobody dials them unapproved."""
    waiting = calls.c.campaign.is_not(None) & calls.c.state.in_(["scheduled", "held"])
    op.execute(sa.update(calls).where(waiting).values(state="awaiting_approval"))
    op.drop_index("ix_calls_bulk", "calls")
    op.drop_index("ix_calls_single", "calls")
    op.drop_column("calls", "campaign")
    op.drop_index("ix_calls_held", "calls")
    _index("ix_calls_held", "calls", ["provider", "due", "reason_code"], OLD_HELD)
    _index("ix_calls_scheduled", "calls", ["provider", "due", "id"], OLD_SCHEDULED)
    op.drop_table("pauses")
    op.drop_table("campaigns")


def _campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("at_once", sa.Integer(), nullable=True),
        sa.Column("served", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_campaigns"),
        sa.UniqueConstraint("team", "code", name="uq_campaigns_team_code"),
    )
    _index("ix_campaigns_running", "campaigns", ["id"], "state = 'running'")


def _pauses() -> None:
    op.create_table(
        "pauses",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pk_pauses"),
    )


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, postgresql_where=condition, sqlite_where=condition)
