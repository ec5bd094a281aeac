"""Which of two systems curators prefer, judged blind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

EventNumber = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the table of preferences."""
    op.create_table(
        "preference",
        sa.Column("number", EventNumber, primary_key=True, autoincrement=True),
        sa.Column("preference_id", sa.Text, nullable=False, unique=True),
        sa.Column("query_id", sa.Text, sa.ForeignKey("query.query_id"), nullable=False),
        sa.Column("annotator", sa.Text, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("system_a", sa.Text, nullable=False),
        sa.Column("system_b", sa.Text, nullable=False),
        sa.Column("choice", sa.Text),
        sa.Column("shown", sa.JSON, nullable=False),
        sa.Column("marked", sa.JSON, nullable=False),
        sa.Column("undoes", sa.Text, sa.ForeignKey("preference.preference_id"), unique=True),
        sa.Column("decided_at", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_preference_systems", "preference", ["system_a", "system_b", "number"])


def downgrade() -> None:
    """Take the table away; the preferences in it are lost."""
    op.drop_table("preference")
