"""Making films of a table's rows, and noting everything that is wrong with them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.catalog.cells import (
    FIRST_YEAR,
    LAST_YEAR,
    CellError,
    clean,
    is_hangul,
    is_korean,
    read_id,
    read_list,
    read_minutes,
    read_name,
    read_poster,
    read_text,
    read_year,
)
from core.catalog.columns import MAPPABLE, TITLE_FIELDS
from core.catalog.movie import LIST_FIELDS, Movie
from core.catalog.table import NumberedRow

LISTED_PROBLEMS = 500
NAMED_ROWS = 5
SHOWN_VALUE = 80
TITLE_WITH_YEAR = re.compile(r"(.*\S)\s*\((\d{4})\)")
ARTICLE_LAST = re.compile(r"(.+), (The|An?)")

READERS: dict[str, Callable[[Any, list[str]], Any]] = {
    **dict.fromkeys(MAPPABLE, read_text),
    **dict.fromkeys(LIST_FIELDS, read_list),
    "movie_id": read_id,
    "year": read_year,
    "runtime": read_minutes,
    "poster_url": read_poster,
    "franchise": read_name,
}


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """Something wrong in a file. ``row`` is None where it concerns the file; a fatal one forbids the import."""

    row: int | None
    column: str
    value: str
    message: str
    fatal: bool

    def __str__(self) -> str:
        places = [f"row {self.row}" if self.row else "", f"column '{self.column}'" if self.column else ""]
        place = ", ".join(filter(None, places))
        value = f" ({self.value!r})" if self.value else ""
        return f"{place}{value}: {self.message}" if place else self.message


@dataclass(slots=True)
class ProblemLog:
    """Collects problems: all of them counted, the first 500 fatal ones and the first 500 warnings kept."""

    fatal: list[ImportProblem] = field(default_factory=list)
    warnings: list[ImportProblem] = field(default_factory=list)
    fatal_count: int = 0
    warning_count: int = 0

    def note(self, row: int | None, column: str, value: Any, message: str, *, fatal: bool = False) -> None:
        """Add one problem."""
        if fatal:
            self.fatal_count += 1
        else:
            self.warning_count += 1
        kept = self.fatal if fatal else self.warnings
        if len(kept) < LISTED_PROBLEMS:
            kept.append(ImportProblem(row, column, _shown(value), message, fatal))


class Gathered(Protocol):
    """Where the films of a file are gathered: in memory or on disk."""

    def add(self, movie: Movie, row: int) -> tuple[int, bool]:
        """Keep a film unless its id is taken; return the row of the film that has the id, and whether it is equal."""
        ...


class InMemory:
    """The films of a file in its order, each with its row number."""

    def __init__(self) -> None:
        self.movies: dict[str, Movie] = {}
        self._rows: dict[str, int] = {}

    def add(self, movie: Movie, row: int) -> tuple[int, bool]:
        """See ``Gathered``."""
        earlier = self.movies.setdefault(movie.movie_id, movie)
        return self._rows.setdefault(movie.movie_id, row), earlier == movie


@dataclass(slots=True)
class Reading:
    """How many films a file has, how many rows only repeat another one, and which films (by row) have no synopsis."""

    films: int = 0
    duplicates: int = 0
    without_text: int = 0
    first_without_text: list[int] = field(default_factory=list)


def read_rows(rows: Iterable[NumberedRow], mapping: Mapping[str, str], log: ProblemLog, gathered: Gathered) -> Reading:
    """Gather the films of a table, one after the other.

    A wrong year, running time or list is a warning and leaves its field empty: one slip in 45,000 rows should not
    keep a catalogue out, and the film is still the same film. A wrong id or title is fatal: labels would then
    point at the wrong film. So is an id that stands for two different rows.
    """
    reading = Reading()
    for number, row in rows:
        movie = _read_movie(number, row, mapping, log)
        if movie is None:
            continue
        first, equal = gathered.add(movie, number)
        if first == number:
            reading.films += 1
            if not movie.overview and not movie.overview_ko:
                reading.without_text += 1
                if len(reading.first_without_text) < NAMED_ROWS:
                    reading.first_without_text.append(number)
        elif equal:
            reading.duplicates += 1
        else:
            column = mapping.get("movie_id", "")
            log.note(number, column, movie.movie_id, f"this id stands for another film in row {first}", fatal=True)
    return reading


def _read_movie(number: int, row: dict[str, Any], mapping: Mapping[str, str], log: ProblemLog) -> Movie | None:
    values = _read_cells(number, row, mapping, log)
    if values is None:
        return None
    _settle_titles(values, has_year="year" in mapping)
    _settle_languages(values)
    if not values["title"]:
        column = next(mapping[name] for name in TITLE_FIELDS if name in mapping)
        log.note(number, column, "", "the title is empty; every film needs one", fatal=True)
        return None
    if "movie_id" not in mapping:
        values["movie_id"] = made_id(values["title"], values.get("year"))
    if not values.get("movie_id"):
        log.note(number, mapping["movie_id"], "", "the id is empty; every film needs one", fatal=True)
        return None
    return Movie(**values)


def _read_cells(number: int, row: dict[str, Any], mapping: Mapping[str, str], log: ProblemLog) -> dict[str, Any] | None:
    values: dict[str, Any] = {}
    oddities: list[str] = []
    usable = True
    for name, column in mapping.items():
        cell = row.get(column)
        if cell is None or cell == "":
            continue
        try:
            value = READERS[name](cell, oddities)
        except CellError as problem:
            fatal = problem.fatal or name in ("movie_id", *TITLE_FIELDS)
            log.note(number, column, cell, str(problem) if fatal else f"{problem}; left empty", fatal=fatal)
            usable = usable and not fatal
        else:
            if value:
                values[name] = value
        for oddity in oddities:
            log.note(number, column, cell, oddity)
        oddities.clear()
    return values if usable else None


def _settle_titles(values: dict[str, Any], *, has_year: bool) -> None:
    """Leave ``title`` and ``title_ko``: the English and the Korean title, or the only one there is in both.

    A column that names its language is believed. Others are judged by their letters; an original title in letters
    that are neither Latin nor Hangul is left out.
    """
    title, original = values.pop("title", ""), values.pop("original_title", "")
    english = values.pop("title_en", "")
    if not has_year and (match := TITLE_WITH_YEAR.fullmatch(title)) and FIRST_YEAR <= int(match[2]) <= LAST_YEAR:
        # MovieLens: "Matrix, The (1999)".
        title, values["year"] = ARTICLE_LAST.sub(r"\2 \1", match[1]), int(match[2])
    named = values.get("title_ko", "")
    korean = named or next((text for text in (title, original) if is_hangul(text)), "")
    others = (english, title, original if _is_latin(original) else "")
    foreign = next((text for text in others if text and not is_hangul(text)), "")
    values["title"] = foreign or title or korean or english or original
    values["title_ko"] = korean
    if not korean and is_hangul(values["title"]):
        values["title_ko"] = values["title"]


def _settle_languages(values: dict[str, Any]) -> None:
    """Move Korean synopses and names, which arrive in one column with others, to the fields of their own."""
    overview = values.get("overview", "")
    if overview and is_korean(overview) and values.get("overview_ko", overview) == overview:
        values["overview_ko"] = values.pop("overview")
    for name in ("director", "cast"):
        people = values.get(name, ())
        if values.get(f"{name}_ko", people) == people and any(map(is_hangul, people)):
            values[f"{name}_ko"] = values.pop(name)


def _is_latin(text: str) -> bool:
    return all(character < "\u0250" or "\u2000" <= character < "\u2070" for character in text)


def made_id(title: str, year: int | None) -> str:
    """Return the id of a film that came without one, the same for the same title and year.

    >>> made_id("Fight Club!", 1999)
    'fight-club-1999'
    """
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", title).casefold())
    name = "-".join(words)[:100] or hashlib.sha256(title.encode()).hexdigest()[:12]
    return f"{name}-{year}" if year else name


def _shown(value: Any) -> str:
    text = clean(str(value)[: SHOWN_VALUE + 1], [])
    return text if len(text) <= SHOWN_VALUE else f"{text[:SHOWN_VALUE]}…"
