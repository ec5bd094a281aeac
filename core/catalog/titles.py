"""Finding a film by what its card says: titles, people, year and genres, in either language."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from core.catalog.movie import Catalog, Movie

# Sorts behind every (does not begin the title, length of the title).
NOT_IN_TITLE = (2, 0)


def search_titles(catalog: Catalog, text: str, limit: int = 50) -> list[Movie]:
    """Return the films whose card holds every word of ``text``, at most ``limit`` of them.

    Case, Unicode form and, within a title, blanks do not count ("살인의추억" finds "살인의 추억"). Films so titled come
    first, then titles that begin with the text and titles that hold it (the shorter first), then the rest by id.
    """
    words = _folded(text).split()
    if not words:
        return list(catalog.movies[:limit])
    whole = "".join(words)
    ranked = []
    for movie, titles, card in _cards(catalog):
        places = [(title.index(whole) > 0, len(title)) for title in titles if whole in title]
        if places or all(word in card for word in words):
            ranked.append((*min(places, default=NOT_IN_TITLE), movie.movie_id))
    return [catalog[movie_id] for *_, movie_id in sorted(ranked)[:limit]]


@lru_cache(maxsize=2)
def _cards(catalog: Catalog) -> list[tuple[Movie, tuple[str, ...], str]]:
    """Return each film with its titles (no blanks) and all words of its card, made once for a catalogue."""
    cards = []
    for movie in catalog:
        titles = tuple(_folded(title) for title in (movie.title, movie.title_ko) if title)
        people = (*movie.director, *movie.director_ko, *movie.cast, *movie.cast_ko, *movie.genres)
        card = "\n".join((*titles, *map(_folded, people), str(movie.year or "")))
        cards.append((movie, tuple("".join(title.split()) for title in titles), card))
    return cards


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
