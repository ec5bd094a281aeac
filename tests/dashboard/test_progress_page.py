"""The Progress page: what is needed next by the rules of training and comparison, and what has been done."""

from __future__ import annotations

import math
import random
import uuid
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import ir_measures
import pytest
import streamlit as st
from made_runs import APP, words
from streamlit.testing.v1 import AppTest

from core.catalog import Catalog, Movie, save_catalog
from core.errors import ReelignError
from core.evaluation.significance import FEWEST_DIFFERING
from core.judgments import Judgment, LabelStore, NewQuery, Split
from core.judgments.progress import QueryProgress
from core.judgments.truth import Truth
from core.judgments.types import Answer, Query
from core.training.pairs import LEAST_TRAIN_QUERIES
from core.workspace import Workspace
from dashboard.team_history import team_history
from dashboard.widgets.progress_need import films_short, next_need
from dashboard.widgets.progress_queries import query_rows
from dashboard.widgets.progress_team import last_days
from dashboard.widgets.progress_tops import TopLists
from dashboard.widgets.readiness import Readiness

FILMS = [Movie(f"m{n:02}", f"Film {n}", f"영화 {n}") for n in range(14)]


class FixedOrder:
    """Ranks every text alike, which takes no model."""

    def __init__(self, name: str) -> None:
        self.name = name

    def search(self, texts: Sequence[str], k: int) -> list[list[SimpleNamespace]]:
        hits = [SimpleNamespace(movie_id=film.movie_id, score=1.0, rank=0) for film in FILMS[:k]]
        return [hits for _ in texts]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LabelStore]:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    monkeypatch.setattr("dashboard.resources.searcher", FixedOrder)
    st.cache_resource.clear()
    workspace = Workspace.locate()
    save_catalog(Catalog(FILMS), workspace)
    with LabelStore.open(workspace) as opened:
        yield opened
    st.cache_resource.clear()


def add(store: LabelStore, split: Split, count: int, films: Sequence[str] = ("m00",), who: str = "mina") -> None:
    """Add queries of a split, each with its first film judged positive and the others negative."""
    for query in store.add_queries(NewQuery(f"{split} film {n}", f"{split}{n}", split=split) for n in range(count)):
        for place, film in enumerate(films):
            judge(store, query.query_id, film, who, "negative" if place else "positive")


def judge(store: LabelStore, query_id: str, movie_id: str, who: str, answer: str) -> Judgment:
    return store.judge(query_id, movie_id, who, answer, event_id=str(uuid.uuid4()))


def open_page(language: str = "en") -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=30)
    app.session_state["language"] = language
    app.session_state["curator"] = "mina"
    app.switch_page("views/progress.py")
    return app.run()


# What is needed next


READY = Readiness(positives=(1,) * LEAST_TRAIN_QUERIES, test=FEWEST_DIFFERING)


@pytest.mark.parametrize(
    ("ready", "short", "said", "page"),
    [
        (Readiness(positives=(3,)), {}, "1 more train query with", "label"),
        (Readiness(positives=(1, 1), conflicts=((None, None),)), {}, "1 pair is answered both ways", "review"),  # type: ignore[arg-type]
        (Readiness(positives=(1, 1), test=2), {}, "4 more test queries", "label"),
        (READY, None, "being looked up", "train"),
        (READY, {}, "could not be looked up", "train"),
        (READY, {"base": 3, "tuned": 12}, "At least 12 more films", "label"),
        (READY, {"base": 0, "tuned": 0}, "suffice", "train"),
    ],
)
def test_the_first_thing_in_the_way_is_named(
    ready: Readiness, short: dict[str, int] | None, said: str, page: str
) -> None:
    need = next_need(ready, short)
    assert said in need.text
    assert need.page == page


def test_so_many_films_bring_judged_at_ten_to_its_threshold_and_one_fewer_does_not() -> None:
    random_ = random.Random(1)
    for _ in range(30):
        queries = random_.randint(1, 12)
        tops = [[f"m{n}" for n in random_.sample(range(40), 10)] for _ in range(queries)]
        judged = [set(random_.sample(top, random_.randint(0, 10))) for top in tops]
        open_films = [(query, film) for query, top in enumerate(tops) for film in top if film not in judged[query]]
        short = films_short(tops, judged)
        assert judged_at_ten(tops, judged, open_films[:short]) >= 0.95 - 1e-9
        if short:
            assert judged_at_ten(tops, judged, open_films[: short - 1]) < 0.95


