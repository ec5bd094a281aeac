"""What is exported and imported again: JSONL loses nothing, the other formats keep what they can hold."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as some

from core.catalog import Catalog, Movie
from core.judgments import (
    Answer,
    ExportFormat,
    Judgment,
    LabelStore,
    NewQuery,
    Query,
    Snapshot,
    Split,
    apply_import,
    detect_format,
    export_judgments,
    export_labels,
    group_key,
    preview_import,
    read_sources,
    take_snapshot,
    truth,
)
from core.judgments.exchange.spreadsheet import FORMULA, guarded, unguarded
from core.workspace import Workspace

NASTY = (
    *("=HYPERLINK(1)", "'=1", "''=1", "+1-800", "-", "@kim", "＝1", "a\tb", "two\nlines", "cr\rlf\r\n", 'say "no"'),
    *("a,b;c", "비 오는 날", "\u1107\u1175 \u110b\u1169\u1102\u1173\u11ab", "🎬🍿", "\u2028x\x85y", "null", "0", "q:1"),
    *("{}", "\ufeffx", "  spaced  out "),
)
CHARACTERS = some.characters(exclude_categories=["Cs"], exclude_characters="\x00")
TEXTS = some.one_of(some.sampled_from(NASTY), some.text(CHARACTERS, min_size=1, max_size=20)).filter(str.strip)
IDS = TEXTS.map(lambda text: "".join(text.replace("\ufeff", "").split())).filter(bool)
MOVIES = ("m1", "m2", "=m3", "영화")
CATALOG = Catalog(Movie(movie_id, f"Film {n}", overview=f"About \t{n}.") for n, movie_id in enumerate(MOVIES))
FEW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])

Labels = tuple[list[NewQuery], list[tuple[int, str, str, Answer, int | None, str, bool]]]


@some.composite
def labels(draw: some.DrawFn, names: some.SearchStrategy[str] = TEXTS) -> Labels:
    """Draw queries with their splits and kinds, and answers of several annotators."""
    texts = draw(some.lists(TEXTS, min_size=1, max_size=4, unique_by=group_key))
    ids = draw(some.lists(IDS, min_size=len(texts), max_size=len(texts), unique=True))
    langs, splits = some.sampled_from(["ko", "en", ""]), some.sampled_from(Split)
    queries = [
        NewQuery(text, query_id, draw(langs), draw(TEXTS).strip(), draw(splits))
        for text, query_id in zip(texts, ids, strict=True)
    ]
    who = draw(some.lists(names, min_size=1, max_size=3, unique=True))
    answers = []
    for _ in range(draw(some.integers(1, 8))):
        answer = draw(some.sampled_from(Answer))
        grade = {Answer.POSITIVE: draw(some.sampled_from([1, 2])), Answer.NEGATIVE: 0, Answer.UNSURE: None}[answer]
        place = draw(some.integers(0, len(queries) - 1))
        note = draw(some.one_of(some.just(""), TEXTS))
        row = (place, draw(some.sampled_from(MOVIES)), draw(some.sampled_from(who)), answer, grade, note)
        answers.append((*row, draw(some.booleans())))
    return queries, answers


@cache
def empty_database() -> bytes:
    """Return a migrated database without a row: a copy of it opens much faster than a new one is made."""
    with tempfile.TemporaryDirectory() as folder:
        LabelStore.open(Workspace(Path(folder))).close()
        return Workspace(Path(folder)).database.read_bytes()


def empty(folder: Path) -> LabelStore:
    workspace = Workspace(folder)
    workspace.database.parent.mkdir(parents=True)
    workspace.database.write_bytes(empty_database())
    return LabelStore.open(workspace)


def filled(folder: Path, drawn: Labels) -> LabelStore:
    queries, answers = drawn
    store = empty(folder)
    store.add_queries(queries)
    for number, (place, movie_id, annotator, answer, grade, note, adjudicates) in enumerate(answers):
        store.judge(
            queries[place].query_id or "",
            movie_id,
            annotator,
            answer,
            grade=grade,
            note=note,
            adjudicates=adjudicates,
            event_id=f"e{number}",
        )
    return store


def imported(store: LabelStore, paths: Sequence[Path], format: ExportFormat, annotator: str = "lee") -> None:
    sources = read_sources(paths)
    assert detect_format(sources) == format
    preview = preview_import(store, sources, annotator, CATALOG)
    assert preview.problems == ()
    assert apply_import(preview, store) == preview.writes
    again = preview_import(store, sources, annotator, CATALOG)
    assert (again.writes, again.queries_new, again.contradicting) == (0, 0, 0)


def of_team(store: LabelStore, folder: Path) -> Snapshot | None:
    """Return the labels of the team, None where a pair is answered both ways."""
    return None if truth(store.judgments()).conflicts else take_snapshot(store, Workspace(folder))


def decided(snapshot: Snapshot) -> dict[tuple[str, str], int]:
    """Return the grade of each pair by the text of the query and the film's id."""
    return {(group_key(row.text), row.movie_id): row.grade for row in snapshot.rows if row.grade is not None}


