"""How alike two rankings of one query are, whatever the labels say.

A model can score the same with quite other films. Rank-biased overlap sees the whole ranking, its top most; Jaccard
sees the films of the two top tens and no order.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

PERSISTENCE = 0.9  # the first ten ranks carry 86 % of the weight (Webber, Moffat and Zobel 2010, table 2)


def rbo(one: Sequence[str], other: Sequence[str], p: float = PERSISTENCE) -> float:
    """Return the extrapolated rank-biased overlap of two rankings, from 0 (disjoint) to 1 (the same).

    A reader who goes on from each rank to the next with probability ``p`` sees, where they stop, some share of the
    films in both lists; RBO is its expectation. What lies below the ends is extrapolated from what is above, so that
    equal lists have 1 however short they are. With X_d films in common at depth d, s and l the lengths:

        (1 - p) / p * (sum over d <= l of X_d / d * p^d + sum over s < d <= l of X_s (d - s) / (s d) * p^d)
        + ((X_l - X_s) / l + X_s / s) * p^l

    (Webber, Moffat and Zobel 2010, "A similarity measure for indefinite rankings", equation 32.) Two empty rankings
    are the same; an empty one has nothing in common with another.

    Args:
        one, other: film ids, best first, none twice; as deep as they are known.
    """
    shorter, longer = sorted((one, other), key=len)
    if not shorter:
        return float(not longer)
    length, depth = len(shorter), len(longer)
    common = common_at = 0
    seen: set[str] = set()
    total = 0.0
    for rank, film in enumerate(longer, start=1):
        beside = shorter[rank - 1 : rank]
        common += sum(each in seen for each in (film, *beside)) + (film in beside)
        seen.update((film, *beside))
        if rank == length:
            common_at = common
        total += common / rank * p**rank
        if rank > length:
            total += common_at * (rank - length) / (length * rank) * p**rank
    return (1 - p) / p * total + ((common - common_at) / depth + common_at / length) * p**depth


def jaccard(one: Collection[str], other: Collection[str]) -> float:
    """Return the films in both over the films in either, from 0 to 1; two empty lists are the same."""
    either = set(one) | set(other)
    return len(set(one) & set(other)) / len(either) if either else 1.0
