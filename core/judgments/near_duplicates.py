"""Queries that ask for the same thing in nearly the same words, found before they are added.

Two of them cost a team the work twice. Worse, ``split`` tells only spellings of one text apart, so that two wordings
of one request may fall into different splits: then a model is tested on what it has learnt. A close query therefore
joins the split of its neighbour (``new_queries``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from core.judgments.split import assign_split, group_key, normalise
from core.judgments.types import NewQuery, Query, Split
from core.words import stem, words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = tuple[NDArray[np.float32], NDArray[np.float32]]

CLOSE_COSINE = 0.94
"""Cosine of e5-small's query vectors from which two queries are close.

Measured with the packaged e5-small. Different requests stay below: the highest cosine of any two is 0.914 among the
160 starter queries and 0.930 among 600 "tip of my tongue" posts cut to 300 characters. Of 141 MovieLens tags, 8 pairs
of the 9,870 reach it, all near-synonyms (inspirational/inspiring, hit men/hitman). Rewordings of the starter queries
mostly reach it: at least 97 % of those with words in another order, a word left out, a typing error, particles and
plurals dropped, or a polite phrase around them. A single word exchanged between short queries (80s for 90s) can reach
it too, which is why a close query is asked about and never dropped.
"""

MOST_NEIGHBOURS = 3

# What nearly every query says; it must not keep "a heist film" and "heist movies" apart. Negations are not in it.
_FILLER = frozenset(map(stem, ["a", "an", "the", "film", "movie", "영화", "작품"]))


class Nearness(StrEnum):
    """How two queries resemble each other: the same text, the same words, or nearly the same meaning."""

    SAME = "same"
    WORDS = "words"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A query close to a new text: a known one (``query``), or an earlier one of the new texts (``line``, from 0).

    ``cosine`` is None where no vectors were compared.
    """

    nearness: Nearness
    text: str
    query: Query | None = None
    line: int | None = None
    cosine: float | None = None


def near_duplicates(
    texts: Sequence[str], known: Sequence[Query], vectors: Vectors | None = None, *, close: float = CLOSE_COSINE
) -> list[list[Neighbour]]:
    """Return for each text what it resembles among the known queries and the texts before it, nearest first.

    The same text (but for case, spacing and final punctuation) comes alone; else come the nearest
    ``MOST_NEIGHBOURS``, of spellings of one text the first. The same words are found through other spacing,
    punctuation, particles, plurals and order.

    Args:
        vectors: unit vectors of ``texts`` and of ``known``, (len(texts), d) and (len(known), d); None compares the
            words alone.
        close: cosine from which two vectors are close.
    """
    others = [Neighbour(Nearness.WORDS, query.text, query=query) for query in known]
    others += [Neighbour(Nearness.WORDS, text, line=line) for line, text in enumerate(texts)]
    cosines = None if vectors is None else _cosines(*vectors)
    groups: dict[str, int] = {}
    by_words: dict[tuple[str, ...], list[int]] = {}
    found: list[list[Neighbour]] = []
    for place, other in enumerate(others):
        group, keys = group_key(other.text), word_keys(other.text)
        line = place - len(known)
        if line >= 0:
            row = None if cosines is None else [float(value) for value in cosines[line, :place]]
            if group in groups:
                found.append([_as(others[groups[group]], Nearness.SAME, groups[group], row)])
            else:
                same_words = {one for key in keys for one in by_words.get(key, ())}
                near = same_words | {one for one in groups.values() if row and row[one] >= close}
                kinds = {one: Nearness.WORDS if one in same_words else Nearness.MEANING for one in near}
                ranked = sorted(near, key=lambda one: (one not in same_words, -(row[one] if row else 0.0), one))
                found.append([_as(others[one], kinds[one], one, row) for one in ranked[:MOST_NEIGHBOURS]])
        if groups.setdefault(group, place) == place:
            for key in keys:
                by_words.setdefault(key, []).append(place)
    return found


def word_keys(text: str) -> set[tuple[str, ...]]:
    """Return keys of which two texts share one when their words are the same.

    One key is the letters alone, one the stems written together (spacing), one the sorted stems (order).
    """
    stems = [word.stem for word in words(text)]
    telling = [one for one in stems if one not in _FILLER] or stems
    letters = "".join(letter for letter in normalise(text) if letter.isalnum())
    return {("letters", letters), ("together", "".join(telling)), ("sorted", *sorted(telling))}


def new_queries(texts: Sequence[str], neighbours: Sequence[Sequence[Neighbour]], kept: Sequence[int]) -> list[NewQuery]:
    """Return the kept lines as queries to add, each close one in the split of its nearest neighbour that is there.

    A neighbour among the new texts is there when its line is kept too.
    """
    splits: dict[int, Split] = {}
    added: list[NewQuery] = []
    for line in sorted(kept):
        split = joined_split(neighbours[line], splits)
        splits[line] = split or assign_split(group_key(texts[line]))
        added.append(NewQuery(texts[line], split=split))
    return added


def joined_split(neighbours: Sequence[Neighbour], splits: dict[int, Split]) -> Split | None:
    """Return the split of the nearest neighbour that is known or among the lines in ``splits``; None without one."""
    for one in neighbours:
        if one.query is not None:
            return one.query.split
        if one.line in splits:
            return splits[one.line]
    return None


def _cosines(new: NDArray[np.float32], known: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the cosines of each new vector with the known ones, then with the new ones."""
    import numpy as np

    return np.concatenate([new @ known.T, new @ new.T], axis=1)


def _as(other: Neighbour, nearness: Nearness, place: int, row: list[float] | None) -> Neighbour:
    return Neighbour(nearness, other.text, other.query, other.line, None if row is None else row[place])
