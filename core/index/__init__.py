"""The vector index of a catalogue under a model: building, saving, opening and searching it."""

from core.index.approximate import ApproximateIndex
from core.index.exact import Hit, MovieIndex
from core.index.folder import check_files, check_saved, load_index, read_manifest, read_recall, save_index
from core.index.kinds import Kind, choose_kind, machine_memory
from core.index.opening import ask_for_kind, index_folder, index_name, kind_for_search, open_index
from core.index.recall import Recall
from core.index.shards import ShardedIndex, merge_hits

__all__ = [
    "ApproximateIndex",
    "Hit",
    "Kind",
    "MovieIndex",
    "Recall",
    "ShardedIndex",
    "ask_for_kind",
    "check_files",
    "check_saved",
    "choose_kind",
    "index_folder",
    "index_name",
    "kind_for_search",
    "load_index",
    "machine_memory",
    "merge_hits",
    "open_index",
    "read_manifest",
    "read_recall",
    "save_index",
]
