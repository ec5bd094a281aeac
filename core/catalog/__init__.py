"""The catalogue: films, reading and checking catalogue files, and the text that stands for a film."""

from core.catalog.movie import (
    Catalog,
    Movie,
    document_text,
    load_catalog,
    movie_from_row,
    save_catalog,
)

__all__ = [
    "Catalog",
    "Movie",
    "document_text",
    "load_catalog",
    "movie_from_row",
    "save_catalog",
]
