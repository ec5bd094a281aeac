"""Do similar films lie together, under a base and under a tuned model? Four figures, and one answer.

* ``genre_purity``, ``franchise_purity``: of a film's ten nearest films, the share that has a genre in common with it,
  or belongs to its franchise (see ``kinship``). Genres are part of the text that models read, franchises are not.
* ``alignment``, ``uniformity``: see ``geometry``.

Differences come with a 95 % interval, paired: over groups of similar films for what is measured on films (see
``clustering``), over queries for alignment. Uniformity is the log of a mean over pairs, so its interval is taken from
what each film adds to it at first order (for a mean over pairs twice its own mean, Hoeffding 1948), as usual for a
function of means.

The answer is the first purity that can be measured, genres before franchises: one question, fixed beforehand. It is
``closer`` or ``farther`` where the interval lies on one side of zero and the difference is at least .01, a tenth of a
film among ten; else ``no_clear_change``. Where the two models give every film the same vector, as a model does of
which only the query side was tuned, it is ``same_vectors``; without groups to tell chance by, ``cannot_tell``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.catalog import Catalog
from core.evaluation.clustering import AXES, grouped_interval, similar_groups
from core.evaluation.geometry import crowding, uniformity
from core.evaluation.kinship import Kinship
from core.evaluation.neighbours import NEIGHBOURS, FilmVectors, Rows, check_same_films, nearest_rows
from core.evaluation.principal import principal_coordinates
from core.evaluation.significance import mean_interval
from core.fingerprint import json_values

MOST_FILMS = 20_000  # up to so many, every film is measured; of more, so many are drawn by lot
SEED = 0
NEGLIGIBLE_PURITY = 0.01
PURITIES = ("genre_purity", "franchise_purity")
FIGURES = (*PURITIES, "alignment", "uniformity")


class SimilarityAnswer(StrEnum):
    CLOSER = "closer"
    FARTHER = "farther"
    NO_CLEAR_CHANGE = "no_clear_change"
    SAME_VECTORS = "same_vectors"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class FilmFigures:
    """What is measured on the films under one model.

    Attributes:
        films: how many there are; ``rows``: those that were measured.
        shares: for each purity, each measured film's share of kin among its nearest; ``nan`` where it has no kin.
        chance, most: for each purity, what chance would give each measured film, and the most it could have.
        crowding: see ``geometry``, among the measured films.
        coordinates: on the longest axes of the model's space, to group the films by.
    """

    films: int
    rows: Rows
    shares: dict[str, NDArray[np.float64]]
    chance: dict[str, NDArray[np.float64]]
    most: dict[str, NDArray[np.float64]]
    crowding: NDArray[np.float64]
    coordinates: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of both models.

    Attributes:
        base, tuned: the values; ``delta`` is tuned minus base.
        ci: 95 % interval of ``delta``; ``None`` where there are too few films or queries for one.
        count: how many films, or query-film pairs, it was measured on.
        chance: for a purity, the value that neighbours drawn by lot would have; ``most``: the highest possible one.
    """

    base: float
    tuned: float
    delta: float
    ci: tuple[float, float] | None
    count: int
    chance: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Similarity:
    """The figures of a base and a tuned model; a figure that nothing could be measured for is absent.

    Attributes:
        films: how many the catalogue has; ``measured``: how many of them the figures of films rest on.
        decided_by: the purity that gave the answer; ``None`` where none could.
    """

    films: int
    measured: int
    figures: dict[str, Figure]
    answer: SimilarityAnswer
    decided_by: str | None

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return json_values(self)


def measure_films(films: FilmVectors, catalog: Catalog) -> FilmFigures:
    """Measure how the films lie under one model; the costly part, which needs doing once a model and catalogue."""
    rows = measured_rows(len(films))
    near = nearest_rows(films.vectors, rows, NEIGHBOURS)
    movies = [catalog[movie_id] for movie_id in films.ids]
    kinships = dict(
        zip(
            PURITIES,
            (
                Kinship([movie.genres for movie in movies]),
                Kinship([(movie.franchise,) if movie.franchise else () for movie in movies]),
            ),
            strict=True,
        )
    )
    enough = near.shape[1] > 0
    here = films.vectors if len(rows) == len(films) else films.vectors[rows]
    return FilmFigures(
        films=len(films),
        rows=rows,
        shares={name: _known(kin, rows, kin.shares(rows, near)) for name, kin in kinships.items() if enough},
        chance={name: _known(kin, rows, kin.chance(rows)) for name, kin in kinships.items() if enough},
        most={name: _known(kin, rows, kin.most(rows, near.shape[1])) for name, kin in kinships.items() if enough},
        crowding=crowding(here) if enough else np.zeros(0),
        coordinates=principal_coordinates(here, AXES),
    )


