"""Recording what a file brings: queries and judgments in one transaction, all of them or none."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from core.judgments import schema
from core.judgments.database import Database
from core.judgments.events import derive_standing, event_values, now, standing_judgments
from core.judgments.grades import check_grade
from core.judgments.new_judgment import NewJudgment
from core.judgments.query_rows import add_queries
from core.judgments.types import NewQuery, Shown

Key = tuple[str, str, str, bool]
FROM_FILE = Shown(input_method="import")


class Imports:
    """Judgments that come from files. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def labelled_groups(self) -> frozenset[str]:
        """Return the groups of queries that have ever been judged: their split is fixed."""
        labelled = sa.select(schema.query.c.group_key).join(schema.event).distinct()
        with self._database.reading() as connection:
            return frozenset(connection.execute(labelled).scalars())

    def record(self, queries: Sequence[NewQuery], judgments: Sequence[NewJudgment]) -> int:
        """Add queries and record judgments; return how many are new or differ from what stood.

        An event id is kept unless the database has it already.

        Raises:
            LabelError: a query that cannot be added, or a grade that does not fit its answer. Then nothing has been
                written.
        """
        requests = list(dict.fromkeys((*queries, *(judgment.query for judgment in judgments))))
        at = now()
        with self._database.writing() as connection:
            added = zip(requests, add_queries(connection, requests), strict=True)
            query_ids = {request: query.query_id for request, query in added}
            standing = {
                (found.query_id, found.movie_id, found.annotator, found.adjudicates): found
                for found in standing_judgments(connection)
            }
            taken = set(connection.execute(sa.select(schema.event.c.event_id)).scalars())
            events = []
            for judgment in judgments:
                key: Key = (query_ids[judgment.query], judgment.movie_id, judgment.annotator, judgment.adjudicates)
                if key in standing and judgment.agrees_with(standing[key]):
                    continue
                answer, grade = check_grade(judgment.answer, judgment.grade)
                fresh = judgment.event_id and judgment.event_id not in taken
                event_id = judgment.event_id if fresh else str(uuid.uuid4())
                taken.add(event_id)
                query_id, movie_id, annotator, adjudicates = key
                values = {
                    "query_id": query_id,
                    "movie_id": movie_id,
                    "annotator": annotator,
                    "adjudicates": adjudicates,
                    "answer": answer.value,
                    "grade": grade,
                    "note": judgment.note or "",
                }
                events.append(event_values(values, event_id, FROM_FILE, judgment.decided_at or at))
            if events:
                connection.execute(sa.insert(schema.event), events)
            for annotator in {str(event["annotator"]) for event in events}:
                derive_standing(connection, annotator=annotator)
        return len(events)
