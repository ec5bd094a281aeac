"""The four figures are those of plain loops, and the answer follows its rule."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from made_films import placed, random_catalog, random_vectors, unit

from core.catalog import Catalog, Movie
from core.errors import EvaluationError
from core.evaluation import similarity
from core.evaluation.clustering import grouped_interval, similar_groups
from core.evaluation.neighbours import FilmVectors
from core.evaluation.principal import principal_coordinates
from core.evaluation.significance import mean_interval
from core.evaluation.similarity import (
    Figure,
    Similarity,
    SimilarityAnswer,
    align,
    compare_films,
    measure_films,
)


def compared(base: FilmVectors, tuned: FilmVectors, catalog: Catalog, alignment: Figure | None = None) -> Similarity:
    return compare_films(base, tuned, (measure_films(base, catalog), measure_films(tuned, catalog)), alignment)


def purity_plainly(films: FilmVectors, catalog: Catalog, field: str) -> dict[str, float]:
    """Return each film's share of kin among its ten nearest, for films that have any."""
    values = {movie.movie_id: set(movie.genres) if field == "genres" else {movie.franchise} - {""} for movie in catalog}
    found = {}
    for row, movie_id in enumerate(films.ids):
        others = [other for other in films.ids if other != movie_id]
        if not any(values[movie_id] & values[other] for other in others):
            continue
        cosines = dict(zip(films.ids, films.vectors.astype(float) @ films.vectors[row].astype(float), strict=True))
        near = sorted(others, key=lambda other: (-round(cosines[other], 6), other))[:10]
        found[movie_id] = sum(bool(values[movie_id] & values[other]) for other in near) / len(near)
    return found


@pytest.mark.parametrize("films", [6, 90])
def test_purities_are_those_of_plain_loops(films: int) -> None:
    catalog = random_catalog(films)
    sides = placed(random_vectors(films, seed=1)), placed(random_vectors(films, seed=2))
    found = compared(*sides, catalog).figures
    for name, field in (("genre_purity", "genres"), ("franchise_purity", "franchise")):
        base, tuned = (purity_plainly(side, catalog, field) for side in sides)
        assert found[name].count == len(base)
        assert found[name].base == pytest.approx(np.mean(list(base.values())))
        assert found[name].tuned == pytest.approx(np.mean(list(tuned.values())))
        assert found[name].delta == pytest.approx(found[name].tuned - found[name].base)


def test_an_interval_is_over_groups_of_films_that_lie_together_under_the_base() -> None:
    catalog = random_catalog(90)
    base, tuned = placed(random_vectors(90, seed=1)), placed(random_vectors(90, seed=2))
    before, after = (purity_plainly(side, catalog, "genres") for side in (base, tuned))
    rows = [base.row(movie_id) for movie_id in before]
    deltas = np.array(list(after.values())) - np.array(list(before.values()))
    groups = similar_groups(principal_coordinates(base.vectors, 4)[rows])
    assert compared(base, tuned, catalog).figures["genre_purity"].ci == pytest.approx(grouped_interval(deltas, groups))


def test_the_interval_of_uniformity_is_close_to_that_of_leaving_out_one_group_at_a_time() -> None:
    """The jackknife is another way to the same variance; both are exact as groups grow."""
    base = placed(random_vectors(400, 8, seed=1))
    tuned = placed(unit(base.vectors + 0.3 * np.random.default_rng(2).normal(size=base.vectors.shape)))
    groups = similar_groups(principal_coordinates(base.vectors, 4))
    assert groups is not None

    def log_mean(vectors: np.ndarray) -> float:
        potential = np.exp(4 * (vectors.astype(float) @ vectors.T) - 4)
        return math.log((potential.sum() - np.trace(potential)) / (len(vectors) * (len(vectors) - 1)))

    def difference(kept: np.ndarray) -> float:
        return log_mean(tuned.vectors[kept]) - log_mean(base.vectors[kept])

    whole = difference(np.ones(400, bool))
    without = [difference(groups != group) for group in range(16)]
    low, high = mean_interval([16 * whole - 15 * one for one in without])
    figure = compared(base, tuned, random_catalog(400)).figures["uniformity"]
    assert figure.delta == pytest.approx(whole, abs=1e-6)
    assert figure.ci is not None
    assert figure.ci[1] - figure.ci[0] == pytest.approx(high - low, rel=0.1)


def test_of_many_films_some_are_drawn_and_their_neighbours_are_sought_among_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    catalog = random_catalog(120)
    films = placed(random_vectors(120))
    whole = measure_films(films, catalog)
    monkeypatch.setattr(similarity, "MOST_FILMS", 50)
    drawn = measure_films(films, catalog)
    assert len(set(drawn.rows.tolist())) == 50
    for name, shares in drawn.shares.items():
        np.testing.assert_array_equal(shares, whole.shares[name][drawn.rows])
        np.testing.assert_array_equal(drawn.chance[name], whole.chance[name][drawn.rows])
    result = compared(films, placed(random_vectors(120, seed=3)), catalog)
    assert (result.films, result.measured) == (120, 50)
    assert result == compared(films, placed(random_vectors(120, seed=3)), catalog)


