"""Taking a tuned model elsewhere: a sentence-transformers folder that loads in one line.

Two forms: *merged* holds all weights and needs nothing else; *adapter* holds only the LoRA weights, a few megabytes,
and finds its base by the path or Hub id in ``adapter_config.json``, through PEFT. Either is opened again in a fresh
process and must give the same vectors before it is kept.
"""

from __future__ import annotations

import copy
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from core.errors import ModelError
from core.files import folder_written_aside, read_json, write_json, write_text
from core.models.adapter import SETTINGS, WEIGHTS
from core.models.embedder import Embedder
from core.models.loading import load_embedder, read_tuning
from core.models.named import hub_id_of
from core.models.packaged import PACKAGED, packaged_folder
from core.models.pooling import Pooling
from core.models.recipe import RECIPE_FILE
from core.runs.folder import RunFolder
from core.training.card import model_card
from core.training.probes import LEAST_COSINE, lowest_cosine, probe_vectors, reopened_vectors
from core.workspace import Workspace

Form = Literal["merged", "adapter"]


@dataclass(frozen=True, slots=True)
class Exported:
    """An export that stands.

    Attributes:
        cosine: the lowest between its vectors here and in a fresh process.
        base: where an adapter looks for its base, a folder of this machine or a Hub id; empty for a merged model.
    """

    form: Form
    cosine: float
    base: str


def export_model(run: RunFolder, folder: Path, workspace: Workspace, form: Form = "merged") -> Exported:
    """Write the tuned model of a run as a sentence-transformers folder, and open it again to see that it is the same.

    Raises:
        ModelError: the folder exists, the run has no adapter or none of any strength, only its query side was tuned,
            or the copy differs.
    """
    if folder.exists():
        raise ModelError(f"{folder} exists already. Name a new folder.")
    embedder = load_embedder(run.name, workspace, device="cpu")
    if embedder.documents is not None:
        raise ModelError(
            f"Run '{run.name}' tuned the query side only: films need the base model, queries the tuned one. "
            "A single folder cannot hold both; train with --side both to export."
        )
    tuning = read_tuning(run.adapter)
    if form == "adapter" and tuning.alpha == 0:
        raise ModelError(
            f"The strength chosen for the adapter of run '{run.name}' is 0: it is no improvement, and there is nothing "
            f"to export but its base, '{tuning.base}'. Use that, or choose another run."
        )
    base = base_location(tuning.base, workspace) if form == "adapter" else ""
    with folder_written_aside(folder.resolve()) as aside:
        if form == "adapter":
            write_adapter(embedder, run.adapter, tuning.alpha, base, aside)
        else:
            write_model(embedder, aside)
        write_text(aside / "README.md", model_card(run, embedder, workspace, base))
        cosine = lowest_cosine(probe_vectors(embedder), reopened_vectors(aside, workspace))
        if not cosine >= LEAST_COSINE:
            raise ModelError(f"The exported model gives other vectors (cosine {cosine:.4f}); nothing was written.")
    return Exported(form, cosine, base)


def base_location(name: str, workspace: Workspace) -> str:
    """Return where others find a base: the absolute path of its folder on this machine, or its Hub id."""
    if name in PACKAGED:
        return str(packaged_folder(name, workspace).resolve())
    folder = Path(name).expanduser()
    return str(folder.resolve()) if name and folder.is_dir() else hub_id_of(name)


def write_model(embedder: Embedder, folder: Path) -> None:
    """Write the merged weights, and the files that say how to use them."""
    embedder.model.save_pretrained(folder)  # type: ignore[operator]
    write_usage(embedder, folder)
    write_json(folder / RECIPE_FILE, {"recipe": {**embedder.recipe.as_dict(), "max_length": embedder.max_length}})


def write_adapter(embedder: Embedder, adapter: Path, alpha: float, base: str, folder: Path) -> None:
    """Write an adapter's weights as they are, the settings that give them strength ``alpha``, and the usage files.

    PEFT computes ``W + lora_alpha / r * B A`` (over the root of ``r`` for rank-stabilised LoRA), so the strength goes
    into ``lora_alpha`` and no weight is rounded.
    """
    settings = read_json(adapter / SETTINGS, ModelError)
    settings |= {"base_model_name_or_path": base, "lora_alpha": alpha * settings["lora_alpha"]}
    write_json(folder / SETTINGS, settings)
    shutil.copyfile(adapter / WEIGHTS, folder / WEIGHTS)
    # Else a base stored in bfloat16 would be computed in it too.
    write_usage(embedder, folder, model_args={"dtype": "float32"})


def write_usage(embedder: Embedder, folder: Path, **loading: Any) -> None:
    """Write the tokenizer, and the sentence-transformers files that say how to load the model and use its vectors."""
    recipe = embedder.recipe
    framed_tokenizer(embedder).save_pretrained(folder)
    module = "sentence_transformers.models"
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": f"{module}.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{module}.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{module}.Normalize"},
    ]
    transformer = {"max_seq_length": embedder.max_length, "do_lower_case": False, **loading}
    pooling = {
        "word_embedding_dimension": embedder.dimension,
        "pooling_mode_cls_token": recipe.pooling is Pooling.CLS,
        "pooling_mode_mean_tokens": recipe.pooling is Pooling.MEAN,
        "pooling_mode_lasttoken": recipe.pooling is Pooling.LAST,
    }
    prompts = {"query": recipe.query_prompt, "document": recipe.document_prompt}
    (folder / "1_Pooling").mkdir()
    (folder / "2_Normalize").mkdir()
    write_text(folder / "modules.json", json.dumps(modules, indent=2) + "\n")
    write_json(folder / "1_Pooling" / "config.json", pooling)
    write_json(folder / "2_Normalize" / "config.json", {})
    write_json(folder / "config_sentence_transformers.json", {"prompts": prompts, "similarity_fn_name": "cosine"})
    write_json(folder / "sentence_bert_config.json", transformer)


def framed_tokenizer(embedder: Embedder) -> Any:
    """Return a copy of the tokenizer that by itself pads, and frames a text with the ids that Reelign puts there."""
    from tokenizers import processors

    tokenizer = copy.deepcopy(embedder.backbone.tokenizer)
    frame = embedder.backbone.frame
    if tokenizer.pad_token is None:  # LLaMA and Mistral have none, and sentence-transformers pads every batch
        tokenizer.pad_token = tokenizer.convert_ids_to_tokens(frame.pad)
    if embedder.recipe.append_eos:
        names = {token: tokenizer.convert_ids_to_tokens(token) for token in (*frame.prefix, *frame.suffix)}
        template = [*(names[token] for token in frame.prefix), "$A", *(names[token] for token in frame.suffix)]
        tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
            single=" ".join(template), special_tokens=[(name, token) for token, name in names.items()]
        )
    return tokenizer
