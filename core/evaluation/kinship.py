"""Which films share a genre, or a franchise, and how many of a film's neighbours do.

Neighbour purity is the mean over films of the share of a film's k nearest films that share a value with it. It is
judged against chance: of k films drawn by lot from the others, the share to be expected is the share of all others
that do, since the mean of a hypergeometric count is k times that. Films that share a value with no other film can
have no such neighbour under any model, and are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.evaluation.neighbours import Rows, blocks

NONE = -1
BLOCK_FILMS = 4_096


class Kinship:
    """The values of one field, film by film.

    Attributes:
        kin: for each film, how many other films share at least one of its values.
    """

    def __init__(self, values: Sequence[tuple[str, ...]]) -> None:
        numbers = {value: number for number, value in enumerate(sorted({one for film in values for one in film}))}
        coded = [tuple(sorted({numbers[one] for one in film})) for film in values]
        self._codes = np.full((len(values), max(map(len, coded), default=0)), NONE, np.int32)
        for row, codes in enumerate(coded):
            self._codes[row, : len(codes)] = codes
        self.kin = _count_kin(coded)

    def chance(self, rows: Rows) -> NDArray[np.float64]:
        """Return for each film in ``rows`` which share of all other films are its kin; at least two films."""
        return self.kin[rows] / (len(self.kin) - 1)

    def most(self, rows: Rows, k: int) -> NDArray[np.float64]:
        """Return for each film in ``rows`` which share of its ``k`` nearest films could be its kin at most."""
        return np.minimum(self.kin[rows], k) / k

    def shares(self, rows: Rows, neighbours: Rows) -> NDArray[np.float64]:
        """Return for each film in ``rows`` which share of its ``neighbours``, (len(rows), k), are its kin."""
        found = np.empty(len(rows))
        for place in blocks(len(rows), BLOCK_FILMS):
            own = self._codes[rows[place]][:, None, :, None]
            other = self._codes[neighbours[place]][:, :, None, :]
            found[place] = ((own == other) & (own != NONE)).any(axis=(2, 3)).mean(axis=1)
        return found


def _count_kin(coded: Sequence[tuple[int, ...]]) -> NDArray[np.int64]:
    """Count by distinct sets of values, of which there are far fewer than films."""
    sets: dict[tuple[int, ...], int] = {}
    of_film = np.array([sets.setdefault(codes, len(sets)) for codes in coded], np.int64)
    films = np.bincount(of_film, minlength=len(sets))
    holding: dict[int, list[int]] = {}
    for codes, number in sets.items():
        for code in codes:
            holding.setdefault(code, []).append(number)
    arrays = {code: np.array(numbers) for code, numbers in holding.items()}
    kin = np.zeros(len(sets), np.int64)
    for codes, number in sets.items():
        if codes:
            kin[number] = films[np.unique(np.concatenate([arrays[code] for code in codes]))].sum() - 1
    return kin[of_film] if len(coded) else np.zeros(0, np.int64)
