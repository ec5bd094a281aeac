"""Recognising where a table comes from, and which of its columns holds which field of a film."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

from core.catalog.movie import FIELDS
from core.errors import CatalogError

# Beside a film's own fields: titles whose language decides where they go (see core.catalog.reading).
MAPPABLE = (*FIELDS, "title_en", "original_title")
TITLE_FIELDS = ("title", "title_en", "title_ko", "original_title")

# For each field the column names that mean it, the best first, as ``column_key`` writes them. A column serves one
# field: KMDb's directorNm, say, is the director unless directorEnNm is there, and the Korean director then.
COLUMN_NAMES: dict[str, tuple[str, ...]] = {
    "movie_id": (
        *("docid", "movieseq", "moviecd", "movieid", "영화코드", "작품코드", "영화id", "filmid", "id"),
        *("tmdbid", "imdbid", "코드"),
    ),
    "title": ("title", "movienm", "영화명", "영화제목", "제목", "작품명", "movietitle", "영화명(국문)", "영화명(한글)"),
    "title_en": (
        *("titleen", "titleeng", "movienmen", "englishtitle", "영화명(영문)", "영화명영문", "영문제목", "영문명"),
        *("영어제목", "제목(영문)", "영문영화명"),
    ),
    "title_ko": (
        "titleko",
        "titlekor",
        "koreantitle",
        "한글제목",
        "한국어제목",
        "국문제목",
        "제목(국문)",
        "제목(한글)",
    ),
    "original_title": ("originaltitle", "titleorg", "titleetc", "movienmog", "원제", "원제목", "원제명"),
    "year": (
        *(
            "year",
            "prodyear",
            "prdtyear",
            "제작연도",
            "제작년도",
            "releaseyear",
            "연도",
            "년도",
            "개봉연도",
            "개봉년도",
        ),
        *("releasedate", "opendt", "reprlsdate", "개봉일", "개봉일자"),
    ),
    "director": (
        *("directorennm", "director", "directornm", "directors", "directorname", "감독", "감독명", "감독이름", "연출"),
        "crew",
    ),
    "director_ko": ("directorko", "directornm"),
    "cast": (
        *("actorennm", "cast", "actornm", "actors", "casts", "stars", "배우", "배우명", "출연", "출연진", "출연배우"),
        *("주연", "주연배우"),
    ),
    "cast_ko": ("castko", "actornm"),
    "genres": ("genres", "genre", "genrealt", "genrenm", "repgenrenm", "장르", "장르명"),
    "keywords": ("keywords", "keyword", "plotkeywords", "tags", "키워드"),
    "country": (
        *("country", "countries", "productioncountries", "nation", "nationalt", "nationnm", "repnationnm", "nations"),
        *("origincountry", "국적", "제작국가", "국가"),
    ),
    "language": ("originallanguage", "language", "언어", "원어"),
    "runtime": ("runtime", "showtm", "상영시간", "러닝타임", "상영시간(분)"),
    "overview": ("overview", "plot", "plottext", "plots", "synopsis", "줄거리", "시놉시스", "description", "summary"),
    "overview_ko": ("overviewko", "plotko", "한국어줄거리", "줄거리(국문)"),
    "poster_url": ("posterurl", "posterpath", "poster", "posters", "포스터", "포스터url"),
    "franchise": (
        *("franchise", "belongstocollection", "collection", "collectionname", "series", "프랜차이즈", "시리즈"),
        "시리즈명",
    ),
}
ALL_NAMES = frozenset(name for names in COLUMN_NAMES.values() for name in names)


def column_key(column: str) -> str:
    """Return a column name without case, white space, underscores, hyphens and dots.

    >>> column_key("Movie_ID")
    'movieid'
    """
    return re.sub(r"[\s_\-.]+", "", unicodedata.normalize("NFC", column)).casefold()


def known_columns(columns: Iterable[str]) -> int:
    """Return how many of these column names mean a field of a film."""
    return sum(column_key(column) in ALL_NAMES for column in columns)


def recognise_source(columns: Collection[str]) -> str:
    """Return "Reelign", "KMDb", "KOBIS", "MovieLens", "TMDB" or "unknown"."""
    if {"movie_id", "title"} <= set(columns) <= set(FIELDS):
        return "Reelign"
    keys = {column_key(column) for column in columns}
    if keys & {"docid", "movieseq"}:
        return "KMDb"
    if keys & {"moviecd", "movienm"}:
        return "KOBIS"
    if {"movieId", "title", "genres"} <= set(columns):
        return "MovieLens"
    of_tmdb = {"releasedate", "posterpath", "originallanguage", "voteaverage", "tagline", "productioncountries"}
    if "id" in keys and keys & {"title", "originaltitle"} and keys & of_tmdb:
        return "TMDB"
    return "unknown"


def map_columns(columns: Collection[str], chosen: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return which column feeds which field, a choice of the user's first, the known names after it.

    ``chosen`` maps fields to columns; an empty column leaves its field unfilled.

    Raises:
        CatalogError: a chosen field or column does not exist.
    """
    chosen = dict(chosen or {})
    for field, column in chosen.items():
        if field not in MAPPABLE:
            raise CatalogError(f"A film has no field '{field}'. Its fields are {', '.join(MAPPABLE)}.")
        if column and column not in columns:
            raise CatalogError(f"The file has no column '{column}' (for '{field}'). It has {', '.join(columns)}.")
    taken = set(chosen.values())
    free = {column_key(column): column for column in reversed(tuple(columns)) if column not in taken}
    mapping = {}
    for field in MAPPABLE:
        if field in chosen:
            if chosen[field]:
                mapping[field] = chosen[field]
            continue
        name = next((name for name in COLUMN_NAMES[field] if name in free), None)
        if name is not None:
            mapping[field] = free.pop(name)
    return mapping
