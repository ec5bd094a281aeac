"""The catalogue: films, importing and checking catalogue files, and the text that stands for a film."""

from core.catalog.columns import MAPPABLE
from core.catalog.films import Films
from core.catalog.importing import ImportPlan, apply_import, plan_import
from core.catalog.large import Imported, import_file, open_films
from core.catalog.movie import Catalog, Movie, document_text, load_catalog, movie_from_row, save_catalog
from core.catalog.reading import ImportProblem
from core.catalog.titles import search_titles

__all__ = [
    "MAPPABLE",
    "Catalog",
    "Films",
    "ImportPlan",
    "ImportProblem",
    "Imported",
    "Movie",
    "apply_import",
    "document_text",
    "import_file",
    "load_catalog",
    "movie_from_row",
    "open_films",
    "plan_import",
    "save_catalog",
    "search_titles",
]
