"""Checkpoints: everything a killed run needs to end as if it had never been killed.

Adapter, optimiser and position, as safetensors and JSON in a folder that is replaced whole. The order of the batches
and what dropout draws need no storing, since they follow from seed, epoch and step.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import TrainingError
from core.files import folder_written_aside, read_json, write_json
from core.fingerprint import fingerprint, fingerprint_file

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

TENSORS = "state.safetensors"
POSITION = "position.json"
SUM = "sha256"


@dataclass(frozen=True, slots=True)
class Position:
    """How far a run has come.

    Attributes:
        epoch: the epoch under way, from 0.
        batch: batches of it that are done.
        step: optimiser steps done in all.
        best: best dev nDCG@10 so far, ``None`` before the first epoch ends.
        best_epoch: the epoch (from 1) that scored it, 0 before.
        seconds: time spent training.
        cached, token_budget: how a step is cut to fit into memory (``MemoryPlan``), which the last bits depend on.
    """

    epoch: int = 0
    batch: int = 0
    step: int = 0
    best: float | None = None
    best_epoch: int = 0
    seconds: float = 0.0
    cached: bool = False
    token_budget: int = 0


def trainable(model: nn.Module) -> dict[str, Tensor]:
    """Return the weights that training changes, by name."""
    return {name: weight for name, weight in model.named_parameters() if weight.requires_grad}


def save_weights(model: nn.Module, path: Path) -> None:
    """Write the weights that training changes."""
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: weight.detach().cpu().contiguous() for name, weight in trainable(model).items()}, path)


def load_weights(model: nn.Module, path: Path) -> None:
    """Put back what ``save_weights`` wrote; raises ``TrainingError`` when it is absent or of another model."""
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        tensors = load_file(path)
        with torch.no_grad():
            for name, weight in trainable(model).items():
                weight.copy_(tensors[name])
    except (OSError, SafetensorError, KeyError, RuntimeError) as reason:
        raise TrainingError(f"{path}: the weights cannot be used ({reason}). Start the run anew.") from reason


def save_checkpoint(folder: Path, model: nn.Module, optimizer: torch.optim.Optimizer, position: Position) -> None:
    """Replace the checkpoint at ``folder``.

    Raises:
        StorageError: the disk is full, or the folder may not be written. The checkpoint before is still there.
    """
    import torch
    from safetensors.torch import save

    tensors = {f"weight/{name}": weight.detach().cpu().contiguous() for name, weight in trainable(model).items()}
    for number, state in optimizer.state_dict()["state"].items():
        for key, value in state.items():
            tensors[f"optimizer/{number}/{key}"] = torch.as_tensor(value).detach().cpu().clone()
    with folder_written_aside(folder) as aside:
        (aside / TENSORS).write_bytes(save(tensors))  # safetensors' own writing hides what the system says of the disk
        write_json(aside / POSITION, asdict(position) | {SUM: _sum(position, aside / TENSORS)})


def load_checkpoint(folder: Path, model: nn.Module, optimizer: torch.optim.Optimizer) -> Position:
    """Put a checkpoint back into model and optimiser, and return how far it had come.

    Raises:
        TrainingError: the checkpoint is damaged or belongs to another model.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        row = read_json(folder / POSITION, TrainingError)
        written = row.pop(SUM, None)  # a checkpoint made before there were sums has none
        position = Position(**row)
        if written not in (None, _sum(position, folder / TENSORS)):
            raise ValueError("its files are not as they were written")
        tensors = load_file(folder / TENSORS)
        with torch.no_grad():
            for name, weight in trainable(model).items():
                weight.copy_(tensors[f"weight/{name}"])
        state: dict[int, dict[str, Any]] = {}
        for key, value in tensors.items():
            if key.startswith("optimizer/"):
                _, number, field = key.split("/")
                state.setdefault(int(number), {})[field] = value
        optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
    except (AttributeError, OSError, SafetensorError, KeyError, TypeError, RuntimeError, ValueError) as reason:
        raise TrainingError(
            f"{folder}: the checkpoint cannot be used ({reason}). Delete this folder to train the run from its "
            "beginning, or start a new run."
        ) from reason
    return position


def _sum(position: Position, tensors: Path) -> str:
    """Return the sha256 over what a checkpoint holds: tensors alone carry no sum that would tell a changed bit."""
    return fingerprint({"position": asdict(position), TENSORS: fingerprint_file(tensors)})
