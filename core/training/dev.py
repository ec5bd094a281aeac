"""The score that chooses checkpoints and the adapter's strength: nDCG@10 on queries that do not train.

Beside it a probe of what nobody labelled: film titles as queries. A tuned model that no longer finds a film by its
title has paid too much for what it learnt.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.evaluation.measures import per_query
from core.models.embedder import Embedder
from core.training.encoding import RowEncoder, TextRows
from core.training.pairs import LabelledQueries

if TYPE_CHECKING:
    from torch import Tensor

DEPTH = 10
TITLES = 64
PROBE_MAY_FALL = 0.2


@dataclass(frozen=True, slots=True)
class DevScore:
    """What a model scores: nDCG@10 of each query, and the mean reciprocal rank of films searched by title."""

    queries: dict[str, float]
    titles: float

    @property
    def mean(self) -> float:
        return float(np.mean(list(self.queries.values())))


class DevSet:
    """Dev queries over a fixed pool of films: those judged for them, positives first, then a seeded sample.

    The pool ends at a budget of tokens, which keeps the score cheap enough to take after every epoch. It is for
    choosing between checkpoints of one run; final figures are taken over the whole catalogue on other queries.
    Texts have the length that the model is used with, not the shorter one of training.
    """

    def __init__(
        self,
        dev: LabelledQueries,
        texts: Mapping[str, str],
        titles: Mapping[str, str],
        base: Embedder,
        seed: int,
        tokens: int,
    ) -> None:
        """Choose the pool, of about ``tokens`` tokens.

        Args:
            texts: the document text of every film of the catalogue, by id.
            titles: the title of every film, by id; some of the pool's are the probe.
        """
        self.dev = dev
        self.query_ids = sorted(dev.grades)
        self._base = base
        self._movies = TextRows(base.backbone, texts, "document", base.max_length)
        self._queries = TextRows(base.backbone, dev.texts, "query", base.max_length)
        self._titles = TextRows(base.backbone, titles, "query", base.max_length)
        self._texts = {"movies": texts, "titles": titles}
        self.movie_ids = self._pool(seed, tokens)
        self.title_ids = sorted(random.Random(seed).sample(self.movie_ids, min(TITLES, len(self.movie_ids))))

    def __len__(self) -> int:
        return len(self.query_ids)

    @property
    def tokens(self) -> int:
        """How many tokens one score encodes."""
        rows = [*self._movies[self.movie_ids], *self._queries[self.query_ids], *self._titles[self.title_ids]]
        return sum(len(row) for row in rows)

    def _pool(self, seed: int, budget: int) -> list[str]:
        positives = {movie for query in self.query_ids for movie in self.dev.positives(query)}
        judged = {movie for grades in self.dev.grades.values() for movie in grades} - positives
        others = [movie for movie in self._texts["movies"] if movie not in positives and movie not in judged]
        random.Random(seed).shuffle(others)
        pool = sorted(positives)
        tokens = sum(len(row) for row in self._movies[pool])
        for movie in [*sorted(judged), *others]:
            tokens += len(self._movies[[movie]][0])
            if tokens > budget:
                break
            pool.append(movie)
        return pool

    def score_base(self, only: Collection[str] | None = None) -> DevScore:
        """Score the base on all queries, or on ``only`` some; its vectors come from the cache where they are known."""
        asked = self.asked(only)
        queries = self._base.encode([self.dev.texts[query] for query in asked], "query")
        titles = self._base.encode([self._texts["titles"][movie] for movie in self.title_ids], "query")
        return self._score(asked, queries, titles, self._base_movies())

    def score(self, encoder: RowEncoder, *, tunes_movies: bool, only: Collection[str] | None = None) -> DevScore:
        """Score a model on all queries or on some; where it tunes queries only, films keep the base's vectors."""
        asked = self.asked(only)
        rows = self._queries[asked] + self._titles[self.title_ids]
        movie_rows = self._movies[self.movie_ids] if tunes_movies else []
        encoder.keep(self._queries[self.query_ids] + self._titles[self.title_ids] + movie_rows)
        vectors = _numbers(encoder, rows)
        movies = _numbers(encoder, movie_rows) if tunes_movies else self._base_movies()
        return self._score(asked, vectors[: len(asked)], vectors[len(asked) :], movies)

    def asked(self, only: Collection[str] | None) -> list[str]:
        """Return the queries that a score of ``only`` some is about, in its order."""
        return [query for query in self.query_ids if only is None or query in only]

    def _base_movies(self) -> NDArray[np.float32]:
        return self._base.encode([self._texts["movies"][movie] for movie in self.movie_ids], "document")

    def _score(
        self,
        asked: list[str],
        queries: NDArray[np.float32],
        titles: NDArray[np.float32],
        movies: NDArray[np.float32],
    ) -> DevScore:
        best = np.argsort(-(queries @ movies.T), axis=1, kind="stable")[:, :DEPTH]
        rankings = {query: [self.movie_ids[column] for column in row] for query, row in zip(asked, best, strict=True)}
        grades = {query: self.dev.grades[query] for query in asked}
        found = titles @ movies.T
        own = found[np.arange(len(self.title_ids)), [self.movie_ids.index(movie) for movie in self.title_ids]]
        ranks = 1 + (found > own[:, None]).sum(axis=1)
        return DevScore(per_query(rankings, grades, ("nDCG@10",))["nDCG@10"], float((1 / ranks).mean()))


def _numbers(encoder: RowEncoder, rows: list[list[int]]) -> NDArray[np.float32]:
    import torch

    with torch.no_grad():  # not inference mode: what it gathers of sharded weights could not be trained with later
        vectors: Tensor = encoder(rows)
    return np.asarray(vectors.cpu().numpy(), dtype=np.float32)


def choose_strength(scores: Mapping[float, float], titles: Mapping[float, float]) -> float:
    """Return the strength of the adapter with the best dev score; ties go to the weaker, 0 (the base) included.

    A strength at which the title probe falls more than ``PROBE_MAY_FALL`` below the base's is not eligible.

    Args:
        scores: mean dev nDCG@10 by strength; holds 0.
        titles: mean reciprocal rank of the title probe by strength.
    """
    eligible = [alpha for alpha in scores if titles[alpha] >= titles[0.0] - PROBE_MAY_FALL]
    return max(eligible, key=lambda alpha: (scores[alpha], -alpha))
