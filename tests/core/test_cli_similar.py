"""Similar films and their figures on the command line, for people and for scripts."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.catalog import Catalog, Movie, save_catalog
from core.cli import main
from core.cli.output import state
from core.evaluation.neighbours import nearest
from core.evaluation.similar_models import film_vectors
from core.evaluation.similarity import FIGURES
from core.judgments import LabelStore, NewQuery, QrelRow, Split
from core.search import open_searcher
from core.workspace import Workspace

MOVIES = [
    Movie("a1", "The Circus", "서커스", genres=("Comedy",), franchise="Circus"),
    Movie("a2", "Circus Two", "서커스 2", genres=("Comedy", "Drama"), franchise="Circus"),
    Movie("b1", "Storm", "폭풍", 1957, genres=("Drama",)),
    Movie("b2", "Storm", "폭풍", 1999, genres=("Horror",)),
]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    before, workspace = state.workspace, Workspace(tmp_path)
    save_catalog(Catalog(MOVIES), workspace)
    with LabelStore.open(workspace) as store:
        store.add_queries([NewQuery("a tent", "q1", split=Split.TEST), NewQuery("wind", "q2", split=Split.DEV)])
        store.import_judgments([QrelRow(1, "q1", "a1", 1), QrelRow(2, "q2", "b1", 1)], "kim")
    yield workspace
    state.workspace = before


@pytest.fixture
def run(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    def command(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["core", "--workspace", str(workspace.root), *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return command


Run = Callable[..., Any]
Folders = Callable[[str], Path]


def test_similar_films_are_those_of_the_index_under_an_id_or_a_title(
    run: Run, workspace: Workspace, tiny_folder: Folders
) -> None:
    model = str(tiny_folder("bert"))
    status, out, err = run("similar", "a1", "--model", model, "-k", "2", "--json")
    assert status == 0, err
    found = json.loads(out)
    films = film_vectors(open_searcher(model, Catalog(MOVIES), workspace))
    assert [row["movie_id"] for row in found["similar"]] == [hit.movie_id for hit in nearest(films, "a1", 2)]
    whole = json.loads(run("similar", "서커스", "--model", model, "--json")[1])
    assert (whole["movie_id"], len(whole["similar"])) == ("a1", 3), "the whole title is meant before a part of one"
    of_series = next(row for row in whole["similar"] if row["movie_id"] == "a2")
    assert (of_series["shared_genres"], of_series["same_franchise"]) == (["Comedy"], True)
    assert "[a2]  Comedy" in run("similar", "a1", "--model", model)[1]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("similar", "nothing of the kind"), "'nothing of the kind'"),
        (("similar", " "), "No film has"),
        (("similar", "storm"), "any of 2 films: Storm [b1], Storm [b2]. Give the id"),
        (("similar", "a1", "--model", "bm25"), "'bm25' searches by words"),
        (("similarity", "--base", "e5-small", "--tuned", "e5-small+bm25"), "'e5-small+bm25' searches by words"),
    ],
)
def test_what_cannot_be_answered_is_said_in_one_line(run: Run, words: tuple[str, ...], named: str) -> None:
    status, out, err = run(*words)
    assert (status, out) == (2, "") and named in err and err.count("\n") == 1


def test_the_figures_of_two_models(run: Run, tiny_folder: Folders) -> None:
    words = ("similarity", "--base", str(tiny_folder("bert")), "--tuned", str(tiny_folder("llama")))
    status, out, err = run(*words, "--json")
    assert status == 0, err
    found = json.loads(out)
    assert (found["films"], found["measured"], found["split"]) == (4, 4, "test")
    assert set(found["figures"]) == set(FIGURES)
    assert found["answer"] == "cannot_tell", "four films cannot tell"
    dev = json.loads(run(*words, "--split", "dev", "--json")[1])
    assert dev["figures"]["alignment"] != found["figures"]["alignment"]
    assert dev["figures"]["uniformity"] == found["figures"]["uniformity"]
    shown = run(*words)[1]
    assert "answer: cannot_tell" in shown and all(name in shown for name in FIGURES)
