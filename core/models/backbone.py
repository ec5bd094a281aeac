"""Loading a backbone: its weights, tokenizer and recipe, from a package, a folder or the Hub.

Safety rules hold for every source: safetensors weights only, no code from the model's folder, no missing weights.
"""

from __future__ import annotations

import os
import threading
import weakref
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import ModelError
from core.files import read_json
from core.fingerprint import fingerprint, fingerprint_file
from core.models.folder_check import INDEX, check_index, check_sizes
from core.models.named import NAMED, hub_id_of
from core.models.packaged import PACKAGED, packaged_folder
from core.models.recipe import RECIPE_FILE, Recipe, recipe_for
from core.models.tokens import Frame, frame_of
from core.quoting import first_line
from core.workspace import Workspace

if TYPE_CHECKING:
    from torch import nn

_loaded: weakref.WeakValueDictionary[tuple[str, str], Backbone] = weakref.WeakValueDictionary()
_lock = threading.Lock()


@dataclass(eq=False, slots=True, weakref_slot=True)
class Backbone:
    """A transformer without a head, on the CPU in float32, shared by everyone who loads the same name."""

    name: str
    model: nn.Module
    tokenizer: Any
    recipe: Recipe
    fingerprint: str
    frame: Frame = field(init=False)

    def __post_init__(self) -> None:
        self.frame = frame_of(self.tokenizer, self.recipe.append_eos)

    @property
    def dimension(self) -> int:
        return int(self.model.config.hidden_size)  # type: ignore[union-attr, arg-type]


def load_backbone(name: str, workspace: Workspace, *, weights: bool = True) -> Backbone:
    """Load a packaged model or a model of the Hub by its short name, a folder by its path, or any Hub id.

    A short name comes before a folder of that name; write ``./name`` for the folder. Without ``weights`` the model has
    its shapes alone (torch's ``meta`` device), is nobody else's, and takes no memory.

    Raises:
        ModelError: nothing loadable goes by that name; the message says what was tried.
    """
    if not weights:
        return _load(name, workspace, weights=False)
    key = (name, str(workspace.root))
    with _lock:
        known = _loaded.get(key)
        if known is None:
            known = _load(name, workspace)
            _loaded[key] = known
        return known


def _load(name: str, workspace: Workspace, *, weights: bool = True) -> Backbone:
    folder = _folder(name, workspace)
    source = str(folder) if folder else hub_id_of(name)
    index = _index(source, folder)
    if index is not None:
        check_index(index)
    if folder is not None and name not in PACKAGED:
        check_sizes(folder)
    model = _load_weights(name, source) if weights else _shapes(name, source)
    recipe = PACKAGED[name].recipe if name in PACKAGED else recipe_for(hub_id_of(name), model_type(model), folder)
    recipe = replace(recipe, max_length=min(recipe.max_length, _positions(model) or recipe.max_length))
    tokenizer = _load_tokenizer(name, source)
    return Backbone(name, model, tokenizer, recipe, _fingerprint(source, folder))


def _index(source: str, folder: Path | None) -> Path | None:
    """Return the file that leads to the shards of a model, ``None`` where there is none or it cannot be reached."""
    if folder is not None:
        return folder / INDEX if (folder / INDEX).exists() else None
    from transformers.utils.hub import cached_file

    try:
        found = cached_file(source, INDEX, _raise_exceptions_for_missing_entries=False)
    except (OSError, ValueError):  # said when the weights are loaded
        return None
    return Path(found) if isinstance(found, str) else None


def model_type(model: nn.Module) -> str:
    """Return the family that a model's configuration names."""
    return str(model.config.model_type)  # type: ignore[union-attr]


def _positions(model: nn.Module) -> int | None:
    """Return how many tokens a text may have; ``None`` where the configuration does not say.

    RoBERTa and its kin count positions from behind the padding id, which costs them the first few.
    """
    positions: int | None = getattr(model.config, "max_position_embeddings", None)
    table = getattr(getattr(model, "embeddings", None), "position_embeddings", None)
    padding = getattr(table, "padding_idx", None)
    return positions if positions is None or padding is None else positions - padding - 1


def _folder(name: str, workspace: Workspace) -> Path | None:
    if name in PACKAGED:
        return packaged_folder(name, workspace)
    if name in NAMED:
        return None
    path = Path(os.path.expanduser(name))  # unlike Path's own, it leaves the ~ of a nobody as it is
    if name and os.path.isdir(path):
        if not (path / "config.json").is_file():
            raise ModelError(f"{path}: no config.json in this folder; expected a transformers model.")
        return path.resolve()
    if path.is_absolute() or name.startswith(".") or name.count("/") != 1:
        raise ModelError(
            f"No model '{name}': not one of the packaged models ({', '.join(PACKAGED)}), not one that Reelign knows on "
            f"the Hub ({', '.join(NAMED)}), not a folder, not a run, and not a Hub id like "
            "'intfloat/multilingual-e5-small'. Check the spelling."
        )
    return None


