"""InfoNCE over cosine similarities, with the false negatives that the labels know of masked out.

van den Oord et al. 2018 for the loss; the recipe of temperature, in-batch and explicit negatives is E5-Mistral's
(Wang et al. 2024). What is ours is the mask: in curated data a film often answers several queries of one batch, and
a plain in-batch loss would push it away from all but one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def negative_mask(
    query_ids: Sequence[str],
    movie_ids: Sequence[str],
    grades: Mapping[str, Mapping[str, int]],
    unsure: Mapping[str, AbstractSet[str]],
) -> Tensor:
    """Return which films count as negatives of which queries, (queries, films) bool.

    A film counts unless the labels know it to be positive for the query (grade above 0), or a curator was unsure:
    then nobody knows, and training on either answer could be wrong. A film judged negative always counts. The
    films must be distinct.
    """
    import torch

    mask = torch.ones((len(query_ids), len(movie_ids)), dtype=torch.bool)
    columns = {movie_id: column for column, movie_id in enumerate(movie_ids)}
    for row, query_id in enumerate(query_ids):
        known = grades.get(query_id, {})
        positive = {movie_id for movie_id, grade in known.items() if grade > 0}
        doubtful = unsure.get(query_id, frozenset()) - known.keys()
        hidden = [columns[movie_id] for movie_id in positive | doubtful if movie_id in columns]
        mask[row, hidden] = False
    return mask


def negative_weights(
    query_ids: Sequence[str], movie_ids: Sequence[str], grades: Mapping[str, Mapping[str, int]], judged: float
) -> Tensor:
    """Return how much each film counts as a negative, (queries, films) float32.

    ``judged`` for a film that a curator judged negative for the query, 1 for every other.
    """
    import torch

    weights = torch.ones((len(query_ids), len(movie_ids)))
    columns = {movie_id: column for column, movie_id in enumerate(movie_ids)}
    for row, query_id in enumerate(query_ids):
        for movie_id, grade in grades.get(query_id, {}).items():
            if grade <= 0 and movie_id in columns:
                weights[row, columns[movie_id]] = judged
    return weights


def info_nce(
    similarities: Tensor,
    negatives: Tensor,
    pair_queries: Tensor,
    pair_movies: Tensor,
    temperature: float,
    weights: Tensor | None = None,
) -> Tensor:
    """Return the mean InfoNCE loss over pairs.

    For a pair of query i and positive film j, with similarities s, weights w and temperature T::

        -log( exp(s[i, j] / T) / (exp(s[i, j] / T) + sum over k with negatives[i, k] of w[i, k] exp(s[i, k] / T)) )

    Args:
        similarities: cosine of each query and film of the batch, (queries, films).
        negatives: which films count as negatives of which queries, (queries, films) bool.
        pair_queries: row of each pair's query, (pairs,) int64.
        pair_movies: column of each pair's positive film, (pairs,) int64.
        temperature: T, above 0.
        weights: w, how much each negative counts, (queries, films), above 0; 1 where absent.
    """
    import torch

    logits = similarities[pair_queries] / temperature
    own = torch.zeros_like(logits, dtype=torch.bool)
    own[torch.arange(len(pair_movies), device=logits.device), pair_movies] = True
    if weights is not None:
        logits = logits + weights[pair_queries].log().masked_fill(own, 0.0)
    logits = logits.masked_fill(~(negatives[pair_queries] | own), float("-inf"))
    return torch.nn.functional.cross_entropy(logits, pair_movies)
