"""Files made to exhaust whoever reads them: refused by a limit that the message states."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.catalog import ImportPlan, cells, delimited, parquet, table
from core.errors import CatalogError

Plan = Callable[..., ImportPlan]
HEADER = "id,title\n"


@pytest.mark.parametrize(
    "content",
    ["x" * 2_000, HEADER + "1," + "x" * 2_000, HEADER + '1,"' + "x\n" * 1_000, HEADER + '1,"a\n"' + ',"a\n"' * 500],
    ids=["no line end", "a giant line", "a cell over many lines", "a row over many lines"],
)
def test_a_row_without_end_is_refused(plan: Plan, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    monkeypatch.setattr(delimited, "MAX_ROW", 1_000)
    with pytest.raises(CatalogError, match=r"row [12]: over 1,000 characters"):
        plan("a.csv", content)


@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_the_first_line_of_a_file_is_bounded_as_every_cell_is(plan: Plan, name: str) -> None:
    with pytest.raises(CatalogError, match=r"row 1: .*field larger than field limit"):
        plan(name, "x" * (delimited.MAX_CELL + 1))


@pytest.mark.parametrize("content", [",".join(f"c{n}" for n in range(100_000)) + "\n", HEADER + "," * 1_000_000])
def test_a_million_columns_are_refused_before_they_are_compared(plan: Plan, content: str) -> None:
    with pytest.raises(CatalogError, match=r"row [12]: [\d,]+ cells; at most 2,000 columns"):
        plan("a.csv", content)


def test_columns_that_each_line_brings_anew_are_counted_together(plan: Plan) -> None:
    with pytest.raises(CatalogError, match="row 2001: over 2,000 columns"):
        plan("a.jsonl", "".join(f'{{"c{n}": 1}}\n' for n in range(2_001)))


def test_a_column_name_is_shown_cut(plan: Plan) -> None:
    with pytest.raises(CatalogError) as caught:
        plan("a.csv", f"{'x' * 100_000},{'x' * 100_000}\n")
    assert "two columns are called" in str(caught.value) and len(str(caught.value)) < 500


@pytest.mark.parametrize("depth", [101, 970, 100_000])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_json_nested_without_end_is_refused_at_any_depth(plan: Plan, name: str, depth: int) -> None:
    nested = "[" * depth + "]" * depth
    with pytest.raises(CatalogError, match="100 levels deep"):
        plan(name, f'{{"id": "1", "title": {nested}}}' if name == "a.jsonl" else nested)


@pytest.mark.parametrize("open", ["[", '["', "{", "(", "-", "not "])
def test_a_cell_nested_without_end_is_left_empty(plan: Plan, open: str) -> None:
    cell = "[" + open * 20_000
    found = plan("a.jsonl", json.dumps({"id": "1", "title": "Up", "genres": cell, "franchise": "{" + cell}))
    assert [movie.title for movie in found.movies] == ["Up"] and not found.movies[0].franchise


def test_python_notation_is_read_up_to_a_length(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MAX_PYTHON", 100)
    short, long = ["x"], ["x" * 50, "y" * 50]
    found = plan("a.jsonl", "".join(json.dumps({"id": str(len(one)), "title": "Up", "genres": str(one)}) + "\n"
                                    for one in (short, long)))  # fmt: skip
    assert [movie.genres for movie in found.movies] == [("x",), ()]
    assert "cut or malformed" in found.problems[0].message


def test_a_json_document_is_read_up_to_a_size_and_says_what_to_do(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_JSON_BYTES", 100)
    with pytest.raises(CatalogError, match=r"at most 100 are read at once. Save it as JSON Lines"):
        plan("a.json", json.dumps([{"id": "1", "title": "x" * 100}]))
    monkeypatch.setattr(table, "MAX_ROW", 100)
    with pytest.raises(CatalogError, match="line 2: over 100 characters"):
        plan("a.jsonl", '{"id": "1", "title": "Up"}\n' + json.dumps({"id": "2", "title": "x" * 100}))


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e308", "NaN", "9" * 4_000, "-0.0"])
def test_numbers_beyond_all_films_are_noted_and_nothing_else(plan: Plan, number: str) -> None:
    found = plan(
        "a.jsonl", f'{{"id": "1", "title": "Up", "year": {number}, "runtime": {number}, "overview": {number}}}'
    )
    assert [movie.title for movie in found.movies] == ["Up"]
    assert found.movies[0].year is None and found.fatal_count == 0


def test_a_number_that_python_does_not_read_is_refused_by_line(plan: Plan) -> None:
    with pytest.raises(CatalogError, match=r"line 1: not JSON .*4300 digits"):
        plan("a.jsonl", f'{{"id": {"9" * 10_000}, "title": "Up"}}')


def test_half_a_character_in_a_column_name_is_refused(plan: Plan) -> None:
    with pytest.raises(CatalogError, match="half a character"):
        plan("a.jsonl", r'{"id": "1", "title": "Up", "\ud800": "x"}')


@pytest.fixture
def write_parquet(tmp_path: Path) -> Callable[..., Path]:
    import pyarrow
    import pyarrow.parquet

    def write(columns: dict[str, Any]) -> Path:
        # Without the schema of Arrow, as other programs write it.
        pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / "a.parquet", store_schema=False)
        return tmp_path / "a.parquet"

    return write


def test_a_parquet_file_that_repeats_one_long_text_is_refused_unread(
    plan: Plan, write_parquet: Callable[..., Path]
) -> None:
    import pyarrow

    rows = 100_000  # of 100,000 characters each: 10 GB out of some kilobytes
    overview = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * rows, "int32"), ["x" * 100_000])
    path = write_parquet({"id": range(rows), "title": ["Up"] * rows, "overview": overview})
    assert path.stat().st_size < 2_000_000
    with pytest.raises(CatalogError, match=r"bytes once unpacked; at most 4,294,967,296"):
        plan(path.name, path.read_bytes())


@pytest.mark.parametrize(
    ("limit", "what"), [("MAX_ROWS", "rows"), ("MAX_COLUMNS", "columns"), ("MAX_VALUES", "values")]
)
def test_a_parquet_file_is_held_to_what_it_declares(
    plan: Plan, write_parquet: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, limit: str, what: str
) -> None:
    path = write_parquet({"id": ["1", "2"], "title": ["Up", "Her"]})
    monkeypatch.setattr(parquet, limit, 1)
    with pytest.raises(CatalogError, match=rf"\d {what}; at most 1 are read. Split the file"):
        plan(path.name, path.read_bytes())


def test_a_parquet_file_keeps_its_texts_lists_and_dates(plan: Plan, write_parquet: Callable[..., Path]) -> None:
    import datetime

    path = write_parquet(
        {"id": [1, 2], "title": ["Up", "Her"], "genres": [["Drama"], None], "year": [datetime.date(2009, 5, 1), None]}
    )
    found = plan(path.name, path.read_bytes())
    assert [(film.title, film.genres, film.year) for film in found.movies] == [
        ("Up", ("Drama",), 2009),
        ("Her", (), None),
    ]
