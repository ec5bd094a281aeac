"""Queries made from films' own texts: what the catalogue knows beyond the labels.

Some sentences of a synopsis ask for the film that is left when they are taken out of it (the inverse cloze task, Lee
et al. 2019), or some keywords ask for a film without its keywords. Titles are cut out: to find a film by its name
teaches nothing. Such pairs join the labelled ones of a batch; alone they teach another task than the labels do.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

from core.catalog import Catalog, Movie, document_text
from core.judgments.split import detect_language

SENTENCE_END = re.compile(r"(?<=[.!?…。])\s+")
LEAST_LETTERS = 20  # a shorter sentence ("But not for long.") asks for nothing in particular
KEPT_WHOLE = 0.1  # of the films keep the sentences they are asked for, since real queries repeat words of a synopsis
KEYWORDS = (2, 6)
SHORTEST_TITLE = 3
TRIES = 20


@dataclass(frozen=True, slots=True)
class SyntheticPair:
    """A query made from a film's text, and the film's text without what the query says."""

    query: str
    movie_id: str
    document: str


class SyntheticQueries:
    """Draws pairs from the films of a catalogue that have enough text."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    @cached_property
    def _movies(self) -> list[Movie]:
        """The films that can ask: looked for when the first pair is drawn, since many trainings draw none."""
        return [movie for movie in self._catalog.movies if _sentences(movie) or _words(movie)]

    def draw(self, count: int, besides: Collection[str], seed: str, *, korean_first: bool) -> list[SyntheticPair]:
        """Return up to ``count`` pairs of distinct films, none of them ``besides``; the same for the same seed."""
        if not count or not self._movies:
            return []
        chance = random.Random(seed)
        found: dict[str, SyntheticPair] = {}
        for _ in range(TRIES * count):
            if len(found) == count:
                break
            movie = chance.choice(self._movies)
            if movie.movie_id not in besides and movie.movie_id not in found:
                found[movie.movie_id] = make_pair(movie, chance, korean_first=korean_first)
        return list(found.values())


def make_pair(movie: Movie, chance: random.Random, *, korean_first: bool) -> SyntheticPair:
    """Return a query from the sentences or the keywords of a film, whichever it has, else either."""
    ways = [_from_sentences] * bool(_sentences(movie)) + [_from_words] * bool(_words(movie))
    query, rest = chance.choice(ways)(movie, chance)
    return SyntheticPair(without_title(query, movie), movie.movie_id, document_text(rest, korean_first=korean_first))


def _from_sentences(movie: Movie, chance: random.Random) -> tuple[str, Movie]:
    field = chance.choice(_sentences(movie))
    sentences = split_sentences(getattr(movie, field))
    count = chance.randint(1, len(sentences) // 2)
    start = chance.randint(0, len(sentences) - count)
    rest = " ".join([*sentences[:start], *sentences[start + count :]])
    query = " ".join(sentences[start : start + count])
    if chance.random() < KEPT_WHOLE:
        return query, movie
    return query, replace(movie, overview=rest) if field == "overview" else replace(movie, overview_ko=rest)


def _from_words(movie: Movie, chance: random.Random) -> tuple[str, Movie]:
    words = _words(movie)
    low, high = KEYWORDS
    chosen = chance.sample(words, min(len(words), chance.randint(low, high)))
    return ", ".join(chosen), replace(movie, keywords=())


def _sentences(movie: Movie) -> list[str]:
    """Return the synopses that hold at least two sentences, as names of fields."""
    fields = ["overview"] + (["overview_ko"] if movie.overview_ko != movie.overview else [])
    return [field for field in fields if len(split_sentences(getattr(movie, field))) > 1]


def _words(movie: Movie) -> list[str]:
    """Return keywords and genres where there are keywords to leave out."""
    words = list(dict.fromkeys([*movie.keywords, *movie.genres]))
    return words if movie.keywords and len(words) >= KEYWORDS[0] else []


def split_sentences(text: str) -> list[str]:
    """Return the sentences that say something."""
    return [part for part in SENTENCE_END.split(text.strip()) if len(part) > LEAST_LETTERS]


def without_title(query: str, movie: Movie) -> str:
    """Return the query with the film's titles, where they stand as words of their own, replaced by "the film"."""
    stand_in = "이 영화" if detect_language(query) == "ko" else "the film"
    for title in sorted({movie.title, movie.title_ko}, key=len, reverse=True):
        if len(title) >= SHORTEST_TITLE:
            query = re.sub(rf"(?<!\w){re.escape(title)}(?!\w)", stand_in, query, flags=re.IGNORECASE)
    return query
