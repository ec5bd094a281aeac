"""The loss equals its formula term by term, and sentence-transformers' where that says the same."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.training.loss import info_nce, negative_mask, negative_weights


def plain_info_nce(similarities, negatives, pairs, temperature, weights):
    """InfoNCE as two loops over numbers."""
    losses = []
    for query, film in pairs:
        own = math.exp(similarities[query][film] / temperature)
        total = own
        for other in range(len(similarities[query])):
            if other != film and negatives[query][other]:
                total += weights[query][other] * math.exp(similarities[query][other] / temperature)
        losses.append(-math.log(own / total))
    return sum(losses) / len(losses)


def plain_mask(query_ids, movie_ids, grades, unsure):
    """The rule in words: a film is no negative if it is known to be positive, or if nobody knows."""
    rows = []
    for query in query_ids:
        row = []
        for movie in movie_ids:
            grade = grades.get(query, {}).get(movie)
            doubtful = movie in unsure.get(query, set())
            row.append(not (grade is not None and grade > 0) and not (grade is None and doubtful))
        rows.append(row)
    return rows


labels = st.dictionaries(
    st.sampled_from(["q0", "q1", "q2"]),
    st.dictionaries(st.sampled_from(["m0", "m1", "m2", "m3", "m4", "m5"]), st.sampled_from([0, 1, 2])),
)
doubts = st.dictionaries(st.sampled_from(["q0", "q1", "q2"]), st.sets(st.sampled_from(["m0", "m3", "m5", "m6"])))


@given(grades=labels, unsure=doubts)
def test_mask_equals_its_rule(grades, unsure):
    query_ids, movie_ids = ["q0", "q1", "q2"], ["m5", "m0", "m3", "m1", "m6"]
    mask = negative_mask(query_ids, movie_ids, grades, unsure)
    assert mask.tolist() == plain_mask(query_ids, movie_ids, grades, unsure)


@settings(deadline=None)
@given(
    seed=st.integers(0, 10_000),
    temperature=st.sampled_from([0.02, 0.05, 0.5]),
    judged=st.sampled_from([0.5, 1.0, 3.0]),
    grades=labels,
    unsure=doubts,
)
def test_loss_equals_double_loop(seed, temperature, judged, grades, unsure):
    torch.manual_seed(seed)
    vectors = torch.nn.functional.normalize(torch.randn(9, 8, dtype=torch.float64), dim=1)
    similarities = vectors[:3] @ vectors[3:].T
    query_ids, movie_ids = ["q0", "q1", "q2"], ["m0", "m1", "m2", "m3", "m4", "m5"]
    pairs = [(0, 1), (1, 4), (2, 0), (0, 2)]
    for query, film in pairs:
        grades.setdefault(query_ids[query], {})[movie_ids[film]] = 1
    mask = negative_mask(query_ids, movie_ids, grades, unsure)
    queries, films = (torch.tensor(side) for side in zip(*pairs, strict=True))
    weights = negative_weights(query_ids, movie_ids, grades, judged)
    loss = info_nce(similarities, mask, queries, films, temperature, weights)
    plain_weights = [
        [judged if grades.get(query, {}).get(movie) == 0 else 1.0 for movie in movie_ids] for query in query_ids
    ]
    expected = plain_info_nce(similarities.tolist(), mask.tolist(), pairs, temperature, plain_weights)
    assert float(loss) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_without_extra_labels_it_is_multiple_negatives_ranking_loss():
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    torch.manual_seed(3)
    anchors, positives, negatives = (torch.randn(6, 16) for _ in range(3))
    theirs = MultipleNegativesRankingLoss(None, scale=50.0).compute_loss_from_embeddings(
        [anchors, positives, negatives], None
    )
    films = torch.nn.functional.normalize(torch.cat([positives, negatives]), dim=1)
    similarities = torch.nn.functional.normalize(anchors, dim=1) @ films.T
    query_ids = [f"q{row}" for row in range(6)]
    movie_ids = [f"m{row}" for row in range(12)]
    grades = {f"q{row}": {f"m{row}": 1, f"m{row + 6}": 0} for row in range(6)}
    diagonal = torch.arange(6)
    ours = info_nce(similarities, negative_mask(query_ids, movie_ids, grades, {}), diagonal, diagonal, 0.02)
    assert float(ours) == pytest.approx(float(theirs), rel=1e-6)


def test_a_film_known_to_be_positive_gets_no_push_wherever_it_comes_from():
    """Film m1 stands in the batch for q1, but q0's labels know it too: q0 must feel nothing from it."""
    similarities = torch.tensor([[0.5, 0.9, 0.1], [0.2, 0.6, 0.3]], requires_grad=True)
    grades = {"q0": {"m0": 2, "m1": 1}, "q1": {"m1": 2, "m2": 0}}
    mask = negative_mask(["q0", "q1"], ["m0", "m1", "m2"], grades, {})
    info_nce(similarities, mask, torch.tensor([0, 1]), torch.tensor([0, 1]), 0.05).backward()
    assert similarities.grad[0, 1] == 0
    assert similarities.grad[0, 2] > 0


def test_judged_negatives_always_count_even_where_someone_was_unsure():
    mask = negative_mask(["q"], ["m"], {"q": {"m": 0}}, {"q": {"m"}})
    assert mask.tolist() == [[True]]
