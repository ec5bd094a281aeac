"""The score that chooses checkpoints and the adapter's strength: nDCG@10 on the dev queries."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.evaluation.measures import per_query
from core.models.embedder import Embedder
from core.training.encoding import TextRows, encode_rows
from core.training.pairs import LabelledQueries

if TYPE_CHECKING:
    from torch import nn

TOKENS = {"cpu": 32_768, "cuda": 1_048_576}
DEPTH = 10


class DevSet:
    """Dev queries over a fixed pool of films: those judged for them, positives first, then a seeded sample.

    The pool ends at a budget of tokens, which keeps the score cheap enough to take after every epoch. It is for
    choosing between checkpoints of one run; final figures are taken over the whole catalogue on other queries.
    Texts have the length that the model is used with, not the shorter one of training.
    """

    def __init__(self, dev: LabelledQueries, texts: Mapping[str, str], base: Embedder, seed: int) -> None:
        """Choose the pool; ``texts`` holds the document text of every film of the catalogue, by id."""
        self.dev = dev
        self.query_ids = sorted(dev.grades)
        self._base = base
        self._movies = TextRows(base.backbone, texts, "document", base.max_length)
        self._queries = TextRows(base.backbone, dev.texts, "query", base.max_length)
        self._movie_texts = texts
        self.movie_ids = self._pool(seed)

    def __len__(self) -> int:
        return len(self.query_ids)

    def _pool(self, seed: int) -> list[str]:
        positives = {movie for query in self.query_ids for movie in self.dev.positives(query)}
        judged = {movie for grades in self.dev.grades.values() for movie in grades} - positives
        others = [movie for movie in self._movie_texts if movie not in positives and movie not in judged]
        random.Random(seed).shuffle(others)
        pool = sorted(positives)
        tokens = sum(len(row) for row in self._movies[pool])
        for movie in [*sorted(judged), *others]:
            tokens += len(self._movies[[movie]][0])
            if tokens > TOKENS[self._base.device]:
                break
            pool.append(movie)
        return pool

    def score_base(self) -> float:
        """Return the mean nDCG@10 of the base; its vectors come from the cache where they are known."""
        queries = self._base.encode([self.dev.texts[query] for query in self.query_ids], "query")
        movies = self._base.encode([self._movie_texts[movie] for movie in self.movie_ids], "document")
        return self._score(queries, movies)

    def score(self, model: nn.Module, *, tunes_movies: bool) -> float:
        """Return the mean nDCG@10 of a model; where it tunes queries only, films keep the base's vectors."""
        queries = self._encode(model, self._queries[self.query_ids])
        if tunes_movies:
            return self._score(queries, self._encode(model, self._movies[self.movie_ids]))
        movies = self._base.encode([self._movie_texts[movie] for movie in self.movie_ids], "document")
        return self._score(queries, movies)

    def _encode(self, model: nn.Module, rows: list[list[int]]) -> NDArray[np.float32]:
        import torch

        with torch.inference_mode():
            vectors = encode_rows(model, rows, self._base.backbone, self._base.compute)
        return np.asarray(vectors.cpu().numpy(), dtype=np.float32)

    def _score(self, queries: NDArray[np.float32], movies: NDArray[np.float32]) -> float:
        best = np.argsort(-(queries @ movies.T), axis=1, kind="stable")[:, :DEPTH]
        rankings = {
            query: [self.movie_ids[column] for column in row] for query, row in zip(self.query_ids, best, strict=True)
        }
        values = per_query(rankings, self.dev.grades, ("nDCG@10",))["nDCG@10"]
        return float(np.mean(list(values.values())))
