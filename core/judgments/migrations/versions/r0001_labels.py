"""Queries, events and the standing answers derived from them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

EventNumber = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Build the first schema."""
    op.create_table(
        "query",
        sa.Column("query_id", sa.Text, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("split", sa.Text, nullable=False),
        sa.Column("group_key", sa.Text, nullable=False),
    )
    op.create_index("ix_query_group_key", "query", ["group_key"])
    op.create_table(
        "event",
        sa.Column("number", EventNumber, primary_key=True, autoincrement=True),
        sa.Column("event_id", sa.Text, nullable=False, unique=True),
        sa.Column("query_id", sa.Text, sa.ForeignKey("query.query_id"), nullable=False),
        sa.Column("movie_id", sa.Text, nullable=False),
        sa.Column("annotator", sa.Text, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("grade", sa.Integer),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("shown_rank", sa.Integer),
        sa.Column("sources", sa.JSON, nullable=False),
        sa.Column("shown_at", sa.Text, nullable=False),
        sa.Column("input_method", sa.Text, nullable=False),
        sa.Column("undoes", sa.Text, sa.ForeignKey("event.event_id"), unique=True),
        sa.Column("decided_at", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_pair", "event", ["query_id", "movie_id", "annotator"])
    op.create_index("ix_event_annotator", "event", ["annotator", "number"])
    op.create_table(
        "standing",
        sa.Column("query_id", sa.Text, sa.ForeignKey("query.query_id"), primary_key=True),
        sa.Column("movie_id", sa.Text, primary_key=True),
        sa.Column("annotator", sa.Text, primary_key=True),
        sa.Column("number", EventNumber, sa.ForeignKey("event.number"), nullable=False),
    )


def downgrade() -> None:
    """Take every table away."""
    for name in ("standing", "event", "query"):
        op.drop_table(name)
