"""What each process of a sharded training does, for test_sharded.py; torchrun starts it.

Usage: sharded_processes.py MODEL_FOLDER RESULT_FOLDER. Leaves ``RANK.json`` and ``RANK.safetensors`` there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from small_batches import CPU, batch_loss, encoder, gradients, ragged_rows, stir

from core.config import make_config
from core.models import backbone as backbones
from core.models.backbone import load_backbone
from core.models.tokens import batches_by_length
from core.training.checkpoint import trainable
from core.training.distributed import World, check_same_weights, gather_rows, share, sum_gradients
from core.training.out_of_memory import MemoryPlan
from core.training.passes import backward_in_step
from core.training.sharded import ShardedBase, held_bytes, sharded_model
from core.workspace import Workspace

BUDGET = 48
SETTINGS = {"base": "x", "lora_rank": 4, "lora_alpha": 8, "lora_layers": 1.0, "shard": True}


def main(model_folder: Path, results: Path) -> None:
    world = World.from_environment()
    workspace = Workspace(results)
    skeleton = load_backbone(str(model_folder), workspace, weights=False)
    config = make_config({**SETTINGS, "gradient_checkpointing": True})
    model = sharded_model(skeleton, config, CPU, workspace, world)
    stir(model)
    weights = trainable(model)
    check_same_weights(weights, world)
    frozen = [part for part in model.parameters() if not part.requires_grad]
    facts = {"trained": sum(weight.nbytes for weight in weights.values()), "held": [held_bytes(model)]}
    facts["whole"] = sum(part.numel() * part.element_size() for part in frozen)  # as the unspread model has them
    facts["loaded"] = len(backbones._loaded)
    rows = ragged_rows(len(skeleton.tokenizer))
    # Process 0 has one long row, process 1 many short ones: their texts need another number of passes each.
    shares = share([len(row) for row in rows], world)
    parts = [[rows[position] for position in positions] for positions in shares]
    facts["passes"] = [len(batches_by_length([len(row) for row in part], BUDGET)) for part in parts]
    tensors = {}
    base = ShardedBase(skeleton, CPU, model=model)
    for name, cached in (("plain", False), ("cached", True)):
        loss = backward_in_step(
            encoder(model, skeleton),
            parts,
            world.rank,
            lambda vectors: batch_loss(gather_rows(vectors, shares, world)),
            MemoryPlan(cached, BUDGET),
        )
        sum_gradients(weights.values(), world)
        facts[f"{name} loss"] = float(loss)
        tensors |= {f"{name}/{key}": gradient for key, gradient in gradients(model).items()}
        tensors[f"base/{name}"] = torch.from_numpy(base.encode(["one text", "another and longer text"], "query"))
    facts["held"].append(held_bytes(model))
    world.close()
    save_file(tensors, results / f"{world.rank}.safetensors")
    (results / f"{world.rank}.json").write_text(json.dumps(facts))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
