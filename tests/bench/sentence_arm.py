"""One training by sentence-transformers, in a process of its own: the other side of the training benchmarks.

SentenceTransformerTrainer with MultipleNegativesRankingLoss and ``add_adapter``, as its documentation shows them. The
folder given holds ``task.json``; ``adapter/`` and ``result.json`` are written beside it. From Reelign come the base
weights, the settings (LoRA on the same layers, steps, batch size, schedule, optimiser, temperature, lengths,
prompts) and nothing else. What stays sentence-transformers' own: tokenising and padding each batch anew, one forward
pass a batch, the backbone's dropout, and how it saves its adapter. Progress bars, logging and checkpoints are off.

* ``bf16``: autocast in bfloat16; by default it computes in float32.
* ``no_duplicates``: ``BatchSamplers.NO_DUPLICATES``, which its documentation recommends for this loss.
* ``dropout``: ``False`` switches the frozen backbone's dropout off, as Reelign does; by default it is on.
* ``mined``: hard negatives a pair from ``mine_hard_negatives`` over the whole catalogue, 5 % below the positive.

Run by the benchmarks: python tests/bench/sentence_arm.py FOLDER
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

try:
    import datasets
except ImportError:
    raise SystemExit(
        "sentence-transformers trains only with the package 'datasets': pip install 'sentence-transformers[train]'"
    ) from None
import torch
from peft import LoraConfig
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from sentence_transformers.sentence_transformer.training_args import BatchSamplers
from sentence_transformers.util import mine_hard_negatives

from core.config import TrainConfig, make_config
from core.models.adapter import with_adapter
from core.models.backbone import Backbone, load_backbone, model_type
from core.models.device import Compute, choose_compute
from core.models.embedder import Embedder
from core.models.loading import Tuning
from core.models.named import lora_targets
from core.models.recipe import DECODERS
from core.training.export import write_model
from core.training.fit import default_learning_rate
from core.training.lora import DECODER_SHARE, ENCODER_SHARE, adapted_modules
from core.workspace import Workspace

RELATIVE_MARGIN = 0.05
DROPOUT = ("hidden_dropout_prob", "attention_probs_dropout_prob", "attention_dropout")
LEAST_COSINE = 0.9999


def lora_settings(model: Any, config: TrainConfig) -> LoraConfig:
    """Return LoRA on the layers that Reelign adapts with these settings."""
    share = config.lora_layers or (DECODER_SHARE if model_type(model) in DECODERS else ENCODER_SHARE)
    return LoraConfig(
        r=config.lora_rank,
        lora_alpha=config.lora_alpha,
        lora_dropout=config.lora_dropout,
        target_modules=adapted_modules(model, share, lora_targets(config.base, model_type(model))),
        bias="none",
        task_type="FEATURE_EXTRACTION",
    )


def training_arguments(
    task: dict[str, Any], config: TrainConfig, backbone: Backbone, columns: list[str], device: str, folder: str
) -> SentenceTransformerTrainingArguments:
    recipe = backbone.recipe
    prompts = {name: recipe.query_prompt if name == "anchor" else recipe.document_prompt for name in columns}
    sampler = BatchSamplers.NO_DUPLICATES if task["no_duplicates"] else BatchSamplers.BATCH_SAMPLER
    return SentenceTransformerTrainingArguments(
        output_dir=folder,
        num_train_epochs=config.epochs,
        per_device_train_batch_size=config.batch_size,
        learning_rate=config.learning_rate or default_learning_rate(backbone),
        warmup_steps=config.warmup,
        weight_decay=config.weight_decay,
        max_grad_norm=config.max_grad_norm,
        batch_sampler=sampler,
        prompts=prompts,
        bf16=task["bf16"],
        use_cpu=device == "cpu",
        seed=config.seed,
        save_strategy="no",
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )


def training_set(task: dict[str, Any], model: SentenceTransformer) -> datasets.Dataset:
    pairs = datasets.Dataset.from_dict({"anchor": task["queries"], "positive": task["documents"]})
    if not task["mined"]:
        return pairs
    return mine_hard_negatives(
        pairs,
        model,
        corpus=task["corpus"],
        num_negatives=task["mined"],
        relative_margin=RELATIVE_MARGIN,
        range_max=len(set(task["corpus"])),  # by default it looks at some 40 films and drops pairs that find none there
        sampling_strategy="top",
        output_format="n-tuple",
        verbose=False,
    )


def train(task: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Train, save the adapter, and return what it took, with a check that Reelign loads what was trained."""
    config = make_config(task["config"])
    backbone = load_backbone(config.base, Workspace(Path(task["workspace"])))
    exact = Compute("cpu", False, "")
    device = choose_compute(config.device).device
    with tempfile.TemporaryDirectory() as aside:
        base = Path(aside) / "base"
        base.mkdir()
        write_model(Embedder(backbone, exact), base)
        started = time.perf_counter()
        without = {} if task["dropout"] else {name: 0.0 for name in DROPOUT if hasattr(backbone.model.config, name)}
        model = SentenceTransformer(str(base), device=device, config_kwargs=without)
        transformer: Any = model[0]
        own_length: Any = model.max_seq_length
        torch.manual_seed(config.seed)
        model.add_adapter(lora_settings(transformer.auto_model, config))
        rows = training_set(task, model)
        model.max_seq_length = min(config.max_length, own_length)
        trainer = SentenceTransformerTrainer(
            model=model,
            args=training_arguments(task, config, backbone, rows.column_names, device, aside),
            train_dataset=rows,
            loss=MultipleNegativesRankingLoss(model, scale=1 / config.temperature),
        )
        began = time.perf_counter()
        trainer.train()
        step_seconds = time.perf_counter() - began
        transformer.auto_model.save_pretrained(folder / "adapter")
        seconds = time.perf_counter() - started
    Tuning(config.base, 1.0, "both").write(folder / "adapter")
    model.max_seq_length = own_length
    trainer.accelerator.unwrap_model(model, keep_fp32_wrapper=False)  # it would go on in bfloat16
    check_same_vectors(model, backbone, folder / "adapter", task["queries"][:8])
    lost = len(task["queries"]) - len(rows)
    return {
        "pairs": len(rows),
        "steps": trainer.state.global_step,
        "step_seconds": step_seconds,
        "seconds": seconds,
        "precision": "bfloat16" if task["bf16"] else "float32",
        "note": f"{lost} pairs without {task['mined']} negatives were dropped" if lost else "",
    }


def check_same_vectors(model: SentenceTransformer, backbone: Backbone, adapter: Path, texts: list[str]) -> None:
    """Refuse a result whose adapter gives other vectors where it is scored than where it was trained."""
    scored = Embedder(backbone, Compute("cpu", False, ""), model=with_adapter(backbone.model, adapter), adapter="saved")
    own = model.encode(texts, prompt_name="query", normalize_embeddings=True, show_progress_bar=False)
    lowest = float((scored.encode(texts, "query") * own).sum(axis=1).min())
    if not lowest >= LEAST_COSINE:
        raise SystemExit(
            f"{adapter}: the saved adapter gives other vectors than the trained one (cosine {lowest:.4f})."
        )


if __name__ == "__main__":
    given = Path(sys.argv[1])
    found = train(json.loads((given / "task.json").read_text(encoding="utf-8")), given)
    (given / "result.json").write_text(json.dumps(found), encoding="utf-8")
