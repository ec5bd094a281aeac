"""The dev score counts as trec_eval does, its probe notices a lost title, and a strength must not cost titles."""

from __future__ import annotations

import pytest

from core.training.dev import DevScore, choose_strength
from core.training.folds import FoldScores, best_epoch, together


def test_the_best_strength_wins_and_ties_go_to_the_weaker():
    titles = dict.fromkeys((0.0, 0.25, 0.5, 1.0), 0.9)
    assert choose_strength({0.0: 0.2, 0.25: 0.4, 0.5: 0.4, 1.0: 0.3}, titles) == 0.25
    assert choose_strength({0.0: 0.4, 0.25: 0.4, 0.5: 0.4, 1.0: 0.3}, titles) == 0.0


def test_a_strength_that_loses_the_titles_is_not_chosen():
    scores = {0.0: 0.2, 0.25: 0.3, 0.5: 0.5, 1.0: 0.6}
    assert choose_strength(scores, {0.0: 0.9, 0.25: 0.9, 0.5: 0.851, 1.0: 0.8}) == 0.5
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
