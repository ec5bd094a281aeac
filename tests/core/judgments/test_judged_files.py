"""Queries and judgments that are read to compare on, and stay apart from the team's labels."""

from __future__ import annotations

import io
import zipfile

import pytest

from core.catalog import Catalog, Movie
from core.errors import LabelError
from core.judgments import SourceFile, read_judged_queries

FILMS = Catalog([Movie("m1", "Heat"), Movie("m2", "Ran"), Movie("m3", "Seven")])


def file(name: str, text: str) -> SourceFile:
    return SourceFile(name, text.encode())


QUERIES = file("queries.tsv", "query_id\ttext\tlang\tkind\nq1\ta heist\ten\tplot\nq2\t슬픈 영화\t\t\nq3\tnobody\t\t\n")


def test_queries_with_trec_qrels_keep_ids_languages_kinds_and_grades() -> None:
    found = read_judged_queries([QUERIES, file("qrels.txt", "q1 0 m1 3\nq1 0 m2 -1\nq2 0 m3 1\n")], FILMS)
    assert found.qrels == {"q1": {"m1": 3, "m2": 0}, "q2": {"m3": 1}}
    assert [(one.query_id, one.text, one.lang, one.kind) for one in found.queries] == [
        ("q1", "a heist", "en", "plot"),
        ("q2", "슬픈 영화", "ko", ""),
    ]
    assert (found.format, found.lines, found.left_out, found.fatal_count) == ("trec", 3, 0, 0)


@pytest.mark.parametrize(
    "files",
    [
        [
            file("queries.jsonl", '{"_id": "q1", "text": "a heist"}\n'),
            file("test.tsv", "query-id\tcorpus-id\tscore\nq1\tm1\t2\n"),
        ],
        [file("labels.jsonl", '{"query": "a heist", "movie_id": "m1", "answer": "positive", "grade": 2}\n')],
        [file("labels.csv", "query,movie_id,answer,grade\na heist,m1,positive,2\n")],
        [file("case.csv", "query,docid,rating\na heist,m1,2\n")],
    ],
)
def test_every_format_that_labels_come_in_is_read(files: list[SourceFile]) -> None:
    found = read_judged_queries(files, FILMS)
    assert found.problems == ()
    assert [query.text for query in found.queries] == ["a heist"]
    assert list(found.qrels.values()) == [{"m1": 2}]


def test_pairs_of_texts_find_their_films() -> None:
    found = read_judged_queries([file("pairs.csv", "anchor,positive,negative\na heist,Heat,Ran\n")], FILMS)
    assert list(found.qrels.values()) == [{"m1": 1, "m2": 0}]


def test_an_archive_is_opened() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("queries.jsonl", '{"_id": "q1", "text": "a heist"}\n')
        archive.writestr("qrels/train.tsv", "query-id\tcorpus-id\tscore\nq1\tm1\t1\n")
    found = read_judged_queries([SourceFile("set.zip", packed.getvalue())], FILMS)
    assert found.qrels == {"q1": {"m1": 1}}
    assert found.train == {"q1"}


@pytest.mark.parametrize(
    ("qrels", "place"),
    [
        ("q1 0 m1 1\nq1 0 m9 1\n", ("qrels.txt", 2, "movie_id", "m9")),
        ("q1 0 m1 1\nq9 0 m1 1\n", ("qrels.txt", 2, "query_id", "q9")),
        ("q1 0 m1 1\nq1 0 m2 one\n", ("qrels.txt", 2, "grade", "one")),
        ("q1 0 m1 1\nq1 0 m2 6\n", ("qrels.txt", 2, "grade", "6")),
        ("q1 0 m1 1\nq1 0 m1 0\n", ("qrels.txt", 2, "answer", "negative")),
    ],
)
def test_what_is_wrong_is_said_by_file_line_field_and_value(qrels: str, place: tuple[str, int, str, str]) -> None:
    found = read_judged_queries([QUERIES, file("qrels.txt", qrels)], FILMS)
    (problem,) = found.problems
    assert (problem.file, problem.line, problem.field, problem.value) == place
    assert found.fatal_count == 1


def test_lines_of_unknown_films_can_be_left_out() -> None:
    files = [QUERIES, file("qrels.txt", "q1 0 m1 1\nq1 0 m9 1\nq2 0 m9 1\n")]
    found = read_judged_queries(files, FILMS, skip_unknown=True)
    assert found.qrels == {"q1": {"m1": 1}}
    assert [query.query_id for query in found.queries] == ["q1"]
    assert (found.left_out, found.fatal_count, found.remark_count) == (2, 0, 1)


def test_what_annotators_disagree_on_or_doubt_has_no_grade() -> None:
    rows = [("m1", "positive", "a"), ("m1", "negative", "b"), ("m2", "unsure", "a"), ("m3", "positive", "a")]
    text = "query,movie_id,answer,annotator\n" + "".join(f"a heist,{m},{given},{who}\n" for m, given, who in rows)
    assert list(read_judged_queries([file("labels.csv", text)], FILMS).qrels.values()) == [{"m3": 1}]


def test_files_that_say_nothing_are_refused_with_what_is_expected() -> None:
    with pytest.raises(LabelError, match=r"notes\.txt: cannot tell the format.*qrels"):
        read_judged_queries([file("notes.txt", "hello\n")], FILMS)
