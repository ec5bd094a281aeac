"""Settings of a training: one frozen object that the form, the command line and the run folder share."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import ConfigError
from core.files import read_json, write_json
from core.quoting import legible, quoted


class TrainConfig(BaseModel):
    """What a training does. Every description is shown where the setting is chosen."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    base: str = Field("e5-small", min_length=1, description="Backbone: a packaged model, a Hub id, or a folder.")
    side: Literal["both", "query"] = Field(
        "both",
        description="'both' moves queries and films; 'query' moves queries only, so the film index stays as it is.",
    )
    epochs: int = Field(3, ge=1, le=100, description="Times every training query is seen.")
    batch_size: int = Field(
        16, ge=2, le=4096, description="Pairs in one step; every other film in it serves as a negative."
    )
    learning_rate: float | None = Field(
        None, gt=0, le=0.1, description="Peak step size; by default 5e-4 for encoders and 2e-3 for decoders."
    )
    temperature: float = Field(
        0.02, ge=0.005, le=0.5, description="Cosines are divided by it: the lower, the harder the near misses count."
    )
    positives: int = Field(
        2,
        ge=1,
        le=64,
        description="Positive films a query brings into an epoch, drawn anew each time, so that a query with many "
        "answers does not outweigh one with a single answer.",
    )
    negatives: int = Field(
        1, ge=0, le=16, description="Films judged negative that join the batch for each of its queries."
    )
    negative_weight: float = Field(
        1.0, gt=0, le=10, description="How much a film judged negative counts beside any other film of the batch."
    )
    mined: int = Field(
        0,
        ge=0,
        le=16,
        description="Films that join the batch for each query because the base ranks them high though nobody has "
        "judged them; at most 95 % of the lowest positive's score. They are listed for curators to confirm.",
    )
    synthetic: float | None = Field(
        None,
        ge=0,
        le=4,
        description="Pairs made from films' own texts (sentences of a synopsis, keywords) that join a batch for each "
        "labelled pair; by default 1 below 300 train queries, and 0 above.",
    )
    folds: int | None = Field(
        None,
        ge=0,
        le=10,
        description="Parts of a cross-validation by query, which chooses epoch and strength; by default 3 below 60 "
        "train queries, and none (0) above, where dev queries choose.",
    )
    max_length: int = Field(128, ge=16, le=4096, description="Tokens that a text is cut to while training.")
    lora_rank: int = Field(16, ge=1, le=256, description="Rank of the adapter.")
    lora_alpha: int = Field(32, ge=1, le=1024, description="Scale of the adapter; twice the rank is usual.")
    lora_layers: float | None = Field(
        None,
        gt=0,
        le=1,
        description="Share of the layers, from the top, that carry the adapter; by default half of an encoder, which "
        "needs half the memory and two thirds of the time, and all of a decoder.",
    )
    lora_dropout: float = Field(0.0, ge=0, lt=1, description="Share of adapter inputs dropped while training.")
    warmup: float = Field(0.1, ge=0, le=0.5, description="Share of the steps in which the learning rate rises.")
    weight_decay: float = Field(0.01, ge=0, le=1, description="Pull of the adapter's weights towards zero (AdamW).")
    max_grad_norm: float = Field(1.0, gt=0, description="Gradients longer than this are shortened to it.")
    gradient_checkpointing: bool = Field(
        False,
        description="Compute activations twice instead of keeping them: less memory, about a third more time.",
    )
    four_bit: bool = Field(
        False,
        description="Keep the backbone's weights in 4 bits while training (QLoRA): less memory for large models. Needs "
        "requirements-qlora.txt.",
    )
    shard: bool = Field(
        False,
        description="Spread the backbone's weights over the processes that torchrun starts (FSDP2), for a model that "
        "one GPU does not hold. Needs gradient_checkpointing; without cross-validation.",
    )
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="Where to train.")
    seed: int = Field(0, ge=0, lt=2**31, description="Same seed, labels and machine: same adapter.")

    @model_validator(mode="after")
    def _fit_together(self) -> TrainConfig:
        if self.lora_alpha < self.lora_rank / 4:
            raise ValueError(f"lora_alpha {self.lora_alpha} is too small for lora_rank {self.lora_rank}; use twice it")
        if self.shard and self.four_bit:
            raise ValueError("shard and four_bit do not go together: weights in 4 bits cannot be spread; choose one")
        if self.shard and self.folds:
            raise ValueError(
                f"shard and folds {self.folds} do not go together: each part of a cross-validation would need a model "
                "of its own; use folds 0"
            )
        if self.shard and not self.gradient_checkpointing:
            raise ValueError(
                "shard needs gradient_checkpointing: without it every process keeps a bfloat16 copy of all weights "
                "until the backward pass, and sharding saves little; switch it on"
            )
        return self

    @property
    def parts(self) -> int | None:
        """Parts of a cross-validation, ``None`` where the number of queries decides."""
        return 0 if self.shard else self.folds


def make_config(values: dict[str, Any]) -> TrainConfig:
    """Return settings checked one by one and together; raises ``ConfigError`` naming the first that is wrong."""
    try:
        return TrainConfig(**values)
    except ValidationError as reason:
        first = reason.errors()[0]
        field = legible(".".join(str(part) for part in first["loc"]))
        where = f"Setting '{field}' is {quoted(first['input'])}: " if field else ""
        raise ConfigError(f"{where}{first['msg']}.") from reason


def save_config(config: TrainConfig, path: Path) -> None:
    """Write every setting, defaults included, so that a run does not change when a default does."""
    write_json(path, config.model_dump())


def load_config(path: Path) -> TrainConfig:
    """Read settings; raises ``ConfigError`` naming the file or the setting."""
    values = read_json(path, ConfigError)
    if not isinstance(values, dict):
        raise ConfigError(f"{path}: expected one JSON object of settings.")
    return make_config(values)
