"""Sets of queries: which count, which are left out because a model may have learnt from them, and what is recorded."""

from __future__ import annotations

import json

import pytest

from core.catalog import Catalog, Movie
from core.errors import EvaluationError
from core.evaluation.query_sets import Origin, Pick, picked_set, split_set, uploaded_set
from core.judgments import JudgedQueries, Query, SourceFile, Split, Truth, group_key, read_judged_queries

FILMS = Catalog(Movie(f"m{n}", f"Film {n}") for n in range(4))


def query(query_id: str, text: str, split: Split, lang: str = "en", kind: str = "") -> Query:
    return Query(query_id, text, lang, kind, split, group_key(text))


KNOWN = [
    query("t2", "second test", Split.TEST, kind="mood"),
    query("t1", "first test", Split.TEST, kind="plot"),
    query("t3", "셋째", Split.TEST, "ko", "mood"),
    query("t4", "nobody has judged it", Split.TEST),
    query("t5", "unsure", Split.TEST),
    query("d1", "a dev", Split.DEV, kind="mood"),
    query("r1", "Learn this", Split.TRAIN),
]
LABELS = Truth({one: {"m1": 1, "m0": 0} for one in ("t1", "t2", "t3", "d1", "r1")}, {"t5": {"m2"}})


def judged(*queries: tuple[str, str]) -> JudgedQueries:
    lines = "".join(json.dumps({"query_id": one, "text": text}) + "\n" for one, text in queries)
    qrels = "".join(f"{one} 0 m1 1\n" for one, _ in queries)
    files = [SourceFile("own.jsonl", lines.encode()), SourceFile("qrels.txt", qrels.encode())]
    found = read_judged_queries(files, FILMS)
    assert not found.problems
    return found


def test_a_split_holds_its_judged_queries_and_no_other() -> None:
    chosen = split_set(Split.TEST, KNOWN, LABELS)
    assert list(chosen.texts) == ["t1", "t2", "t3", "t5"]
    assert chosen.qrels == {one: {"m0": 0, "m1": 1} for one in ("t1", "t2", "t3")}
    assert (chosen.scorable, chosen.split_name, chosen.record()) == (3, "test", None)


@pytest.mark.parametrize(
    ("pick", "expected"),
    [
        (Pick(Split.TEST), ["t1", "t2", "t3", "t5"]),
        (Pick(Split.DEV), ["d1"]),
        (Pick(Split.TEST, languages=("ko",)), ["t3"]),
        (Pick(Split.TEST, kinds=("mood",)), ["t2", "t3"]),
        (Pick(Split.TEST, kinds=("mood",), languages=("en",)), ["t2"]),
        (Pick(Split.TEST, query_ids=("t1", "d1", "r1")), ["t1"]),
        (Pick(Split.DEV, query_ids=("t1",)), []),
    ],
)
def test_a_pick_takes_what_it_says_of_one_split(pick: Pick, expected: list[str]) -> None:
    assert list(picked_set("mine", pick, KNOWN, LABELS).texts) == expected


def test_train_queries_cannot_be_picked() -> None:
    with pytest.raises(EvaluationError, match="expected 'test' or 'dev'"):
        Pick(Split.TRAIN)


def test_a_picked_query_that_a_run_has_learnt_from_is_told_and_not_counted() -> None:
    chosen = picked_set("mine", Pick(Split.TEST), KNOWN, LABELS, learnt={group_key("FIRST test?")})
    assert list(chosen.texts) == ["t2", "t3", "t5"]
    assert "t1" not in chosen.qrels
    assert [one.query_id for one in chosen.train] == ["t1"]
    assert chosen.origin is Origin.PICKED


def test_uploaded_queries_that_are_train_queries_in_other_spelling_are_told_and_not_counted() -> None:
    files = judged(("r1", "something quite else"), ("x", "  LEARN this! "), ("y", "the run saw this"), ("z", "new"))
    chosen = uploaded_set("own", files, KNOWN, learnt={group_key("The run saw this.")})
    assert set(chosen.texts) == set(chosen.qrels) == {"r1", "z"}
    assert [one.query_id for one in chosen.train] == ["x", "y"]


def test_queries_that_the_files_themselves_give_to_training_do_not_count() -> None:
    lines = [
        {"query_id": "a", "text": "old", "split": "train"},
        {"query_id": "b", "text": "OLD"},
        {"query_id": "c", "text": "new"},
    ]
    text = "\n".join(json.dumps(line) for line in lines)
    qrels = "a 0 m1 1\nb 0 m1 1\nc 0 m1 1\n"
    files = read_judged_queries([SourceFile("q.jsonl", text.encode()), SourceFile("r.txt", qrels.encode())], FILMS)
    chosen = uploaded_set("own", files, ())
    assert list(chosen.texts) == ["c"]
    assert [one.query_id for one in chosen.train] == ["a", "b"]


def test_what_a_set_was_is_recorded_so_that_it_can_be_made_again() -> None:
    pick = Pick(Split.DEV, ("ko", "en"), ("mood",), ("d1",))
    record = picked_set("moods", pick, KNOWN, LABELS).record()
    assert record is not None
    assert json.loads(json.dumps(record)) == record
    assert (record["name"], record["origin"], record["train_left_out"]) == ("moods", "picked", 0)
    assert picked_set("moods", Pick.from_dict(record), KNOWN, LABELS).record() == record
    files = uploaded_set("test", judged(("x", "new"), ("y", "learn this")), KNOWN)
    assert files.record() == {
        "name": "test",
        "origin": "uploaded",
        "train_left_out": 1,
        "files": ["own.jsonl", "qrels.txt"],
    }
    assert files.split_name == "uploaded"  # whatever it is called, it is not the test split
