"""What a team needs: adjudication, guidelines, project settings, skipped queries and leases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

EventNumber = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the columns and tables, and derive ``standing`` again under its wider key."""
    op.add_column("event", sa.Column("guideline", sa.Integer))
    op.add_column("event", sa.Column("adjudicates", sa.Boolean, nullable=False, server_default=sa.false()))
    op.drop_table("standing")
    op.create_table(
        "standing",
        sa.Column("query_id", sa.Text, sa.ForeignKey("query.query_id"), primary_key=True),
        sa.Column("movie_id", sa.Text, primary_key=True),
        sa.Column("annotator", sa.Text, primary_key=True),
        sa.Column("adjudicates", sa.Boolean, primary_key=True),
        sa.Column("number", EventNumber, sa.ForeignKey("event.number"), nullable=False),
    )
    # Written out, since what the code derives may differ from this in a later version.
    op.execute(
        "INSERT INTO standing (query_id, movie_id, annotator, adjudicates, number) "
        "SELECT query_id, movie_id, annotator, adjudicates, max(number) FROM event "
        "WHERE answer IS NOT NULL AND event_id NOT IN (SELECT undoes FROM event WHERE undoes IS NOT NULL) "
        "GROUP BY query_id, movie_id, annotator, adjudicates"
    )
    op.create_table(
        "guideline",
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("annotator", sa.Text, nullable=False),
        sa.Column("written_at", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "project",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("annotator", sa.Text, nullable=False),
        sa.Column("changed_at", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "skip",
        sa.Column("number", EventNumber, primary_key=True, autoincrement=True),
        sa.Column("query_id", sa.Text, sa.ForeignKey("query.query_id"), nullable=False),
        sa.Column("annotator", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("decided_at", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_skip_annotator", "skip", ["annotator", "query_id", "number"])
    op.create_table(
        "lease",
        sa.Column("query_id", sa.Text, sa.ForeignKey("query.query_id"), primary_key=True),
        sa.Column("annotator", sa.Text, primary_key=True),
        sa.Column("expires_at", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Take the tables and columns away, and derive ``standing`` again under its narrower key.

    Adjudicated answers are lost with what took them back: without the column they would be the annotator's own.
    """
    for name in ("lease", "skip", "project", "guideline", "standing"):
        op.drop_table(name)
    op.execute("DELETE FROM event WHERE adjudicates")
    op.drop_column("event", "adjudicates")
    op.drop_column("event", "guideline")
    op.create_table(
        "standing",
        sa.Column("query_id", sa.Text, sa.ForeignKey("query.query_id"), primary_key=True),
        sa.Column("movie_id", sa.Text, primary_key=True),
        sa.Column("annotator", sa.Text, primary_key=True),
        sa.Column("number", EventNumber, sa.ForeignKey("event.number"), nullable=False),
    )
    op.execute(
        "INSERT INTO standing (query_id, movie_id, annotator, number) "
        "SELECT query_id, movie_id, annotator, max(number) FROM event "
        "WHERE answer IS NOT NULL AND event_id NOT IN (SELECT undoes FROM event WHERE undoes IS NOT NULL) "
        "GROUP BY query_id, movie_id, annotator"
    )
