"""People keep defaults for their calls."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """A new column that older versions leave alone."""
    op.add_column("people", sa.Column("defaults", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    """Defaults are forgotten."""
    with op.batch_alter_table("people") as people:
        people.drop_column("defaults")
