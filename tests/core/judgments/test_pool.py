"""The pool: everything that any system found, in an order that tells nothing about them."""

from __future__ import annotations

from core.judgments import blind_pool

RANKINGS = {"base": ["a", "b", "c", "d"], "tuned": ["c", "e", "a", "f"]}


def test_the_pool_is_the_union_of_the_tops_without_what_is_judged() -> None:
    pool = {
        found.movie_id: (found.sources, found.rank) for found in blind_pool("q", RANKINGS, {"b"}, depth=3, seed="s")
    }
    assert pool == {"a": (("base", "tuned"), 1), "c": (("base", "tuned"), 1), "e": (("tuned",), 2)}


def test_the_order_is_stable_and_that_of_seed_and_query() -> None:
    order = [[found.movie_id for found in blind_pool(q, RANKINGS, set(), seed=s)] for q, s in ["qs", "qs", "rs", "qt"]]
    assert order[0] == order[1]
    assert len({tuple(movie_ids) for movie_ids in order}) > 1


def test_the_order_does_not_depend_on_the_systems() -> None:
    swapped = {"x": RANKINGS["tuned"][::-1], "y": RANKINGS["base"][::-1]}
    one, other = (blind_pool("q", rankings, set(), seed="s") for rankings in (RANKINGS, swapped))
    assert [found.movie_id for found in one] == [found.movie_id for found in other]


def test_judging_a_film_leaves_the_order_of_the_others() -> None:
    before = [found.movie_id for found in blind_pool("q", RANKINGS, set(), seed="s")]
    after = [found.movie_id for found in blind_pool("q", RANKINGS, {before[1]}, seed="s")]
    assert after == [before[0], *before[2:]]
