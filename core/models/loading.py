"""``load_embedder``: any model by one name, be it packaged, a folder, on the Hub, or a run of this workspace."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import ModelError
from core.files import read_json, write_json
from core.fingerprint import fingerprint, fingerprint_file
from core.models.adapter import SETTINGS, WEIGHTS, adapter_fingerprint, with_adapter
from core.models.backbone import load_backbone
from core.models.device import choose_compute
from core.models.embedder import Embedder
from core.models.recipe import RECIPE_FILE
from core.quoting import legible
from core.workspace import Workspace

SUM = "sha256"


@dataclass(frozen=True, slots=True)
class Tuning:
    """What an adapter folder says of itself: the base it belongs to, its strength, and which side it tunes."""

    base: str
    alpha: float
    side: str

    def write(self, folder: Path) -> None:
        """Write it beside the adapter, with a sum over both: weights alone carry none that would tell a changed bit."""
        row = {"base": self.base, "alpha": self.alpha, "side": self.side}
        write_json(folder / RECIPE_FILE, row | {SUM: _sum(row, folder)})


def read_tuning(folder: Path) -> Tuning:
    """Read an adapter folder of ours, or one that only PEFT wrote (full strength, both sides).

    Raises:
        ModelError: the folder does not say which base it belongs to, or a file is not as it was written.
    """
    try:
        if (folder / RECIPE_FILE).is_file():
            row: dict[str, Any] = read_json(folder / RECIPE_FILE, ModelError)
            written = row.pop(SUM, None)  # adapters made before there were sums have none
            if written not in (None, _sum(row, folder)):
                raise ModelError(
                    f"{folder}: damaged; {WEIGHTS}, {SETTINGS} or {RECIPE_FILE} is not as it was written. Put the "
                    "folder back from a backup, or train again."
                )
            return _checked(Tuning(row["base"], float(row["alpha"]), row["side"]))
        settings = read_json(folder / SETTINGS, ModelError)
        return _checked(Tuning(settings["base_model_name_or_path"], 1.0, "both"))
    except (AttributeError, OSError, ValueError, OverflowError, KeyError, TypeError) as reason:
        raise ModelError(f"{folder}: the adapter does not name its base model ({legible(reason)}).") from reason


def _checked(tuning: Tuning) -> Tuning:
    if not isinstance(tuning.base, str) or tuning.side not in ("both", "query") or not 0 <= tuning.alpha <= 1:
        raise ValueError("base, alpha or side is not what Reelign writes")
    return tuning


def _sum(row: dict[str, Any], folder: Path) -> str:
    files = {name: fingerprint_file(folder / name) for name in (WEIGHTS, SETTINGS) if (folder / name).is_file()}
    return fingerprint({"tuning": row, "files": files})


def adapter_folder(name: str, workspace: Workspace) -> Path | None:
    """Return the adapter that ``name`` stands for: a run's, or a folder's; ``None`` for any other model.

    Raises:
        ModelError: the run exists and has no adapter (yet).
    """
    run = workspace.runs / name
    if name and "/" not in name and not name.startswith(".") and os.path.isdir(run):
        if not (run / "adapter" / SETTINGS).is_file():
            raise ModelError(f"Run '{name}' has no adapter: it has not finished. Wait for it, or choose another run.")
        return run / "adapter"
    folder = Path(os.path.expanduser(name))  # unlike Path's own, it leaves the ~ of a nobody as it is
    for candidate in (folder, folder / "adapter") if name else ():
        if os.path.isfile(candidate / SETTINGS):
            return candidate
    return None


def load_embedder(
    name: str, workspace: Workspace, *, device: str = "auto", alpha: float | None = None, max_length: int | None = None
) -> Embedder:
    """Load an embedder.

    Args:
        name: a packaged model, a run, a folder, or a Hub id.
        alpha: strength of the adapter; by default the one chosen when it was trained.
        max_length: tokens a text is cut to; by default what the model's recipe says.

    Raises:
        ModelError: nothing goes by that name, or it cannot be used.
        ConfigError: the device is not there.
    """
    compute = choose_compute(device)
    adapter = adapter_folder(name, workspace)
    if adapter is None:
        return Embedder(load_backbone(name, workspace), compute, cache=workspace.vectors, max_length=max_length)
    tuning = read_tuning(adapter)
    backbone = load_backbone(tuning.base, workspace)
    strength = tuning.alpha if alpha is None else alpha
    if strength == 0:
        return Embedder(backbone, compute, name=name, cache=workspace.vectors, max_length=max_length)
    base = None
    if tuning.side == "query":
        base = Embedder(backbone, compute, cache=workspace.vectors, max_length=max_length)
    return Embedder(
        backbone,
        compute,
        name=name,
        model=with_adapter(backbone.model, adapter, strength),
        adapter=adapter_fingerprint(adapter),
        alpha=strength,
        max_length=max_length,
        cache=workspace.vectors,
        documents=base,
    )
