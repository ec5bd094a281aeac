"""What each process of a training on several devices does, for test_distributed.py; torchrun starts it.

Usage: two_processes.py MODEL_FOLDER RESULT_FOLDER. Leaves ``RANK.json`` and ``RANK.safetensors`` there.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path

import torch
from safetensors.torch import save_file
from small_batches import adapted, batch_loss, encoder, gradients, ragged_rows

from core.errors import TrainingError
from core.models.backbone import load_backbone
from core.models.tokens import batches_by_length
from core.training.checkpoint import trainable
from core.training.distributed import (
    World,
    agree,
    check_same_weights,
    from_main,
    gather_rows,
    share,
    sum_gradients,
)
from core.training.gradcache import cached_backward, plain_backward
from core.training.out_of_memory import MemoryPlan, backward_that_fits
from core.workspace import Workspace

BUDGET = 48


def short_of_memory(encode, failing):
    """Let an encoder fail at some of its calls, counted from 0."""
    calls = iter(range(1000))

    def failing_encode(rows):
        vectors = encode(rows)
        if next(calls) in failing:
            raise torch.OutOfMemoryError("out of memory in a test")
        return vectors

    return failing_encode


def main(model_folder: Path, results: Path) -> None:
    world = World.from_environment()
    backbone = load_backbone(str(model_folder), Workspace(results))
    model = adapted(backbone, dropout=0.0).double()
    encode = encoder(model, backbone)
    weights = trainable(model)
    check_same_weights(weights, world)
    rows = ragged_rows(len(backbone.tokenizer))
    shares = share([len(row) for row in rows], world)
    own = [rows[position] for position in shares[world.rank]]
    chunks = batches_by_length([len(row) for row in own], BUDGET)
    facts = {"rank": world.rank, "size": world.size, "main": world.main, "chunks": len(chunks)}
    tensors = {}

    def loss_of(vectors):
        return batch_loss(gather_rows(vectors, shares, world))

    def keep_gradients(name):
        sum_gradients(weights.values(), world)
        tensors.update({f"{name}/{key}": gradient for key, gradient in gradients(model).items()})

    for name, backward in (("plain", plain_backward), ("cached", cached_backward)):
        facts[f"{name} loss"] = float(backward(encode, chunks, own, loss_of))
        keep_gradients(name)

    # Process 1 runs out of memory before it has its vectors, then in the second pass of the first chunk.
    failing = {0, len(chunks) + 1} if world.rank == 1 else set()
    _, plan = backward_that_fits(
        short_of_memory(encode, failing),
        own,
        loss_of,
        weights.values(),
        MemoryPlan(False, BUDGET),
        partial(agree, world=world),
    )
    facts["plan"] = asdict(plan)
    keep_gradients("short of memory")

    one = share([len(rows[0])], world)
    plain_backward(encode, [[0]], [rows[0]], lambda vectors: gather_rows(vectors, one, world)[:, :5].sum())
    keep_gradients("one text")

    optimizer = torch.optim.AdamW(weights.values(), lr=0.01)
    for _ in range(2):
        optimizer.zero_grad(set_to_none=True)
        cached_backward(encode, chunks, own, loss_of)
        sum_gradients(weights.values(), world)
        torch.nn.utils.clip_grad_norm_(weights.values(), 1.0)
        optimizer.step()
    tensors.update({f"stepped/{name}": weight.detach().clone() for name, weight in weights.items()})
    check_same_weights(weights, world)
    if world.rank == 1:
        next(iter(weights.values())).data.flatten()[0] += 1e-6
    try:
        check_same_weights(weights, world)
    except TrainingError as error:
        facts["unequal"] = str(error)

    here, nowhere = (torch.nn.Parameter(torch.ones(2)) for _ in range(2))
    if world.rank == 0:
        here.grad = torch.tensor([3.0, 4.0])
    sum_gradients([here, nowhere], world)
    facts["only in process 0"] = [here.grad.tolist(), nowhere.grad.tolist()]
    facts["agree"] = [agree(flag, world) for flag in (False, world.rank == 1, world.rank == 0, True)]
    facts["from main"] = from_main([world.rank + 0.1, 2.0 - world.rank], world)
    world.close()
    save_file(tensors, results / f"{world.rank}.safetensors")
    (results / f"{world.rank}.json").write_text(json.dumps(facts))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
