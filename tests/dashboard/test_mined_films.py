"""Mined negatives come before curators: listed under the run, and among the films of their query, origin unseen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from cards import cards, on_screen, press, send
from made_runs import FILMS, judge, make_run, make_workspace, open_page, words

from core.catalog import Catalog, Movie, save_catalog
from core.judgments import Answer, LabelStore, Query, Split
from core.judgments.by_query import StandingJudgments
from core.judgments.pool import MINED
from core.runs import RunFolder, RunState
from core.training.mining import MinedNegative
from core.workspace import Workspace
from dashboard import resources
from dashboard.strings.train import TEXTS
from dashboard.widgets.label_queue import POOL_DEPTH, LabelQueue
from dashboard.widgets.mined_films import MOST_SHOWN, mined_pool, offered, unjudged


def english(key: str, **values: object) -> str:
    return TEXTS[key][0].format(**values)


def negative(query_id: str, movie: int, score: float, rank: int = 5) -> MinedNegative:
    return MinedNegative(query_id, f"m{movie}", score, rank, 0.9, "e5-small")


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    monkeypatch.setattr(resources, "top_films", lambda name, texts, k: dict.fromkeys(texts, ("m0", "m1")))
    made = make_workspace(tmp_path)
    st.cache_resource.clear()
    return made


def links(app: Any) -> list[tuple[str, str]]:
    """Return (label, query string) of every link to a page."""
    return [(link.proto.label, link.proto.query_string) for link in app.get("page_link") if link.proto.query_string]


def as_newest(run: RunFolder) -> RunFolder:
    return RunFolder(run.path.rename(run.path.with_name(f"9999{run.name[4:]}")))


# Which of them


def test_only_the_hardest_of_a_query_that_the_catalogue_knows_are_offered() -> None:
    mined = [negative("q", movie, movie / 100) for movie in range(20)]
    (found,) = offered(mined, {f"m{movie}" for movie in range(0, 20, 2)} | {"m19"}).values()
    assert [film.movie_id for film in found] == [f"m{movie}" for movie in (19, 18, 16, 14, 12, 10, 8, 6, 4, 2)]
    assert len(found) == POOL_DEPTH


def test_pairs_without_a_judgment_come_hardest_first() -> None:
    mined = [negative("q", 1, 0.7), negative("r", 1, 0.9), negative("q", 2, 0.8), negative("q", 3, 0.8, rank=2)]
    assert [(one.query_id, one.movie_id) for one in unjudged(mined, {("q", "m1")})] == [
        ("r", "m1"),
        ("q", "m3"),
        ("q", "m2"),
    ]


# Under the run


def test_a_run_lists_what_nobody_has_judged_with_the_way_to_its_cards(workspace: Workspace) -> None:
    mined = [negative("q0", 7, 0.71, rank=9), negative("q0", 8, 0.82), negative("q1", 9, 0.75), negative("q0", 2, 0.9)]
    run = make_run(workspace, RunState.SUCCEEDED, mined_films=mined)
    with LabelStore.open(workspace) as store:
        judge(store, "q1", "m9", "jun", "unsure")
    app = open_page("train", run=run.name)
    said = words(app)
    assert english("mined", count=2) in [expander.label for expander in app.expander]
    assert said.index("Film 8 :gray[rank 5 · 0.820]") < said.index("Film 7 :gray[rank 9 · 0.710]")
    assert "**a film about 0 things**" in said
    assert links(app) == [("Judge", "query=q0")]
    assert "Film 9 " not in said  # somebody was unsure of it
    assert english("mined_older") not in said


def test_what_has_left_catalogue_or_queries_is_not_listed(workspace: Workspace) -> None:
    mined = [negative("q0", 99, 0.8), negative("gone", 5, 0.8), negative("q0", 8, 0.7)]
    run = make_run(workspace, RunState.SUCCEEDED, mined_films=mined)
    app = open_page("train", run=run.name)
    assert not app.exception and not app.error
    assert english("mined", count=1) in [expander.label for expander in app.expander]


def test_a_long_list_ends_with_its_count(workspace: Workspace) -> None:
    save_catalog(Catalog(Movie(f"m{number}", f"Film {number}") for number in range(60)), workspace)
    mined = [negative(f"q{movie % 8}", movie, 0.5 + movie / 1000) for movie in range(FILMS, 60)]
    mined += [negative(f"q{movie + 4}", movie, 0.4) for movie in range(4)]
    run = make_run(workspace, RunState.SUCCEEDED, mined_films=mined)
    app = open_page("train", run=run.name)
    count = len(mined)
    assert count > MOST_SHOWN
    assert english("mined_more", shown=MOST_SHOWN, count=count) in words(app)
    assert sum(" :gray[rank" in line for line in words(app).splitlines()) == MOST_SHOWN


def test_when_all_are_judged_the_run_says_so(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.SUCCEEDED, mined_films=[negative("q0", 2, 0.9)])
    app = open_page("train", run=run.name)
    assert english("mined_done", count=1) in words(app)
    assert not [expander for expander in app.expander if "Mined" in expander.label]


@pytest.mark.parametrize("mined", [None, []])
def test_a_run_that_mined_nothing_says_nothing_of_it(workspace: Workspace, mined: list[MinedNegative] | None) -> None:
    run = make_run(workspace, RunState.SUCCEEDED, mined_films=mined)
    app = open_page("train", run=run.name)
    assert not app.error and english("mined_why") not in words(app)
    assert not [expander for expander in app.expander if expander.label.startswith("Mined negatives to confirm")]


def test_a_damaged_list_is_named_and_hides_nothing_else(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.SUCCEEDED, mined_films=[])
    run.mined.write_text('{"query_id": "q"}\n', encoding="utf-8")
    app = open_page("train", run=run.name)
    assert "mined.jsonl, line 1" in words(app)
    assert [metric for metric in app.metric if metric.label == "Dev nDCG@10, tuned"]
    label = open_page("label", query="q0")
    assert "mined.jsonl, line 1" in words(label)
    assert on_screen(label)[0] == "q0"


def test_an_older_run_says_that_other_films_wait_on_the_label_page(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.SUCCEEDED, mined_films=[negative("q0", 8, 0.8)])
    as_newest(make_run(workspace, RunState.SUCCEEDED, mined_films=[negative("q0", 9, 0.8)]))
    assert english("mined_older") in words(open_page("train", run=run.name))


# Among the films of a query


def test_the_newest_run_that_succeeded_and_mined_proposes(workspace: Workspace) -> None:
    films = {f"m{number}" for number in range(FILMS)}
    assert mined_pool(films) == {}
    make_run(workspace, RunState.SUCCEEDED, mined_films=[negative("q0", 8, 0.8), negative("q0", 7, 0.9)])
    as_newest(make_run(workspace, RunState.FAILED, mined_films=[negative("q1", 8, 0.8)]))
    assert mined_pool(films) == {"q0": ("m7", "m8")}
    as_newest(make_run(workspace, RunState.SUCCEEDED, mined_films=[negative("q2", 8, 0.8)]))
    assert mined_pool(films) == {"q2": ("m8",)}


def test_the_list_is_read_once_until_the_file_changes(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run(workspace, RunState.SUCCEEDED, mined_films=[negative("q0", 8, 0.8)])
    first = resources.mined(run)
    assert resources.mined(run) is first
    run.mined.write_text(run.mined.read_text(encoding="utf-8") * 2, encoding="utf-8")
    assert len(resources.mined(run)) == 2


def test_a_mined_film_is_among_the_cards_unmarked_and_its_origin_is_on_record(workspace: Workspace) -> None:
    make_run(workspace, RunState.SUCCEEDED, mined_films=[negative("q5", 9, 0.8), negative("q5", 1, 0.7)])
    app = open_page("label", query="q5")
    assert not app.exception and not app.error
    desk = app.session_state["label/desk"]
    sources = {film.movie_id: film.sources for film in desk.films}
    assert sources["m9"] == (MINED,)
    assert sources["m1"] == ("e5-small", MINED)
    given = cards(app)
    assert "mined" not in words(app).lower() + json.dumps(given["cards"]).lower()
    assert not any(card["found"] for card in given["cards"])
    send(app, press(app, "negative", "m9"))
    with LabelStore.open(workspace) as store:
        event = store.history(1)[0]
    assert (event.movie_id, event.answer, event.shown.sources) == ("m9", Answer.NEGATIVE, (MINED,))
    assert event.shown.input_method == "key"


def test_a_query_lies_open_while_a_run_ends_and_gets_its_films_without_losing_the_card(workspace: Workspace) -> None:
    app = open_page("label", query="q5")
    before = app.session_state["label/desk"]
    card = before.card
    make_run(workspace, RunState.SUCCEEDED, mined_films=[negative("q5", 9, 0.8)])
    app.run()
    after = app.session_state["label/desk"]
    assert after is before and after.card is card
    assert [film.movie_id for film in after.films].count("m9") == 1
    app.run()
    assert [film.movie_id for film in after.films].count("m9") == 1


def test_a_query_is_not_finished_while_a_mined_film_waits() -> None:
    query = Query("q", "text", "en", "", Split.TRAIN, "q")
    rankings = {"q": {"base": ("m0",), MINED: ("m7", "m8")}}
    queue = LabelQueue("mina", [query], rankings, StandingJudgments(), {"m0", "m7", "m8"})
    assert queue.left("q") == 3
    assert {film.movie_id for film in queue.open("q").films} == {"m0", "m7", "m8"}
