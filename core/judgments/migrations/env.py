"""Applies revisions inside the transaction that the caller has begun, so that two openers cannot migrate at once."""

from __future__ import annotations

from alembic import context

from core.judgments.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,
)
context.run_migrations()
