"""The map is that of a plain singular value decomposition, and a rotation of a model's space does not change it."""

from __future__ import annotations

import numpy as np
import pytest
from made_films import placed, random_vectors, unit
from numpy.typing import NDArray

from core.errors import EvaluationError
from core.evaluation import principal
from core.evaluation.film_map import film_map
from core.evaluation.principal import principal_coordinates


def rotation(dimension: int, seed: int = 0) -> NDArray[np.float64]:
    turned, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(dimension, dimension)))
    return turned


def drawn_plainly(base: NDArray[np.float32], tuned: NDArray[np.float32]) -> tuple[NDArray[np.float64], ...]:
    """Return both places, how far films moved, and what is explained, by SciPy's Procrustes and one large SVD."""
    from scipy.linalg import orthogonal_procrustes

    size = max(base.shape[1], tuned.shape[1])
    left, right = (
        np.pad(side.astype(float) - side.astype(float).mean(axis=0), ((0, 0), (0, size - side.shape[1])))
        for side in (base, tuned)
    )
    right = right @ orthogonal_procrustes(right, left)[0]
    stacked = np.concatenate([left, right])
    _, lengths, axes = np.linalg.svd(stacked, full_matrices=False)
    places = stacked @ axes[:2].T
    moved = np.linalg.norm(right - left, axis=1)
    return places[: len(base)], places[len(base) :], moved, (lengths[:2] ** 2).sum() / (lengths**2).sum()


def signed_alike(places: NDArray[np.float64], like: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.sign((places * like).sum(axis=0))


@pytest.mark.parametrize(("base_size", "tuned_size"), [(16, 16), (16, 10), (10, 16)])
def test_the_map_is_that_of_a_plain_computation(
    base_size: int, tuned_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(principal, "BLOCK_FILMS", 13)
    base, tuned = random_vectors(90, base_size, seed=1), random_vectors(90, tuned_size, seed=2)
    found = film_map(placed(base), placed(tuned))
    before, after, moved, explained = drawn_plainly(base, tuned)
    signs = signed_alike(before, found.base)
    assert found.base == pytest.approx(before * signs, abs=1e-6)
    assert found.tuned == pytest.approx(after * signs, abs=1e-6)
    assert found.moved == pytest.approx(moved, abs=1e-6)
    assert found.explained == pytest.approx(float(explained), abs=1e-9)
    assert 0 < min(found.base_explained, found.tuned_explained) <= found.explained
    assert found.explained <= max(found.base_explained, found.tuned_explained) < 1


def test_rotating_the_tuned_vectors_does_not_change_the_map() -> None:
    base = random_vectors(80, 12, seed=3)
    tuned = unit(base + 0.3 * np.random.default_rng(4).normal(size=base.shape))
    straight = film_map(placed(base), placed(tuned))
    turned = film_map(placed(base), placed((tuned @ rotation(12)).astype(np.float32)))
    assert turned.base == pytest.approx(straight.base, abs=1e-5)
    assert turned.tuned == pytest.approx(straight.tuned, abs=1e-5)
    assert turned.moved == pytest.approx(straight.moved, abs=1e-5)


def test_a_model_that_is_only_rotated_has_not_moved_a_film() -> None:
    base = random_vectors(80, 12)
    found = film_map(placed(base), placed((base @ rotation(12)).astype(np.float32)))
    assert found.moved == pytest.approx(np.zeros(80), abs=1e-5)
    assert found.tuned == pytest.approx(found.base, abs=1e-5)


def test_a_film_that_moved_alone_is_the_one_that_moved_most() -> None:
    base = random_vectors(200, 12)
    tuned = base.copy()
    tuned[17] = -base[17]
    assert film_map(placed(base), placed(tuned)).moved.argmax() == 17


def test_the_outermost_film_of_the_base_lies_on_the_positive_side() -> None:
    base, tuned = random_vectors(60, seed=5), random_vectors(60, seed=6)
    for one, other in ((base, tuned), (-base, tuned), (tuned, base)):
        places = film_map(placed(one), placed(other)).base
        assert (places[np.abs(places).argmax(axis=0), [0, 1]] > 0).all()


def test_films_in_one_place_explain_nothing_and_other_catalogues_are_refused() -> None:
    one_place = placed(np.repeat(random_vectors(1), 5, axis=0))
    assert film_map(one_place, one_place).explained == 0.0
    with pytest.raises(EvaluationError, match="base knows 5"):
        film_map(one_place, placed(random_vectors(4)))


def test_principal_coordinates_are_those_of_a_singular_value_decomposition() -> None:
    vectors = random_vectors(70, 9)
    centred = vectors - vectors.astype(float).mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    expected = centred @ axes[:4].T
    found = principal_coordinates(vectors, 4)
    assert found * signed_alike(expected, found) == pytest.approx(expected, abs=1e-5)
