"""The vector index of a catalogue under a model: building, saving, opening and searching it."""

from core.index.exact import Hit, MovieIndex
from core.index.folder import check_files, check_saved, load_index, read_manifest, save_index
from core.index.opening import index_name, open_index

__all__ = [
    "Hit",
    "MovieIndex",
    "check_files",
    "check_saved",
    "index_name",
    "load_index",
    "open_index",
    "read_manifest",
    "save_index",
]
