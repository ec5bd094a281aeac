"""How a film is shown: its titles in the session's language first, its facts, its synopsis."""

from __future__ import annotations

import re

from core.catalog import Movie
from dashboard import session
from dashboard.strings import t
from dashboard.strings.genres import TEXTS as GENRES

MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&])")
# Streamlit makes links, emoji and icons of what looks like an address, :smile: or :material/home:, escaped or not,
# unless a letter stands in the way. U+2060 (word joiner) counts as one, and nobody sees it.
LIVELY = re.compile(r"(?=https?://|www\.|@)|(?<=:)(?=[a-z+\-])", re.IGNORECASE)


def plain(text: str) -> str:
    """Return text that Markdown shows as it stands: a catalogue's text is data, never formatting."""
    return MARKDOWN.sub(r"\\\1", LIVELY.sub("\u2060", text))


def in_badge(text: str) -> str:
    """Return text that ``st.badge`` shows as it stands; it escapes square brackets by itself."""
    return plain(text).replace("\\[", "[").replace("\\]", "]")


def title(movie: Movie) -> str:
    """Return the film's title in the session's language."""
    return (movie.title_ko or movie.title) if session.language() == "ko" else movie.title


def other_title(movie: Movie) -> str:
    """Return the title in the other language, empty when it is the same or absent."""
    other = movie.title if session.language() == "ko" else movie.title_ko
    return "" if other == title(movie) else other


def title_line(movie: Movie) -> str:
    """Return the titles and the year on one line."""
    year = f" ({movie.year})" if movie.year else ""
    other = other_title(movie)
    return f"{title(movie)}{year}" + (f" · {other}" if other else "")


def genre_names(movie: Movie) -> list[str]:
    """Return the genres in the session's language."""
    return [t(f"genres.{genre}") if genre in GENRES else genre for genre in movie.genres]


def people(movie: Movie) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return directors and cast in the session's language."""
    if session.language() == "ko":
        return movie.director_ko or movie.director, movie.cast_ko or movie.cast
    return movie.director, movie.cast


def synopsis(movie: Movie) -> str:
    """Return the synopsis in the session's language, else the one there is."""
    if session.language() == "ko":
        return movie.overview_ko or movie.overview
    return movie.overview or movie.overview_ko


def facts_line(movie: Movie) -> str:
    """Return director, cast, genres, country and runtime on one line, parts without a value left out."""
    directors, cast = people(movie)
    parts = [
        ", ".join(directors),
        ", ".join(cast[:3]),
        ", ".join(genre_names(movie)),
        t("common.minutes", count=movie.runtime) if movie.runtime else "",
    ]
    return "  ·  ".join(part for part in parts if part)
