"""What the integrations are tested with: exports of packaged models with a random adapter, as if trained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from card_code import Export

from core.config import make_config
from core.files import write_json
from core.judgments import LabelStore, NewQuery, Split, take_snapshot
from core.models.loading import Tuning, load_embedder
from core.runs import create_run
from core.training.export import export_model
from core.workspace import Workspace


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Export]:
    """Return a function from a base to Reelign's embedder of a run, in float32, and the merged folder it exports to."""
    from peft import LoraConfig, get_peft_model

    from core.models.adapter import copy_sharing_embeddings, lora_layers
    from core.models.backbone import load_backbone

    root = tmp_path_factory.mktemp("integrations")
    workspace = Workspace(root / "workspace")
    with LabelStore.open(workspace) as store:
        store.add_queries([NewQuery("a heist", query_id="q", split=Split.TRAIN)])
        store.judge("q", "m", "kim", "positive", event_id="e")
        snapshot = take_snapshot(store, workspace).path
    assert snapshot is not None
    made: dict[str, Export] = {}

    def of(base: str) -> Export:
        if base not in made:
            import torch

            run = create_run(workspace, make_config({"base": base}), snapshot)
            settings = LoraConfig(r=4, lora_alpha=8, target_modules="all-linear", task_type="FEATURE_EXTRACTION")
            wrapped = get_peft_model(copy_sharing_embeddings(load_backbone(base, workspace).model), settings)
            torch.manual_seed(0)
            for layer in lora_layers(wrapped):
                torch.nn.init.normal_(layer.lora_B["default"].weight, std=0.02)
            wrapped.save_pretrained(run.adapter)
            Tuning(base, 0.75, "both").write(run.adapter)
            write_json(run.path / "report.json", {"alpha": 0.75})
            export_model(run, root / base, workspace)
            embedder = load_embedder(run.name, workspace, device="cpu")
            embedder.compute = replace(embedder.compute, bf16=False)
            made[base] = (embedder, root / base)
        return made[base]

    return of