def _load_weights(name: str, source: str) -> nn.Module:
    import torch
    import transformers
    from safetensors import SafetensorError

    transformers.utils.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        loaded = transformers.AutoModel.from_pretrained(
            source,
            dtype=torch.float32,
            trust_remote_code=False,
            use_safetensors=True,
            ignore_mismatched_sizes=True,  # they are counted below, by name
            output_loading_info=True,
        )
    except SafetensorError as reason:
        raise ModelError(
            f"Model '{name}': its weights are damaged ({reason}). Download or export it again."
        ) from reason
    except (OSError, ValueError, ImportError, RuntimeError) as reason:
        raise ModelError(_load_failure(name, source, reason)) from reason
    model, report = loaded
    _drop_pooler(model)
    unfit = {*report["missing_keys"], *(key for key, *_ in report["mismatched_keys"])}
    missing = sorted(key for key in unfit if "pooler" not in key)
    if missing:
        raise ModelError(
            f"Model '{name}': {len(missing)} weights are missing or of another shape than its configuration says, "
            f"{missing[0]} first. Download or export it again."
        )
    return model.eval().requires_grad_(False)  # type: ignore[no-any-return]


def _shapes(name: str, source: str) -> nn.Module:
    """Return the model that a configuration describes, without weights."""
    import torch
    from transformers import AutoConfig, AutoModel

    try:
        config = AutoConfig.from_pretrained(source, trust_remote_code=False)
        with torch.device("meta"):
            model = AutoModel.from_config(  # type: ignore[no-untyped-call]
                config, dtype=torch.float32, trust_remote_code=False
            )
    except (OSError, ValueError, ImportError, RuntimeError) as reason:
        raise ModelError(_load_failure(name, source, reason)) from reason
    _drop_pooler(model)
    return model.eval().requires_grad_(False)  # type: ignore[no-any-return]


def _drop_pooler(model: Any) -> None:
    if getattr(model, "pooler", None) is not None:
        model.pooler = None  # a classification layer that no embedder reads


def _load_tokenizer(name: str, source: str) -> Any:
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=False)
    except (OSError, ValueError, ImportError) as reason:
        raise ModelError(_load_failure(name, source, reason)) from reason
    if len(tokenizer) <= len(set(tokenizer.all_special_ids)):  # what transformers makes where there are no files
        raise ModelError(f"Model '{name}' has no tokenizer: its vocabulary is empty. Download or export it again.")
    return tokenizer


def _load_failure(name: str, source: str, reason: Exception) -> str:
    said = first_line(reason)
    check = "Check its files" if Path(source).is_dir() else "Check the name and the connection to the Hub"
    if "use_safetensors" in said:  # advice that must not be followed: other formats can run code
        said = "it has no weights in the safetensors format, the only one that Reelign reads"
        check = "Save it once with save_pretrained and name that folder"
    on_hub = f" ({source} on the Hub)" if name in NAMED else ""
    return (
        f"Model '{name}'{on_hub} could not be loaded: {said.rstrip('. ')}. {check}, "
        f"or use a packaged model: {', '.join(PACKAGED)}."
    )


def _fingerprint(source: str, folder: Path | None) -> str:
    """Name the weights: the source file of a packaged model, the Hub commit, or the bytes of a folder."""
    if folder is None:
        return fingerprint({"id": source, "commit": _commit(source)})
    if (folder / RECIPE_FILE).is_file():
        stored = read_json(folder / RECIPE_FILE, ModelError)
        if "source_sha256" in stored:
            return fingerprint({"source": stored["source_sha256"]})
    files = sorted(folder.glob("*.safetensors")) + sorted(folder.glob("tokenizer*.json")) + [folder / "config.json"]
    return fingerprint({path.name: fingerprint_file(path) for path in files})


def _commit(hub_id: str) -> str:
    """Return the commit that a model of the Hub was loaded at: the folder of its configuration in the Hub's cache."""
    from huggingface_hub import try_to_load_from_cache

    path = try_to_load_from_cache(hub_id, "config.json")
    if not isinstance(path, str):
        raise ModelError(
            f"Model '{hub_id}' left no config.json in the Hub's cache. Set HF_HOME to a folder it may use."
        )
    return Path(path).parent.name
