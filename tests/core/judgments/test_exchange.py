"""Reading and writing the formats of others: what is wrong is named, and what is written can be read."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from core.catalog import Catalog, Movie, document_text
from core.errors import LabelError
from core.judgments import (
    LabelStore,
    NewQuery,
    Snapshot,
    Split,
    export_labels,
    read_qrels,
    read_queries,
    take_snapshot,
)
from core.workspace import Workspace

CATALOG = Catalog([Movie(f"m{number}", f"Film {number}", overview=f"About {number}.") for number in range(1, 6)])


@pytest.fixture
def snapshot(store: LabelStore, workspace: Workspace) -> Snapshot:
    store.add_queries(
        [
            NewQuery('a film\tcalled "Rain"\nor so', "rain", kind="title", split=Split.TRAIN),
            NewQuery("=HYPERLINK(1)", "q=1", split=Split.TEST),
            NewQuery("훔치는 영화", "heist", split=Split.DEV),
        ]
    )
    answers = [
        ("rain", "m1", "positive", 2),
        ("rain", "m2", "positive", 1),
        ("rain", "m3", "negative", 0),
        ("rain", "m4", "unsure", None),
        ("heist", "m1", "positive", 1),
        ("q=1", "m5", "negative", 0),
    ]
    for number, (query_id, movie_id, answer, grade) in enumerate(answers):
        store.judge(query_id, movie_id, "@kim", answer, grade=grade, event_id=f"e{number}")
    return take_snapshot(store, workspace)


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


QUERY_FILES = {
    "q.jsonl": '{"query_id": "a", "text": "비 오는 날", "split": "validation", "lang": "ko-KR", "source": 1}\n'
    '\n{"_id": 7, "text": " b, \\"c\\" "}\n',
    "q.tsv": 'query_id\ttext\tsplit\tlang\r\na\t비 오는 날\tvalid\tko\r\n7\tb, "c"\t\t\r\n',
    "q.csv": '\ufeffID,Query,Split,Language\na,비 오는 날,dev,KO\n7,"b, ""c""",,\n',
}


@pytest.mark.parametrize("name", QUERY_FILES)
def test_the_same_queries_are_read_from_every_format(tmp_path: Path, name: str) -> None:
    assert read_queries(write(tmp_path / name, QUERY_FILES[name])) == [
        NewQuery("비 오는 날", "a", "ko", "", Split.DEV),
        NewQuery('b, "c"', "7"),
    ]


def test_files_without_a_header_hold_ids_and_texts_or_texts(tmp_path: Path) -> None:
    pairs = read_queries(write(tmp_path / "q.tsv", 'a\tthe "best" film\nb\tthe worst\n'))
    assert pairs == [NewQuery('the "best" film', "a"), NewQuery("the worst", "b")]
    texts = [NewQuery("one film, or two"), NewQuery("세 편")]
    assert read_queries(write(tmp_path / "q.txt", "one film, or two\n\n  세 편 \r\n")) == texts
    assert read_queries(write(tmp_path / "q.csv", '"one film, or two"\n세 편\n')) == texts


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("q.jsonl", '{"text": "a"}\n{"text": \n', "line 2"),
        ("q.jsonl", '{"text": "a"}\n{"query_id": "b"}\n', "line 2: text"),
        ("q.jsonl", '{"text": ["a"]}\n', r"line 1: text is \['a'\]"),
        ("q.jsonl", '{"text": "a", "split": "holdout"}\n', "line 1: split is 'holdout'"),
        ("q.jsonl", '{"text": "a", "query_id": "b c"}\n', "line 1: query_id is 'b c'"),
        ("q.tsv", "a\tone\na\tanother\n", "line 2: query_id 'a'.*line 1"),
        ("q.csv", "id,text\na,b\nc,d,e\n", "line 3: expected 2 columns, found 3"),
        ("q.csv", 'id,text\na,"b\n', "not a proper table"),
        ("q.txt", "\n", "no query"),
        ("q.xlsx", "a", r"\.jsonl, \.tsv, \.csv and \.txt"),
    ],
)
def test_a_bad_query_is_named_by_file_and_line(tmp_path: Path, name: str, text: str, named: str) -> None:
    with pytest.raises(LabelError, match=named) as error:
        read_queries(write(tmp_path / name, text))
    assert name in str(error.value)


def test_a_file_in_another_encoding_says_how_to_save_it(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="UTF-8"):
        read_queries(write(tmp_path / "q.csv", "id,text\na,비 오는 날\n", "cp949"))
    with pytest.raises(LabelError, match=r"absent\.tsv"):
        read_qrels(tmp_path / "absent.tsv")


