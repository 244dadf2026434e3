"""Alembic's entry: runs the migrations over the connection that `migrating.migrate` passes in."""

from __future__ import annotations

from alembic import context

from service.review.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
