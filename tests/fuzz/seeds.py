"""Small valid files of every kind, to be damaged."""

from __future__ import annotations

import csv
import io
import json
import struct
from typing import Any

from core.catalog import Catalog, Movie
from core.evaluation.comparison import compare_rankings
from core.fingerprint import canonical_json, fingerprint_rows
from core.judgments import Query, Split, group_key

FILMS = Catalog(
    [
        Movie("m1", "Harbour Diver", "항구", 1999, ("Ada",), genres=("Drama",), overview="A diver waits."),
        Movie("m2", "Winter", "겨울", 2001, overview="Snow falls."),
    ]
)
QUERIES = {"q1": Query("q1", "a sad film", "en", "mood", Split.TEST, group_key("a sad film"))}
QRELS = b"q1 0 m1 2\nq1 0 m2 0\nq2 0 m2 1\n"
QUERIES_TSV = "query_id\ttext\tlang\tkind\tsplit\nq1\ta sad film\ten\tmood\ttest\nq2\t비 오는 날\tko\t\tdev\n".encode()
BEIR_QRELS = b"query-id\tcorpus-id\tscore\nq1\tm1\t2\nq1\tm2\t0\n"
BEIR_QUERIES = b'{"_id": "q1", "text": "a sad film"}\n{"query_id": "q2", "text": "x", "lang": "en", "split": "test"}\n'
JUDGMENTS = (
    b'{"query_id": "q1", "text": "a sad film", "lang": "en", "kind": "", "split": "test", "movie_id": "m1", '
    b'"answer": "positive", "grade": 2, "annotator": "lee", "note": "yes", "decided_at": '
    b'"2026-01-31T09:30:00+00:00", "adjudicates": false, "event_id": "e1"}\n'
    b'{"text": "x", "title": "Winter", "answer": "unsure", "annotators": ["a", "b"]}\n'
)
TRIPLETS = b'{"anchor": "a sad film", "positive": "Winter", "negative": "Harbour Diver"}\n'
LABELS_CSV = b"\xef\xbb\xbfquery_id,text,movie_id,title,answer,grade,annotators\nq1,'=sad,m1,,positive,1,lee; kim\n"
QUEPID = b"query,docid,lee,kim\na sad film,m1,2,\nx,,,\n"
KMDB_FILM = {"DOCID": "F1", "title": "!HS 기생충 !HE", "directors": {"director": [{"directorNm": "봉준호"}]}}
KMDB = json.dumps({"Data": [{"Result": [KMDB_FILM]}]}).encode()
RECIPE = b'{"recipe": {"pooling": "mean", "query_prompt": "q: ", "append_eos": false, "max_length": 128}}'
PROMPTS = b'{"prompts": {"query": "query: ", "document": ""}}'
SENTENCE_TRANSFORMERS = {
    "modules.json": b'[{"type": "sentence_transformers.models.Transformer"}, {"type": "Pooling"}]',
    "1_Pooling/config.json": b'{"pooling_mode_mean_tokens": true, "pooling_mode_cls_token": false}',
}
MESSAGE = json.dumps(
    {
        "number": 1,
        "curator": "mina",
        "query_id": "q1",
        "movie_id": "m1",
        "finished": False,
        "entries": [
            {
                "event_id": "0b8f2c3e-8d1f-4a53-9a0e-2f2f0f6d7a11",
                "query_id": "q1",
                "movie_id": "m1",
                "answer": "positive",
                "grade": 1,
                "note": "good",
                "shown_at": "2026-01-31T09:29:58+00:00",
                "decided_at": "2026-01-31T09:30:00+00:00",
                "place": 3,
                "method": "key",
            },
            {"event_id": "0b8f2c3e-8d1f-4a53-9a0e-2f2f0f6d7a12", "undo": True},
        ],
    }
).encode()


def catalogue_rows() -> list[dict[str, Any]]:
    """Return two films as TMDB has them."""
    return [
        {
            "id": 496243,
            "title": "Parasite",
            "original_title": "기생충",
            "release_date": "2019-05-30",
            "genres": '[{"id": 18, "name": "Drama"}]',
            "cast": "['Song Kang-ho', \"O'Hara\"]",
            "runtime": 132.0,
            "overview": 'A poor family, by "trickery",\nmoves in.',
            "poster_path": "/abc.jpg",
            "belongs_to_collection": '{"name": "None"}',
        },
        {"id": 7, "title": "Up (2009)", "genres": "Animation|Family", "overview": "A house flies.", "runtime": 96},
    ]


def as_csv(rows: list[dict[str, Any]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def as_jsonl(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def as_parquet(rows: list[dict[str, Any]]) -> bytes:
    import pyarrow
    import pyarrow.parquet

    sink = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), sink)
    return sink.getvalue()


def snapshot() -> bytes:
    rows = [
        {"query_id": "q1", "text": "a sad film", "lang": "en", "kind": "", "split": "test", "movie_id": movie_id,
         "answer": answer, "grade": grade, "annotators": ["lee"]}
        for movie_id, answer, grade in (("m1", "positive", 2), ("m2", "negative", 0), ("m3", "unsure", None))
    ]  # fmt: skip
    header = {"format": 1, "queries": 1, "rows": len(rows), "snapshot": fingerprint_rows(rows)}
    return "\n".join(map(canonical_json, (header, *rows))).encode()


def comparison() -> bytes:
    films = ["m1", "m2", "m3"]
    found = compare_rankings(
        {"q1": films},
        {"q1": films[::-1]},
        {"q1": {"m1": 1}},
        base_name="e5-small",
        tuned_name="run-1",
        queries={"q1": "a sad film"},
        lineage={"split": "test"},
    )
    return canonical_json(found.as_dict()).encode()


def e5_file() -> bytes:
    """Return a file of one tensor and two pieces."""
    sizes = struct.pack("<4sI7ifi", b"E5S1", 1, 4, 1, 1, 4, 2, 8, 1, 1e-12, 32)
    tokenizer = struct.pack("<5iQ3I2f2s", 2, 0, 1, 1, 0, 2, 0, 1, 2, 0.0, -1.0, b"ab") + struct.pack("<iI", 0, 0)
    name = b"emb.word.w"
    head = sizes + tokenizer + struct.pack("<i", 1)
    at = len(head) + 2 + len(name) + 21
    entry = struct.pack("<H", len(name)) + name + struct.pack("<BIQQ", 0, 8, at, 32)
    return head + entry + struct.pack("<8f", *range(8))
