"""The pool: everything that any system found, in an order that tells nothing about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from core.judgments.pool import RANDOM, Candidate, RandomFilms, propose, random_count, shuffled

RANKINGS = {"base": ["a", "b", "c", "d"], "tuned": ["c", "e", "a", "f"]}


def blind_pool(
    query_id: str, rankings: Mapping[str, Sequence[str]], judged: set[str], *, depth: int = 10, seed: str
) -> list[Candidate]:
    """Return what is laid out where no film comes by lot: all that is proposed and not judged, shuffled."""
    candidates = propose(rankings, depth=depth).values()
    return shuffled(query_id, (candidate for candidate in candidates if candidate.movie_id not in judged), seed)


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


def test_no_system_may_add_more_than_any_other() -> None:
    rankings = {name: [f"{name}{place}" for place in range(20 * length)] for length, name in enumerate("abc", start=1)}
    found = propose(rankings, depth=7)
    assert Counter(candidate.sources for candidate in found.values()) == {("a",): 7, ("b",): 7, ("c",): 7}


# Films by lot

FILMS = [f"m{number}" for number in range(2000)]


def test_the_lot_is_the_same_everywhere_and_another_for_each_query() -> None:
    drawn = RandomFilms(FILMS).first("q", 5)
    asked_before = RandomFilms(FILMS)
    asked_before.first("q", 2)
    assert asked_before.first("q", 5) == drawn == RandomFilms(reversed(FILMS)).first("q", 5)
    assert asked_before.first("q", 2) == drawn[:2]
    assert len(set(drawn)) == 5 and set(drawn) != set(RandomFilms(FILMS).first("r", 5))


def test_a_film_that_joins_the_catalogue_leaves_the_order_of_the_others() -> None:
    before = RandomFilms(FILMS[:-1]).first("q", 1999)
    after = [movie_id for movie_id in RandomFilms(FILMS).first("q", 2000) if movie_id != FILMS[-1]]
    assert list(before) == after


def test_the_lot_favours_no_film() -> None:
    lot = RandomFilms(FILMS[:50])
    drawn = Counter(movie_id for query in range(2000) for movie_id in lot.first(str(query), 5))
    expected = 2000 * 5 / 50
    chi_square = sum((drawn[movie_id] - expected) ** 2 / expected for movie_id in FILMS[:50])
    assert chi_square < 90  # 49 degrees of freedom: beyond 90 in 3 of 10,000 fair lots


def test_no_more_is_drawn_than_there_is() -> None:
    assert set(RandomFilms(FILMS[:3]).first("q", 10)) == set(FILMS[:3])
    assert RandomFilms([]).first("q", 10) == ()


@given(st.integers(1, 400), st.floats(0, 0.5))
def test_the_films_by_lot_are_the_share_of_all_that_was_asked_for(proposed: int, share: float) -> None:
    count = random_count(proposed, share)
    assert count / (proposed + count) >= share - 1e-6
    assert count == 0 or (count - 1) / (proposed + count - 1) < share


def test_what_came_by_lot_is_on_record_and_what_a_system_found_too_keeps_its_rank() -> None:
    found = propose({"base": ["a", "b"]}, depth=10, drawn=["b", "z"])
    assert found["b"] == Candidate("b", ("base", RANDOM), 2)
    assert found["z"] == Candidate("z", (RANDOM,), 0)
