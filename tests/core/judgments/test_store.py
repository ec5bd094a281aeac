"""The store: an answer counts once, can be taken back, and can always be derived again from the events."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tables import change, rows

from core.errors import LabelError
from core.judgments import Answer, LabelStore, NewQuery, QrelRow, Shown, Split, truth
from core.judgments.schema import standing
from core.workspace import Workspace


@pytest.fixture
def query_id(store: LabelStore) -> str:
    return store.add_queries([NewQuery("비 오는 날 보기 좋은 영화", query_id="rain")])[0].query_id


def answers(store: LabelStore) -> dict[tuple[str, str], str]:
    return {(judgment.movie_id, judgment.annotator): judgment.answer.value for judgment in store.judgments()}


def test_an_answer_is_kept_with_what_was_shown(store: LabelStore, query_id: str) -> None:
    shown = Shown(rank=3, sources=("base", "tuned"), shown_at="2026-01-01T00:00:00+00:00", input_method="key")
    judgment = store.judge(query_id, "m1", "지민", "positive", event_id="e1", grade=2, note="딱 맞다", shown=shown)
    assert (judgment.answer, judgment.grade, judgment.note) == (Answer.POSITIVE, 2, "딱 맞다")
    assert judgment.decided_at.endswith("+00:00")
    assert store.judgments() == [judgment]
    (event,) = store.history()
    assert (event.event_id, event.shown, event.undoes) == ("e1", shown, None)


@pytest.mark.parametrize(("answer", "grade"), [("positive", 1), ("negative", 0), ("unsure", None)])
def test_the_grade_follows_from_the_answer(store: LabelStore, query_id: str, answer: str, grade: int | None) -> None:
    assert store.judge(query_id, "m1", "kim", answer, event_id="e1").grade == grade


@pytest.mark.parametrize(
    ("answer", "grade", "named"),
    [("positive", 3, "3"), ("positive", 0, "0"), ("negative", 1, "1"), ("unsure", 1, "1"), ("maybe", None, "maybe")],
)
def test_a_grade_that_does_not_fit_the_answer_is_refused(
    store: LabelStore, query_id: str, answer: str, grade: int | None, named: str
) -> None:
    with pytest.raises(LabelError, match=named):
        store.judge(query_id, "m1", "kim", answer, event_id="e1", grade=grade)
    assert store.last_event_number() == 0


def test_an_unknown_query_and_empty_names_are_refused(store: LabelStore, query_id: str) -> None:
    with pytest.raises(LabelError, match="'nowhere'"):
        store.judge("nowhere", "m1", "kim", "positive", event_id="e1")
    with pytest.raises(LabelError, match="annotator"):
        store.judge(query_id, "m1", " ", "positive", event_id="e1")
    with pytest.raises(LabelError, match="movie_id"):
        store.judge(query_id, "", "kim", "positive", event_id="e1")
    assert store.last_event_number() == 0


def test_replaying_an_event_changes_nothing(store: LabelStore, query_id: str, workspace: Workspace) -> None:
    first = store.judge(query_id, "m1", "kim", "positive", event_id="e1")
    store.judge(query_id, "m1", "kim", "negative", event_id="e2")
    before = rows(workspace, standing), store.last_event_number()
    assert store.judge(query_id, "m1", "kim", "positive", event_id="e1") == first
    assert (rows(workspace, standing), store.last_event_number()) == before


def test_an_event_id_cannot_record_two_things(store: LabelStore, query_id: str) -> None:
    store.judge(query_id, "m1", "kim", "positive", event_id="e1")
    with pytest.raises(LabelError, match="'e1'"):
        store.judge(query_id, "m2", "kim", "positive", event_id="e1")
    with pytest.raises(LabelError, match="'e1'"):
        store.undo("kim", event_id="e1")
    store.undo("kim", event_id="e2")
    with pytest.raises(LabelError, match="'e2'"):
        store.judge(query_id, "m1", "kim", "positive", event_id="e2")
    with pytest.raises(LabelError, match="'e2'"):
        store.undo("lee", event_id="e2")


def test_undoing_a_changed_answer_restores_the_answer_before_it(store: LabelStore, query_id: str) -> None:
    first = store.judge(query_id, "m1", "kim", "positive", event_id="e1", note="first")
    second = store.judge(query_id, "m1", "kim", "negative", event_id="e2")
    assert store.undo("kim", event_id="u1") == second
    assert store.judgments() == [first]


def test_repeated_undo_walks_further_back_and_leaves_others_alone(store: LabelStore, query_id: str) -> None:
    store.judge(query_id, "m1", "kim", "positive", event_id="e1")
    store.judge(query_id, "m2", "kim", "negative", event_id="e2")
    store.judge(query_id, "m1", "lee", "unsure", event_id="e3")
    undone = [store.undo("kim", event_id=f"u{number}") for number in range(3)]
    assert [judgment and judgment.movie_id for judgment in undone] == ["m2", "m1", None]
    assert answers(store) == {("m1", "lee"): "unsure"}
    assert [event.undoes for event in store.history()] == ["e1", "e2", None, None, None]


def test_replaying_an_undo_changes_nothing(store: LabelStore, query_id: str) -> None:
    store.judge(query_id, "m1", "kim", "positive", event_id="e1")
    store.judge(query_id, "m2", "kim", "positive", event_id="e2")
    undone = store.undo("kim", event_id="u1")
    assert store.undo("kim", event_id="u1") == undone
    assert answers(store) == {("m1", "kim"): "positive"}


def test_judgments_can_be_narrowed(store: LabelStore, query_id: str) -> None:
    store.add_queries([NewQuery("a heist gone wrong", query_id="heist")])
    store.judge(query_id, "m1", "kim", "positive", event_id="e1")
    store.judge("heist", "m1", "kim", "positive", event_id="e2")
    store.judge("heist", "m1", "lee", "positive", event_id="e3")
    assert [judgment.event_id for judgment in store.judgments(query_id="heist")] == ["e2", "e3"]
    assert [judgment.event_id for judgment in store.judgments(annotator="kim")] == ["e2", "e1"]
    assert [judgment.event_id for judgment in store.judgments(query_id="heist", annotator="kim")] == ["e2"]


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("judge"), st.sampled_from("ab"), st.sampled_from(["m1", "m2", "m3"]), st.sampled_from(list(Answer))
        ),
        st.tuples(st.just("undo"), st.sampled_from("ab")),
        st.tuples(st.just("replay"), st.integers(0, 30)),
    ),
    max_size=25,
)


@given(steps=STEPS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_history_gives_the_view_that_a_stack_of_answers_gives(
    workspace: Workspace, steps: list[tuple[Any, ...]]
) -> None:
    with LabelStore.open(workspace) as store:
        store.add_queries([NewQuery("anything", query_id="q")])
        start = store.last_event_number()
        stacks: dict[str, list[tuple[str, str]]] = {"a": [], "b": []}
        sent: list[tuple[Any, ...]] = []
        for number, step in enumerate(steps):
            event_id = f"{start}.{number}"
            if step[0] == "replay":
                if sent:
                    send(store, *sent[step[1] % len(sent)], start)
                continue
            annotator = step[1]
            if step[0] == "judge":
                stacks[annotator].append((step[2], step[3].value))
            elif stacks[annotator]:
                stacks[annotator].pop()
            else:
                assert send(store, event_id, step, start) is None
                continue
            sent.append((event_id, step))
            send(store, event_id, step, start)
        expected = {
            (movie_id, f"{name}{start}"): answer for name, stack in stacks.items() for movie_id, answer in stack
        }
        assert {key: value for key, value in answers(store).items() if key[1][1:] == str(start)} == expected
        view = rows(workspace, standing)
        store.rebuild()
        assert rows(workspace, standing) == view


def send(store: LabelStore, event_id: str, step: tuple[Any, ...], start: int) -> Any:
    annotator = f"{step[1]}{start}"
    if step[0] == "undo":
        return store.undo(annotator, event_id=event_id)
    return store.judge("q", step[2], annotator, step[3], event_id=event_id)


def test_rebuilding_repairs_a_damaged_view(store: LabelStore, query_id: str, workspace: Workspace) -> None:
    store.judge(query_id, "m1", "kim", "positive", event_id="e1")
    store.judge(query_id, "m2", "kim", "negative", event_id="e2")
    view = rows(workspace, standing)
    change(workspace, "DELETE FROM standing")
    store.rebuild()
    assert rows(workspace, standing) == view


def test_the_event_number_grows_with_every_change(store: LabelStore, query_id: str) -> None:
    numbers = [store.last_event_number()]
    store.judge(query_id, "m1", "kim", "positive", event_id="e1")
    numbers.append(store.last_event_number())
    store.undo("kim", event_id="u1")
    numbers.append(store.last_event_number())
    assert numbers == [0, 1, 2]


def test_imported_grades_become_answers(store: LabelStore, query_id: str) -> None:
    rows = [QrelRow(number, query_id, f"m{grade}", grade) for number, grade in enumerate([-2, 0, 1, 2, 3], start=1)]
    assert store.import_judgments(rows, "archive") == 5
    assert {judgment.movie_id: (judgment.answer.value, judgment.grade) for judgment in store.judgments()} == {
        "m-2": ("negative", 0),
        "m0": ("negative", 0),
        "m1": ("positive", 1),
        "m2": ("positive", 2),
        "m3": ("positive", 2),
    }
    assert {event.shown.input_method for event in store.history()} == {"import"}


def test_importing_again_records_only_what_differs(store: LabelStore, query_id: str) -> None:
    store.import_judgments([QrelRow(1, query_id, "m1", 1), QrelRow(2, query_id, "m2", 0)], "archive")
    assert store.import_judgments([QrelRow(1, query_id, "m1", 1), QrelRow(2, query_id, "m2", 1)], "archive") == 1
    assert answers(store) == {("m1", "archive"): "positive", ("m2", "archive"): "positive"}
    assert store.last_event_number() == 3


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        (QrelRow(7, "nowhere", "m1", 1, "old.qrels"), r"old\.qrels, line 7: .*'nowhere'"),
        (QrelRow(7, "rain", "m9", 1, "old.qrels"), r"old\.qrels, line 7: movie 'm9'"),
        (QrelRow(7, "rain", "m1", 0, "old.qrels"), r"old\.qrels, line 7: grade 0 .* old\.qrels, line 1 gives 1"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_imported(store: LabelStore, query_id: str, bad: QrelRow, named: str) -> None:
    rows = [QrelRow(1, query_id, "m1", 1, "old.qrels"), bad]
    with pytest.raises(LabelError, match=named):
        store.import_judgments(rows, "archive", known_movies={"m1", "m2"})
    assert store.judgments() == []
    assert store.last_event_number() == 0


def test_the_store_takes_any_movie_id_without_a_catalogue(store: LabelStore, query_id: str) -> None:
    assert store.import_judgments([QrelRow(1, query_id, "영화 / 1", 1)], "archive") == 1


def test_a_query_is_added_once(store: LabelStore) -> None:
    first = store.add_queries([NewQuery("A sad film.", kind="mood")])
    again = store.add_queries([NewQuery("  a SAD   film"), NewQuery("a funny film")])
    assert again[0] == first[0]
    assert (again[0].lang, again[0].kind, again[0].text) == ("en", "mood", "A sad film.")
    assert store.queries() == sorted(again, key=lambda query: query.query_id)
    assert store.query(again[1].query_id) == again[1]
    with pytest.raises(LabelError, match="'nowhere'"):
        store.query("nowhere")


def test_near_duplicates_with_ids_of_their_own_share_group_and_split(store: LabelStore) -> None:
    one, two = store.add_queries(
        [NewQuery("Korean thrillers!", "q1", split=Split.TEST), NewQuery("korean  thrillers", "q2")]
    )
    assert (one.query_id, two.query_id) == ("q1", "q2")
    assert one.group == two.group
    assert one.split == two.split == Split.TEST
    assert store.queries(Split.TEST) == [one, two]


def test_an_id_stands_for_one_text(store: LabelStore, query_id: str) -> None:
    with pytest.raises(LabelError, match="'rain' stands for '비 오는 날 보기 좋은 영화'"):
        store.add_queries([NewQuery("new"), NewQuery("something else", query_id)])
    assert [query.query_id for query in store.queries()] == [query_id]


def test_splits_stay_as_labels_grow(store: LabelStore) -> None:
    before = store.add_queries([NewQuery(f"film number {number}") for number in range(40)])
    store.add_queries([NewQuery(f"another film {number}") for number in range(40)])
    assert store.add_queries([NewQuery(query.text) for query in before]) == before


def test_a_split_from_a_file_wins_until_the_query_is_labelled(store: LabelStore, query_id: str) -> None:
    text, hashed = store.query(query_id).text, store.query(query_id).split
    other = Split.TEST if hashed is not Split.TEST else Split.DEV
    assert store.add_queries([NewQuery(text, query_id, split=other)])[0].split is other
    assert store.query(query_id).split is other
    store.judge(query_id, "m1", "kim", "positive", event_id="e1")
    with pytest.raises(LabelError, match=f"'rain'.*given to {hashed}.*labelled in {other}"):
        store.add_queries([NewQuery(text, query_id, split=hashed)])
    assert store.add_queries([NewQuery(text, query_id, split=other)])[0].split is other


def test_one_query_in_two_splits_is_refused(store: LabelStore) -> None:
    with pytest.raises(LabelError, match=r"q1.*train.*q2.*test"):
        store.add_queries([NewQuery("a film", "q1", split=Split.TRAIN), NewQuery("A film?", "q2", split=Split.TEST)])
    assert store.queries() == []


@pytest.mark.parametrize("query", [NewQuery("  "), NewQuery("a film", "an id"), NewQuery("a film", "\ufeffid")])
def test_a_query_needs_a_text_and_an_id_that_every_file_can_hold(store: LabelStore, query: NewQuery) -> None:
    with pytest.raises(LabelError, match=r"no text|white space|byte order mark"):
        store.add_queries([query])


def test_a_file_that_is_no_label_database_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.sqlite3"
    text.write_text("these are my notes about films, and no database at all" * 50)
    with pytest.raises(LabelError, match=r"notes\.sqlite3"):
        LabelStore(text)
    other = tmp_path / "other.sqlite3"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE event (id INTEGER)")
    with pytest.raises(LabelError, match="another program"):
        LabelStore(other)


def test_a_database_of_a_newer_version_is_refused(store: LabelStore, workspace: Workspace) -> None:
    change(workspace, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LabelError, match="newer"):
        LabelStore.open(workspace)


def test_an_unusable_url_is_explained() -> None:
    with pytest.raises(LabelError, match="nosuch"):
        LabelStore("nosuch://somewhere")


def test_an_adjudicated_answer_stands_beside_ones_own(store: LabelStore, query_id: str) -> None:
    own = store.judge(query_id, "m1", "kim", "negative", event_id="e1")
    settled = store.judge(query_id, "m1", "kim", "positive", event_id="e2", adjudicates=True)
    assert store.judgments() == [own, settled]
    assert truth(store.judgments()).grades == {query_id: {"m1": 1}}
    store.undo("kim", event_id="e3", answer_id="e2")
    assert store.judgments() == [own]


def test_undo_walks_past_adjudications_which_are_taken_back_by_their_id(store: LabelStore, query_id: str) -> None:
    own = store.judge(query_id, "m1", "kim", "negative", event_id="e1")
    settled = store.judge(query_id, "m1", "lee", "positive", event_id="e2", adjudicates=True)
    assert store.undo("lee", event_id="u0") is None
    assert store.undo("kim", event_id="u1", answer_id="e2") is None
    assert store.undo("lee", event_id="u2", answer_id="e2") == settled
    assert store.undo("lee", event_id="u2", answer_id="e2") == settled
    assert store.undo("lee", event_id="u3", answer_id="e2") is None
    assert store.judgments() == [own]


def test_events_can_be_read_on_from_where_one_stopped(store: LabelStore, query_id: str) -> None:
    store.judge(query_id, "m1", "kim", "positive", event_id="e1")
    read = store.events()
    store.judge(query_id, "m2", "kim", "positive", event_id="e2")
    store.undo("kim", event_id="u1")
    assert [event.event_id for event in read] == ["e1"]
    assert [event.event_id for event in store.events(after=read[-1].number)] == ["e2", "u1"]


def test_an_answer_that_had_to_wait_keeps_the_time_when_it_was_given(store: LabelStore, query_id: str) -> None:
    at = "2026-01-01T00:00:00.000+00:00"
    assert store.judge(query_id, "m1", "kim", "positive", event_id="e", decided_at=at).decided_at == at
    assert store.judge(query_id, "m1", "kim", "positive", event_id="e").decided_at == at
    assert store.judge(query_id, "m2", "kim", "positive", event_id="f").decided_at > at


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_text_that_no_database_takes_is_refused_by_name_and_nothing_is_written(store: LabelStore, text: str) -> None:
    for query in (NewQuery(text), NewQuery("x", text), NewQuery("x", kind=text)):
        with pytest.raises(LabelError, match=r"(text|query_id|kind) is 'a.*a NUL or half a character"):
            store.add_queries([NewQuery("good", "q"), query])
    assert store.queries() == []
    store.add_queries([NewQuery("good", "q")])
    for field in ("movie_id", "annotator", "note", "event_id"):
        given = {"movie_id": "m", "annotator": "kim", "note": "", "event_id": "e"} | {field: text}
        with pytest.raises(LabelError, match=f"{field} is 'a.*a NUL or half a character"):
            store.judge("q", answer="positive", **given)
    assert store.history() == []