def clusters(spread: float) -> tuple[FilmVectors, Catalog]:
    """Return twenty groups of twelve films; the more they spread, the less films of a genre lie together."""
    random = np.random.default_rng(0)
    centres = np.repeat(random.normal(size=(20, 16)), 12, axis=0)
    films = placed(unit(centres + spread * random.normal(size=centres.shape)))
    genres = [f"Genre {number // 12}" for number in range(240)]
    return films, Catalog(Movie(id, id, genres=(genre,)) for id, genre in zip(films.ids, genres, strict=True))


def test_films_of_a_genre_that_gather_lie_closer_and_that_scatter_farther() -> None:
    loose, catalog = clusters(1.0)
    tight, _ = clusters(0.3)
    gathered = compared(loose, tight, catalog)
    assert (gathered.answer, gathered.decided_by) == (SimilarityAnswer.CLOSER, "genre_purity")
    assert compared(tight, loose, catalog).answer is SimilarityAnswer.FARTHER
    assert "franchise_purity" not in gathered.figures


def test_without_genres_the_franchise_answers_and_without_both_nothing_does() -> None:
    loose, catalog = clusters(1.0)
    tight, _ = clusters(0.3)
    series = Catalog(Movie(movie.movie_id, movie.title, franchise=movie.genres[0]) for movie in catalog)
    assert compared(loose, tight, series).decided_by == "franchise_purity"
    bare = compared(loose, tight, Catalog(Movie(movie.movie_id, movie.title) for movie in catalog))
    assert (bare.answer, bare.decided_by) == (SimilarityAnswer.CANNOT_TELL, None)
    assert set(bare.figures) == {"uniformity"}


@pytest.mark.parametrize(
    ("delta", "ci", "answer"),
    [
        (0.05, (0.01, 0.09), SimilarityAnswer.CLOSER),
        (-0.05, (-0.09, -0.01), SimilarityAnswer.FARTHER),
        (0.05, (-0.01, 0.11), SimilarityAnswer.NO_CLEAR_CHANGE),
        (0.009, (0.008, 0.010), SimilarityAnswer.NO_CLEAR_CHANGE),
        (0.05, None, SimilarityAnswer.CANNOT_TELL),
    ],
)
def test_the_answer_needs_an_interval_beside_zero_and_a_difference_that_matters(
    delta: float, ci: tuple[float, float] | None, answer: SimilarityAnswer
) -> None:
    assert similarity._answer(Figure(0.3, 0.3 + delta, delta, ci, 100)) is answer


def test_a_model_that_leaves_every_film_where_it_was_says_so() -> None:
    films, catalog = clusters(1.0)
    result = compared(films, placed(films.vectors.copy()), catalog)
    assert (result.answer, result.decided_by) == (SimilarityAnswer.SAME_VECTORS, None)
    assert result.figures["genre_purity"].ci == (0.0, 0.0)


def test_few_films_have_figures_without_intervals_and_one_film_has_none() -> None:
    few = compared(placed(random_vectors(9)), placed(random_vectors(9, seed=1)), random_catalog(9, seed=1))
    assert {figure.ci for figure in few.figures.values()} == {None}
    assert few.answer is SimilarityAnswer.CANNOT_TELL
    alone = compared(placed(random_vectors(1)), placed(random_vectors(1)), random_catalog(3))
    assert alone.figures == {}


def test_alignment_is_a_mean_over_pairs_with_an_interval_over_queries() -> None:
    random = np.random.default_rng(0)
    base = random.uniform(0, 1, size=30)
    tuned = base - random.uniform(0, 0.2, size=30)
    one_pair_each = align(base, tuned, [f"q{number}" for number in range(30)])
    assert one_pair_each is not None
    assert one_pair_each.delta == pytest.approx((tuned - base).mean())
    assert one_pair_each.ci == pytest.approx(mean_interval((tuned - base).tolist()))
    # The same pairs told three times by each query are no more evidence.
    repeated = align(np.repeat(base, 3), np.repeat(tuned, 3), np.repeat([f"q{n}" for n in range(30)], 3).tolist())
    assert repeated is not None and repeated.ci == pytest.approx(one_pair_each.ci)
    assert repeated.count == 90


def test_alignment_of_one_query_has_no_interval_and_of_none_no_value() -> None:
    alone = align(np.array([0.5, 0.6]), np.array([0.4, 0.6]), ["q", "q"])
    assert alone is not None and alone.ci is None and alone.delta == pytest.approx(-0.05)
    assert align(np.zeros(0), np.zeros(0), []) is None


def test_the_result_is_plain_json_and_other_catalogues_are_refused() -> None:
    films, catalog = clusters(1.0)
    row = compared(films, clusters(0.3)[0], catalog).as_dict()
    assert json.loads(json.dumps(row, allow_nan=False)) == row
    assert row["answer"] == "closer" and len(row["figures"]["genre_purity"]["ci"]) == 2
    with pytest.raises(EvaluationError, match="not the same"):
        compared(films, placed(random_vectors(5)), catalog)