def measured_rows(films: int) -> Rows:
    """Return the rows that are measured: all, or ``MOST_FILMS`` drawn by lot, the same for all models."""
    if films <= MOST_FILMS:
        return np.arange(films)
    return np.sort(np.random.default_rng(SEED).choice(films, MOST_FILMS, replace=False))


def _known(kinship: Kinship, rows: Rows, values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(kinship.kin[rows] > 0, values, np.nan)


def compare_films(
    base: FilmVectors, tuned: FilmVectors, measured: tuple[FilmFigures, FilmFigures], alignment: Figure | None = None
) -> Similarity:
    """Put the figures of both models side by side.

    Args:
        base, tuned: the films under both.
        measured: ``measure_films`` of the base and of the tuned model.
        alignment: see ``align``, where there are labels for it.

    Raises:
        EvaluationError: the models know different films.
    """
    check_same_films(base, tuned)
    figures = {name: _purity(name, measured) for name in PURITIES}
    figures |= {"alignment": alignment, "uniformity": _uniformity(measured)}
    known = {name: figure for name, figure in figures.items() if figure is not None}
    decided_by = next((name for name in PURITIES if name in known), None)
    answer = _answer(known[decided_by]) if decided_by else SimilarityAnswer.CANNOT_TELL
    if np.array_equal(base.vectors, tuned.vectors):
        answer, decided_by = SimilarityAnswer.SAME_VECTORS, None
    return Similarity(measured[0].films, len(measured[0].rows), known, answer, decided_by)


def _answer(figure: Figure) -> SimilarityAnswer:
    if figure.ci is None:
        return SimilarityAnswer.CANNOT_TELL
    if figure.ci[0] <= 0 <= figure.ci[1] or abs(figure.delta) < NEGLIGIBLE_PURITY:
        return SimilarityAnswer.NO_CLEAR_CHANGE
    return SimilarityAnswer.CLOSER if figure.delta > 0 else SimilarityAnswer.FARTHER


def _purity(name: str, measured: tuple[FilmFigures, FilmFigures]) -> Figure | None:
    base = measured[0]
    if name not in base.shares:
        return None
    with_kin = np.flatnonzero(~np.isnan(base.shares[name]))
    if not len(with_kin):
        return None
    sides = [side.shares[name][with_kin] for side in measured]
    deltas = sides[1] - sides[0]
    return Figure(
        base=float(sides[0].mean()),
        tuned=float(sides[1].mean()),
        delta=float(deltas.mean()),
        ci=grouped_interval(deltas, similar_groups(base.coordinates[with_kin])),
        count=len(with_kin),
        chance=float(base.chance[name][with_kin].mean()),
        most=float(base.most[name][with_kin].mean()),
    )


def _uniformity(measured: tuple[FilmFigures, FilmFigures]) -> Figure | None:
    base = measured[0]
    if not len(base.crowding):
        return None
    before, after = (uniformity(side.crowding) for side in measured)
    added = [2 * (side.crowding / side.crowding.mean() - 1) for side in measured]
    interval = grouped_interval(added[1] - added[0], similar_groups(base.coordinates))
    delta = after - before
    return Figure(
        base=before,
        tuned=after,
        delta=delta,
        ci=interval and (delta + interval[0], delta + interval[1]),
        count=len(base.rows),
    )


def align(base: NDArray[np.float64], tuned: NDArray[np.float64], queries: Sequence[str]) -> Figure | None:
    """Compare the distances of query-film pairs under both models; ``None`` without pairs.

    Args:
        base, tuned: ``pair_distances`` of the same pairs.
        queries: the query of each pair. Pairs of one query stand and fall together, so the interval is over queries:
            that of a ratio of two sums, its deviations taken at first order.
    """
    if not len(base):
        return None
    deltas = tuned - base
    delta = float(deltas.mean())
    names, of_pair = np.unique(np.asarray(queries), return_inverse=True)
    deviations = np.bincount(of_pair, weights=deltas - delta) * len(names) / len(deltas)
    low, high = mean_interval((delta + deviations).tolist())
    interval = None if math.isnan(low) else (low, high)
    return Figure(float(base.mean()), float(tuned.mean()), delta, interval, len(deltas))
