"""A movie, a catalogue of movies, and the text that stands for a movie in a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from core.catalog.seal import check_seal, seal
from core.errors import CatalogError
from core.files import read_jsonl, write_jsonl
from core.fingerprint import fingerprint_rows
from core.object_store import Shared, offer
from core.workspace import Workspace

CAST_IN_TEXT = 4
KEYWORDS_IN_TEXT = 10


@dataclass(frozen=True, slots=True)
class Movie:
    """One film. ``title`` is never empty; fields ending in ``_ko`` hold the Korean of the field without it.

    A film with a Korean title only has it in both ``title`` and ``title_ko``. Every other Korean text stands in its
    ``_ko`` field alone. ``runtime`` is in minutes, ``language`` an ISO 639-1 code where the source has one.
    ``franchise`` names the series that the film belongs to, the same for all of its films.
    """

    movie_id: str
    title: str
    title_ko: str = ""
    year: int | None = None
    director: tuple[str, ...] = ()
    director_ko: tuple[str, ...] = ()
    cast: tuple[str, ...] = ()
    cast_ko: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    language: str = ""
    runtime: int | None = None
    overview: str = ""
    overview_ko: str = ""
    poster_url: str = ""
    franchise: str = ""

    def row(self) -> dict[str, Any]:
        """Return the film as a JSON object with its empty fields left out."""
        row: dict[str, Any] = {}
        for name in FIELDS:
            value = getattr(self, name)
            if value or value == 0:
                row[name] = list(value) if isinstance(value, tuple) else value
        return row


FIELDS = tuple(field.name for field in fields(Movie))
LIST_FIELDS = frozenset({"director", "director_ko", "cast", "cast_ko", "genres", "keywords", "country"})
NUMBER_FIELDS = frozenset({"year", "runtime"})


class Catalog:
    """An unchangeable set of films, in the order of their ids."""

    def __init__(self, movies: Iterable[Movie] = ()) -> None:
        """Sort the films by id.

        Raises:
            CatalogError: two films have one id.
        """
        self.movies: tuple[Movie, ...] = tuple(sorted(movies, key=lambda movie: movie.movie_id))
        self._by_id = {movie.movie_id: movie for movie in self.movies}
        if len(self._by_id) < len(self.movies):
            pairs = zip(self.movies, self.movies[1:], strict=False)
            first, second = next(pair for pair in pairs if pair[0].movie_id == pair[1].movie_id)
            raise CatalogError(f"Two films have the id '{first.movie_id}': '{first.title}' and '{second.title}'.")

    def __len__(self) -> int:
        return len(self.movies)

    def __iter__(self) -> Iterator[Movie]:
        return iter(self.movies)

    def __contains__(self, movie_id: object) -> bool:
        return movie_id in self._by_id

    def __getitem__(self, movie_id: str) -> Movie:
        """Return the film with this id.

        Raises:
            CatalogError: the catalogue has no such film.
        """
        try:
            return self._by_id[movie_id]
        except KeyError:
            raise CatalogError(f"The catalogue has no film with the id '{movie_id}'.") from None

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids in ascending order."""
        return tuple(movie.movie_id for movie in self.movies)

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 over the films' rows: equal for equal catalogues, however they were made."""
        return fingerprint_rows(movie.row() for movie in self.movies)


def document_text(movie: Movie, *, korean_first: bool = False) -> str:
    """Return the one text that stands for a film in every model.

    Models cut a text at 128 to 512 tokens. The front therefore holds only what a query may name (titles, year, two
    or three people, genres), so that both synopses, English first, are reached. ``korean_first`` swaps the
    synopses: training, which cuts shorter, sees a film now one way and now the other.

    The franchise is no part of it: whether films of one franchise lie together is how a model is measured
    (see core.evaluation.kinship), and a model that was told which they are would pass without knowing the films.
    """
    korean_synopsis = movie.overview_ko if movie.overview_ko != movie.overview else ""
    synopses = (korean_synopsis, movie.overview) if korean_first else (movie.overview, korean_synopsis)
    korean = f" ({movie.title_ko})" if movie.title_ko and movie.title_ko != movie.title else ""
    year = f", {movie.year}" if movie.year is not None else ""
    parts = [
        f"{movie.title}{korean}{year}.",
        _labelled("Directed by ", movie.director or movie.director_ko),
        _labelled("With ", (movie.cast or movie.cast_ko)[:CAST_IN_TEXT]),
        _labelled("Genres: ", movie.genres),
        _labelled("Keywords: ", movie.keywords[:KEYWORDS_IN_TEXT]),
        *synopses,
    ]
    return " ".join(part for part in parts if part)


def _labelled(label: str, values: tuple[str, ...]) -> str:
    return f"{label}{', '.join(values)}." if values else ""


def movie_from_row(row: dict[str, Any], place: str) -> Movie:
    """Return the film that ``Movie.row`` wrote; ``place`` says where the row stands, for the message.

    Raises:
        CatalogError: a field is unknown, missing or of the wrong type.
    """
    values: dict[str, Any] = {}
    for name, value in row.items():
        if name not in FIELDS:
            raise CatalogError(f"{place}: unknown field '{name}'. A film has {', '.join(FIELDS)}.")
        values[name] = _checked(name, value, place)
    for name in ("movie_id", "title"):
        if not values.get(name):
            raise CatalogError(f"{place}: '{name}' is missing or empty.")
    return Movie(**values)


def _checked(name: str, value: Any, place: str) -> Any:
    if name in LIST_FIELDS:
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        expected = "a list of texts"
    elif name in NUMBER_FIELDS:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        expected = "a whole number"
    else:
        if isinstance(value, str):
            return value
        expected = "a text"
    raise CatalogError(f"{place}: '{name}' is {value!r}; expected {expected}.")


def load_catalog(workspace: Workspace) -> Catalog:
    """Return the workspace's catalogue.

    Raises:
        CatalogError: there is none yet, or its file is damaged (file, line and field are named).
    """
    path = workspace.catalog
    movies = [movie for _, movie in read_movies(workspace)]
    check_seal(path)
    try:
        catalog = Catalog(movies)
    except CatalogError as reason:
        raise CatalogError(f"{path}: {reason}") from reason
    return catalog


def read_movies(workspace: Workspace) -> Iterator[tuple[int, Movie]]:
    """Yield each film of the catalogue's file with its line, as it stands there; see ``load_catalog``."""
    path = workspace.catalog
    if not path.exists():
        raise CatalogError(
            f"{path}: there is no catalogue yet. Import one on the Catalogue page "
            "or with 'python -m core catalog import FILE'."
        )
    for line, row in read_jsonl(path, CatalogError):
        yield line, movie_from_row(row, f"{path}, line {line}")


def save_catalog(catalog: Catalog, workspace: Workspace) -> None:
    """Replace the workspace's catalogue in one step."""
    write_jsonl(workspace.catalog, (movie.row() for movie in catalog.movies))
    seal(workspace.catalog)
    offer(workspace, Shared.CATALOG)
