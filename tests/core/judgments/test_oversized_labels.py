"""Label files made to exhaust whoever reads them, or to hold what no database takes: noted with their line."""

from __future__ import annotations

import pytest

from core.judgments.exchange import reading
from core.judgments.exchange.problems import ProblemLog
from core.judgments.exchange.reading import cells_of, lines_of, objects_of
from core.judgments.exchange.sources import SourceFile


def problems_of(name: str, data: bytes) -> list[str]:
    log = ProblemLog()
    read = {"csv": cells_of, "txt": lines_of, "jsonl": objects_of}[name.rpartition(".")[2]]
    list(read(SourceFile(name, data), log))
    return [str(problem) for problem in log.all]


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.txt", b"x" * 200), ("a.jsonl", b"[" * 200), ("a.csv", b"x" * 200), ("a.csv", b'"a\n",' * 100)],
)
def test_a_row_without_end_is_noted_and_the_rest_not_read(
    name: str, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_LINE", 100)
    assert any("over 100 characters" in problem for problem in problems_of(name, data + b"\n" + data))


def test_a_million_columns_are_noted() -> None:
    assert problems_of("a.csv", b"a" + b"," * 100_000) == [
        "a.csv, line 1: 100,001 columns; at most 2,000 are read. Keep those of labels."
    ]


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.jsonl"])
def test_a_nul_is_noted_with_its_line(name: str) -> None:
    assert "line 2: holds a NUL" in problems_of(name, b"a\nb\0c\n")[0]


@pytest.mark.parametrize(("escaped", "refused"), [("\\ud800", True), ("\\u0000", True), ("\\\\u0000", False)])
def test_an_escape_that_no_database_takes_is_noted_and_a_backslash_is_none(escaped: str, refused: bool) -> None:
    assert bool(problems_of("a.jsonl", f'{{"text": "{escaped}"}}'.encode())) is refused


@pytest.mark.parametrize("depth", [101, 970, 100_000])
def test_json_nested_without_end_is_noted(depth: int) -> None:
    assert "100 levels deep" in problems_of("a.jsonl", b"[" * depth + b"]" * depth)[0]
