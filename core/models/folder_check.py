"""What a model's files say, looked at before transformers acts on it or anything is allocated.

transformers follows an index of shards to whatever it names, pickles and files of other folders among them, and
allocates what ``config.json`` asks for, whatever the weights hold.
"""

from __future__ import annotations

import re
from pathlib import Path

from core.errors import ModelError
from core.files import read_json
from core.quoting import quoted

INDEX = "model.safetensors.index.json"
SHARD = re.compile(r"[A-Za-z0-9_\-][A-Za-z0-9_.\-]*\.safetensors")
LAYERS = ("num_hidden_layers", "num_layers", "n_layer", "n_layers")
MOST_LAYERS = 1_000
# A weight takes half a byte at least (4 bits); a table that the files lack may be twice of what they have.
WEIGHTS_A_BYTE = 4


def check_index(path: Path) -> None:
    """Refuse (ModelError) an index that leads to anything but safetensors beside it."""
    index = read_json(path, ModelError)
    shards = index.get("weight_map") if isinstance(index, dict) else None
    if not isinstance(shards, dict):
        raise ModelError(f"{path}: expected an index of shards (weight_map). Download or export the model again.")
    for shard in shards.values():
        if not isinstance(shard, str) or not SHARD.fullmatch(shard):
            raise ModelError(
                f"{path}: leads to {quoted(shard)}; expected a safetensors file beside it, the only kind that Reelign "
                "reads."
            )


def check_sizes(folder: Path) -> None:
    """Refuse (ModelError) a configuration that asks for far more than the weights in the folder hold."""
    import torch
    from transformers import AutoConfig, AutoModel

    path = folder / "config.json"
    files = list(folder.glob("*.safetensors"))
    if not files or not all(map(_is_whole, files)):
        return  # said by who loads them, in the words for all sources
    try:
        row = read_json(path, ModelError)
    except ModelError:
        return  # likewise
    for name in LAYERS:
        if isinstance(row, dict) and isinstance(row.get(name), int | float) and row[name] > MOST_LAYERS:
            raise ModelError(f"{path}: {name} is {quoted(row[name])}; at most {MOST_LAYERS:,} layers are read.")
    try:
        with torch.device("meta"):
            settings = AutoConfig.from_pretrained(folder, trust_remote_code=False)
            model = AutoModel.from_config(settings, trust_remote_code=False)  # type: ignore[no-untyped-call]
        wanted = sum(weight.numel() for weight in model.parameters())
    except OverflowError as reason:
        raise ModelError(f"{path}: asks for more weights than can be counted.") from reason
    except Exception:  # likewise, whatever it is
        return
    held = sum(file.stat().st_size for file in files)
    if wanted > WEIGHTS_A_BYTE * held:
        raise ModelError(
            f"{path}: asks for {wanted:,} weights, and the files hold {held:,} bytes. Download or export it again."
        )


def _is_whole(path: Path) -> bool:
    """Tell whether a file's header fits its size; no data is read."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt"):
            return True
    except (SafetensorError, OSError):
        return False
