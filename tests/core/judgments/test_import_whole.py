"""An import is there whole or not at all, whatever it brings and wherever the database gives up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.catalog import Catalog, Movie
from core.judgments import LabelStore, SourceFile, apply_import, preview_import

FILMS = Catalog([Movie(f"m{number}", f"Film {number}") for number in range(6)])
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "query": st.sampled_from(["rain", "비 오는 날", "heist", "a sad end"]),
            "movie_id": st.sampled_from(list(FILMS.ids)),
            "annotator": st.sampled_from(["kim", "lee"]),
            "answer": st.sampled_from(["positive", "negative", "unsure"]),
        }
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda row: (row["query"], row["movie_id"], row["annotator"]),
)


class GaveUpError(Exception):
    """The database gives up here."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LabelStore]:
    with LabelStore(tmp_path / "labels.sqlite3") as opened:
        yield opened


def everything(store: LabelStore) -> tuple[Any, ...]:
    return store.queries(), store.events(), store.judgments()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, statement=st.integers(1, 14))
def test_a_database_that_gives_up_leaves_nothing_and_the_next_attempt_brings_all(
    store: LabelStore, rows: list[dict[str, str]], statement: int
) -> None:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    found = preview_import(store, [SourceFile("labels.jsonl", text.encode())], "kim", FILMS)
    before, count = everything(store), 0

    def give_up(*_: object) -> None:
        nonlocal count
        count += 1
        if count == statement:
            raise GaveUpError

    sa.event.listen(sa.Engine, "before_cursor_execute", give_up)
    try:
        apply_import(found, store)
        gave_up = False
    except GaveUpError:
        gave_up = True
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", give_up)
    if gave_up:
        assert everything(store) == before
        apply_import(found, store)
    standing = {(one.query_id, one.movie_id, one.annotator): str(one.answer) for one in store.judgments()}
    ids = {query.text: query.query_id for query in store.queries()}
    for row in rows:
        assert standing[ids[row["query"]], row["movie_id"], row["annotator"]] == row["answer"]
    written = everything(store)
    assert apply_import(found, store) == 0
    assert everything(store) == written
