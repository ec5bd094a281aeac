"""A preview names everything that is wrong and counts everything that would change; an import is all or nothing."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from core.catalog import Catalog, Movie, document_text
from core.errors import LabelError
from core.judgments import (
    Effect,
    ExchangeFormat,
    ImportPreview,
    LabelStore,
    NewQuery,
    SourceFile,
    Split,
    apply_import,
    detect_format,
    preview_import,
    read_sources,
)
from core.judgments.exchange import sources as limits

CATALOG = Catalog(
    [
        Movie("m1", "Parasite", "기생충", 2019, overview="A poor family."),
        Movie("m2", "Heat", year=1995, overview="A robbery."),
        Movie("m3", "Heat", year=1986, overview="A gambler."),
        Movie("m4", "Poetry", "시", overview="A grandmother learns to write."),
    ]
)


@pytest.fixture
def labelled(store: LabelStore) -> LabelStore:
    """Rain is a train query that kim has judged; heist a test query that lee has judged."""
    store.add_queries([NewQuery("rain", "rain", split=Split.TRAIN), NewQuery("heist", "heist", split=Split.TEST)])
    store.judge("rain", "m1", "kim", "positive", event_id="e1", grade=2, note="wet")
    store.judge("rain", "m2", "kim", "negative", event_id="e2")
    store.judge("heist", "m2", "lee", "positive", event_id="e3")
    return store


def file(name: str, text: str | bytes) -> SourceFile:
    return SourceFile(name, text if isinstance(text, bytes) else text.encode())


def jsonl(*rows: dict[str, Any]) -> SourceFile:
    return file("labels.jsonl", "".join(json.dumps(row) + "\n" for row in rows))


def preview(store: LabelStore, *files: SourceFile, **options: Any) -> ImportPreview:
    return preview_import(store, files, options.pop("annotator", "kim"), CATALOG, **options)


def problems(found: ImportPreview) -> list[tuple[str, int | None, str, str]]:
    return [(problem.file, problem.line, problem.field, problem.value) for problem in found.problems]


def test_it_counts_what_is_new_the_same_changed_and_contradicting(labelled: LabelStore) -> None:
    found = preview(
        labelled,
        file("qrels.txt", "rain 0 m1 2\nrain 0 m2 1\nrain 0 m4 1\nheist 0 m2 0\nnew 0 m1 1\nnew 0 m1 1\n"),
        file("queries.tsv", "new\ta storm\nidle\tnobody asks\n"),
    )
    assert (found.format, found.problems) == ("trec", ())
    assert (found.new, found.same, found.changed, found.contradicting) == (3, 1, 1, 1)
    assert (found.lines, found.duplicates, found.queries_new, found.queries_known) == (6, 1, 1, 2)
    assert found.annotators == {"kim": 5}
    effects = [(row.text, row.movie_id, row.effect, row.before and row.before.value) for row in found.sample]
    assert effects == [
        ("heist", "m2", Effect.CONTRADICTS, None),
        ("rain", "m2", Effect.CHANGED, "negative"),
        ("rain", "m4", Effect.NEW, None),
        ("a storm", "m1", Effect.NEW, None),
        ("rain", "m1", Effect.SAME, "positive"),
    ]


def test_nothing_is_written_by_a_preview_and_all_of_it_by_the_import(labelled: LabelStore) -> None:
    before = (labelled.judgments(), labelled.queries(), labelled.last_event_number())
    found = preview(labelled, jsonl({"text": "a storm", "movie_id": "m1", "grade": 1, "note": "loud"}))
    assert (labelled.judgments(), labelled.queries(), labelled.last_event_number()) == before
    assert apply_import(found, labelled) == found.writes == 1
    (added,) = [judgment for judgment in labelled.judgments(annotator="kim") if judgment.note == "loud"]
    assert (added.annotator, added.movie_id, added.grade, added.note) == ("kim", "m1", 1, "loud")
    assert apply_import(found, labelled) == 0
    assert [event.shown.input_method for event in labelled.history(1)] == ["import"]


def test_one_bad_line_keeps_everything_out(labelled: LabelStore) -> None:
    before = (labelled.judgments(), labelled.queries())
    found = preview(labelled, file("q.txt", "rain 0 m4 1\nrain 0 m99 1\n"))
    with pytest.raises(LabelError, match=r"Nothing was imported. q.txt, line 2: movie 'm99'"):
        apply_import(found, labelled)
    assert (labelled.judgments(), labelled.queries()) == before


def test_the_answers_of_other_people_are_only_contradicted_where_they_differ(labelled: LabelStore) -> None:
    found = preview(labelled, file("q.txt", "heist 0 m2 2\n"))
    assert (found.new, found.contradicting) == (1, 0)
    labelled.judge("heist", "m2", "head", "positive", event_id="e9", adjudicates=True)
    assert preview(labelled, file("q.txt", "heist 0 m2 0\n")).contradicting == 0


# Name of the file, its lines, and line, field and value of each problem.
BAD_LINES: dict[str, tuple[str, list[str], list[tuple[int | None, str, str]]]] = {
    "json": (
        "a.jsonl",
        ['{"text": "a", "movie_id": "m1"', "[1]", '{"text": "b", "movie_id": "m1", "grade": 1}'],
        [(1, "", '{"text": "a", "movie_id": "m1"'), (2, "", "[1]")],
    ),
    "fields": (
        "a.jsonl",
        [
            '{"movie_id": "m1", "grade": 1}',
            '{"text": "a", "grade": 1}',
            '{"text": "a", "movie_id": "m1", "answer": "maybe"}',
            '{"text": "a", "movie_id": "m1", "grade": 1.5}',
            '{"text": "a", "movie_id": "m1", "answer": "negative", "grade": 2}',
            '{"text": "a", "movie_id": "m1", "grade": 1, "annotator": 3}',
            '{"text": "a", "movie_id": "m1"}',
            '{"text": "a", "movie_id": "m1", "grade": 1, "decided_at": "yesterday"}',
            '{"text": ["a"], "movie_id": "m1"}',
            '{"text": "a", "movie_id": "m1", "grade": 1, "split": "holdout"}',
            '{"text": "\\ud83d", "movie_id": "m1", "grade": 1}',
        ],
        [
            *((1, "text", ""), (2, "movie_id", ""), (3, "answer", "maybe"), (4, "grade", "1.5"), (5, "grade", "2")),
            *((6, "annotators", "3"), (7, "answer", ""), (8, "decided_at", "yesterday"), (9, "text", "['a']")),
            *((10, "split", "holdout"), (11, "", "")),
        ],
    ),
    "qrels": (
        "a.txt",
        ["rain 0 m1 1", "rain m1 1", "rain 0 m1 good", "storm 0 m1 1", "rain 0 m7 1", "rain 0 m7 1"],
        [(2, "", "rain m1 1"), (3, "grade", "good"), (4, "query_id", "storm"), (5, "movie_id", "m7")],
    ),
    "csv": ("a.csv", ["text,movie_id,grade", "a,m1,1", "b,m1", 'c,m1,"1'], [(3, "", ""), (4, "", "")]),
    "texts": (
        "a.jsonl",
        [
            '{"anchor": "a", "positive": "Heat", "negative": "Parasite"}',
            '{"anchor": "a", "positive": ""}',
            '{"anchor": "a", "positive": "기생충", "negative": "Nowhere"}',
        ],
        [(1, "film", "Heat"), (2, "positive", ""), (3, "film", "Nowhere"), (3, "answer", "positive")],
    ),
    "quepid": (
        "a.csv",
        ["query,docid,rating", "rain,m1,good", "rain,,1", ",m1,1", "rain,m1,1,2"],
        [(2, "rating", "good"), (3, "docid", ""), (4, "query", ""), (5, "", "")],
    ),
    "splits": (
        "a.jsonl",
        [
            '{"query_id": "rain", "movie_id": "m1", "grade": 2, "split": "test"}',
            '{"text": "x", "movie_id": "m1", "grade": 2, "split": "dev"}',
            '{"text": "X.", "movie_id": "m1", "grade": 2, "split": "train"}',
            '{"text": "other", "query_id": "heist", "movie_id": "m1", "grade": 0}',
        ],
        [(1, "split", "test"), (3, "split", "train"), (4, "query_id", "heist")],
    ),
    "twice": (
        "a.jsonl",
        ['{"text": "x", "movie_id": "m1", "grade": 2}', '{"text": "x", "movie_id": "m1", "grade": 0}'],
        [(2, "answer", "negative")],
    ),
}


@pytest.mark.parametrize("kind", BAD_LINES)
def test_every_problem_is_named_by_file_line_field_and_value(labelled: LabelStore, kind: str) -> None:
    name, lines, expected = BAD_LINES[kind]
    found = preview(labelled, file(name, "\n".join(lines) + "\n"))
    assert problems(found) == [(name, *place) for place in expected]
    assert found.fatal_count == len(expected)
    assert all(problem.message.endswith(".") for problem in found.problems)


def test_another_line_with_the_same_unknown_film_is_named_with_the_first(labelled: LabelStore) -> None:
    (problem,) = preview(labelled, file("q.txt", "rain 0 m7 1\nrain 0 m1 1\nheist 0 m7 1\n")).problems
    assert "Also in line 3." in problem.message


def test_unknown_films_can_be_left_out(labelled: LabelStore) -> None:
    found = preview(labelled, file("q.txt", "rain 0 m7 1\nheist 0 m7 0\nrain 0 m4 1\n"), skip_unknown=True)
    assert (found.fatal_count, found.remark_count, found.left_out, found.unknown_films) == (0, 1, 2, 1)
    assert apply_import(found, labelled) == 1


def test_a_film_is_found_by_the_text_that_a_model_reads_and_by_its_title(store: LabelStore) -> None:
    film = CATALOG["m1"]
    for text in (document_text(film), document_text(film, korean_first=True), "Parasite", "기생충", "parasite (2019)"):
        found = preview(store, jsonl({"anchor": "a", "positive": text}))
        assert [judgment.movie_id for judgment in found.judgments] == ["m1"], text
    assert preview(store, jsonl({"anchor": "a", "positive": "Heat (1986)"})).judgments[0].movie_id == "m3"
    (problem,) = preview(store, jsonl({"anchor": "a", "positive": "Heat"})).problems
    assert "2 films" in problem.message and "m2, m3" in problem.message


def test_texts_change_no_grade_and_no_note_that_stands(labelled: LabelStore) -> None:
    found = preview(
        labelled, jsonl({"anchor": "rain", "positive": "Parasite", "negative": document_text(CATALOG["m2"])})
    )
    assert (found.format, found.same, found.changed, found.new) == ("triplets", 2, 0, 0)


def test_names_in_the_file_are_kept_and_others_get_the_given_one(store: LabelStore) -> None:
    book = file("book.csv", 'query,docid,kim,"\'@lee"\nrain,m1,1.0,\nrain,m2,0,2\nheist,m1,,\n')
    found = preview(store, book, annotator="me")
    assert found.annotators == {"@lee": 1, "kim": 2}
    assert found.queries_new == 2
    case = preview(store, file("case.csv", "query,docid,rating\nrain,m1,3\nrain,m2,0.0\nalone\n"), annotator="me")
    assert (case.annotators, case.queries_new) == ({"me": 2}, 2)
    assert [judgment.grade for judgment in case.judgments] == [2, 0]
    csv = preview(store, file("l.csv", "text,title,answer,annotators\nrain,시,unsure,kim; lee\n"), annotator="me")
    assert csv.annotators == {"kim": 1, "lee": 1}


def test_nobody_named_is_refused(store: LabelStore) -> None:
    with pytest.raises(LabelError, match="annotator is ' '"):
        preview(store, file("q.txt", "rain 0 m1 1\n"), annotator=" ")


def test_a_split_comes_from_the_choice_the_file_its_name_or_the_text(store: LabelStore) -> None:
    row = {"anchor": "a storm", "positive": "Parasite"}
    by_name = SourceFile("pairs.test.jsonl", json.dumps(row).encode())
    assert preview(store, by_name).splits[Split.TEST] == 1
    assert preview(store, by_name, split=Split.DEV).splits == {Split.TRAIN: 0, Split.DEV: 1, Split.TEST: 0}
    known = store.add_queries([NewQuery("a storm")])[0]
    assert preview(store, jsonl(row)).splits[known.split] == 1


def test_a_split_may_move_until_the_query_has_been_judged(store: LabelStore) -> None:
    store.add_queries([NewQuery("rain", "rain", split=Split.TRAIN)])
    moved = {"query_id": "rain", "movie_id": "m1", "grade": 1, "split": "test"}
    apply_import(preview(store, jsonl(moved)), store)
    assert store.query("rain").split is Split.TEST
    store.undo("kim", event_id="u1")
    (problem,) = preview(store, jsonl(moved | {"split": "train"})).problems
    assert "labelled in test" in problem.message


def test_an_event_id_is_kept_unless_it_is_taken(labelled: LabelStore) -> None:
    rows = [
        {"query_id": "rain", "movie_id": "m4", "annotator": "kim", "grade": 1, "event_id": event_id}
        for event_id in ("e1", "fresh")
    ]
    apply_import(preview(labelled, jsonl(rows[0] | {"movie_id": "m3"}, rows[1])), labelled)
    ids = {judgment.movie_id: judgment.event_id for judgment in labelled.judgments(query_id="rain")}
    assert ids["m4"] == "fresh" and ids["m1"] == "e1" and ids["m3"] not in ("e1", "")


PAIR = {"anchor": "a", "positive": "b"}
FORMATS: dict[str, tuple[ExchangeFormat | None, list[SourceFile]]] = {
    "trec": ("trec", [file("a", "q 0 m1 1\n")]),
    "trec with queries": ("trec", [jsonl({"query_id": "q", "text": "x"}), file("a", "q\t0\tm1\t-1\n")]),
    "beir": ("beir", [file("train.tsv", "query-id\tcorpus-id\tscore\nq\tm1\t1\n")]),
    "pairs": ("pairs", [jsonl(PAIR)]),
    "triplets": ("triplets", [jsonl(PAIR), jsonl(PAIR | {"negative": "c"})]),
    "tuples": ("tuples", [file("a.csv", "anchor,positive,negative_1,negative_2\na,b,c,d\n")]),
    "mined": ("tuples", [file("a.csv", "query,answer,negative_1,negative_2\na,b,c,d\n")]),
    "jsonl": ("jsonl", [jsonl({"text": "a", "movie_id": "m1", "answer": "positive"})]),
    "snapshot": ("jsonl", [jsonl({"format": 1, "queries": 1, "rows": 0, "snapshot": "ab"})]),
    "csv": ("csv", [file("a.csv", "\ufeffquery_id,movie_id,grade\n")]),
    "quepid": ("quepid", [file("a.csv", "query,docid,rating\n")]),
    "nothing": (None, [file("a.csv", "x,y\n1,2\n")]),
    "binary": (None, [file("a.jsonl", b"\xff\xfe\x00")]),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_the_format_is_told_by_the_content(kind: str) -> None:
    expected, files = FORMATS[kind]
    assert detect_format(files) == expected


def test_a_format_that_cannot_be_told_is_asked_for(store: LabelStore) -> None:
    with pytest.raises(LabelError, match=r"notes.csv: cannot tell the format"):
        preview(store, file("notes.csv", "x,y\n"))


def test_another_encoding_is_named_by_line_and_says_how_to_save(store: LabelStore) -> None:
    text = "query,docid,rating\nrain,m1,1\n비,m1,1\n".encode("cp949")
    (problem,) = preview(store, file("q.csv", text)).problems
    assert (problem.line, "UTF-8" in problem.message) == (3, True)


def zipped(files: dict[str, str]) -> SourceFile:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return SourceFile("set.zip", packed.getvalue())


BEIR = {
    "set/corpus.jsonl": "not read",
    "set/queries.jsonl": '{"_id": "q1", "text": "a storm"}\n{"_id": "q2", "text": "unused"}\n',
    "set/qrels/test.tsv": "query-id\tcorpus-id\tscore\nq1\tm1\t1\nq1\tm2\t0\n",
    "__MACOSX/set/qrels/._test.tsv": "\x00",
}


def test_a_beir_folder_and_its_zip_are_the_same(store: LabelStore, tmp_path: Path) -> None:
    for name, text in BEIR.items():
        path = tmp_path / "beir" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for files in (read_sources([tmp_path / "beir" / "set"]), [zipped(BEIR)]):
        found = preview(store, *files)
        assert (found.format, found.problems, found.new, found.queries_new) == ("beir", (), 2, 1)
        assert found.splits[Split.TEST] == 1


@pytest.mark.parametrize("name", ["../out.tsv", "/etc/out.tsv", "a/../../out.tsv", "..\\out.tsv"])
def test_a_name_that_leads_out_of_an_archive_is_refused(store: LabelStore, name: str) -> None:
    with pytest.raises(LabelError, match="leads out of the archive"):
        preview(store, zipped({name: "q 0 m1 1\n"}))


def test_a_damaged_locked_or_empty_archive_is_named(store: LabelStore) -> None:
    whole = zipped(BEIR).data
    for data in (b"PK\x03\x04 nothing", whole[: len(whole) // 2], b""):
        with pytest.raises(LabelError, match=r"set\.zip: not readable"):
            preview(store, SourceFile("set.zip", data))
    with pytest.raises(LabelError, match="holds no"):
        preview(store, zipped({"readme.md": "x"}))


def test_an_archive_that_swells_is_stopped(store: LabelStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 1000)
    bomb = zipped({"a.tsv": "0" * 100_000})
    assert len(bomb.data) < 1000
    with pytest.raises(LabelError, match="Split it"):
        preview(store, bomb)
    (tmp_path / "big.csv").write_text("0" * 2000)
    with pytest.raises(LabelError, match=r"big\.csv"):
        read_sources([tmp_path / "big.csv"])
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 10**6)
    monkeypatch.setattr(limits, "MAX_TOTAL_BYTES", 150_000)
    with pytest.raises(LabelError, match="Split it"):
        preview(store, zipped({"a.tsv": "0" * 100_000, "b.tsv": "0" * 100_000}))


def test_an_archive_inside_an_archive_is_not_opened_and_a_link_in_it_leads_nowhere(
    store: LabelStore, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.tsv"
    secret.write_text("rain 0 m1 1\n")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inner.zip", zipped({"a.tsv": "0" * 100_000}).data)
        link = zipfile.ZipInfo("labels.tsv")
        link.external_attr = 0o120777 << 16  # a symbolic link, as Unix packs it
        archive.writestr(link, str(secret))
    found = preview(store, SourceFile("set.zip", packed.getvalue()), format="trec")
    assert found.fatal_count and found.lines == 0
    with pytest.raises(LabelError, match="holds no"):
        preview(store, zipped({"inner.zip": "PK"}))
