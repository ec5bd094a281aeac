"""Loading a backbone: its weights, tokenizer and recipe, from a package, a folder or the Hub.

Safety rules hold for every source: safetensors weights only, no code from the model's folder, no missing weights.
"""

from __future__ import annotations

import json
import threading
import weakref
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import ModelError
from core.fingerprint import fingerprint, fingerprint_file
from core.models.packaged import PACKAGED, packaged_folder
from core.models.recipe import RECIPE_FILE, Recipe, recipe_for
from core.models.tokens import Frame, frame_of
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


def load_backbone(name: str, workspace: Workspace) -> Backbone:
    """Load a packaged model by name, a folder by path, or a Hub id.

    Raises:
        ModelError: nothing loadable goes by that name; the message says what was tried.
    """
    key = (name, str(workspace.root))
    with _lock:
        known = _loaded.get(key)
        if known is None:
            known = _load(name, workspace)
            _loaded[key] = known
        return known


def _load(name: str, workspace: Workspace) -> Backbone:
    folder = _folder(name, workspace)
    source = str(folder) if folder else name
    model = _load_weights(name, source)
    recipe = PACKAGED[name].recipe if name in PACKAGED else recipe_for(name, model_type(model), folder)
    positions = getattr(model.config, "max_position_embeddings", recipe.max_length)
    recipe = replace(recipe, max_length=min(recipe.max_length, positions))
    tokenizer = _load_tokenizer(name, source)
    return Backbone(name, model, tokenizer, recipe, _fingerprint(model, folder))


def model_type(model: nn.Module) -> str:
    """Return the family that a model's configuration names."""
    return str(model.config.model_type)  # type: ignore[union-attr]


def _folder(name: str, workspace: Workspace) -> Path | None:
    if name in PACKAGED:
        return packaged_folder(name, workspace)
    path = Path(name).expanduser()
    if name and path.is_dir():
        if not (path / "config.json").is_file():
            raise ModelError(f"{path}: no config.json in this folder; expected a transformers model.")
        return path.resolve()
    if path.is_absolute() or name.startswith(".") or name.count("/") != 1:
        names = ", ".join(PACKAGED)
        raise ModelError(
            f"No model '{name}': not one of the packaged models ({names}), not a folder, not a run, and not a Hub id "
            "like 'intfloat/multilingual-e5-small'. Check the spelling."
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
    if getattr(model, "pooler", None) is not None:
        model.pooler = None  # a classification layer that no embedder reads
    unfit = {*report["missing_keys"], *(key for key, *_ in report["mismatched_keys"])}
    missing = sorted(key for key in unfit if "pooler" not in key)
    if missing:
        raise ModelError(
            f"Model '{name}': {len(missing)} weights are missing or of another shape than its configuration says, "
            f"{missing[0]} first. Download or export it again."
        )
    return model.eval().requires_grad_(False)  # type: ignore[no-any-return]


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
    first_line = str(reason).strip().splitlines()[0] if str(reason).strip() else type(reason).__name__
    check = "Check its files" if Path(source).is_dir() else "Check the name and the connection to the Hub"
    return (
        f"Model '{name}' could not be loaded: {first_line.rstrip('. ')}. {check}, "
        f"or use a packaged model: {', '.join(PACKAGED)}."
    )


def _fingerprint(model: nn.Module, folder: Path | None) -> str:
    """Name the weights: the source file of a packaged model, the Hub commit, or the bytes of a folder."""
    if folder is None:
        return fingerprint({"id": model.config._name_or_path, "commit": model.config._commit_hash})  # type: ignore[union-attr]
    if (folder / RECIPE_FILE).is_file():
        stored = json.loads((folder / RECIPE_FILE).read_text(encoding="utf-8"))
        if "source_sha256" in stored:
            return fingerprint({"source": stored["source_sha256"]})
    files = sorted(folder.glob("*.safetensors")) + sorted(folder.glob("tokenizer*.json")) + [folder / "config.json"]
    return fingerprint({path.name: fingerprint_file(path) for path in files})