def judged_at_ten(tops: list[list[str]], judged: list[set[str]], more: list[tuple[int, str]]) -> float:
    known = {str(query): dict.fromkeys(films, 0) for query, films in enumerate(judged)}
    for query, film in more:
        known[str(query)][film] = 0
    run = {str(query): {film: 1.0 / (rank + 1) for rank, film in enumerate(top)} for query, top in enumerate(tops)}
    (measure,) = [ir_measures.parse_measure("Judged@10")]
    values = {found.query_id: found.value for found in ir_measures.iter_calc([measure], known, run)}
    return math.fsum(values.get(query, 0.0) for query in run) / len(run)


# The page


def test_the_page_counts_splits_curators_and_queries(store: LabelStore) -> None:
    add(store, Split.TRAIN, 2, ("m00", "m01"))
    add(store, Split.TEST, FEWEST_DIFFERING)
    store.add_queries([NewQuery("untouched", "new", split=Split.DEV)])
    judge(store, "train0", "m00", "jun", "positive")
    store.leases.take("train0", "jun")
    app = open_page()
    assert [metric.value for metric in app.metric] == ["2 of 2", "0 of 1", "6 of 6"]
    assert "At least 51 more films" in words(app)  # 6 queries, 10 films each, 95 % of 60 less the 6 that are judged
    people, queries = app.dataframe
    assert people.value[["curator", "answers", "today", "shared"]].values.tolist() == [
        ["mina", 10, 10, 1],
        ["jun", 1, 1, 1],
    ]
    rows = {row["query"]: row for row in queries.value.to_dict("records")}
    busy = rows["train film 0"]
    assert (busy["positives"], busy["negatives"], busy["top_base"], busy["held_by"]) == (1, 1, 2, "jun")
    assert (rows["untouched"]["positives"], rows["untouched"]["top_base"]) == (0, 0)


def test_a_model_that_cannot_be_loaded_leaves_the_rest_of_the_page(
    store: LabelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str) -> object:
        raise ReelignError(f"{name} is not here.")

    monkeypatch.setattr("dashboard.resources.searcher", broken)
    add(store, Split.TRAIN, 2)
    add(store, Split.TEST, FEWEST_DIFFERING)
    app = open_page()
    said = words(app)
    assert "is not here." in said
    assert "could not be looked up" in said
    assert len(app.dataframe) == 2


def test_empty_states_say_what_to_do(store: LabelStore) -> None:
    assert "There are no queries yet" in words(open_page())
    store.add_queries([NewQuery("a film", "q")])
    said = words(open_page())
    assert "Nobody has answered yet" in said
    assert "2 more train queries" in said
    assert "학습용 질의가 2개 더" in words(open_page("ko"))


# Its parts


def test_days_without_an_answer_count_nothing_and_old_ones_are_left_out() -> None:
    today = date(2026, 3, 10)
    days = last_days({today - timedelta(days=3): 5, today - timedelta(days=90): 7}, today)
    assert (len(days), sum(days.values()), days[today]) == (60, 5, 0)
    assert last_days({today - timedelta(days=2): 4}, today) == {
        today - timedelta(days=2): 4,
        today - timedelta(days=1): 0,
        today: 0,
    }
    assert last_days({today - timedelta(days=90): 7}, today) == {}
    assert last_days({}, today) == {}


def test_a_row_says_how_much_of_each_models_top_ten_is_judged() -> None:
    query = Query("q", "text", "en", "", Split.TRAIN, "g")
    tops = TopLists(base={"q": ("m1", "m2", "m3")}, tuned={"q": ("m3", "m4")})
    labels = Truth(grades={"q": {"m1": 1, "m3": 0}}, unsure={"q": {"m2"}})
    (row,) = query_rows([query], {"q": QueryProgress(1, 1, 1)}, labels, tops, {})
    assert (row["top_base"], row["top_tuned"]) == (2, 1)  # unsure never scores, so it counts as unjudged


def test_the_history_grows_by_what_is_new_and_says_what_the_store_says(store: LabelStore) -> None:
    add(store, Split.TRAIN, 2)
    before = team_history()
    assert team_history() is before
    judge(store, "train0", "m00", "jun", "negative")
    after = team_history()
    assert after.events[: len(before.events)] == before.events
    assert sorted(after.judgments, key=lambda one: one.event_id) == sorted(
        store.judgments(), key=lambda one: one.event_id
    )
    assert [one.answer for one in after.disagreements[0].answers] == [Answer.NEGATIVE, Answer.POSITIVE]
