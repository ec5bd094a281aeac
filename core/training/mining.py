"""Hard negatives that no curator has judged yet: films the base ranks high for a query, but not too high.

A film close to a query may answer it, so what is mined stays below 95 % of the lowest score of a film judged
positive (NV-Retriever, Moreira et al. 2024; measured from the positive, not multiplied, so that a negative score does
not turn the rule round). Films that anyone has judged, or was unsure of, are never mined: the label says more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import TrainingError
from core.files import read_jsonl, write_jsonl
from core.training.pairs import LabelledQueries

MARGIN = 0.05
MOST_A_QUERY = 16


@dataclass(frozen=True, slots=True)
class MinedNegative:
    """A film taken for a negative, and why: its cosine and rank (from 1) under the base, and the limit it kept."""

    query_id: str
    movie_id: str
    score: float
    rank: int
    limit: float
    model: str


def mine_negatives(
    train: LabelledQueries,
    query_ids: Sequence[str],
    queries: NDArray[np.float32],
    movie_ids: Sequence[str],
    movies: NDArray[np.float32],
    *,
    model: str,
) -> dict[str, list[MinedNegative]]:
    """Return up to ``MOST_A_QUERY`` films for each query, hardest first.

    Args:
        query_ids, queries: ids and unit vectors, (queries, dimension), of queries with a positive film.
        movie_ids, movies: the same of the catalogue, (films, dimension).
        model: name of the model that the vectors are of, for the record.
    """
    columns = {movie_id: column for column, movie_id in enumerate(movie_ids)}
    found: dict[str, list[MinedNegative]] = {}
    for query_id, vector in zip(query_ids, queries, strict=True):
        scores = movies @ vector
        lowest = min(float(scores[columns[movie_id]]) for movie_id in train.positives(query_id))
        limit = lowest - MARGIN * abs(lowest)
        known = train.grades[query_id].keys() | train.unsure.get(query_id, frozenset())
        mined: list[MinedNegative] = []
        for rank, column in enumerate(np.argsort(-scores, kind="stable"), start=1):
            movie_id, score = movie_ids[column], float(scores[column])
            if score <= limit and movie_id not in known:
                mined.append(MinedNegative(query_id, movie_id, round(score, 6), rank, round(limit, 6), model))
                if len(mined) == MOST_A_QUERY:
                    break
        found[query_id] = mined
    return found


def save_mined(mined: Mapping[str, Sequence[MinedNegative]], path: Path) -> None:
    """Write every mined negative with its provenance, a line each."""
    write_jsonl(path, (asdict(negative) for query in sorted(mined) for negative in mined[query]))


def load_mined(path: Path) -> list[MinedNegative]:
    """Read what ``save_mined`` wrote; raises ``TrainingError`` naming file and line."""
    rows: list[MinedNegative] = []
    for line, row in read_jsonl(path, TrainingError):
        rows.append(_negative(row, f"{path}, line {line}"))
    return rows


def _negative(row: dict[str, Any], place: str) -> MinedNegative:
    try:
        return MinedNegative(**row)
    except TypeError as reason:
        raise TrainingError(f"{place}: not a mined negative ({reason}). Start the training again.") from reason
