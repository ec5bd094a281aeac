"""The map of films: where both models place them, on the same two axes, and which films moved most.

Points are drawn on a canvas. Of a large catalogue a sample is drawn, always the same one; what was chosen, found or
selected is drawn on top of it, so the sample never changes and only what is on top is sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from core.catalog import Movie
from core.evaluation.film_map import FilmMap
from core.evaluation.neighbours import NEIGHBOURS, nearest_rows
from core.fingerprint import fingerprint
from dashboard import session
from dashboard.strings import t
from dashboard.widgets import films
from dashboard.widgets.address_choice import address_choice
from dashboard.widgets.charts import colour
from dashboard.widgets.compare_address import COLOURS, Asked, go_to
from dashboard.widgets.compare_similar_colours import Colouring, colouring
from dashboard.widgets.compare_similar_data import Pair, film_places, vectors
from dashboard.widgets.row_click import clicked_row, numbered, place_column

MOST_POINTS = 5_000  # drawn on each side
MOST_LINES = 60  # films whose movement is drawn
MOST_LISTED = 200  # films selected that are listed
MOVED_LISTED = 20
SEED = 0
HEIGHT = 420
NARROWEST = 340
# The wheel zooms with Ctrl alone, so that it scrolls the page as everywhere else.
ZOOM = "wheel![event.ctrlKey || event.metaKey]"
INK_AND_PAPER = {False: ("#26221c", "#fdfcfa"), True: ("#ece7df", "#16181d")}  # as in .streamlit/config.toml

Row = dict[str, Any]


@st.fragment
def show_map(asked: Asked, pair: Pair, chosen: Sequence[str], *, tuned: bool) -> None:
    """Draw both maps, what is selected on them, and the films that moved most.

    Args:
        chosen: the films to be marked: the one whose neighbours are shown first, then those, then films found.
    """
    places = film_places(pair)
    label = t("compare_similar.colour")
    by = address_choice(
        "compare_similar_colour", label, COLOURS, asked.colour, lambda name: t(f"compare_similar.by_{name}")
    )
    if by != asked.colour:
        go_to(colour=by)
    st.caption(t("compare_similar.how_to", lines=MOST_LINES) if tuned else t("compare_similar.how_to_alone"))
    points = _Points(pair, places, colouring(pair.catalog, asked.colour), asked.film)
    key = fingerprint([*pair.key, asked.colour, session.language(), points.colouring.colours])[:12]
    sides = ("base", "tuned") if tuned else ("base",)
    selected = list(dict.fromkeys(id for side in sides for id in points.selected(side, f"compare_map_{side}_{key}")))
    marked = list(dict.fromkeys([*chosen, *selected]))
    with st.grid(len(sides), min_column_width=NARROWEST, gap="medium"):
        for side in sides:
            with st.container():
                st.markdown(f"**{t(f'common.{side}')}**")
                st.altair_chart(
                    points.chart(side, marked),
                    width="stretch",
                    key=f"compare_map_{side}_{key}",
                    on_select="rerun",
                    selection_mode=["picked", "area"],
                    alt=t("compare_similar.map_alt", side=t(f"common.{side}")),
                )
    _what_it_shows(places, len(points.drawn), len(pair.catalog), tuned=tuned)
    if selected:
        _list_selected(asked, pair, places, selected, tuned=tuned)
    if tuned:
        _list_moved(asked, pair, places)


class _Points:
    """The films as points of both maps."""

    def __init__(self, pair: Pair, places: FilmMap, how: Colouring, film: str) -> None:
        self.movies = pair.catalog.movies
        self.rows = {movie_id: row for row, movie_id in enumerate(pair.catalog.ids)}
        self.sides = {"base": places.base, "tuned": places.tuned}
        self.moved = places.moved
        self.colouring = how
        self.film = film
        self.drawn = drawn_rows(len(self.movies))
        corners = np.concatenate([places.base[self.drawn], places.tuned[self.drawn]])
        self.low, self.high = corners.min(axis=0), corners.max(axis=0)
        margin = 0.04 * np.maximum(self.high - self.low, 1e-6)
        self.low, self.high = self.low - margin, self.high + margin

    def selected(self, side: str, key: str) -> list[str]:
        """Return the films that are selected on one map, by clicks or by an area."""
        state: Any = session.sent(key, "selection") or {}
        picked = [str(point["id"]) for point in state.get("picked") or [] if point.get("id") in self.rows]
        area = state.get("area") or {}
        if "x" not in area or "y" not in area:
            return picked
        places = self.sides[side][self.drawn]
        (left, right), (bottom, top) = sorted(area["x"]), sorted(area["y"])
        x, y = places[:, 0], places[:, 1]
        inside = self.drawn[(left <= x) & (x <= right) & (bottom <= y) & (y <= top)]
        return [*picked, *(self.movies[row].movie_id for row in inside)]

    def chart(self, side: str, marked: Sequence[str]) -> alt.LayerChart:
        """Return one map, with the marked films on top and, on the tuned one, the ways that they came."""
        layers = [self._cloud(side, dimmed=bool(marked))]
        rows = np.array([self.rows[movie_id] for movie_id in marked if movie_id in self.rows], np.int64)
        if len(rows):
            layers.append(self._rings(side, rows))
            if side == "tuned":
                layers.append(self._ways(rows))
        if self.film in self.rows:
            layers += self._film(side)
        canvas = {"embedOptions": {"renderer": "canvas"}}
        return alt.LayerChart(layer=layers, height=HEIGHT, usermeta=canvas)

    def _cloud(self, side: str, *, dimmed: bool) -> alt.Chart:
        picked = alt.selection_point(name="picked", fields=["id"], clear="dblclick")
        area = alt.selection_interval(name="area", encodings=["x", "y"], clear="dblclick", zoom=False)
        zoom = alt.selection_interval(name="zoom", bind="scales", translate=False, zoom=ZOOM, clear="dblclick")
        size = 26 if len(self.drawn) <= 1_500 else 14
        chart: alt.Chart = (
            alt.Chart(self._frame(side, self.drawn))
            .mark_circle(size=size, opacity=0.4 if dimmed else 0.75)
            .encode(*self._axes(), color=self._colour(), tooltip=self._tooltip())
            .add_params(picked, area, zoom)
        )
        return chart

    def _ways(self, rows: np.ndarray) -> alt.Chart:
        farthest = rows[np.argsort(-self.moved[rows], kind="stable")[:MOST_LINES]]
        before, after = self.sides["base"][farthest], self.sides["tuned"][farthest]
        frame = pd.DataFrame({"x": after[:, 0], "y": after[:, 1], "from_x": before[:, 0], "from_y": before[:, 1]})
        chart: alt.Chart = (
            alt.Chart(frame)
            .mark_rule(color=colour("base"), opacity=0.9, size=1.2)
            .encode(*self._axes(), alt.X2("from_x:Q"), alt.Y2("from_y:Q"))
        )
        return chart

    def _rings(self, side: str, rows: np.ndarray) -> alt.Chart:
        size, width = (70, 1.6) if len(rows) <= MOST_LINES else (24, 0.7)
        ink, _ = INK_AND_PAPER[st.context.theme.type == "dark"]
        chart: alt.Chart = (
            alt.Chart(self._frame(side, rows))
            .mark_point(filled=True, size=size, opacity=1, stroke=ink, strokeWidth=width)
            .encode(*self._axes(), color=self._colour(), tooltip=self._tooltip())
        )
        return chart

    def _film(self, side: str) -> list[alt.Chart]:
        frame = self._frame(side, np.array([self.rows[self.film]]))
        ink, paper = INK_AND_PAPER[st.context.theme.type == "dark"]
        here = alt.Chart(frame).mark_point(
            filled=True, shape="diamond", size=190, opacity=1, color=colour("tuned"), stroke=paper
        )
        name: dict[str, Any] = {"dy": -16, "fontSize": 13, "fontWeight": "bold", "limit": 240}
        halo = alt.Chart(frame).mark_text(color=paper, stroke=paper, strokeWidth=4, strokeJoin="round", **name)
        text = alt.Chart(frame).mark_text(color=ink, **name)
        return [
            here.encode(*self._axes(), tooltip=self._tooltip()),
            *(mark.encode(*self._axes(), text="title:N") for mark in (halo, text)),
        ]

    def _frame(self, side: str, rows: np.ndarray) -> pd.DataFrame:
        places = self.sides[side][rows].astype(np.float32)
        movies = [self.movies[row] for row in rows]
        return pd.DataFrame(
            {
                "id": [movie.movie_id for movie in movies],
                "title": [films.title(movie) for movie in movies],
                "year": [str(movie.year or "") for movie in movies],
                "genres": [", ".join(films.genre_names(movie)) for movie in movies],
                "group": [self.colouring.groups[row] for row in rows],
                "x": places[:, 0],
                "y": places[:, 1],
            }
        )

    def _axes(self) -> tuple[alt.X, alt.Y]:
        scales = [
            alt.Scale(domain=[float(low), float(high)], zero=False, nice=False)
            for low, high in zip(self.low, self.high, strict=True)
        ]
        plain = alt.Axis(labels=False, ticks=False, grid=False, domain=False, title=None)
        return alt.X("x:Q", scale=scales[0], axis=plain), alt.Y("y:Q", scale=scales[1], axis=plain)

    def _colour(self) -> alt.Color:
        scale = alt.Scale(domain=list(self.colouring.names), range=list(self.colouring.colours))
        return alt.Color("group:N", scale=scale, legend=alt.Legend(orient="bottom", title=None, columns=4))

    def _tooltip(self) -> list[alt.Tooltip]:
        names = {"title": "common.film", "year": "common.year", "genres": "common.genres"}
        return [alt.Tooltip(f"{field}:N", title=t(key)) for field, key in names.items()]


def drawn_rows(count: int) -> np.ndarray:
    """Return the films that are drawn: all, or ``MOST_POINTS`` of them by lot, always the same."""
    if count <= MOST_POINTS:
        return np.arange(count)
    return np.sort(np.random.default_rng(SEED).choice(count, MOST_POINTS, replace=False))


def _what_it_shows(places: FilmMap, drawn: int, count: int, *, tuned: bool) -> None:
    shares = {"explained": places.explained, "base": places.base_explained, "tuned": places.tuned_explained}
    key = "compare_similar.explained" if tuned else "compare_similar.explained_alone"
    st.caption(t(key, **{name: f"{share:.0%}" for name, share in shares.items()}))
    if drawn < count:
        st.caption(t("compare_similar.drawn", drawn=f"{drawn:,}", films=f"{count:,}"))


def _list_selected(asked: Asked, pair: Pair, places: FilmMap, selected: Sequence[str], *, tuned: bool) -> None:
    st.markdown(f"**{t('compare_similar.selected', count=f'{len(selected):,}')}**")
    if len(selected) > MOST_LISTED:
        st.caption(t("compare_similar.selected_first", shown=MOST_LISTED))
    rows = {movie_id: row for row, movie_id in enumerate(pair.catalog.ids)}
    listed = [rows[movie_id] for movie_id in selected[:MOST_LISTED]]
    extra = [{"moved": float(places.moved[row])} if tuned else {} for row in listed]
    _film_table(asked, [pair.catalog.movies[row] for row in listed], extra, "selected")


def _list_moved(asked: Asked, pair: Pair, places: FilmMap) -> None:
    st.subheader(t("compare_similar.moved_most"), anchor=False)
    st.caption(t("compare_similar.open"))
    order = np.argsort(-places.moved, kind="stable")[:MOVED_LISTED]
    near = [nearest_rows(vectors(searcher).vectors, order) for searcher in (pair.base, pair.tuned)]
    kept = [len(set(before) & set(after)) for before, after in zip(*(side.tolist() for side in near), strict=True)]
    most = min(NEIGHBOURS, len(pair.catalog) - 1)
    extra = [
        {"moved": float(places.moved[row]), "kept": f"{same} / {most}"} for row, same in zip(order, kept, strict=True)
    ]
    _film_table(asked, [pair.catalog.movies[row] for row in order], extra, "moved")


def _film_table(asked: Asked, movies: Sequence[Movie], extra: Sequence[Row], name: str) -> None:
    """Draw films with what is to be said of them, and go to the one that is clicked.

    The key changes with the film that was gone to, or the click would lead there again from wherever one went next.
    """
    rows = [
        {
            "title": films.title(movie),
            "year": movie.year,
            "genres": ", ".join(films.genre_names(movie)),
            "franchise": movie.franchise,
            **more,
        }
        for movie, more in zip(movies, extra, strict=True)
    ]
    if not any(row["franchise"] for row in rows):
        rows = [{field: value for field, value in row.items() if field != "franchise"} for row in rows]
    key = fingerprint([asked.film, session.language(), [movie.movie_id for movie in movies]])[:12]
    event: Any = st.dataframe(
        numbered(rows),
        hide_index=True,
        key=f"compare_similar_{name}_{key}",
        on_select="rerun",
        selection_mode="single-cell",
        height=min(38 + 35 * len(rows), 390),
        column_config={
            **place_column(),
            "title": st.column_config.TextColumn(t("common.film"), width="medium"),
            "year": st.column_config.NumberColumn(t("common.year"), format="%d", width="small"),
            "genres": st.column_config.TextColumn(t("common.genres")),
            "franchise": st.column_config.TextColumn(t("catalog.franchise")),
            "moved": st.column_config.NumberColumn(
                t("compare_similar.moved"), format="%.3f", width="small", help=t("compare_similar.moved_help")
            ),
            "kept": st.column_config.TextColumn(t("compare_similar.kept"), help=t("compare_similar.kept_help")),
        },
        alt=t(f"compare_similar.{name}_alt"),
    )
    clicked = clicked_row(event, len(movies))
    if clicked is not None:
        go_to(film=movies[clicked].movie_id)
