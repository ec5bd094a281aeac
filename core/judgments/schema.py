"""The tables of the label database. ``migrations/`` builds them; a test holds the two together.

``event`` is the truth and only grows. ``standing`` is derived from it: for each pair and annotator, the number of
the answer that counts now; an adjudicated answer stands beside the annotator's own. ``guideline``, ``project`` and
``skip`` only grow too; their last row counts. So does ``preference``, whose rows may withdraw earlier ones. ``lease``
alone is overwritten: it says who is at work now.
"""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Integer, MetaData, Table, Text, false

metadata = MetaData()

# SQLite numbers rows by itself only when the key is a plain INTEGER.
EventNumber = BigInteger().with_variant(Integer, "sqlite")

query = Table(
    "query",
    metadata,
    Column("query_id", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("split", Text, nullable=False),
    Column("group_key", Text, nullable=False, index=True),
)

event = Table(
    "event",
    metadata,
    Column("number", EventNumber, primary_key=True, autoincrement=True),
    Column("event_id", Text, nullable=False, unique=True),
    Column("query_id", Text, ForeignKey("query.query_id"), nullable=False),
    Column("movie_id", Text, nullable=False),
    Column("annotator", Text, nullable=False),
    Column("answer", Text),
    Column("grade", Integer),
    Column("note", Text, nullable=False),
    Column("shown_rank", Integer),
    Column("sources", JSON, nullable=False),
    Column("shown_at", Text, nullable=False),
    Column("input_method", Text, nullable=False),
    Column("undoes", Text, ForeignKey("event.event_id"), unique=True),
    Column("decided_at", Text, nullable=False),
    Column("guideline", Integer),
    Column("adjudicates", Boolean, nullable=False, server_default=false()),
    Index("ix_event_pair", "query_id", "movie_id", "annotator"),
    Index("ix_event_annotator", "annotator", "number"),
    sqlite_autoincrement=True,
)

standing = Table(
    "standing",
    metadata,
    Column("query_id", Text, ForeignKey("query.query_id"), primary_key=True),
    Column("movie_id", Text, primary_key=True),
    Column("annotator", Text, primary_key=True),
    Column("adjudicates", Boolean, primary_key=True),
    Column("number", EventNumber, ForeignKey("event.number"), nullable=False),
)

guideline = Table(
    "guideline",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=True),
    Column("text", Text, nullable=False),
    Column("annotator", Text, nullable=False),
    Column("written_at", Text, nullable=False),
    sqlite_autoincrement=True,
)

project = Table(
    "project",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("settings", JSON, nullable=False),
    Column("annotator", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    sqlite_autoincrement=True,
)

skip = Table(
    "skip",
    metadata,
    Column("number", EventNumber, primary_key=True, autoincrement=True),
    Column("query_id", Text, ForeignKey("query.query_id"), nullable=False),
    Column("annotator", Text, nullable=False),
    Column("reason", Text),
    Column("decided_at", Text, nullable=False),
    Index("ix_skip_annotator", "annotator", "query_id", "number"),
    sqlite_autoincrement=True,
)

lease = Table(
    "lease",
    metadata,
    Column("query_id", Text, ForeignKey("query.query_id"), primary_key=True),
    Column("annotator", Text, primary_key=True),
    Column("expires_at", Text, nullable=False),
)

preference = Table(
    "preference",
    metadata,
    Column("number", EventNumber, primary_key=True, autoincrement=True),
    Column("preference_id", Text, nullable=False, unique=True),
    Column("query_id", Text, ForeignKey("query.query_id"), nullable=False),
    Column("annotator", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("system_a", Text, nullable=False),
    Column("system_b", Text, nullable=False),
    Column("choice", Text),
    Column("shown", JSON, nullable=False),
    Column("marked", JSON, nullable=False),
    Column("undoes", Text, ForeignKey("preference.preference_id"), unique=True),
    Column("decided_at", Text, nullable=False),
    Index("ix_preference_systems", "system_a", "system_b", "number"),
    sqlite_autoincrement=True,
)