@pytest.mark.parametrize("format", ["trec", "beir", "csv", "jsonl", "quepid", "pairs", "triplets", "tuples"])
@FEW
@given(drawn=labels(), as_csv=some.booleans())
def test_the_labels_of_the_team_come_back_as_far_as_the_format_holds_them(
    format: ExportFormat, drawn: Labels, as_csv: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        here, there = Path(folder, "here"), Path(folder, "there")
        with filled(here, drawn) as store, empty(there) as other:
            snapshot = of_team(store, here)
            if snapshot is None or not (expected := expected_of(format, snapshot)):
                return
            paths = export_labels(snapshot, Path(folder, "out"), format, CATALOG, as_csv=as_csv)
            imported(other, paths, found_as(format, paths))
            back = of_team(other, there)
            assert back is not None
            assert decided(back) == expected
            if format != "quepid":
                splits = {group_key(row.text): row.split for row in snapshot.rows}
                assert all(splits[group_key(row.text)] is row.split for row in back.rows)
            if format in ("trec", "csv", "jsonl"):
                kinds = {row.query_id: row.kind.split() for row in snapshot.rows}
                assert all(kinds[row.query_id] == row.kind.split() for row in back.rows)
            if format in ("csv", "jsonl"):
                assert undecided(back) == undecided(snapshot)


def undecided(snapshot: Snapshot) -> set[tuple[str, str]]:
    return {(row.query_id, row.movie_id) for row in snapshot.rows if row.grade is None}


def found_as(format: ExportFormat, paths: Sequence[Path]) -> ExportFormat:
    """Return the format that an export is recognised as, where that follows from what it could hold."""
    names = {path.name.partition(".")[0] for path in paths}
    if format == "tuples" and "negative_2" not in paths[0].read_text(encoding="utf-8"):
        return "triplets"
    return "pairs" if names == {"pairs"} else format


def expected_of(format: ExportFormat, snapshot: Snapshot) -> dict[tuple[str, str], int]:
    """Return the grades that a format can hold: texts have none above 1, and need films of either sort."""
    grades = decided(snapshot)
    if format in ("pairs", "triplets", "tuples"):
        sides = {(group, grade > 0) for (group, _), grade in grades.items()}
        both = {group for group, _ in sides if {(group, True), (group, False)} <= sides}
        positive = {key: 1 for key, grade in grades.items() if grade > 0}
        whole = {key: min(grade, 1) for key, grade in grades.items() if key[0] in both}
        return {"pairs": positive, "triplets": positive | whole, "tuples": whole}[format]
    return grades


@FEW
@given(labels(names=TEXTS.map(str.strip)))
def test_a_quepid_book_keeps_every_judge(drawn: Labels) -> None:
    with tempfile.TemporaryDirectory() as folder:
        here, there = Path(folder, "here"), Path(folder, "there")
        with filled(here, drawn) as store, empty(there) as other:
            assume(any(one.grade is not None and not one.adjudicates for one in store.judgments()))
            (path,) = export_judgments(store.judgments(), store.queries(), Path(folder, "out"), "quepid")
            imported(other, [path], "quepid")

            def ratings(of: LabelStore) -> set[tuple[str, str, str, int]]:
                texts = {query.query_id: group_key(query.text) for query in of.queries()}
                return {
                    (texts[one.query_id], one.movie_id, one.annotator, one.grade)
                    for one in of.judgments()
                    if one.grade is not None and not one.adjudicates
                }

            assert ratings(other) == ratings(store)


@given(TEXTS)
@example("'=1")
@example("' =1")
def test_no_guarded_cell_is_a_formula_and_the_guard_comes_off_again(text: str) -> None:
    cell = guarded(text)
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert unguarded(cell) == text
    assert (cell == text) is (FORMULA.match(text) is None)


def test_the_oracle_of_a_judgment_has_every_field() -> None:
    """A field added to a judgment must be exported too; this names it."""
    assert set(Judgment.__dataclass_fields__) == {
        "query_id", "movie_id", "annotator", "answer", "grade", "note", "event_id", "decided_at", "adjudicates",
    }  # fmt: skip
    assert set(Query.__dataclass_fields__) == {"query_id", "text", "lang", "kind", "split", "group"}
