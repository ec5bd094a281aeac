"""Batches hold what they should, in an order that can be repeated, and test queries never train."""

from __future__ import annotations

import pytest

from core.catalog import load_catalog
from core.errors import TrainingError
from core.judgments import LabelStore, NewQuery, Split, list_snapshots, take_snapshot
from core.training.pairs import (
    BatchPlan,
    LabelledQueries,
    batches,
    planned_folds,
    planned_steps,
    split_in_folds,
    suggested_epochs,
    training_data,
)


def labelled(positives: int, queries: int = 10) -> LabelledQueries:
    grades = {
        f"q{q}": {**{f"q{q}-p{p}": 1 for p in range(positives)}, **{f"q{q}-n{n}": 0 for n in range(3)}}
        for q in range(queries)
    }
    return LabelledQueries({query: query for query in grades}, grades, {})


def drawn(data: LabelledQueries, epoch: int = 0, **changes) -> list:
    plan = BatchPlan(**{"batch_size": 4, "positives": 2, "negatives": 1, "seed": 0, **changes})
    return list(batches(data, plan, epoch))


def test_an_epoch_brings_each_query_with_its_share_of_positives():
    data = labelled(positives=5)
    pairs = [pair for batch in drawn(data) for pair in batch.pairs]
    assert sorted(pair.query_id for pair in pairs) == sorted([f"q{q}" for q in range(10)] * 2)
    assert len(set(pairs)) == len(pairs) == data.pairs_an_epoch(2)
    assert all(data.grades[pair.query_id][pair.movie_id] > 0 for pair in pairs)


def test_epochs_draw_other_positives_until_all_have_been_seen():
    data = labelled(positives=5)
    seen = {pair for epoch in range(20) for batch in drawn(data, epoch=epoch) for pair in batch.pairs}
    assert seen == set(data.pairs())


def test_the_same_seed_gives_the_same_batches_and_another_does_not():
    data = labelled(positives=3)
    assert drawn(data) == drawn(data)
    assert drawn(data) != drawn(data, seed=1)
    assert drawn(data) != drawn(data, epoch=1)


def test_each_query_of_a_batch_brings_judged_negatives_once():
    for batch in drawn(labelled(positives=2), negatives=2):
        assert len(set(batch.movie_ids)) == len(batch.movie_ids)
        for query in batch.query_ids:
            assert sum(movie.startswith(f"{query}-n") for movie in batch.movie_ids) == 2


@pytest.mark.parametrize("queries", range(2, 14))
@pytest.mark.parametrize("batch_size", [2, 4, 5])
def test_planned_steps_are_the_steps_taken(queries, batch_size):
    data = labelled(positives=1, queries=queries)
    taken = drawn(data, batch_size=batch_size)
    assert planned_steps(data.pairs_an_epoch(2), batch_size, 3) == 3 * len(taken)
    assert all(len(batch.pairs) > 1 for batch in taken)


def test_test_queries_are_not_in_the_training_data(workspace):
    snapshot = list_snapshots(workspace)[0]
    data = training_data(snapshot, load_catalog(workspace))
    assert set(data.train.texts) == set(snapshot.queries(Split.TRAIN))
    assert set(data.dev.texts) == set(snapshot.queries(Split.DEV))
    assert not data.dev_from_train


def test_without_dev_queries_some_train_queries_are_set_aside(tmp_path):
    from core.catalog import Catalog, Movie
    from core.workspace import Workspace

    workspace = Workspace.locate(tmp_path)
    with LabelStore.open(workspace) as store:
        added = store.add_queries(NewQuery(f"query {n}", split=Split.TRAIN) for n in range(20))
        for query in added:
            store.judge(query.query_id, "m", "kim", "positive", event_id=query.query_id)
        data = training_data(take_snapshot(store, workspace), Catalog([Movie("m", "M")]), folds=0)
    assert data.dev_from_train
    assert len(data.dev.texts) == 2
    assert not data.dev.texts.keys() & data.train.texts.keys()


def test_films_that_the_catalogue_lacks_are_left_out(workspace):
    from core.catalog import Catalog

    films = [movie for movie in load_catalog(workspace) if movie.movie_id != "m00"]
    data = training_data(list_snapshots(workspace)[0], Catalog(films))
    assert "q00" not in data.train.texts
    assert all("m00" not in grades for grades in data.train.grades.values())


def test_too_few_queries_are_refused_with_the_number_there_is(workspace):
    from core.catalog import Catalog

    one_film = Catalog([movie for movie in load_catalog(workspace) if movie.movie_id == "m00"])
    with pytest.raises(TrainingError, match=r"at least 2 train queries.* have 1"):
        training_data(list_snapshots(workspace)[0], one_film)


def test_few_queries_are_cross_validated_and_many_are_not():
    assert [planned_folds(count) for count in (2, 5, 6, 40, 59, 60, 600)] == [0, 0, 3, 3, 3, 0, 0]


def test_a_cross_validation_sets_every_train_query_aside_once(workspace):
    data = training_data(list_snapshots(workspace)[0], load_catalog(workspace), folds=3)
    held_out = [query for part in data.folds for query in part]
    assert sorted(held_out) == sorted(data.train.grades)
    assert max(map(len, data.folds)) - min(map(len, data.folds)) <= 1
    assert not set(held_out) & set(data.dev.grades)


@pytest.mark.parametrize(("parts", "says"), [(1, "leaves no query to train on"), (5, "Use fewer folds")])
def test_a_cross_validation_that_leaves_too_few_queries_is_refused(workspace, parts, says):
    few = training_data(list_snapshots(workspace)[0], load_catalog(workspace), folds=0).train.only(
        {"q00", "q01", "q02"}
    )
    with pytest.raises(TrainingError, match=says):
        split_in_folds(few, parts, seed=0)


def test_mined_films_join_the_batches_of_their_query():
    mined = {f"q{q}": [f"q{q}-x{n}" for n in range(5)] for q in range(10)}
    for batch in drawn(labelled(positives=1), mined=mined, most_mined=2):
        for query in batch.query_ids:
            assert sum(movie.startswith(f"{query}-x") for movie in batch.movie_ids) == 2


def test_few_pairs_are_seen_more_often():
    assert [suggested_epochs(pairs, 16) for pairs in (10, 50, 200, 600, 5_000)] == [4, 4, 2, 2, 2]
