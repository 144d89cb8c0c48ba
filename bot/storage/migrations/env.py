"""Alembic's entry point: runs inside the transaction that ``storage.migrate`` opened."""

from alembic import context

from bot.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters tables by copying them
    transactional_ddl=False,  # the transaction is the caller's
)
context.run_migrations()
