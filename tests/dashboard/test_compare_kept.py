"""Kept comparisons on the Compare page: listed, opened by their address, handed on, and decided on."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from made_runs import labels, make_run, make_workspace, open_page, words
from streamlit.testing.v1 import AppTest

from core.evaluation import Comparison, VerdictKind, compare_rankings, save_comparison
from core.evaluation.kept_rankings import KeptRankings, keep_rankings
from core.runs import RunState, active_history, active_model, promote
from core.workspace import Workspace
from dashboard.strings.compare_kept import TEXTS

FILMS = [f"m{number}" for number in range(12)]
BETTER, WORSE = (4, 2), (2, 4)  # ranks of the one relevant film under base and tuned


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    return make_workspace(tmp_path)


def keep(
    workspace: Workspace, tuned: str, ranks: tuple[int, int] = BETTER, *, rankings: bool = True, split: str = "test"
) -> Comparison:
    """Keep a comparison of eight queries."""
    queries = {f"k{number}": f"a kept query <b>{number}</b>" for number in range(8)}
    sides = [{query: [*FILMS[1:rank], FILMS[0], *FILMS[rank:]] for query in queries} for rank in ranks]
    qrels = {query: {film: int(film == FILMS[0]) for film in FILMS} for query in queries}
    kept = KeptRankings(sides[0], sides[1], qrels)
    lineage: dict[str, Any] = {"split": split, "catalog": "c" * 64}
    if rankings:
        keep_rankings(kept, workspace)
        lineage["rankings"] = kept.fingerprint
    made = compare_rankings(*sides, qrels, base_name="e5-small", tuned_name=tuned, queries=queries, lineage=lineage)
    save_comparison(made, workspace)
    return made


def key_of(app: AppTest, part: str) -> Any:
    """Return the only button whose key holds a text."""
    (found,) = [button for button in app.button if part in str(button.key)]
    return found


def test_without_any_the_way_to_one_is_said(workspace: Workspace) -> None:
    assert TEXTS["none"][0] in words(open_page("compare", part="kept"))


def test_all_are_listed_newest_first_and_a_damaged_one_hides_none(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.SUCCEEDED)
    kept = {made.name: made for made in (keep(workspace, run.name), keep(workspace, "bm25", WORSE, split="my set"))}
    (workspace.comparisons / "20200101T000000Z-0.json").write_text("{", encoding="utf-8")
    app = open_page("compare", part="kept")
    (table,) = (frame.value for frame in app.dataframe)
    newest_first = [kept[name] for name in sorted(kept, reverse=True)]
    assert list(table["difference"]) == [made.verdict.delta for made in newest_first]
    assert set(table["verdict"]) == {"Better", "Worse"}
    assert set(table["queries"]) == {"8 test", "8 my set"}
    assert "Search by words (BM25)" in set(table["tuned"])
    assert "20200101T000000Z" in words(app)
    assert not app.exception


def test_a_click_opens_one_and_its_queries_open_under_its_models(workspace: Workspace) -> None:
    made = keep(workspace, "bm25")
    app = open_page("compare", part="kept")
    app.session_state[f"compare_kept_{made.name}_en"] = {"selection": {"cells": [[0, "verdict"]]}}
    app.run()
    assert app.query_params["kept"] == made.name
    (part,) = [control for control in app.get("button_group") if str(control.key).startswith("compare_part")]
    part.set_value("side").run()
    assert (app.query_params["base"], app.query_params["tuned"]) == ("e5-small", "bm25")


def test_the_list_is_a_step_away(workspace: Workspace) -> None:
    made = keep(workspace, "bm25")
    app = open_page("compare", part="kept", kept=made.name)
    key_of(app, "compare_kept_back").click().run()
    assert "kept" not in app.query_params and len(app.dataframe) == 1


def test_the_address_opens_one_with_its_figures_as_stored(workspace: Workspace) -> None:
    made = keep(workspace, "some-model")
    app = open_page("compare", part="kept", kept=made.name)
    said = words(app)
    measures = next(frame.value for frame in app.dataframe if "measure" in frame.value)
    assert list(measures["tuned"]) == [measure.tuned for measure in made.measures.values()]
    assert made.name in said.replace("\\", "") and "c" * 64 in said and "some-model" in said
    assert any(re.search(rf"part=kept&kept={made.name}$", code.value) for code in app.code)
    assert not app.exception


@pytest.mark.parametrize("name", ["nope", "../catalog", "20200101T000000Z-000000000000"])
def test_a_name_that_is_none_says_so(workspace: Workspace, name: str) -> None:
    app = open_page("compare", part="kept", kept=name)
    assert f"No comparison '{name}'" in words(app) and not app.exception


def test_report_files_and_table_are_handed_on(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    made = keep(workspace, "some-model")
    given = downloads(monkeypatch)
    open_page("compare", part="kept", kept=made.name)
    assert given.keys() == {f"{made.name}.html", f"{made.name}.zip", f"{made.name}.csv"}
    html = given[f"{made.name}.html"].decode()
    assert (
        'lang="en"' in html and "&lt;b&gt;3&lt;/b&gt;" in html and "Film 0 ✓" in html.replace('<span class="yes">', "")
    )
    with zipfile.ZipFile(io.BytesIO(given[f"{made.name}.zip"])) as archive:
        assert archive.namelist() == ["base.run", "tuned.run", "qrels.txt", "per_query.csv", "measures.csv"]
        assert archive.read("tuned.run").decode().splitlines()[1] == "k0 Q0 m0 2 11 some-model"
    assert given[f"{made.name}.csv"].decode("utf-8-sig").startswith("query_id,text,nDCG@10 base,")


def test_one_without_rankings_says_so_and_still_gives_report_and_table(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = keep(workspace, "some-model", rankings=False)
    given = downloads(monkeypatch)
    app = open_page("compare", part="kept", kept=made.name)
    assert given.keys() == {f"{made.name}.html", f"{made.name}.csv"}
    assert TEXTS["trec_none"][0] in words(app)


def test_a_better_model_is_put_to_use_by_name_and_rolled_back(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.SUCCEEDED)
    made = keep(workspace, run.name)
    assert made.verdict.kind is VerdictKind.BETTER
    app = open_page("compare", part="kept", kept=made.name)
    key_of(app, f"promote_{run.name}").click().run()
    assert active_model(workspace) == run.name
    assert "Chosen by mina" in words(app).replace("\\", "")
    assert not [button for button in app.button if "promote" in str(button.key)]
    key_of(app, "compare_kept_roll_back_base").click().run()
    assert active_model(workspace) is None
    assert [entry["by"] for entry in active_history(workspace)] == ["mina", "mina"]
    assert f"Roll back to {run.name}" in labels(app)


def test_a_model_that_is_not_better_takes_a_second_press(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.SUCCEEDED)
    made = keep(workspace, run.name, WORSE)
    app = open_page("compare", part="kept", kept=made.name)
    assert "The verdict is “Worse”, not “Better”" in words(app)
    (press,) = [button for button in app.button if "promote" in str(button.key)]
    assert press.key == f"compare_kept_promote_yes_{run.name}"
    press.click().run()
    assert active_model(workspace) == run.name


def test_nobody_decides_without_a_name(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.SUCCEEDED)
    promote(workspace, run.name, by="grace")
    other = make_run(workspace, RunState.SUCCEEDED)
    made = keep(workspace, other.name)
    app = open_page("compare", part="kept", kept=made.name)
    app.session_state["curator"] = ""
    app.run()
    deciding = [button for button in app.button if re.search("promote|roll_back", str(button.key))]
    assert len(deciding) == 2 and all(button.disabled for button in deciding)
    assert TEXTS["name_first"][0] in [expander.label for expander in app.expander]


@pytest.mark.parametrize("tuned", ["bm25", "e5-small+bm25", "20200101-000000-gone-0000", "/some/folder", ".."])
def test_only_a_run_can_be_put_to_use(workspace: Workspace, tuned: str) -> None:
    app = open_page("compare", part="kept", kept=keep(workspace, tuned).name)
    assert not [button for button in app.button if "promote" in str(button.key)]
    assert "Only a model tuned here can be put to use" in words(app)
    assert not app.exception


def test_a_model_whose_run_is_deleted_is_not_offered_to_go_back_to(workspace: Workspace) -> None:
    import shutil

    gone, now = (make_run(workspace, RunState.SUCCEEDED) for _ in range(2))
    promote(workspace, gone.name)
    promote(workspace, now.name)
    app = open_page("models")
    assert f"Roll back to {gone.name}" in labels(app)
    shutil.rmtree(gone.path)
    assert f"Roll back to {gone.name}" not in labels(open_page("models"))


def test_the_models_page_rolls_back_to_the_model_before(workspace: Workspace) -> None:
    first, second = (make_run(workspace, RunState.SUCCEEDED) for _ in range(2))
    promote(workspace, first.name, by="grace")
    assert not [button for button in open_page("models").button if "roll_back" in str(button.key)]  # the base is that
    promote(workspace, second.name, by="grace")
    app = open_page("models")
    key_of(app, f"models_roll_back_{first.name}").click().run()
    assert active_model(workspace) == first.name
    assert active_history(workspace)[0]["by"] == "mina"


def downloads(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Return what download buttons hold by file name, filled as the page is drawn."""
    given: dict[str, bytes] = {}

    def note(label: str, data: bytes, *, file_name: str, **rest: Any) -> None:
        given[file_name] = data

    monkeypatch.setattr("dashboard.widgets.compare_kept_files.st.download_button", note)
    return given
