"""Near-duplicate queries: one request in other dress, what is another one, and the split that a close one joins."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from core.judgments import LabelStore, NewQuery, Query, Split, group_key
from core.judgments.near_duplicates import (
    CLOSE_COSINE,
    MOST_NEIGHBOURS,
    Nearness,
    near_duplicates,
    new_queries,
)
from core.judgments.split import assign_split
from core.starter import read_starter_queries


def known(*texts: str, split: Split = Split.TRAIN) -> list[Query]:
    return [Query(f"q{number}", text, "", "", split, group_key(text)) for number, text in enumerate(texts)]


def nearness(one: str, other: str) -> list[Nearness]:
    (found,) = near_duplicates([one], known(other))
    return [neighbour.nearness for neighbour in found]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("비오는날 보기좋은 영화", "비 오는 날 보기 좋은 영화"),
        ("우주여행을 다룬 영화", "우주 여행이 다룬 영화"),
        ("여행과 가족을 그린 영화", "가족과 여행을 그린 영화"),
        ("A film about brothers, on the road", "on the road: film about a brother"),
        ("heist gone wrong", "a Heist-gone-wrong movie"),
        ("SF 영화", "sf 영화들"),
    ],
)
def test_the_same_words_in_other_spacing_particles_order_or_punctuation_are_close(one: str, other: str) -> None:
    assert nearness(one, other) == nearness(other, one) == [Nearness.WORDS]


@pytest.mark.parametrize("other", ["  a SAD film? ", "A sad\tfilm", "a sad film..."])
def test_another_spelling_of_one_text_is_the_same_query_as_for_the_store(other: str) -> None:
    assert nearness("A sad film", other) == [Nearness.SAME]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a film with a happy ending", "a film without a happy ending"),
        ("films about war", "films not about war"),
        ("90년대 한국 공포 영화", "80년대 한국 공포 영화"),
        ("마을 영화", "마 영화"),
        ("영화", "film about nothing"),
    ],
)
def test_other_words_are_another_query(one: str, other: str) -> None:
    assert nearness(one, other) == []


def test_no_two_starter_queries_are_close_by_their_words() -> None:
    texts = [query.text for query in read_starter_queries()]
    assert not any(itertools.chain(*near_duplicates(texts, [])))


def test_vectors_find_what_words_do_not_and_the_nearest_come_first() -> None:
    angles = {"near": 0.2, "nearer": 0.1, "nearest": 0.0, "third": 0.3, "far": 1.0}
    others = known(*angles)
    turned = np.array([[np.cos(angle), np.sin(angle)] for angle in angles.values()], dtype=np.float32)
    new = np.array([[1.0, 0.0]], dtype=np.float32)
    (found,) = near_duplicates(["another wording"], others, (new, turned))
    assert [one.text for one in found] == ["nearest", "nearer", "near"] and len(found) == MOST_NEIGHBOURS
    assert {one.nearness for one in found} == {Nearness.MEANING}
    assert [one.cosine for one in found] == pytest.approx([1.0, np.cos(0.1), np.cos(0.2)])
    (strict,) = near_duplicates(["another wording"], others, (new, turned), close=0.999)
    assert [one.text for one in strict] == ["nearest"]
    assert np.cos(0.3) > CLOSE_COSINE > np.cos(1.0)


def test_new_texts_are_compared_with_those_before_them_only() -> None:
    texts = ["Two brothers", "brothers, two", "two BROTHERS"]
    first, second, third = near_duplicates(texts, [])
    assert first == []
    assert [(one.line, one.nearness) for one in second] == [(0, Nearness.WORDS)]
    assert [(one.line, one.nearness) for one in third] == [(0, Nearness.SAME)]


def test_of_spellings_of_one_text_the_first_alone_is_named() -> None:
    vectors = np.ones((3, 1), dtype=np.float32), np.ones((1, 1), dtype=np.float32)
    found = near_duplicates(["TWO brothers?", "brothers, two", "other words"], known("Two brothers"), vectors)
    assert [[one.text for one in near] for near in found] == [
        ["Two brothers"],
        ["Two brothers"],
        ["Two brothers", "brothers, two"],
    ]


def test_without_known_queries_vectors_still_compare_the_new_ones() -> None:
    vectors = np.array([[1.0, 0.0], [1.0, 0.0]], dtype=np.float32), np.zeros((0, 2), dtype=np.float32)
    assert [len(found) for found in near_duplicates(["one", "two"], [], vectors)] == [0, 1]


def other_split(text: str) -> Split:
    """Return a split that the text would not get by its own hash."""
    return next(split for split in Split if split is not assign_split(group_key(text)))


def test_a_close_query_joins_the_split_of_its_neighbour_and_a_new_one_keeps_its_own(store: LabelStore) -> None:
    texts = ["brothers, two", "something else entirely"]
    split = other_split(texts[0])
    there = store.add_queries([NewQuery("Two brothers", split=split)])
    neighbours = near_duplicates(texts, there)
    added = store.add_queries(new_queries(texts, neighbours, kept=[0, 1]))
    assert [query.split for query in added] == [split, assign_split(group_key(texts[1]))]


def test_close_lines_share_one_split_through_each_other_unless_the_first_is_left_out() -> None:
    texts = ["Two brothers", "brothers, two", "two... brothers, film"]
    neighbours = near_duplicates(texts, [])
    by_hash = assign_split(group_key(texts[0]))
    assert [query.split for query in new_queries(texts, neighbours, [0, 1, 2])] == [None, by_hash, by_hash]
    assert [query.text for query in new_queries(texts, neighbours, [1])] == ["brothers, two"]
    assert [query.split for query in new_queries(texts, neighbours, [1])] == [None]
