"""Finding the film that a text stands for: exactly the text that a model reads, else its title."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from core.judgments.split import normalise

if TYPE_CHECKING:
    from core.catalog import Catalog, Movie

Found = dict[str, list[str]]


class FilmFinder:
    """The films of a catalogue by id, by text and by title."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def by_id(self, movie_id: str) -> list[str]:
        """Return the film with this id, white space around it aside, or none."""
        return [found for found in dict.fromkeys((movie_id, movie_id.strip())) if found in self.catalog][:1]

    def by_text(self, text: str) -> list[str]:
        """Return the ids of the films that a text or title stands for; more than one where it does not tell.

        As written first; then with Unicode form, case, white space and final punctuation folded.
        """
        folded = normalise(text)
        for found, key in (
            (self._texts, text),
            (self._titles, text),
            (self._folded_texts, folded),
            (self._folded_titles, folded),
        ):
            if key in found:
                return found[key]
        return []

    @cached_property
    def _texts(self) -> Found:
        from core.catalog import document_text

        return _gathered(
            (text, movie.movie_id)
            for movie in self.catalog
            for text in {document_text(movie), document_text(movie, korean_first=True)}
        )

    @cached_property
    def _titles(self) -> Found:
        return _gathered((title, movie.movie_id) for movie in self.catalog for title in _titles(movie))

    @cached_property
    def _folded_texts(self) -> Found:
        return _folded(self._texts)

    @cached_property
    def _folded_titles(self) -> Found:
        return _folded(self._titles)


def _titles(movie: Movie) -> set[str]:
    titles = {title for title in (movie.title, movie.title_ko) if title}
    both = f"{movie.title} ({movie.title_ko})" if len(titles) > 1 else movie.title
    if movie.year is not None:
        titles |= {f"{title} ({movie.year})" for title in titles} | {f"{both}, {movie.year}"}
    return titles | {both}


def _folded(found: Found) -> Found:
    return _gathered((normalise(key), movie_id) for key, movie_ids in found.items() for movie_id in movie_ids)


def _gathered(items: Iterable[tuple[str, str]]) -> Found:
    found: Found = {}
    for key, movie_id in items:
        movie_ids = found.setdefault(key, [])
        if movie_id not in movie_ids:
            movie_ids.append(movie_id)
    return found
