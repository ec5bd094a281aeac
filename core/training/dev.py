"""The score that chooses checkpoints and the adapter's strength: nDCG@10 on the dev queries."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np

from core.catalog import Catalog, document_text
from core.evaluation.measures import per_query
from core.models.backbone import Backbone
from core.models.device import Compute
from core.training.encoding import TextRows, encode_rows
from core.training.pairs import LabelledQueries

if TYPE_CHECKING:
    from torch import nn

MOST_FILMS = 1_000
DEPTH = 10


class DevSet:
    """Dev queries over a fixed pool of films: every film judged for them and, up to 1,000, a seeded sample.

    The pool keeps the score cheap enough to take after every epoch. It is for choosing between checkpoints of one
    run; final figures are taken over the whole catalogue on other queries.
    """

    def __init__(
        self, dev: LabelledQueries, catalog: Catalog, backbone: Backbone, compute: Compute, max_length: int, seed: int
    ) -> None:
        self.dev = dev
        judged = {movie for grades in dev.grades.values() for movie in grades}
        others = [movie_id for movie_id in catalog.ids if movie_id not in judged]
        spare = max(0, MOST_FILMS - len(judged))
        sample = others if len(others) <= spare else random.Random(seed).sample(others, spare)
        self.movie_ids = sorted(judged) + sorted(sample)
        self.query_ids = sorted(dev.grades)
        texts = {movie_id: document_text(catalog[movie_id]) for movie_id in self.movie_ids}
        self._movies = TextRows(backbone, texts, "document", max_length)
        self._queries = TextRows(backbone, dev.texts, "query", max_length)
        self._backbone = backbone
        self._compute = compute

    def __len__(self) -> int:
        return len(self.query_ids)

    def score(self, queries: nn.Module, movies: nn.Module | None = None) -> float:
        """Return the mean nDCG@10 when ``queries`` encodes the queries and ``movies`` (default: the same) the films."""
        import torch

        with torch.inference_mode():
            query_vectors = self._encode(queries, self._queries[self.query_ids])
            movie_vectors = self._encode(movies or queries, self._movies[self.movie_ids])
        similarities = (query_vectors @ movie_vectors.T).cpu().numpy()
        best = np.argsort(-similarities, axis=1, kind="stable")[:, :DEPTH]
        rankings = {
            query: [self.movie_ids[column] for column in row]
            for query, row in zip(self.query_ids, best, strict=True)
        }
        values = per_query(rankings, self.dev.grades, ("nDCG@10",))["nDCG@10"]
        return float(np.mean(list(values.values())))

    def _encode(self, model: nn.Module, rows: list[list[int]]):  # type: ignore[no-untyped-def]
        return encode_rows(model, rows, self._backbone, self._compute)
