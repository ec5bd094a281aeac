"""The dev score counts as trec_eval does, its probe notices a lost title, and a strength must not cost titles."""

from __future__ import annotations

import numpy as np
import pytest

from core.catalog import document_text, load_catalog
from core.config import make_config
from core.judgments import list_snapshots
from core.models.device import Compute
from core.models.embedder import Embedder
from core.models.loading import load_embedder
from core.training.dev import DevScore, DevSet, choose_strength
from core.training.encoding import RowEncoder
from core.training.folds import FoldScores, best_epoch, together
from core.training.frozen import HiddenStore
from core.training.lora import add_adapter
from core.training.pairs import training_data


@pytest.fixture
def dev(workspace, tiny_encoder):
    """The two dev queries over all twelve films, under the tiny encoder in float32."""
    backbone = load_embedder(str(tiny_encoder), workspace).backbone
    base = Embedder(backbone, Compute("cpu", False, ""))
    catalog = load_catalog(workspace)
    texts = {movie.movie_id: document_text(movie) for movie in catalog}
    titles = {movie.movie_id: movie.title for movie in catalog}
    data = training_data(list_snapshots(workspace)[0], catalog, folds=0)
    return DevSet(data.dev, texts, titles, base, seed=0, tokens=10_000), base, texts, titles


def test_a_score_is_what_plain_sums_give(dev):
    found, base, texts, titles = dev
    assert sorted(found.movie_ids) == sorted(texts) and len(found.title_ids) == len(texts)
    movies = base.encode([texts[movie] for movie in found.movie_ids], "document")
    score = found.score_base()
    for query in found.query_ids:
        cosines = movies @ base.encode([found.dev.texts[query]], "query")[0]
        order = [found.movie_ids[column] for column in np.argsort(-cosines, kind="stable")][:10]
        (positive,) = found.dev.positives(query)
        gain = 1 / np.log2(2 + order.index(positive)) if positive in order else 0.0
        assert score.queries[query] == pytest.approx(gain)
    ranks = []
    for movie in found.title_ids:
        cosines = movies @ base.encode([titles[movie]], "query")[0]
        ranks.append(1 + int((cosines > cosines[found.movie_ids.index(movie)]).sum()))
    assert score.titles == pytest.approx(np.mean([1 / rank for rank in ranks]), abs=1e-6)


def test_an_adapter_that_is_nothing_yet_scores_as_the_base(dev, tiny_encoder):
    found, base, _, _ = dev
    model = add_adapter(base.backbone.model, make_config({"base": str(tiny_encoder)}))
    encoder = RowEncoder(model, base.backbone, base.compute, HiddenStore())
    for tunes_movies in (True, False):
        score = found.score(encoder, tunes_movies=tunes_movies)
        assert score.queries == pytest.approx(found.score_base().queries)
    only = found.query_ids[:1]
    assert list(found.score(encoder, tunes_movies=True, only=only).queries) == only


def test_the_pool_ends_at_its_tokens_and_holds_every_positive(dev):
    found, base, texts, titles = dev
    small = DevSet(found.dev, texts, titles, base, seed=0, tokens=1)
    assert small.movie_ids == sorted(movie for query in found.query_ids for movie in found.dev.positives(query))


def test_the_best_strength_wins_and_ties_go_to_the_weaker():
    titles = dict.fromkeys((0.0, 0.25, 0.5, 1.0), 0.9)
    assert choose_strength({0.0: 0.2, 0.25: 0.4, 0.5: 0.4, 1.0: 0.3}, titles) == 0.25
    assert choose_strength({0.0: 0.4, 0.25: 0.4, 0.5: 0.4, 1.0: 0.3}, titles) == 0.0


def test_a_strength_that_loses_the_titles_is_not_chosen():
    scores = {0.0: 0.2, 0.25: 0.3, 0.5: 0.5, 1.0: 0.6}
    assert choose_strength(scores, {0.0: 0.9, 0.25: 0.9, 0.5: 0.701, 1.0: 0.69}) == 0.5
    assert choose_strength(scores, {0.0: 0.9, 0.25: 0.1, 0.5: 0.1, 1.0: 0.1}) == 0.0


def test_parts_count_each_query_once():
    parts = [DevScore({"a": 1.0, "d": 0.2}, 0.8), DevScore({"b": 0.0, "d": 0.4}, 0.6)]
    whole = together(parts)
    assert whole.queries == pytest.approx({"a": 1.0, "b": 0.0, "d": 0.3})
    assert whole.mean == pytest.approx(1.3 / 3)
    assert whole.titles == pytest.approx(0.7)


def test_the_best_epoch_is_that_of_all_parts_together():
    def part(query: str, *values: float) -> FoldScores:
        return FoldScores(DevScore({query: 0.0}, 1.0), tuple(DevScore({query: value}, 1.0) for value in values))

    assert best_epoch([part("a", 0.9, 0.5, 0.5), part("b", 0.0, 0.5, 0.5)]) == 2
    fold = part("a", 0.1, 0.30000000000000004)
    assert FoldScores.from_row(fold.row()) == fold
