"""One assistant may have several names: a list's own and those of the settings."""

import sqlalchemy as sa
from alembic import op

from bot.storage.dialects import Utc

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """The table is a cache: it is made anew and fills itself."""
    op.drop_table("agents_cache")
    _agents_cache("provider", "agent", "name")


def downgrade() -> None:
    """One name each again."""
    op.drop_table("agents_cache")
    _agents_cache("provider", "agent")


def _agents_cache(*key: str) -> None:
    op.create_table(
        "agents_cache",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("why_not", sa.Text(), nullable=True),
        sa.Column("seen_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint(*key, name="pk_agents_cache"),
    )
