"""What the map of films is coloured by: the few most frequent genres, decades or languages, all else grey."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import streamlit as st

from core.catalog import Catalog, Movie
from dashboard.strings import t
from dashboard.strings.compare_similar import TEXTS
from dashboard.widgets.compare_address import COLOURS
from dashboard.widgets.film_table import genre_name

BY_GENRE, BY_DECADE, BY_LANGUAGE = COLOURS

# Paul Tol's "bright" and "light" palettes (2021), told apart under every common colour blindness; grey is for the rest.
LIGHT = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377")
DARK = ("#77aadd", "#ee8866", "#44bb99", "#eedd88", "#99ddff", "#ffaabb")
GREY = {False: "#b9b4aa", True: "#5d626c"}


@dataclass(frozen=True, slots=True)
class Colouring:
    """The group of each film in the order of the catalogue, and the groups' names and colours, the rest last."""

    groups: tuple[str, ...]
    names: tuple[str, ...]
    colours: tuple[str, ...]


def colouring(catalog: Catalog, by: str) -> Colouring:
    """Return how films are coloured in the theme and the language that are shown."""
    dark = st.context.theme.type == "dark"
    palette = DARK if dark else LIGHT
    values = [_value(movie, by) for movie in catalog]
    counted = Counter(value for value in values if value is not None)
    top = [value for value, _ in sorted(counted.items(), key=lambda entry: (-entry[1], entry[0]))[: len(palette)]]
    if by == BY_DECADE:
        top.sort()
    names = {value: _name(value, by) for value in top}
    other = t("compare_similar.other")
    return Colouring(
        groups=tuple(other if value is None else names.get(value, other) for value in values),
        names=(*names.values(), other),
        colours=(*palette[: len(names)], GREY[dark]),
    )


def _value(movie: Movie, by: str) -> str | None:
    if by == BY_GENRE:
        return next(iter(movie.genres), None)
    if by == BY_DECADE:
        return None if movie.year is None else str(movie.year // 10 * 10)
    return movie.language or None


def _name(value: str, by: str) -> str:
    if by == BY_GENRE:
        return genre_name(value)
    if by == BY_DECADE:
        return t("compare_similar.decade", decade=value)
    key = f"language_{value}"
    return t(f"compare_similar.{key}") if key in TEXTS else value
