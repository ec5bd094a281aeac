"""What an import refuses, what it only remarks on, and that it is all or nothing."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from core.catalog import Catalog, ImportPlan, Movie, apply_import, load_catalog, plan_import, save_catalog
from core.errors import CatalogError
from core.workspace import Workspace

Plan = Callable[..., ImportPlan]


def only_problem(plan: ImportPlan) -> tuple[int | None, str, str, bool]:
    problems = [problem for problem in plan.problems if "no synopsis" not in problem.message]
    assert len(problems) == 1, problems
    return problems[0].row, problems[0].column, problems[0].value, problems[0].fatal


def test_a_plan_counts_and_applies_what_differs(plan: Plan, workspace: Workspace) -> None:
    save_catalog(Catalog([Movie("1", "Up"), Movie("2", "Hér"), Movie("9", "Kept")]), workspace)
    text = "id,title\n1,Up\n2,Her\n3,New\n3,New\n"
    found = plan("a.csv", text, current=load_catalog(workspace))
    assert (found.rows, found.added, found.updated, found.unchanged, found.duplicates) == (4, 1, 1, 1, 1)
    assert found.removed == 0
    apply_import(found, workspace)
    assert [film.title for film in load_catalog(workspace)] == ["Up", "Her", "New", "Kept"]


def test_replacing_removes_the_films_that_the_file_lacks(plan: Plan, workspace: Workspace) -> None:
    save_catalog(Catalog([Movie("1", "Up"), Movie("9", "Gone")]), workspace)
    found = plan("a.csv", "id,title\n1,Up\n", current=load_catalog(workspace), replace=True)
    assert (found.unchanged, found.removed) == (1, 1)
    assert apply_import(found, workspace).ids == load_catalog(workspace).ids == ("1",)


def test_planning_writes_nothing_and_a_fatal_plan_cannot_be_applied(plan: Plan, workspace: Workspace) -> None:
    save_catalog(Catalog([Movie("1", "Up")]), workspace)
    before = workspace.catalog.read_bytes()
    found = plan("a.csv", "id,title\n2,Good\n3,\n")
    with pytest.raises(CatalogError, match="row 3, column 'title'"):
        apply_import(found, workspace)
    assert workspace.catalog.read_bytes() == before


def test_films_added_since_the_plan_was_made_are_kept(plan: Plan, workspace: Workspace) -> None:
    found = plan("a.csv", "id,title\n1,Up\n")
    save_catalog(Catalog([Movie("2", "Meanwhile")]), workspace)
    assert apply_import(found, workspace).ids == ("1", "2")


def test_an_id_of_two_different_films_is_fatal_and_names_both_rows(plan: Plan) -> None:
    found = plan("a.csv", "id,title\n7,Up\n8,Her\n7,Down\n")
    assert only_problem(found) == (4, "id", "7", True)
    assert "row 2" in found.problems[0].message


@pytest.mark.parametrize(
    ("cells", "column", "value"),
    [
        ("1,Up,abc,90,", "year", "abc"),
        ("1,Up,1492,90,", "year", "1492"),
        ("1,Up,2101,90,", "year", "2101"),
        ("1,Up,2009,x,", "runtime", "x"),
        ("1,Up,2009,-5,", "runtime", "-5"),
        ("1,Up,2009,90,javascript:alert(1)", "poster_url", "javascript:alert(1)"),
    ],
)
def test_a_slip_beside_id_and_title_is_a_warning_and_the_film_is_kept(
    plan: Plan, cells: str, column: str, value: str
) -> None:
    found = plan("a.csv", f"id,title,year,runtime,poster_url\n{cells}\n")
    assert only_problem(found) == (2, column, value, False)
    assert found.movies[0].title == "Up" and column not in found.movies[0].row()


@pytest.mark.parametrize(
    ("film", "column"),
    [
        ({"id": "1", "title": ["Up", 3]}, "title"),
        ({"id": True, "title": "Up"}, "id"),
        ({"id": "a b", "title": "Up"}, "id"),
        ({"id": "", "title": "Up"}, "id"),
        ({"title": "Up"}, "id"),
        ({"id": "1", "title": " \t"}, "title"),
    ],
)
def test_a_wrong_id_or_title_is_fatal(plan: Plan, film: dict[str, object], column: str) -> None:
    found = plan("a.json", json.dumps([{"id": "0", "title": "Fine"}, film]))
    row, at, _, fatal = only_problem(found)
    assert (row, at, fatal) == (2, column, True)


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("2019", 2019),
        ("2019-05-30", 2019),
        ("20190530", 2019),
        ("2019.05.30", 2019),
        ("2019년 5월", 2019),
        ("30/05/2019", 2019),
        ("2019.0", 2019),
        ("", None),
        ("nan", None),
    ],
)
def test_years_as_they_are_written(plan: Plan, written: str, year: int | None) -> None:
    found = plan("a.csv", f"id,title,year\n1,Up,{written}\n")
    assert found.movies[0].year == year and only_synopsis_is_missing(found)


def only_synopsis_is_missing(plan: ImportPlan) -> bool:
    return all("no synopsis" in problem.message for problem in plan.problems)


def test_films_without_a_synopsis_are_kept_counted_and_remarked_on_once(plan: Plan) -> None:
    found = plan("a.csv", "id,title,overview\n1,Up,\n2,Her,He talks to her.\n3,Hugo,\n")
    assert (found.without_text, len(found.movies), found.warning_count) == (2, 3, 1)
    assert "rows 2, 4" in found.problems[0].message


def test_control_characters_are_taken_out_and_remarked_on(plan: Plan) -> None:
    film = {"id": "1", "title": "U\x00p\u202e", "overview": "A\tballoon\r\nman \ud800."}
    found = plan("a.json", json.dumps([film]))
    assert (found.movies[0].title, found.movies[0].overview) == ("Up", "A balloon man .")
    assert [problem.column for problem in found.problems] == ["title", "overview"] and not found.fatal


def test_decomposed_hangul_is_composed(plan: Plan) -> None:
    found = plan("a.csv", "id,title\n1," + unicodedata.normalize("NFD", "밀양") + "\n")
    assert found.movies[0].title == "밀양"


def test_a_cut_list_is_a_warning(plan: Plan) -> None:
    found = plan("a.csv", 'id,title,genres\n1,Up,"[{""id"": 18, ""na"\n')
    assert only_problem(found)[1:] == ("genres", '[{"id": 18, "na', False)
    assert found.movies[0].genres == ()


def test_a_cell_of_absurd_length_is_fatal_and_its_value_is_not_shown_whole(plan: Plan) -> None:
    found = plan("a.csv", "id,title,overview\n1,Up," + "x" * 100_001 + "\n")
    assert only_problem(found)[::3] == (2, True) and len(found.problems[0].value) < 100
    assert not plan("b.csv", "id,title,overview\n1,Up," + "x" * 100_000 + "\n").fatal_count


def test_a_mapping_is_overridden_field_by_field(plan: Plan) -> None:
    text = "id,title,plot,pitch\n1,Up,Long.,Short.\n"
    assert plan("a.csv", text).mapping == {"movie_id": "id", "title": "title", "overview": "plot"}
    found = plan("a.csv", text, mapping={"overview": "pitch", "movie_id": ""})
    assert found.mapping == {"title": "title", "overview": "pitch"}
    assert found.unused == ("id", "plot")
    assert found.movies == (Movie("up", "Up", overview="Short."),)


@pytest.mark.parametrize("mapping", [{"stars": "plot"}, {"overview": "pitch"}])
def test_a_mapping_to_what_is_not_there_says_what_is(plan: Plan, mapping: dict[str, str]) -> None:
    with pytest.raises(CatalogError, match=r"overview|plot"):
        plan("a.csv", "id,title,plot\n1,Up,A.\n", mapping=mapping)


def test_without_a_title_column_the_plan_asks_for_one(plan: Plan) -> None:
    found = plan("a.csv", "id,Film\n1,Up\n")
    assert found.fatal_count == 1 and "id, Film" in found.problems[0].message
    assert plan("a.csv", "id,Film\n1,Up\n", mapping={"title": "Film"}).movies == (Movie("1", "Up"),)


def test_all_problems_are_counted_and_only_the_first_are_kept(plan: Plan) -> None:
    found = plan("a.csv", "id,title,year\n" + "".join(f"{n},Film {n},abc\n" for n in range(700)))
    assert found.warning_count == 701 and len(found.problems) == 500


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\xef\xbb\xbf \n", "empty"),
        ("a.csv", b"id,title\n", "no film"),
        ("a.json", b"[]", "no film"),
        ("a.csv", b"id,title\n1,Up,2009\n", "row 2: 3 cells under 2 columns"),
        ("a.csv", b"id,title\n1\n", "row 2: 1 cells under 2 columns"),
        ("a.csv", b'id,title\n1,Up\n2,"Her\n3,It\n', "row 3"),
        ("a.csv", b"id,title,title\n1,Up,Up\n", "'title'"),
        ("a.csv", b"id,title\n1,Up\n2,H\xffr\n", "0xff at offset 17 \\(line 3\\)"),
        ("a.csv", "id,title\n1,밀양\n".encode() + b"2,\xff\n", "offset 20 \\(line 3\\)"),
        ("a.csv", "id,title\n1,밀양\n".encode("cp949") + b"2,\xff\n", "offset 18 \\(line 3\\)"),
        ("a.json", b'[{"id": 1,\n]', "line 2"),
        ("a.json", b'{"a": [], "b": []}', "exactly one array"),
        ("a.json", b'["Up"]', "entry 1"),
        ("a.json", b"[" * 100_000, "not readable|not JSON"),
        ("a.jsonl", b'{"id": 1, "title": "Up"}\n{"id": 2\n', "line 2"),
        ("a.jsonl", b"[1]\n", "line 1: expected one JSON object, found list"),
        ("a.parquet", b"PAR1", "Parquet"),
        ("a.xlsx", b"PK", "'.xlsx'"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_place(plan: Plan, name: str, content: bytes, said: str) -> None:
    with pytest.raises(CatalogError, match=said) as error:
        plan(name, content)
    assert name in str(error.value)


def test_a_missing_file_a_folder_and_a_huge_file_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(CatalogError, match="no such file"):
            plan_import(path, current=None)
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        os.truncate(file.fileno(), 2 * 1024**3 + 1)
    with pytest.raises(CatalogError, match="2,147,483,648"):
        plan_import(huge, current=None)
