"""What the part on similar films shows, computed once for each model and pair of models.

Everything is keyed on the fingerprints of the indexes, which stand for the model and the catalogue together; alignment
also on the labels.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.catalog import Catalog
from core.evaluation.film_map import FilmMap, film_map
from core.evaluation.neighbours import FilmVectors, NeighbourChange, compare_neighbours
from core.evaluation.similar_models import align_models, film_vectors
from core.evaluation.similarity import Figure, FilmFigures, Similarity, compare_films, measure_films
from core.judgments import Split
from core.search import Searcher
from dashboard import resources
from dashboard.strings import t


@dataclass(frozen=True, slots=True)
class Pair:
    """Two models over one catalogue; without a tuned one, the base stands on both sides."""

    catalog: Catalog
    base: Searcher
    tuned: Searcher

    @property
    def key(self) -> tuple[str, str]:
        """What decides where the films lie under either."""
        return self.base.index.fingerprint, self.tuned.index.fingerprint


def open_pair(base: str, tuned: str | None) -> Pair:
    """Load both models and their indexes.

    Raises:
        ReelignError: a model or the catalogue cannot be used.
    """
    return Pair(resources.catalog(), resources.searcher(base), resources.searcher(tuned or base))


def neighbours(pair: Pair, movie_id: str) -> NeighbourChange:
    """Return the nearest films of a film under both models."""
    return _neighbours(pair.key, movie_id, pair)


def film_places(pair: Pair) -> FilmMap:
    """Return the map of both models."""
    with st.spinner(t("compare_similar.drawing")):
        return _map(pair.key, pair)


def similarity(pair: Pair, split: Split) -> Similarity:
    """Return the figures of both models, alignment on the labels of one split as they stand now."""
    with st.spinner(t("compare_similar.measuring")):
        embedders = (pair.base.embedder.fingerprint, pair.tuned.embedder.fingerprint)
        event = resources.store().last_event_number()
        alignment = _alignment((*pair.key, *embedders, split.value, event), pair, split)
        base, tuned = vectors(pair.base), vectors(pair.tuned)
        measured = (_figures(pair.key[0], base, pair.catalog), _figures(pair.key[1], tuned, pair.catalog))
        return compare_films(base, tuned, measured, alignment)


def vectors(searcher: Searcher) -> FilmVectors:
    """Return the films as a model places them."""
    return _vectors(searcher.index.fingerprint, searcher)


@st.cache_resource(max_entries=resources.MOST_MODELS, show_spinner=False)
def _vectors(index: str, _searcher: Searcher) -> FilmVectors:
    return film_vectors(_searcher)


@st.cache_resource(max_entries=2 * resources.MOST_MODELS, show_spinner=False)
def _figures(index: str, _films: FilmVectors, _catalog: Catalog) -> FilmFigures:
    return measure_films(_films, _catalog)


@st.cache_resource(max_entries=16, show_spinner=False)
def _alignment(key: tuple[object, ...], _pair: Pair, _split: Split) -> Figure | None:
    queries = {query.query_id: query.text for query in resources.store().queries(_split)}
    return align_models(_pair.base, _pair.tuned, queries, resources.standing_truth().grades)


@st.cache_resource(max_entries=resources.MOST_MODELS, show_spinner=False)
def _map(key: tuple[str, str], _pair: Pair) -> FilmMap:
    return film_map(vectors(_pair.base), vectors(_pair.tuned))


@st.cache_resource(max_entries=512, show_spinner=False)
def _neighbours(key: tuple[str, str], movie_id: str, _pair: Pair) -> NeighbourChange:
    return compare_neighbours(vectors(_pair.base), vectors(_pair.tuned), movie_id)