def test_qrels_are_read_as_written(tmp_path: Path) -> None:
    path = write(tmp_path / "qrels", "\ufeffq1 0 m1 3\r\n\nq1\t0\tm 2\t-1\nq2   Q0  m1   0\n")
    rows = [(row.line, row.query_id, row.movie_id, row.grade) for row in read_qrels(path)]
    assert rows == [(1, "q1", "m1", 3), (3, "q1", "m 2", -1), (4, "q2", "m1", 0)]
    assert read_qrels(path)[1].place == f"{path}, line 3"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("q1 0 m1 1\nq1 0 m2 good\n", "line 2: grade is 'good'"),
        ("q1 0 m1 1\nq1 m2 1\n", "line 2: expected 4 columns"),
        ("q1\t0\t\t1\n", "line 1"),
        ("query-id\tcorpus-id\tscore\nq1\t0\tm1\t1\n", "line 2: expected 3 columns"),
        ("\n", "no judgment"),
    ],
)
def test_a_bad_qrel_is_named_by_file_and_line(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(LabelError, match=named) as error:
        read_qrels(write(tmp_path / "old.qrels", text))
    assert "old.qrels" in str(error.value)


def reimported(folder: Path, queries: list[Path], qrels: list[Path]) -> Snapshot:
    with LabelStore.open(Workspace(folder)) as store:
        for path in queries:
            store.add_queries(read_queries(path))
        for path in qrels:
            store.import_judgments(read_qrels(path), "@kim", known_movies=CATALOG.ids)
        return take_snapshot(store, Workspace(folder))


def test_a_trec_export_comes_back_as_the_same_labels(snapshot: Snapshot, tmp_path: Path) -> None:
    qrels, queries = export_labels(snapshot, tmp_path / "out", "trec", CATALOG)
    assert (tmp_path / "out" / "qrels.txt").read_text(encoding="utf-8").splitlines()[0] == "heist 0 m1 1"
    back = reimported(tmp_path / "back", [queries], [qrels])
    assert back.queries().keys() == snapshot.queries().keys()
    for split in Split:
        assert back.qrels(split) == snapshot.qrels(split)


def test_a_beir_export_holds_corpus_queries_and_a_qrels_file_a_split(snapshot: Snapshot, tmp_path: Path) -> None:
    paths = export_labels(snapshot, tmp_path / "out", "beir", CATALOG)
    names = ["corpus.jsonl", "queries.jsonl", "qrels/train.tsv", "qrels/dev.tsv", "qrels/test.tsv"]
    assert [path.relative_to(tmp_path / "out").as_posix() for path in paths] == names
    corpus = [json.loads(line) for line in paths[0].read_text(encoding="utf-8").splitlines()]
    assert {row["_id"]: row["text"] for row in corpus} == {
        movie.movie_id: document_text(movie) for movie in CATALOG.movies
    }
    assert paths[2].read_text(encoding="utf-8").splitlines() == [
        "query-id\tcorpus-id\tscore",
        "rain\tm1\t2",
        "rain\tm2\t1",
        "rain\tm3\t0",
    ]
    assert reimported(tmp_path / "back", [paths[1]], paths[2:]).qrels() == snapshot.qrels()


def test_beir_queries_never_share_an_id_with_a_film(store: LabelStore, workspace: Workspace, tmp_path: Path) -> None:
    store.add_queries([NewQuery("a film", "m1", split=Split.TEST)])
    store.judge("m1", "m1", "kim", "positive", event_id="e1")
    _, queries, *_, qrels = export_labels(take_snapshot(store, workspace), tmp_path / "out", "beir", CATALOG)
    assert json.loads(queries.read_text(encoding="utf-8"))["_id"] == "q:m1"
    assert qrels.read_text(encoding="utf-8").splitlines()[1] == "q:m1\tm1\t1"


def test_triplets_hold_every_labelled_film_and_keep_splits_apart(snapshot: Snapshot, tmp_path: Path) -> None:
    paths = export_labels(snapshot, tmp_path / "out", "triplets", CATALOG)
    assert [path.name for path in paths] == ["pairs.train.jsonl", "triplets.train.jsonl", "pairs.dev.jsonl"]
    anchor = snapshot.queries()["rain"]
    texts = {movie.movie_id: document_text(movie) for movie in CATALOG.movies}
    assert [json.loads(line) for line in paths[1].read_text(encoding="utf-8").splitlines()] == [
        {"anchor": anchor, "positive": texts["m1"], "negative": texts["m3"]},
        {"anchor": anchor, "positive": texts["m2"], "negative": texts["m3"]},
    ]


def test_jsonl_holds_the_rows(snapshot: Snapshot, tmp_path: Path) -> None:
    (path,) = export_labels(snapshot, tmp_path / "out", "jsonl", CATALOG)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(row["query_id"], row["movie_id"], row["answer"]) for row in rows] == [
        (row.query_id, row.movie_id, row.answer.value) for row in snapshot.rows
    ]


def test_no_csv_cell_is_a_formula(snapshot: Snapshot, tmp_path: Path) -> None:
    catalog = Catalog([*CATALOG.movies[:4], Movie("m5", " +1-800 @movies")])
    (path,) = export_labels(snapshot, tmp_path / "out", "csv", catalog)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(snapshot.rows)
    (row,) = [row for row in rows if row["query_id"] == "q=1"]
    assert (row["text"], row["title"], row["annotators"]) == ("'=HYPERLINK(1)", "' +1-800 @movies", "'@kim")
    assert not any(cell.strip().startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    (unsure,) = [row for row in rows if row["answer"] == "unsure"]
    assert (unsure["text"], unsure["grade"]) == ('a film\tcalled "Rain"\nor so', "")


@pytest.mark.parametrize("format", ["beir", "triplets"])
def test_a_labelled_film_that_the_catalogue_lacks_is_named(snapshot: Snapshot, tmp_path: Path, format: str) -> None:
    with pytest.raises(LabelError, match=r"'m5'.*'q=1'"):
        export_labels(snapshot, tmp_path / "out", format, Catalog(CATALOG.movies[:4]))  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


def test_an_unknown_format_is_named(snapshot: Snapshot, tmp_path: Path) -> None:
    with pytest.raises(LabelError, match=r"'xml'.*trec"):
        export_labels(snapshot, tmp_path / "out", "xml", CATALOG)  # type: ignore[arg-type]
